"""Gets what was planned, in chains: Rust and what it compiles, Node and what npm has, and the nightly.

Each step looks first whether somebody has taken it already, which makes a set-up resumable.

Not here: the plan (`setup_plan.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scaffolder.core.errors import Refusal
from scaffolder.core.models import Pins
from scaffolder.toolchain import remedies
from scaffolder.toolchain.job import Job, Patience
from scaffolder.toolchain.probes import Probes
from scaffolder.toolchain.tools import apt, cargo_tools, debian, nightly, node, npm, rustc, rustup
from scaffolder.toolchain.tools.rustc import Rust

DONE = "done"


@dataclass(frozen=True)
class Getting:
    """A plan at work.

    Args:
        pins: The versions that are needed.
        planned: Name of each planned acquisition, and its system command or an empty text.
        probes: Where to ask from.
        report: Called with a name and the newest line.
        patience: How long rustup may take.
    """

    pins: Pins
    planned: Mapping[str, str]
    probes: Probes
    report: Callable[[str, str], None]
    patience: Patience

    def rust_and_its_tools(self) -> None:
        """Get the system's packages, Rust, and the tools that are compiled with it."""
        self._get_packages("system packages")
        wanted = [tool for tool in cargo_tools.pinned(self.pins) if tool.name in self.planned]
        if not wanted and not {"rust", "rust std"} & set(self.planned):
            return
        found = self._get_rust()
        for tool in wanted:
            there = cargo_tools.find(self.probes, tool, found)
            if there is None or there.version != tool.version:
                cargo_tools.install(self._job(tool.name), self.probes, tool, found)
            self.report(tool.name, DONE)
        cargo_tools.tidy(found)

    def nightly(self) -> None:
        """Get the nightly Rust."""
        if nightly.NAME not in self.planned:
            return
        if nightly.find(self.probes, self.pins) is None:
            nightly.install(self._job(nightly.NAME), self.probes, self.pins, self.patience)
        self._done(nightly.NAME)

    def node_and_its_tools(self) -> None:
        """Get Node, and the tools that npm has."""
        if not {"node", "npm tools"} & set(self.planned):
            return
        found = node.find(self.probes, self.pins)
        if found is None:
            found = node.install(self._job("node"), self.probes, self.pins)
        self._done("node")
        if not npm.find(self.probes, found).is_complete:
            npm.install(self._job("npm tools"), self.probes, found)
        self._done("npm tools")

    def _get_rust(self) -> Rust:
        found = rustc.find(self.probes, self.pins) or self._from_rustup() or self._from_debian()
        self._done("rust")
        self._done("rust std")
        return found

    def _from_rustup(self) -> Rust | None:
        """Get the pinned Rust with rustup, or answer None where Debian's way is left to try."""
        if "rust" not in self.planned:
            return None
        job = self._job("rust")
        trouble = rustup.install(job, self.pins.rust_version, rustc.PARTS, rustc.home(), self.patience)
        if trouble is None:
            return job.proven(rustc.find(self.probes, self.pins))
        if "rust std" not in self.planned:
            raise self._no_rust(trouble)
        self.report("rust", "rustup could not download; Debian's packages are taken instead")
        self._get_packages("rust packages")
        return None

    def _from_debian(self) -> Rust:
        if names := apt.missing(self.probes, apt.RUST):
            raise remedies.needs_administrator(names)
        job = self._job("rust std")
        debian.build_std(job, self.probes, self.probes.machine)
        return job.proven(rustc.find(self.probes, self.pins))

    def _no_rust(self, trouble: Refusal) -> Refusal:
        machine = self.probes.machine
        names = apt.missing(self.probes, apt.RUST) if machine.has_apt else ()
        if names:
            return remedies.needs_administrator(names, trouble.details)
        return remedies.no_way_to_rust(machine, self.pins, trouble.details)

    def _get_packages(self, name: str) -> None:
        if name not in self.planned:
            return
        lacking = apt.run(self._job(name), self.probes, self.planned[name])
        if lacking:
            details = [f"not among the packages of this system: {', '.join(lacking)}"]
            raise remedies.no_way_to_rust(self.probes.machine, self.pins, details)
        self.report(name, DONE)

    def _done(self, name: str) -> None:
        if name in self.planned:
            self.report(name, DONE)

    def _job(self, name: str) -> Job:
        return Job(name, self.probes.machine, self.report, self.probes.stop)
