"""Finds a Rust that compiles to wasm32, and proves it by compiling.

Not here: getting one (`rustup.py`, `debian.py`).
"""

from __future__ import annotations

import hashlib
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scaffolder.core.models import Pins
from scaffolder.system import paths
from scaffolder.toolchain.probes import Probes
from scaffolder.toolchain.versions import is_at_least

TARGET = "wasm32-unknown-unknown"

PARTS = ("--component", "clippy,rustfmt", "--target", TARGET)
"""What rustup is to bring beside the compiler."""

CRATE = """\
#[unsafe(no_mangle)]
pub extern "C" fn measure(n: usize) -> usize {
    vec![n; n].iter().map(ToString::to_string).collect::<String>().len()
}
"""
"""A crate that needs the standard library, not just the compiler."""


@dataclass(frozen=True)
class Rust:
    """A Rust that was seen to compile to wasm32.

    Args:
        folder: Holds its real rustc and cargo, not rustup's stand-ins.
        release: Such as `1.96.0`.
        key: Differs wherever `rustc -vV` differs.
        cargo: The release of its cargo.
    """

    folder: Path
    release: str
    key: str
    cargo: str


@dataclass(frozen=True)
class Unfit:
    """A rustc that will not do.

    Args:
        rustc: Where it is.
        release: Its release, or an empty text.
        why: One phrase.
    """

    rustc: Path
    release: str
    why: str


def survey(probes: Probes, pins: Pins) -> tuple[Rust | None, tuple[Unfit, ...]]:
    """Answer the first Rust that will do, and those that were passed over for it.

    The user's own come first, then rustup's in our folder, then Debian's with our std.

    Args:
        probes: Where to ask from.
        pins: The versions that are needed.
    """
    candidates = _candidates(probes, pins)
    with ThreadPoolExecutor(max(1, len(candidates))) as pool:
        found = list(pool.map(lambda rustc: _prove(probes, pins, rustc), candidates))
    good = next((each for each in found if isinstance(each, Rust)), None)
    before = found[: found.index(good)] if good else found
    return good, tuple(each for each in before if isinstance(each, Unfit))


def find(probes: Probes, pins: Pins) -> Rust | None:
    """Answer the first Rust that will do, or None."""
    return survey(probes, pins)[0]


def key_of(verbose_version: str) -> str:
    """Answer the name that everything compiled with one rustc goes by."""
    return hashlib.sha256(verbose_version.strip().encode()).hexdigest()[:12]


def release_in(verbose_version: str) -> str:
    """Answer the release that `rustc -vV` tells, or an empty text."""
    match = re.search(r"^release: (\S+)", verbose_version, re.MULTILINE)
    return match[1] if match else ""


def home() -> Path:
    """Answer the folder that rustup puts the pinned Rust into."""
    return paths.tools() / "rustup"


def _candidates(probes: Probes, pins: Pins) -> list[Path]:
    tools = paths.tools()
    from_rustup = sorted(home().glob(f"toolchains/{pins.rust_version}-*/bin/rustc"))
    from_debian = sorted(tools.glob("*/debian/bin/rustc"))
    return [*probes.machine.find_all("rustc"), *from_rustup, *from_debian]


def _prove(probes: Probes, pins: Pins, rustc: Path) -> Rust | Unfit:
    told = probes.ask([rustc, "-vV"])
    verbose = told.output if told and told.is_ok else ""
    release = release_in(verbose)
    if not release:
        return Unfit(rustc, "", "does not tell its version")
    if not is_at_least(release, pins.minimum_rust_version):
        return Unfit(rustc, release, f"is older than {pins.minimum_rust_version}")
    folder = _real_folder(probes, rustc)
    if not _compiles(probes, folder):
        return Unfit(rustc, release, f"does not compile to {TARGET}")
    cargo = probes.version([folder / "cargo", "-V"], before=[folder])
    if not is_at_least(cargo, pins.minimum_rust_version):
        return Unfit(rustc, release, "has no cargo of its age beside it")
    return Rust(folder, release, key_of(verbose), cargo)


def _real_folder(probes: Probes, rustc: Path) -> Path:
    """Answer the folder of the rustc that really runs where this one is rustup's stand-in."""
    told = probes.ask([rustc, "--print", "sysroot"])
    real = Path(told.output.strip()) / "bin" if told and told.is_ok else rustc.parent
    return real if (real / "rustc").is_file() and (real / "cargo").is_file() else rustc.parent


def _compiles(probes: Probes, folder: Path) -> bool:
    name = uuid.uuid4().hex
    source, wasm = probes.folder / f"{name}.rs", probes.folder / f"{name}.wasm"
    source.write_text(CRATE, encoding="utf-8")
    argv = [str(folder / "rustc"), "--edition=2024", "--crate-type=cdylib", "--crate-name=proof"]
    # Link-time optimisation, as every project of ours asks for it: a std without the bitcode
    # for it compiles, and then fails only there.
    options = [f"--target={TARGET}", "-Clto=fat", "-Copt-level=1", f"-o{wasm}", str(source)]
    ran = probes.ask([*argv, *options], before=[folder])
    return bool(ran and ran.is_ok) and wasm.is_file() and wasm.read_bytes()[:4] == b"\0asm"
