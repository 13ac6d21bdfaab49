"""Builds a Rust for wasm32 from Debian's packages, where rustup cannot download.

Debian has the compiler and the source of the standard library, but no std for wasm32. It is
built once, into a private sysroot that otherwise consists of links to the system's; a two-line
`rustc` next to it selects that sysroot. The system's files are never written to.

Not here: the packages (`apt.py`), and the check that it works (`rustc.py`).
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
        job: The step of the setup.
        probes: Runs the system's rustc.
        machine: The machine that has it.

    Raises:
        Refusal: The build failed.
    """
    rustc = machine.system_bin / "rustc"
    version = probes.run([rustc, "-vV"])
    verbose = job.require_working(version.output if version and version.is_ok else None)
    root = probes.run([rustc, "--print", "sysroot"])
    system = Path(job.require_working(root.output if root and root.is_ok else None).strip())
    folder = paths.tools() / key_of(verbose)
    compiled = _compile_std(job, folder / "std", system / "lib" / "rustlib", rustc, verbose)
    _create_sysroot(folder / "debian", system / "lib" / "rustlib", compiled, machine)
    shutil.rmtree(folder / "std")


def _compile_std(job: Job, crate: Path, rustlib: Path, rustc: Path, verbose: str) -> list[Path]:
    """Compile std as the dependency of an empty crate, and return its libraries."""
    vendor = rustlib / "src" / "rust" / "library" / "vendor"
    source = f'[source.crates-io]\nreplace-with = "v"\n[source.v]\ndirectory = "{vendor}"\n'
    files = {"Cargo.toml": MANIFEST, "src/lib.rs": "", ".cargo/config.toml": source}
    for name, text in files.items():
        (crate / name).parent.mkdir(parents=True, exist_ok=True)
        (crate / name).write_text(text, encoding="utf-8")
    build = [str(rustc.with_name("cargo")), "build", "--release", f"--target={TARGET}"]
    variables = {
        "RUSTC": str(rustc),
        # `-Zbuild-std` is a nightly option; this makes a stable compiler accept it.
        "RUSTC_BOOTSTRAP": "1",
        # Without the bitcode, a project with `lto = true` fails to link.
        "RUSTFLAGS": "-Cembed-bitcode=yes",
    } | _linker(verbose)
    job.run([*build, "-Zbuild-std=std,panic_abort"], cwd=crate, variables=variables)
    found = (crate / "target" / TARGET / "release" / "deps").glob("*.rlib")
    return [file for file in found if "wasm_std" not in file.name]


def _linker(verbose: str) -> dict[str, str]:
    """Return the setting for Debian's linker, whose name includes the version of LLVM."""
    llvm = re.search(r"^LLVM version: (\d+)", verbose, re.MULTILINE)
    name = f"wasm-ld-{llvm[1]}" if llvm else "wasm-ld"
    return {"CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER": name}


def _create_sysroot(folder: Path, rustlib: Path, compiled: list[Path], machine: Machine) -> None:
    """Create the sysroot under another name, and rename it when it is complete."""
    partial = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    libraries = partial / "lib" / "rustlib"
    (libraries / TARGET / "lib").mkdir(parents=True)
    for file in compiled:
        shutil.copy2(file, libraries / TARGET / "lib")
    for entry in rustlib.iterdir():
        if entry.name != TARGET:
            (libraries / entry.name).symlink_to(entry)
    _create_programs(partial / "bin", folder, machine.system_bin)
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


def _create_programs(programs: Path, sysroot: Path, system_bin: Path) -> None:
    programs.mkdir()
    rustc = shlex.join(["exec", str(system_bin / "rustc"), "--sysroot", str(sysroot)])
    (programs / "rustc").write_text(f'#!/bin/sh\n{rustc} "$@"\n', encoding="utf-8")
    (programs / "rustc").chmod(0o755)
    for name in LINKED:
        if (system_bin / name).exists():
            (programs / name).symlink_to(system_bin / name)
