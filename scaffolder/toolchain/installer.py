"""Installs the planned tools in three chains: Rust and cargo tools, Node and npm tools, and the nightly.

Each step first looks whether its tool is installed by now, so that an interrupted setup can be resumed.

Not here: the plan (`setup_plan.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scaffolder.core.errors import Refusal
from scaffolder.core.template import Pins
from scaffolder.toolchain import remedies
from scaffolder.toolchain.job import Job, Timeouts
from scaffolder.toolchain.probes import Probes
from scaffolder.toolchain.tools import apt, cargo_tools, debian, nightly, node, npm, rustc, rustup
from scaffolder.toolchain.tools.rustc import Rust

DONE = "done"


@dataclass(frozen=True)
class Installer:
    """The installation of a plan.

    Args:
        pins: The required versions.
        planned: The name of each planned step, with its system command or an empty string.
        probes: Runs the tools.
        report: Called with a name and a line of progress.
        timeouts: The time limits for rustup's downloads.
    """

    pins: Pins
    planned: Mapping[str, str]
    probes: Probes
    report: Callable[[str, str], None]
    timeouts: Timeouts

    def rust_and_its_tools(self) -> None:
        """Install system packages, Rust, and the tools that are compiled with it."""
        self._install_packages("system packages")
        wanted = [tool for tool in cargo_tools.pinned(self.pins) if tool.name in self.planned]
        if not wanted and not {"rust", "rust std"} & set(self.planned):
            return
        found = self._install_rust()
        for tool in wanted:
            installed = cargo_tools.find(self.probes, tool, found)
            if installed is None or installed.version != tool.version:
                cargo_tools.install(self._job(tool.name), self.probes, tool, found)
            self.report(tool.name, DONE)
        cargo_tools.remove_build_files(found)

    def nightly(self) -> None:
        """Install the nightly Rust."""
        if nightly.NAME not in self.planned:
            return
        if nightly.find(self.probes, self.pins) is None:
            nightly.install(self._job(nightly.NAME), self.probes, self.pins, self.timeouts)
        self._done(nightly.NAME)

    def node_and_its_tools(self) -> None:
        """Install Node and the npm tools."""
        if not {"node", "npm tools"} & set(self.planned):
            return
        found = node.find(self.probes, self.pins)
        if found is None:
            found = node.install(self._job("node"), self.probes, self.pins)
        self._done("node")
        if not npm.find(self.probes, found).is_complete:
            npm.install(self._job("npm tools"), self.probes, found)
        self._done("npm tools")

    def _install_rust(self) -> Rust:
        found = rustc.find(self.probes, self.pins) or self._from_rustup() or self._from_debian()
        self._done("rust")
        self._done("rust std")
        return found

    def _from_rustup(self) -> Rust | None:
        """Install the pinned Rust with rustup; return None if Debian's packages are to be tried instead."""
        if "rust" not in self.planned:
            return None
        job = self._job("rust")
        failure = rustup.install(job, self.pins.rust_version, rustc.PARTS, rustc.home(), self.timeouts)
        if failure is None:
            return job.require_working(rustc.find(self.probes, self.pins))
        if "rust std" not in self.planned:
            raise self._no_rust(failure)
        self.report("rust", "rustup could not download; falling back to Debian's packages")
        self._install_packages("rust packages")
        return None

    def _from_debian(self) -> Rust:
        if names := apt.missing(self.probes, apt.RUST):
            raise remedies.needs_administrator(names)
        job = self._job("rust std")
        debian.build_std(job, self.probes, self.probes.machine)
        return job.require_working(rustc.find(self.probes, self.pins))

    def _no_rust(self, failure: Refusal) -> Refusal:
        machine = self.probes.machine
        names = apt.missing(self.probes, apt.RUST) if machine.has_apt else ()
        if names:
            return remedies.needs_administrator(names, failure.details)
        return remedies.cannot_install_rust(machine, self.pins, failure.details)

    def _install_packages(self, name: str) -> None:
        if name not in self.planned:
            return
        unavailable = apt.run(self._job(name), self.probes, self.planned[name])
        if unavailable:
            details = [f"not in this system's package sources: {', '.join(unavailable)}"]
            raise remedies.cannot_install_rust(self.probes.machine, self.pins, details)
        self.report(name, DONE)

    def _done(self, name: str) -> None:
        if name in self.planned:
            self.report(name, DONE)

    def _job(self, name: str) -> Job:
        return Job(name, self.probes.machine, self.report, self.probes.stop)
