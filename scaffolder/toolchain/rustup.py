"""Gets the pinned Rust with the user's rustup, into a rustup folder of our own.

Whether rustup can download is only known once it has tried, so the try is bounded: it ends
when nothing has come in for a while.

Not here: what is done instead (`debian.py`), and the proof (`rust.py`).
"""

from __future__ import annotations

from scaffolder import places
from scaffolder.errors import Refusal
from scaffolder.records import Pins
from scaffolder.toolchain.jobs import Job, Patience, Stalled
from scaffolder.toolchain.machine import Machine
from scaffolder.toolchain.rust import TARGET


def is_there(machine: Machine) -> bool:
    """Answer whether there is a rustup to try."""
    return machine.find("rustup") is not None


def install(job: Job, pins: Pins, patience: Patience) -> Refusal | None:
    """Try to get the pinned Rust, and answer why not where that fails.

    Args:
        job: What it is done as.
        pins: The versions that are needed.
        patience: How long to wait for the download.
    """
    home = places.tools() / "rustup"
    toolchain = ["toolchain", "install", pins.rust_version, "--profile", "minimal"]
    parts = ["--component", "clippy,rustfmt", "--target", TARGET, "--no-self-update"]
    # With a backtrace, the last lines that rustup writes would not be its reason.
    variables = {"RUSTUP_HOME": str(home), "RUST_BACKTRACE": "0"}
    argv = [job.machine.find("rustup") or "rustup", *toolchain, *parts]
    try:
        ran = job.attempt(argv, variables=variables, patience=patience, grows=home)
    except Stalled:
        reason = f"rustup got nothing for {patience.silence:g} seconds, and was given up"
        return job.failed([reason])
    return None if ran.is_ok else job.failed(ran.tail())
