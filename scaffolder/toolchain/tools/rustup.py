"""Installs a Rust toolchain with the user's rustup, into a private rustup home.

Whether rustup can download is known only once it has tried, so the attempt has a time limit for
the case that no data arrives.

Not here: the fallback (`debian.py`), and the check of the result (`rustc.py`, `nightly.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scaffolder.core.errors import Refusal
from scaffolder.system import program_output
from scaffolder.toolchain.job import Job, Stalled, Timeouts
from scaffolder.toolchain.machine import Machine


def is_installed(machine: Machine) -> bool:
    """Return whether the user has rustup."""
    return machine.find("rustup") is not None


def install(job: Job, toolchain: str, parts: Sequence[str], home: Path, timeouts: Timeouts) -> Refusal | None:
    """Install a toolchain, and return the refusal if that fails, or None.

    Args:
        job: The step of the setup.
        toolchain: The toolchain's name.
        parts: The options for components and targets in addition to the minimal profile.
        home: The rustup home to install into.
        timeouts: The time limits of the download.
    """
    options = ["toolchain", "install", toolchain, "--profile", "minimal", *parts, "--no-self-update"]
    # With a backtrace, the last lines of rustup's output would not be the error message.
    variables = {"RUSTUP_HOME": str(home), "RUST_BACKTRACE": "0"}
    argv = [job.machine.find("rustup") or "rustup", *options]
    try:
        result = job.attempt(argv, variables=variables, timeouts=timeouts, destination=home)
    except Stalled:
        reason = f"rustup was stopped: no data for {timeouts.idle:g} seconds"
        return job.failed([reason])
    return None if result.is_ok else job.failed(program_output.last_lines(result.output))
