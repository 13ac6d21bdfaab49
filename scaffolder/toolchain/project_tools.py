"""Gives a project's build the tools in the versions that it asks for, each compiled once.

wasm-bindgen reads only what its own version compiled, so the one in Cargo.lock decides. worker-build is the one that
the build command installs, or one that goes with the `worker` crate in Cargo.lock. Each version has an install root of
its own: with that root in CARGO_INSTALL_ROOT, `cargo install` in the build command finds the version installed, and
writes nothing. Neither is it compiled again, nor does the user's own one change.

Not here: what a project asks for (`installs.py`, `cargo_manifest.py`), its Rust (`project_rust.py`), and the pinned
tools (`inventory.py`).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from scaffolder.catalogue import manifests
from scaffolder.core.errors import BadInput, BuildOrTestFailed, IOFailure, Refusal, ToolMissing
from scaffolder.core.tool import Toolchain
from scaffolder.reading import installs
from scaffolder.reading.installs import Install
from scaffolder.reading.project import Project
from scaffolder.reading.releases import builder_of, is_refused, series
from scaffolder.system import paths
from scaffolder.toolchain import newest_version, project_rust
from scaffolder.toolchain.job import Job
from scaffolder.toolchain.machine import Machine
from scaffolder.toolchain.probes import Probes, probing
from scaffolder.toolchain.setup_lock import exclusive_setup
from scaffolder.toolchain.tools import cargo_tools
from scaffolder.toolchain.tools.cargo_tools import CargoTool
from scaffolder.toolchain.tools.rustc import Rust
from scaffolder.ui.report import Report

FAMILY = ("wasm-bindgen", "js-sys", "web-sys", "wasm-bindgen-futures", "wasm-bindgen-test")
"""The crates that are released with wasm-bindgen and require exactly its version: cargo changes all, or none."""

OnProgress = Callable[[str, str], None]
"""Called with a name and a line of an installation's progress."""


def fitted(
    toolchain: Toolchain, project: Project, report: Report, on_progress: OnProgress, environment: str = ""
) -> Toolchain:
    """Return the tools in the versions that a project asks for; install what is used for the first time.

    Args:
        toolchain: The tools in their pinned versions.
        project: The project.
        report: Where each installation is named.
        on_progress: Shows its progress.
        environment: The environment that is built; empty for the top level of the wrangler files.

    Raises:
        BadInput: There is no such version.
        BuildOrTestFailed: Two versions do not go together.
        ToolMissing: A version cannot be installed.
        IOFailure: The same, because of the network or the disk.
    """
    fitting = _Fitting(project, environment, report, on_progress)
    with_rust = project_rust.fitted(toolchain, project, report, on_progress)
    return fitting.with_worker_build(fitting.with_wasm_bindgen(with_rust))


@dataclass(frozen=True)
class _Fitting:
    """What the choice of each tool depends on."""

    project: Project
    environment: str
    report: Report
    on_progress: OnProgress

    def with_wasm_bindgen(self, toolchain: Toolchain) -> Toolchain:
        locked, pinned = self._locked("wasm-bindgen"), manifests.pins().wasm_bindgen_version
        if locked in {"", pinned}:
            return toolchain
        tool = cargo_tools.wasm_bindgen(locked)
        try:
            self._acquire(toolchain, tool)
        except (IOFailure, ToolMissing) as refusal:
            raise _no_wasm_bindgen(refusal, locked, self._with_wasm_bindgens_family(pinned)) from refusal
        programs = cargo_tools.install_root(toolchain.rust_key, tool) / "bin"
        variables = {**toolchain.variables, "WASM_BINDGEN_BIN": str(programs / tool.name)}
        return replace(toolchain, path=(programs, *toolchain.path), variables=variables)

    def with_worker_build(self, toolchain: Toolchain) -> Toolchain:
        worker = self._locked("worker")
        asked = installs.asked(self.project, self.environment) or _implied(worker)
        if len(asked) != 1 or not asked[0].requirement:
            # Whatever else the build installs is cargo's to decide, in a folder of the project.
            return _installing_into(toolchain, _own_root(toolchain, self.project.folder))
        newest = _newest(toolchain, asked[0])
        if worker and is_refused(newest.version, worker):
            raise _mismatch(newest.version, worker)
        tool = cargo_tools.worker_build(newest.version)
        self._acquire(toolchain, tool)
        if newest.is_offline:
            toolchain = replace(toolchain, variables={**toolchain.variables, "CARGO_NET_OFFLINE": "true"})
        return _installing_into(toolchain, cargo_tools.install_root(toolchain.rust_key, tool))

    def _locked(self, crate: str) -> str:
        """Return the one version of a crate that the workers' Cargo.lock has; empty if there are several, or none."""
        locks = [worker.lock for worker in self.project.workers]
        versions = {version for lock in locks if lock for version in lock.versions.get(crate, ())}
        # Anything else could lead out of the tool folder, and Cargo refuses it.
        one = versions.pop() if len(versions) == 1 else ""
        return one if re.fullmatch(r"\d+\.\d+\.\d+[\w.+-]*", one) else ""

    def _with_wasm_bindgens_family(self, pinned: str) -> tuple[str, str]:
        """Return a version of wasm-bindgen, and the command that locks it, together with the crates that require it."""
        locks = [worker.lock for worker in self.project.workers]
        names = [name for name in FAMILY if any(name in lock.versions for lock in locks if lock)]
        return pinned, f"cargo update {' '.join(names)} --precise {pinned}"

    def _acquire(self, toolchain: Toolchain, tool: CargoTool) -> None:
        """Compile a tool into its install root, unless it is there."""
        rust = Rust(toolchain.rust_folder, toolchain.rust_release, toolchain.rust_key, "")
        machine = Machine()
        with probing(machine) as probes:
            if _is_there(probes, rust, tool):
                return
            with exclusive_setup(self.on_progress):
                # Another process may have installed it while this one waited.
                if not _is_there(probes, rust, tool):
                    self.report.note(f"getting {tool.crate} {tool.version}, compiled into the tool folder")
                    job = Job(f"{tool.crate} {tool.version}", machine, self.on_progress, probes.stop)
                    cargo_tools.install_as_possible(job, probes, tool, rust)
                    cargo_tools.remove_build_files(rust)


def _implied(worker: str) -> list[Install]:
    """Return the worker-build that a `worker` crate needs, if the pinned one refuses it."""
    if not worker or series(worker) == series(manifests.pins().worker_build_version):
        return []
    return [Install(f"^{builder_of(worker)}")]


def _newest(toolchain: Toolchain, install: Install) -> newest_version.Newest:
    """Return the version that cargo would install now."""
    if install.exact:
        return newest_version.Newest(install.exact, is_offline=False)
    with probing(Machine()) as probes:
        cargo = toolchain.rust_folder / "cargo"
        found = newest_version.find(probes, cargo, installs.CRATE, install.requirement)
    if found is None:
        raise BadInput(
            what=f"no {installs.CRATE} fulfils `{install.requirement}`",
            where="the build command",
            why="neither the registry nor cargo's own cache has one",
            fix=f"ask for another version, and see: cargo info {installs.CRATE}",
        )
    return found


def _no_wasm_bindgen(refusal: Refusal, locked: str, instead: tuple[str, str]) -> Refusal:
    pinned, command = instead
    return type(refusal)(
        what=f"Cargo.lock has wasm-bindgen {locked}, whose program could not be installed; there is {pinned}",
        where="Cargo.lock",
        why="wasm-bindgen reads only what its own version compiled",
        fix=f"{command}, or run the same command again with a network",
        details=refusal.details,
    )


def _mismatch(worker_build: str, worker: str) -> BuildOrTestFailed:
    return BuildOrTestFailed(
        what=f"worker-build {worker_build} cannot build worker {worker}, which Cargo.lock has",
        where="the build command",
        why="worker-build refuses a `worker` crate of another minor version",
        fix=f"install worker-build@^{builder_of(worker)} in the build command",
    )


def _installing_into(toolchain: Toolchain, root: Path) -> Toolchain:
    path = (root / "bin", *toolchain.path)
    variables = {**toolchain.variables, "CARGO_INSTALL_ROOT": str(root)}
    return replace(toolchain, path=path, variables=variables)


def _own_root(toolchain: Toolchain, project: Path) -> Path:
    digest = hashlib.sha256(os.fsencode(project)).hexdigest()[:12]
    return paths.tools() / toolchain.rust_key / "of-projects" / digest


def _is_there(probes: Probes, rust: Rust, tool: CargoTool) -> bool:
    program = cargo_tools.install_root(rust.key, tool) / "bin" / tool.name
    return probes.version([program, "--version"]) == tool.version
