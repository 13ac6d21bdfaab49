"""Finds and installs worker-build and wasm-bindgen, which cargo compiles.

Each version has an install root of its own, since a project may need another one than the pinned. Compiling
them is the longest part of a setup, so they share one target folder and are not optimised, which costs each
build of a project about a second.

Not here: the Rust that compiles them (`rustc.py`).
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from scaffolder.core.errors import Refusal
from scaffolder.core.template import Pins
from scaffolder.system import paths
from scaffolder.toolchain.job import Job
from scaffolder.toolchain.probes import Probes
from scaffolder.toolchain.tools.rustc import Rust

UNOPTIMISED = {
    "CARGO_PROFILE_RELEASE_OPT_LEVEL": "0",
    "CARGO_PROFILE_RELEASE_LTO": "off",
    "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
    "CARGO_PROFILE_RELEASE_DEBUG": "0",
    "CARGO_TERM_PROGRESS_WHEN": "never",
}


UNRESOLVED = "failed to select a version"
"""What cargo prints if a locked version cannot be had."""


@dataclass(frozen=True)
class CargoTool:
    """A tool in one version.

    Args:
        name: The program's name.
        crate: The crate that contains it.
        version: The required version.
    """

    name: str
    crate: str
    version: str


@dataclass(frozen=True)
class InstalledTool:
    """An installed tool.

    Args:
        program: The path of the program.
        version: Its version, or an empty string if it does not run.
    """

    program: Path
    version: str


def worker_build(version: str) -> CargoTool:
    """Return worker-build in a version."""
    return CargoTool("worker-build", "worker-build", version)


def wasm_bindgen(version: str) -> CargoTool:
    """Return wasm-bindgen in a version."""
    return CargoTool("wasm-bindgen", "wasm-bindgen-cli", version)


def pinned(pins: Pins) -> tuple[CargoTool, ...]:
    """Return the two tools with their pinned versions."""
    return worker_build(pins.worker_build_version), wasm_bindgen(pins.wasm_bindgen_version)


def install_root(key: str, tool: CargoTool) -> Path:
    """Return the folder that cargo installs a tool into; `bin` in it holds its programs.

    Args:
        key: The key of the Rust that compiles the tool.
        tool: The tool.
    """
    return paths.tools() / key / f"{tool.crate}-{tool.version}"


def find(probes: Probes, tool: CargoTool, rust: Rust | None) -> InstalledTool | None:
    """Return the installed tool, in its pinned version if possible; None if there is none.

    The one in the tool folder is preferred to the user's.

    Args:
        probes: Runs the tool.
        tool: The tool to look for.
        rust: The Rust that compiles the tool for the tool folder.
    """
    private = install_root(rust.key, tool) / "bin" / tool.name if rust else None
    programs = [each for each in (private, probes.machine.find(tool.name)) if each and each.exists()]
    found = [InstalledTool(each, probes.version([each, "--version"])) for each in programs]
    exact = (each for each in found if each.version == tool.version)
    return next(exact, found[0] if found else None)


def install(job: Job, probes: Probes, tool: CargoTool, rust: Rust) -> None:
    """Compile a tool, with the dependencies of its own Cargo.lock, into the tool folder.

    Args:
        job: The step of the setup.
        probes: Runs the tool.
        tool: The tool to install.
        rust: The Rust to compile it with.

    Raises:
        Refusal: It cannot be installed.
    """
    _install(job, probes, tool, rust, ["--locked"])


def install_as_possible(job: Job, probes: Probes, tool: CargoTool, rust: Rust) -> None:
    """Compile a tool that is not pinned; where its lock has versions that the registry lacks, with others.

    A registry may hold back new releases, and a yanked one may be in a lock.

    Args:
        job: The step of the setup.
        probes: Runs the tool.
        tool: The tool to install.
        rust: The Rust to compile it with.

    Raises:
        Refusal: It cannot be installed.
    """
    try:
        _install(job, probes, tool, rust, ["--locked"])
    except Refusal as refusal:
        if not any(UNRESOLVED in line for line in refusal.details):
            raise
        _install(job, probes, tool, rust, [])


def _install(job: Job, probes: Probes, tool: CargoTool, rust: Rust, options: list[str]) -> None:
    root = install_root(rust.key, tool)
    crate = [f"{tool.crate}@{tool.version}", "--force", *options]
    job.run(
        [rust.folder / "cargo", "install", *crate, "--root", root],
        before=[rust.folder],
        variables=UNOPTIMISED | {"CARGO_TARGET_DIR": str(_target(rust))},
    )
    found = find(probes, tool, rust)
    job.require_working(found if found and found.version == tool.version else None)


def remove_build_files(rust: Rust) -> None:
    """Remove the shared target folder."""
    shutil.rmtree(_target(rust), ignore_errors=True)


def _target(rust: Rust) -> Path:
    return paths.tools() / rust.key / "compiling"
