"""Finds and installs the nightly Rust that compiles projects whose panics unwind.

worker-build uses the rustup toolchain called `nightly`, without a date. To make validations
reproducible, a nightly of a pinned date is installed into a private rustup home, which also knows
it by that name. Links to rustup's proxies are in a folder of their own, to be put first on a PATH.

Not here: the decision which projects need it (`provision.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scaffolder.core.template import Pins
from scaffolder.system import paths
from scaffolder.toolchain.job import Job, Timeouts
from scaffolder.toolchain.probes import Probes
from scaffolder.toolchain.tools import rustup
from scaffolder.toolchain.tools.rustc import TARGET, Rust, release_in

NAME = "nightly"
"""The toolchain that worker-build asks rustup for; also the tool's name."""

OPTION = "panic-unwind"
"""The option of worker-build that needs the nightly."""

PROGRAMS = ("cargo", "rustc", "rustdoc", "rustup")
"""The proxies that are linked to rustup, and rustup itself."""

PARTS = ("rust-src", f"rust-std-{TARGET}")
"""The components that worker-build looks for, and would download in the middle of a build."""


@dataclass(frozen=True)
class Nightly:
    """A nightly Rust with all required components.

    Args:
        home: The rustup home in which it is called `nightly`.
        release: The release, such as `1.101.0-nightly`.
    """

    home: Path
    release: str

    @property
    def programs(self) -> Path:
        """The folder of the links to rustup's proxies."""
        return self.home / "programs"

    def variables(self, rust: Rust) -> dict[str, str]:
        """Return the variables that make rustup's proxies run `rust`, unless `+nightly` is given."""
        return {"RUSTUP_HOME": str(self.home), "RUSTUP_TOOLCHAIN": str(rust.folder.parent)}


def find(probes: Probes, pins: Pins) -> Nightly | None:
    """Return the pinned nightly if it runs and has the required components, or None.

    Args:
        probes: Runs rustc and rustup.
        pins: The required versions.
    """
    home = _home(pins)
    if not home.is_dir():
        return None
    variables, programs = {"RUSTUP_HOME": str(home)}, home / "programs"
    version = probes.run([programs / "rustc", f"+{NAME}", "-vV"], variables=variables)
    listing = ["component", "list", "--installed", "--toolchain", NAME]
    listed = probes.run([programs / "rustup", *listing], variables=variables)
    release = release_in(version.output) if version and version.is_ok else ""
    parts = listed.output.split() if listed and listed.is_ok else []
    return Nightly(home, release) if release and set(PARTS) <= set(parts) else None


def install(job: Job, probes: Probes, pins: Pins, timeouts: Timeouts) -> None:
    """Install the pinned nightly with the user's rustup.

    Args:
        job: The step of the setup.
        probes: Runs rustc and rustup.
        pins: The required versions.
        timeouts: The time limits of the download.

    Raises:
        Refusal: It cannot be installed.
    """
    home = _home(pins)
    parts = ["--component", "rust-src", "--target", TARGET]
    failure = rustup.install(job, f"{NAME}-{pins.nightly_date}", parts, home, timeouts)
    if failure is not None:
        raise failure
    for dated in (home / "toolchains").glob(f"{NAME}-{pins.nightly_date}-*"):
        # `rustup toolchain link` refuses the name `nightly`.
        _link(dated.with_name(dated.name.replace(f"-{pins.nightly_date}", "")), Path(dated.name))
    program = job.machine.find("rustup") or Path("rustup")
    (home / "programs").mkdir(exist_ok=True)
    for name in PROGRAMS:
        # rustup is one program that acts as the proxy of the name that it is started under.
        _link(home / "programs" / name, program.resolve())
    job.require_working(find(probes, pins))


def _link(link: Path, target: Path) -> None:
    link.unlink(missing_ok=True)
    link.symlink_to(target)


def _home(pins: Pins) -> Path:
    return paths.tools() / f"{NAME}-{pins.nightly_date}"
