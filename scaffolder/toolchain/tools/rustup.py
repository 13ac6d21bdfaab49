"""Gets a Rust with the user's rustup, into a rustup folder of our own.

Whether rustup can download is only known once it has tried, so the try is bounded: it ends
when nothing has come in for a while.

Not here: what is done instead (`debian.py`), and the proof (`rustc.py`, `nightly.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scaffolder.core.errors import Refusal
from scaffolder.system import program_output
from scaffolder.toolchain.job import Job, Patience, Stalled
from scaffolder.toolchain.machine import Machine


def is_there(machine: Machine) -> bool:
    """Answer whether there is a rustup to try."""
    return machine.find("rustup") is not None


def install(job: Job, toolchain: str, parts: Sequence[str], home: Path, patience: Patience) -> Refusal | None:
    """Try to get a toolchain, and answer why not where that fails.

    Args:
        job: What it is done as.
        toolchain: Its name.
        parts: The options that name what is needed beyond the minimal profile.
        home: The rustup folder to put it into.
        patience: How long to wait for the download.
    """
    words = ["toolchain", "install", toolchain, "--profile", "minimal", *parts, "--no-self-update"]
    # With a backtrace, the last lines that rustup writes would not be its reason.
    variables = {"RUSTUP_HOME": str(home), "RUST_BACKTRACE": "0"}
    argv = [job.machine.find("rustup") or "rustup", *words]
    try:
        ran = job.attempt(argv, variables=variables, patience=patience, grows=home)
    except Stalled:
        reason = f"rustup got nothing for {patience.silence:g} seconds, and was given up"
        return job.failed([reason])
    return None if ran.is_ok else job.failed(program_output.last_lines(ran.output))
