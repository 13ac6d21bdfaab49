"""Makes a Rust for wasm32 out of Debian's packages, where rustup cannot download.

Debian has the compiler and the source of the standard library, but no std for wasm32. It is
built once, into a sysroot of our own that otherwise consists of links to the system's; a
two-line `rustc` beside it chooses that sysroot. Nothing of the system's is written to.

Not here: the packages (`apt.py`), and the proof that it works (`rustc.py`).
"""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

from scaffolder.system import paths
from scaffolder.toolchain.job import Job
from scaffolder.toolchain.machine import Machine
from scaffolder.toolchain.probes import Probes
from scaffolder.toolchain.tools.rustc import TARGET, key_of

LINKED = ("cargo", "cargo-clippy", "cargo-fmt", "clippy-driver", "rustdoc", "rustfmt")

MANIFEST = """\
[package]
name = "wasm-std"
version = "0.0.0"
edition = "2021"

[lib]
crate-type = ["cdylib"]
"""


def build_std(job: Job, probes: Probes, machine: Machine) -> None:
    """Build the sysroot with a std for wasm32.

    Args:
        job: What it is done as.
        probes: Where to ask from.
        machine: Where the system's Rust is.

    Raises:
        Refusal: It cannot be built.
    """
    rustc = machine.system_bin / "rustc"
    told = probes.ask([rustc, "-vV"])
    verbose = job.proven(told.output if told and told.is_ok else None)
    root = probes.ask([rustc, "--print", "sysroot"])
    system = Path(job.proven(root.output if root and root.is_ok else None).strip())
    folder = paths.tools() / key_of(verbose)
    compiled = _compile_std(job, folder / "std", system / "lib" / "rustlib", rustc, verbose)
    _lay_sysroot(folder / "debian", system / "lib" / "rustlib", compiled, machine)
    shutil.rmtree(folder / "std")


def _compile_std(job: Job, crate: Path, rustlib: Path, rustc: Path, verbose: str) -> list[Path]:
    """Compile std by way of an empty crate, and answer its libraries."""
    vendor = rustlib / "src" / "rust" / "library" / "vendor"
    source = f'[source.crates-io]\nreplace-with = "v"\n[source.v]\ndirectory = "{vendor}"\n'
    files = {"Cargo.toml": MANIFEST, "src/lib.rs": "", ".cargo/config.toml": source}
    for name, text in files.items():
        (crate / name).parent.mkdir(parents=True, exist_ok=True)
        (crate / name).write_text(text, encoding="utf-8")
    build = [str(rustc.with_name("cargo")), "build", "--release", f"--target={TARGET}"]
    variables = {
        "RUSTC": str(rustc),
        "RUSTC_BOOTSTRAP": "1",
        # Without the bitcode, a project with `lto = true` fails to link.
        "RUSTFLAGS": "-Cembed-bitcode=yes",
    } | _linker(verbose)
    job.run([*build, "-Zbuild-std=std,panic_abort"], cwd=crate, variables=variables)
    found = (crate / "target" / TARGET / "release" / "deps").glob("*.rlib")
    return [file for file in found if "wasm_std" not in file.name]


def _linker(verbose: str) -> dict[str, str]:
    """Answer the setting that names Debian's linker, which bears the version of LLVM."""
    llvm = re.search(r"^LLVM version: (\d+)", verbose, re.MULTILINE)
    name = f"wasm-ld-{llvm[1]}" if llvm else "wasm-ld"
    return {"CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER": name}


def _lay_sysroot(folder: Path, rustlib: Path, compiled: list[Path], machine: Machine) -> None:
    """Lay the sysroot beside its place, and put it there when it is complete."""
    making = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(making, ignore_errors=True)
    ours = making / "lib" / "rustlib"
    (ours / TARGET / "lib").mkdir(parents=True)
    for file in compiled:
        shutil.copy2(file, ours / TARGET / "lib")
    for entry in rustlib.iterdir():
        if entry.name != TARGET:
            (ours / entry.name).symlink_to(entry)
    _make_programs(making / "bin", folder, machine.system_bin)
    shutil.rmtree(folder, ignore_errors=True)
    making.rename(folder)


def _make_programs(programs: Path, sysroot: Path, system_bin: Path) -> None:
    programs.mkdir()
    rustc = shlex.join(["exec", str(system_bin / "rustc"), "--sysroot", str(sysroot)])
    (programs / "rustc").write_text(f'#!/bin/sh\n{rustc} "$@"\n', encoding="utf-8")
    (programs / "rustc").chmod(0o755)
    for name in LINKED:
        if (system_bin / name).exists():
            (programs / name).symlink_to(system_bin / name)
