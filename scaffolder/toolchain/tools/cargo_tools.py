"""Finds and gets the two tools that are compiled with cargo: worker-build and wasm-bindgen.

Both must be exactly the pinned version. Compiling them is the longest part of a set-up, so
they share one target folder, and are not optimised: each build of a project then takes about
a second longer.

Not here: the Rust they are compiled with (`rustc.py`).
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from scaffolder.core.models import Pins
from scaffolder.system import paths
from scaffolder.toolchain.job import Job
from scaffolder.toolchain.probes import Probes
from scaffolder.toolchain.tools.rustc import Rust

CHEAP = {
    "CARGO_PROFILE_RELEASE_OPT_LEVEL": "0",
    "CARGO_PROFILE_RELEASE_LTO": "off",
    "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
    "CARGO_PROFILE_RELEASE_DEBUG": "0",
    "CARGO_TERM_PROGRESS_WHEN": "never",
}


@dataclass(frozen=True)
class CargoTool:
    """One of the two.

    Args:
        name: The program's name.
        crate: The crate that it comes from.
        version: The version that is needed.
    """

    name: str
    crate: str
    version: str


@dataclass(frozen=True)
class Found:
    """A tool that answered.

    Args:
        program: Where it is.
        version: Its version.
    """

    program: Path
    version: str


def pinned(pins: Pins) -> tuple[CargoTool, ...]:
    """Answer the two, as they are pinned."""
    return (
        CargoTool("worker-build", "worker-build", pins.worker_build_version),
        CargoTool("wasm-bindgen", "wasm-bindgen-cli", pins.wasm_bindgen_version),
    )


def find(probes: Probes, tool: CargoTool, rust: Rust | None) -> Found | None:
    """Answer ours or the user's where one is exact, else an inexact one, else None.

    Args:
        probes: Where to ask from.
        tool: Which one.
        rust: The Rust that ours would have been compiled with.
    """
    ours = _root(rust) / "bin" / tool.name if rust else None
    programs = [each for each in (ours, probes.machine.find(tool.name)) if each and each.exists()]
    found = [Found(each, probes.version([each, "--version"])) for each in programs]
    exact = (each for each in found if each.version == tool.version)
    return next(exact, found[0] if found else None)


def install(job: Job, probes: Probes, tool: CargoTool, rust: Rust) -> None:
    """Compile one into the tool folder.

    Args:
        job: What it is done as.
        probes: Where to ask from.
        tool: Which one.
        rust: What to compile it with.

    Raises:
        Refusal: It cannot be got.
    """
    root = _root(rust)
    crate = [f"{tool.crate}@{tool.version}", "--locked", "--force"]
    job.run(
        [rust.folder / "cargo", "install", *crate, "--root", root],
        before=[rust.folder],
        variables=CHEAP | {"CARGO_TARGET_DIR": str(_target(rust))},
    )
    found = find(probes, tool, rust)
    job.proven(found if found and found.version == tool.version else None)


def tidy(rust: Rust) -> None:
    """Remove what only compiling needed."""
    shutil.rmtree(_target(rust), ignore_errors=True)


def _root(rust: Rust) -> Path:
    return paths.tools() / rust.key / "cargo"


def _target(rust: Rust) -> Path:
    return paths.tools() / rust.key / "compiling"
