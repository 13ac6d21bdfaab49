"""Finds and gets the nightly Rust that a project is compiled with whose panics unwind.

worker-build asks rustup for a toolchain called `nightly`, without a date. So that a proof can
be made again, ours is one of a pinned date, in a rustup folder of its own that knows it by that
name too; and rustup's stand-ins are in a folder of their own, to come first on a path.

Not here: which projects are compiled so (`provision.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scaffolder.core.models import Pins
from scaffolder.system import paths
from scaffolder.toolchain.job import Job, Patience
from scaffolder.toolchain.probes import Probes
from scaffolder.toolchain.tools import rustup
from scaffolder.toolchain.tools.rustc import TARGET, Rust, release_in

NAME = "nightly"
"""What worker-build asks rustup for, and the tool's name."""

OPTION = "panic-unwind"
"""The option of worker-build that needs it."""

PROGRAMS = ("cargo", "rustc", "rustdoc", "rustup")
"""What rustup stands in for, and itself."""

PARTS = ("rust-src", f"rust-std-{TARGET}")
"""What worker-build looks for, and would download in the middle of a build."""


@dataclass(frozen=True)
class Nightly:
    """A nightly Rust that has all its parts.

    Args:
        home: The rustup folder that knows it as `nightly`.
        release: Such as `1.101.0-nightly`.
    """

    home: Path
    release: str

    @property
    def programs(self) -> Path:
        """The folder of rustup's stand-ins."""
        return self.home / "programs"

    def variables(self, rust: Rust) -> dict[str, str]:
        """Answer what makes rustup's stand-ins mean a certain Rust, but for `+nightly`."""
        return {"RUSTUP_HOME": str(self.home), "RUSTUP_TOOLCHAIN": str(rust.folder.parent)}


def find(probes: Probes, pins: Pins) -> Nightly | None:
    """Answer the pinned nightly if it runs and has its parts.

    Args:
        probes: Where to ask from.
        pins: The versions that are needed.
    """
    home = _home(pins)
    if not home.is_dir():
        return None
    variables, programs = {"RUSTUP_HOME": str(home)}, home / "programs"
    told = probes.ask([programs / "rustc", f"+{NAME}", "-vV"], variables=variables)
    listing = ["component", "list", "--installed", "--toolchain", NAME]
    listed = probes.ask([programs / "rustup", *listing], variables=variables)
    release = release_in(told.output) if told and told.is_ok else ""
    parts = listed.output.split() if listed and listed.is_ok else []
    return Nightly(home, release) if release and set(PARTS) <= set(parts) else None


def install(job: Job, probes: Probes, pins: Pins, patience: Patience) -> None:
    """Get the pinned nightly with the user's rustup.

    Args:
        job: What it is done as.
        probes: Where to ask from.
        pins: The versions that are needed.
        patience: How long to wait for the download.

    Raises:
        Refusal: It cannot be got.
    """
    home = _home(pins)
    parts = ["--component", "rust-src", "--target", TARGET]
    trouble = rustup.install(job, f"{NAME}-{pins.nightly_date}", parts, home, patience)
    if trouble is not None:
        raise trouble
    for dated in (home / "toolchains").glob(f"{NAME}-{pins.nightly_date}-*"):
        # `rustup toolchain link` allows no such name.
        _link(dated.with_name(dated.name.replace(f"-{pins.nightly_date}", "")), Path(dated.name))
    own = job.machine.find("rustup") or Path("rustup")
    (home / "programs").mkdir(exist_ok=True)
    for name in PROGRAMS:
        _link(home / "programs" / name, own.resolve())
    job.proven(find(probes, pins))


def _link(link: Path, target: Path) -> None:
    link.unlink(missing_ok=True)
    link.symlink_to(target)


def _home(pins: Pins) -> Path:
    return paths.tools() / f"{NAME}-{pins.nightly_date}"
