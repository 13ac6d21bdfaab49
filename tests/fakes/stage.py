"""Fake tools and projects for `scaffold validate`.

Each tool runs a shell script from the project's folder `plays`: `build`, `dev`, `cargo-test`, `cargo-metadata`,
`npm-test` or `npm-ci`. A test changes a tool's behaviour with another script. `cargo update` runs that in the variable
FAKE_UPDATE, since it is run in no project.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from scaffolder.catalogue import manifests
from scaffolder.toolchain.tools import npm

from .toolbox import Toolbox

WASM = b"\0asm" + bytes(1000)

SERVER = """\
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Worker(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"Hello from " + sys.argv[1].encode())
        print("answered", flush=True)

    def log_message(self, *_):
        pass

server = HTTPServer(("127.0.0.1", 0), Worker)
print(f"Ready on http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
"""

NODE = """\
[ "$1" = --version ] && exec echo v{node}
case "$1" in --require=*) shift ;; esac
case "$1" in */node_modules/wrangler/bin/wrangler.js) shift; . plays/dev ;; *) exit 1 ;; esac
"""

NPM = """\
case "$1" in --version) echo 11.0.0 ;; ci|install) . plays/npm-ci ;; test) . plays/npm-test ;; *) exit 1 ;; esac
"""

CARGO = """\
case "$1" in -V) echo "cargo {rust}"; exit ;; test) . plays/cargo-test; exit ;;
metadata) . plays/cargo-metadata; exit ;; update) eval "$FAKE_UPDATE"; exit ;; esac
exec {python} -IS '{cargo}' "$@"
"""

REGISTRY = {
    "worker-build": ["0.1.14", "0.7.5", "0.8.5", "0.8.7", "0.8.9"],
    "wasm-bindgen-cli": ["0.2.100", "0.2.129", "0.2.130"],
}
"""The crates that the fake cargo can install, each with its versions."""

PLAYS = {
    "build": "echo building; mkdir -p build; cp plays/built build/index_bg.wasm; touch build/index.js",
    "dev": f"exec {sys.executable} -ISu plays/server.py $(cat plays/name)",
    "cargo-test": "echo 'test result: ok. 3 passed; 0 failed'; echo 'test result: ok. 1 passed; 0 failed'",
    "cargo-metadata": "echo '{}'",
    "npm-test": "echo '# pass 2'",
    "npm-ci": "mkdir node_modules; touch was-ci",
}

SMOKE = """\
[[exchange]]
name = "GET / greets"
request = {{ path = "/" }}
answer = {{ status = 200, text = "Hello from {name}" }}
"""


@dataclass(frozen=True)
class Stage:
    """The folders that the validations of one test share.

    Args:
        folder: The folder of the projects.
        cache: The scaffolder's cache folder.
    """

    folder: Path
    cache: Path

    @property
    def registry(self) -> Path:
        """The folder of the fake cargo: `compiled` lists what it installed, and files such as `no-network` break it."""
        return self.folder.parent / "registry"

    def compiled(self) -> list[str]:
        """Return the crates that cargo compiled, each with its version, in order."""
        log = self.registry / "compiled"
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []

    def project(self, name: str = "guest-book", *, at: str = "", **plays: str) -> Path:
        """Create a project; `plays` replace the scripts of these names, with dashes for underscores."""
        project = self.folder / (at or name)
        for part in ("plays", "tests", "src"):
            (project / part).mkdir(parents=True)
        for play, script in (PLAYS | {key.replace("_", "-"): value for key, value in plays.items()}).items():
            (project / "plays" / play).write_text(f"{script}\n", encoding="utf-8")
        (project / "plays" / "name").write_text(name, encoding="utf-8")
        (project / "plays" / "built").write_bytes(WASM)
        (project / "plays" / "server.py").write_text(SERVER, encoding="utf-8")
        (project / "tests" / "smoke.toml").write_text(SMOKE.format(name=name), encoding="utf-8")
        config = f'name = "{name}"\n\n[build]\ncommand = "sh plays/build"\n'
        (project / "wrangler.toml").write_text(config, encoding="utf-8")
        (project / "Cargo.toml").write_text(f'[package]\nname = "{name}"\n', encoding="utf-8")
        (project / "src" / "lib.rs").write_text("#[test]\nfn adds() {}\n", encoding="utf-8")
        (project / "package.json").write_text('{"scripts": {"test": "node --test"}}\n', encoding="utf-8")
        (project / "tests" / "worker.test.mjs").touch()
        return project


def set_up(folder: Path, patch: pytest.MonkeyPatch) -> Stage:
    """Install the fake tools on the PATH and into a tool folder."""
    pins = manifests.pins()
    box = Toolbox(folder / "machine")
    box.basics()
    rust = box.rust(pins.rust_version)
    registry = folder / "registry"
    registry.mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("registry_cargo.py"), registry / "cargo.py")
    (registry / "registry.json").write_text(json.dumps(REGISTRY), encoding="utf-8")
    box.add("cargo", CARGO.format(rust=pins.rust_version, python=sys.executable, cargo=registry / "cargo.py"), rust)
    box.add("node", NODE.format(node=pins.node_version))
    box.add("npm", NPM)
    box.prints("worker-build", f"worker-build {pins.worker_build_version}")
    box.prints("wasm-bindgen", f"wasm-bindgen {pins.wasm_bindgen_version}")
    search = [str(rust), str(box.programs), "/usr/bin", "/bin"]
    patch.setenv("PATH", os.pathsep.join(search))
    patch.setenv("SCAFFOLD_CACHE", str(folder / "cache"))
    programs = npm.install_folder() / "node_modules" / ".bin"
    for name, version in (
        ("wrangler", pins.wrangler_version),
        ("workerd", pins.compatibility_date),
        ("wasm-opt", pins.binaryen_version.partition(".")[0]),
        ("esbuild", pins.esbuild_version),
    ):
        box.prints(name, version, programs)
    lock = {"packages": {"": {}, "node_modules/wrangler": {"version": pins.wrangler_version}}}
    (npm.install_folder() / "package-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    return Stage(folder / "projects", folder / "cache")
