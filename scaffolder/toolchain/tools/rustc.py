"""Finds a Rust that compiles to wasm32, and checks it by compiling a crate.

Not here: its installation (`rustup.py`, `debian.py`).
"""

from __future__ import annotations

import hashlib
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scaffolder.core.template import Pins
from scaffolder.system import paths
from scaffolder.toolchain.probes import Probes
from scaffolder.toolchain.versions import is_at_least

TARGET = "wasm32-unknown-unknown"

PARTS = ("--component", "clippy,rustfmt", "--target", TARGET)
"""The components and the target that rustup installs in addition to the minimal profile."""

CRATE = """\
#[unsafe(no_mangle)]
pub extern "C" fn measure(n: usize) -> usize {
    vec![n; n].iter().map(ToString::to_string).collect::<String>().len()
}
"""
"""A crate that needs the standard library, not the compiler alone."""


@dataclass(frozen=True)
class Rust:
    """A Rust that has compiled a crate to wasm32.

    Args:
        folder: The folder of the real rustc and cargo, not of rustup's proxies.
        release: The release, such as `1.96.0`.
        key: A hash of the output of `rustc -vV`.
        cargo: The release of cargo.
    """

    folder: Path
    release: str
    key: str
    cargo: str


@dataclass(frozen=True)
class UnusableRust:
    """A rustc that cannot be used.

    Args:
        rustc: The path of the program.
        release: The release, or an empty string.
        why: The reason, as one phrase.
    """

    rustc: Path
    release: str
    why: str


def survey(probes: Probes, pins: Pins) -> tuple[Rust | None, tuple[UnusableRust, ...]]:
    """Return the first usable Rust, and the unusable ones before it.

    The ones on the user's PATH come first, then rustup's in the tool folder, then Debian's with
    the std that was built for it.

    Args:
        probes: Runs the compilers.
        pins: The required versions.
    """
    candidates = _candidates(probes, pins)
    with ThreadPoolExecutor(max(1, len(candidates))) as pool:
        found = list(pool.map(lambda rustc: check(probes, pins.minimum_rust_version, rustc), candidates))
    good = next((each for each in found if isinstance(each, Rust)), None)
    before = found[: found.index(good)] if good else found
    return good, tuple(each for each in before if isinstance(each, UnusableRust))


def find(probes: Probes, pins: Pins) -> Rust | None:
    """Return the first usable Rust, or None."""
    return survey(probes, pins)[0]


def check(probes: Probes, minimum: str, rustc: Path) -> Rust | UnusableRust:
    """Return a Rust, or why it cannot be used.

    Args:
        probes: Runs the compiler.
        minimum: The oldest release that is usable.
        rustc: The program.
    """
    version = probes.run([rustc, "-vV"])
    verbose = version.output if version and version.is_ok else ""
    release = release_in(verbose)
    if not release:
        return UnusableRust(rustc, "", "does not print its version")
    if not is_at_least(release, minimum):
        return UnusableRust(rustc, release, f"is older than {minimum}")
    folder = _real_folder(probes, rustc)
    if not _compiles(probes, folder):
        return UnusableRust(rustc, release, f"does not compile to {TARGET}")
    cargo = probes.version([folder / "cargo", "-V"], before=[folder])
    if not is_at_least(cargo, minimum):
        return UnusableRust(rustc, release, f"has no cargo {minimum} or later next to it")
    return Rust(folder, release, key_of(verbose), cargo)


def key_of(verbose_version: str) -> str:
    """Return the name of the folders for artifacts of one rustc, given the output of `rustc -vV`."""
    return hashlib.sha256(verbose_version.strip().encode()).hexdigest()[:12]


def release_in(verbose_version: str) -> str:
    """Return the release in the output of `rustc -vV`, or an empty string."""
    match = re.search(r"^release: (\S+)", verbose_version, re.MULTILINE)
    return match[1] if match else ""


def home() -> Path:
    """Return the private rustup home with the pinned Rust."""
    return paths.tools() / "rustup"


def _candidates(probes: Probes, pins: Pins) -> list[Path]:
    tools = paths.tools()
    from_rustup = sorted(home().glob(f"toolchains/{pins.rust_version}-*/bin/rustc"))
    from_debian = sorted(tools.glob("*/debian/bin/rustc"))
    return [*probes.machine.find_all("rustc"), *from_rustup, *from_debian]


def _real_folder(probes: Probes, rustc: Path) -> Path:
    """Return the folder of the compiler itself, even if this one is rustup's proxy for it."""
    sysroot = probes.run([rustc, "--print", "sysroot"])
    real = Path(sysroot.output.strip()) / "bin" if sysroot and sysroot.is_ok else rustc.parent
    return real if (real / "rustc").is_file() and (real / "cargo").is_file() else rustc.parent


def _compiles(probes: Probes, folder: Path) -> bool:
    name = uuid.uuid4().hex
    source, wasm = probes.folder / f"{name}.rs", probes.folder / f"{name}.wasm"
    source.write_text(CRATE, encoding="utf-8")
    argv = [str(folder / "rustc"), "--edition=2024", "--crate-type=cdylib", "--crate-name=proof"]
    # With link-time optimisation, like every generated project: with a std that has no bitcode,
    # a build without it would pass.
    options = [f"--target={TARGET}", "-Clto=fat", "-Copt-level=1", f"-o{wasm}", str(source)]
    result = probes.run([*argv, *options], before=[folder])
    return bool(result and result.is_ok) and wasm.is_file() and wasm.read_bytes()[:4] == b"\0asm"
