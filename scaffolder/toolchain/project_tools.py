"""Gives a project's build the worker-build that it asks for, compiled once into an install root of that version.

A build command may begin with `cargo install worker-build@VERSION`. With that root in CARGO_INSTALL_ROOT, cargo finds
the version installed, and writes nothing: neither is it compiled again, nor does the user's own one change.

Not here: what a project asks for (`installs.py`), and the pinned tools (`inventory.py`).
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

from scaffolder.core.errors import BadInput
from scaffolder.core.tool import Toolchain
from scaffolder.reading import installs
from scaffolder.reading.project import Project
from scaffolder.system import paths
from scaffolder.toolchain import newest_version
from scaffolder.toolchain.job import Job
from scaffolder.toolchain.machine import Machine
from scaffolder.toolchain.probes import Probes, probing
from scaffolder.toolchain.setup_lock import exclusive_setup
from scaffolder.toolchain.tools import cargo_tools
from scaffolder.toolchain.tools.cargo_tools import CargoTool
from scaffolder.toolchain.tools.rustc import Rust
from scaffolder.ui.report import Report


def fitted(toolchain: Toolchain, project: Project, report: Report, environment: str = "") -> Toolchain:
    """Return the tools with the worker-build that a project asks for; compile it if this is the first time.

    Args:
        toolchain: The tools in their pinned versions.
        project: The project.
        report: Where the progress of an installation is shown.
        environment: The environment that is built; empty for the top level of the wrangler files.

    Raises:
        BadInput: There is no such version.
        ToolMissing: The version cannot be installed.
        IOFailure: The same, because of the network or the disk.
    """
    asked = installs.asked(project, environment)
    if len(asked) != 1 or not asked[0].requirement:
        # Whatever else the build installs is cargo's to decide, in a folder of the project.
        return _installing_into(toolchain, _own_root(toolchain, project.folder))
    version, more = _version(toolchain, asked[0])
    tool = cargo_tools.worker_build(version)
    acquire(toolchain, tool, report)
    root = cargo_tools.install_root(toolchain.rust_key, tool)
    return _installing_into(replace(toolchain, variables=toolchain.variables | more), root)


def acquire(toolchain: Toolchain, tool: CargoTool, report: Report) -> None:
    """Compile a tool into its install root, unless it is there.

    Args:
        toolchain: The tools, whose Rust compiles it.
        tool: The tool.
        report: Where the progress is shown.

    Raises:
        ToolMissing: It cannot be installed.
        IOFailure: The same, because of the network or the disk.
    """
    rust = Rust(toolchain.rust_folder, toolchain.rust_release, toolchain.rust_key, "")
    machine = Machine()
    with probing(machine) as probes:
        if _is_there(probes, rust, tool):
            return
        report.note(f"getting {tool.crate} {tool.version}, compiled into the tool folder")
        with report.progress() as on_progress, exclusive_setup(on_progress):
            # Another process may have installed it while this one waited.
            if not _is_there(probes, rust, tool):
                cargo_tools.install(Job(tool.name, machine, on_progress, probes.stop), probes, tool, rust)
                cargo_tools.remove_build_files(rust)


def _version(toolchain: Toolchain, install: installs.Install) -> tuple[str, dict[str, str]]:
    """Return the version to install, and the variables with which the build's own cargo takes that one, too."""
    if install.exact:
        return install.exact, {}
    with probing(Machine()) as probes:
        found = _newest(probes, toolchain, install.requirement)
    if found is None:
        raise BadInput(
            what=f"no {installs.CRATE} fulfils `{install.requirement}`",
            where="the build command",
            why="neither the registry nor cargo's own cache has one",
            fix=f"ask for another version, and see: cargo info {installs.CRATE}",
        )
    return found.version, {"CARGO_NET_OFFLINE": "true"} if found.is_offline else {}


def _newest(probes: Probes, toolchain: Toolchain, requirement: str) -> newest_version.Newest | None:
    return newest_version.find(probes, toolchain.rust_folder / "cargo", installs.CRATE, requirement)


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
