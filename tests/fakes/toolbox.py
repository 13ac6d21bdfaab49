"""Fake tools: small shell scripts on a PATH that contains nothing else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from scaffolder.core.template import Pins
from scaffolder.toolchain.machine import Machine

PINS = Pins(
    catalogue_source="gh:org/templates",
    catalogue_version="0.1.0",
    worker_version="0.8.7",
    worker_build_version="0.8.7",
    wasm_bindgen_version="0.2.129",
    wrangler_version="4.164.0",
    compatibility_date="2026-11-17",
    rust_version="1.96.0",
    nightly_date="2026-10-28",
    minimum_rust_version="1.91",
    node_version="24.19.0",
    minimum_node_version="22.12.0",
    binaryen_version="132.0.0",
    esbuild_version="0.28.2",
)

# It compiles if its sysroot, or the one given by an option, contains a std for wasm32.
RUSTC = """\
sysroot='{sysroot}'
[ "$1" = --sysroot ] && {{ sysroot=$2; shift 2; }}
case "$*" in
-vV) printf 'rustc {release}\\nrelease: {release}\\nLLVM version: 22.1.8\\n' ;;
"--print sysroot") echo "$sysroot" ;;
*) [ -e "$sysroot/lib/rustlib/wasm32-unknown-unknown/lib/libstd.rlib" ] || exit 1
   for word; do case $word in -o*) printf '\\0asm' > "${{word#-o}}" ;; esac; done ;;
esac
"""

# It builds std like Debian's cargo, and installs the two tools.
CARGO = """\
case "$1" in
-V) echo 'cargo {release}' ;;
fmt|clippy) echo "$1 1.9.0" ;;
build) folder=target/wasm32-unknown-unknown/release/deps
   /bin/mkdir -p $folder; : > $folder/libstd.rlib; : > $folder/libwasm_std.rlib ;;
install) echo "$2" >> '{calls}'
   [ -e '{fails}' ] && {{ echo 'error: linking failed'; exit 101; }}
   name=${{2%@*}}; root=; for word; do [ "$last" = --root ] && root=$word; last=$word; done
   /bin/mkdir -p "$root/bin"
   printf '#!/bin/sh\\necho %s\\n' "${{2#*@}}" > "$root/bin/${{name%-cli}}"
   /bin/chmod +x "$root/bin/${{name%-cli}}" ;;
esac
"""

NPM = """\
[ "$1" = --version ] && {{ echo 11.0.0; exit; }}
echo npm >> '{calls}'
/bin/mkdir -p node_modules/.bin
for tool in wrangler:4.164.0 workerd:2026-11-17 wasm-opt:132 esbuild:0.28.2; do
  printf '#!/bin/sh\\necho %s\\n' "${{tool#*:}}" > "node_modules/.bin/${{tool%:*}}"
  /bin/chmod +x "node_modules/.bin/${{tool%:*}}"
done
"""

APT_GET = """\
echo "apt-get $*" >> '{calls}'
[ "$1" = install ] && for word; do echo "$word installed" >> '{installed}'; done
exit 0
"""


# Its proxies are links to it, so it looks at the name that it was started under.
RUSTUP = """\
case "${{0##*/}} $*" in
"rustup toolchain install nightly-"*) echo "rustup $3" >> '{calls}'
   /bin/mkdir -p "$RUSTUP_HOME/toolchains/$3-fake" ;;
"rustup component list --installed --toolchain nightly") printf '%s\\n' {parts} ;;
"rustc +nightly -vV") [ -e "$RUSTUP_HOME/toolchains/nightly-fake" ] && echo 'release: 1.101.0-nightly' ;;
"rustup "*|*" +nightly "*) exit 1 ;;
*) exec "$RUSTUP_TOOLCHAIN/bin/${{0##*/}}" "$@" ;;
esac
"""


@dataclass(frozen=True)
class Toolbox:
    """A machine made of fake tools.

    Args:
        folder: The folder of all its files.
    """

    folder: Path

    @property
    def programs(self) -> Path:
        """The only folder of the PATH."""
        return self._made("programs")

    @property
    def system(self) -> Path:
        """The folder of programs from Debian packages."""
        return self._made("usr/bin")

    @property
    def fails(self) -> Path:
        """While this file exists, `cargo install` fails."""
        return self.folder / "fails"

    def calls(self) -> list[str]:
        """Return the installations, in order."""
        file = self.folder / "calls"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    def machine(
        self, *, platform: str = "linux", is_root: bool = True, has_terminal: bool = False, more: tuple[Path, ...] = ()
    ) -> Machine:
        """Return the machine; `more` are additional folders of its PATH."""
        search = os.pathsep.join(map(str, (self.programs, *more)))
        return Machine(platform, search, is_root, has_terminal, self.system)

    def add(self, name: str, script: str, folder: Path | None = None) -> Path:
        """Add a program."""
        program = (folder or self.programs) / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}", encoding="utf-8")
        program.chmod(0o755)
        return program

    def prints(self, name: str, text: str, folder: Path | None = None) -> Path:
        """Add a program that always prints the same text."""
        return self.add(name, f"echo '{text}'\n", folder)

    def basics(self) -> None:
        """Add git and a C compiler, which every machine has."""
        self.prints("git", "git version 2.39.5")
        self.prints("cc", "cc 12.2.0")

    def rust(self, release: str = "1.96.0", *, wasm: bool = True, root: Path | None = None) -> Path:
        """Add a rustc and a cargo, and return their folder."""
        root = root or self._made(f"rust-{release}-{wasm}")
        std = root / "lib" / "rustlib" / "wasm32-unknown-unknown" / "lib" / "libstd.rlib"
        if wasm:
            std.parent.mkdir(parents=True, exist_ok=True)
            std.touch()
        self.add("rustc", RUSTC.format(sysroot=root, release=release), root / "bin")
        self.add("cargo", self._filled(CARGO, release), root / "bin")
        return root / "bin"

    def rustup(self, script: str) -> None:
        """Add a rustup that runs a script."""
        self.add("rustup", script)

    def rustup_that_works(self) -> None:
        """Add a rustup that installs the pinned Rust."""
        ready = self.rust().parent
        place = f"$RUSTUP_HOME/toolchains/{PINS.rust_version}-fake"
        copy = f'/bin/mkdir -p "{place}"; /bin/cp -r {ready}/. "{place}"'
        self.rustup(f"{copy}\n/bin/sed -i \"s#sysroot='.*'#sysroot='{place}'#\" \"{place}/bin/rustc\"\n")

    def rustup_with_nightly(self, parts: str = "rust-src rust-std-wasm32-unknown-unknown") -> None:
        """Add a rustup that installs a nightly with some components, and is a proxy for its rustc."""
        self.rustup(RUSTUP.format(calls=self.folder / "calls", parts=parts))

    def node(self, version: str = "24.19.0") -> None:
        """Add a Node, and an npm that installs the npm tools."""
        self.prints("node", f"v{version}")
        self.add("npm", self._filled(NPM))

    def debian(self, *, installed: bool, candidates: bool = True) -> None:
        """Add Debian's package tools, and the Rust of its packages."""
        list_ = self.folder / "installed"
        self.add("apt-get", APT_GET.format(calls=self.folder / "calls", installed=list_))
        self.add("env", 'shift\nexec "$@"\n')
        known = 'echo "$word installed"' if installed else ":"
        self.add("dpkg-query", f"for word; do {known}; done\n[ -e '{list_}' ] && /bin/cat '{list_}'\nexit 0\n")
        candidate = "1.96.0" if candidates else "(none)"
        policy = f"printf '%s:\\n  Installed: (none)\\n  Candidate: {candidate}\\n' $word"
        self.add("apt-cache", f"shift\nfor word; do {policy}; done\n")
        self.rust(wasm=False, root=self.system.parent)
        self._made("usr/lib/rustlib/fake-host")

    def _filled(self, script: str, release: str = "") -> str:
        return script.format(release=release, calls=self.folder / "calls", fails=self.fails)

    def _made(self, name: str) -> Path:
        made = self.folder / name
        made.mkdir(parents=True, exist_ok=True)
        return made
