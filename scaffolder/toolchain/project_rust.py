"""Gives a project's build the Rust that its rust-toolchain.toml asks for, as rustup would.

The pinned release is an exception: whatever usable Rust was found builds it, and the proof names both.

Not here: the Rust of all other projects (`rustc.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from scaffolder.catalogue import manifests
from scaffolder.core.errors import Refusal, ToolMissing
from scaffolder.core.tool import Toolchain
from scaffolder.reading import rust_toolchain
from scaffolder.reading.project import Project
from scaffolder.reading.rust_toolchain import Channel
from scaffolder.system import paths
from scaffolder.toolchain.job import Job, Timeouts
from scaffolder.toolchain.machine import Machine
from scaffolder.toolchain.probes import Probes, probing
from scaffolder.toolchain.setup_lock import exclusive_setup
from scaffolder.toolchain.tools import rustc, rustup
from scaffolder.toolchain.tools.rustc import TARGET, Rust
from scaffolder.ui.report import Report


def fitted(
    toolchain: Toolchain, project: Project, report: Report, on_progress: Callable[[str, str], None]
) -> Toolchain:
    """Return the tools with the Rust that a project asks for; install it with rustup if this is the first time.

    Args:
        toolchain: The tools with the Rust that was found.
        project: The project.
        report: Where an installation is named.
        on_progress: Called with a name and a line of its progress.

    Raises:
        ToolMissing: There is no such Rust, and it cannot be installed.
    """
    channel = rust_toolchain.channel(project.workers[0].build_folder)
    pinned = manifests.pins().rust_version
    if channel is None or channel.name == pinned or channel.includes(toolchain.rust_release):
        return toolchain
    with probing(Machine()) as probes:
        # A name from a file may be a path, or look like an option of rustup.
        is_name = re.fullmatch(r"\w[\w.+-]*", channel.name) is not None
        found, failure = _find(probes, channel) if is_name else None, None
        if found is None and is_name and rustup.is_installed(probes.machine):
            report.note(f"getting Rust {channel.name}, by rustup into the tool folder")
            failure = _install(probes, channel, on_progress)
            found = _find(probes, channel)
    if found is None:
        raise _missing(channel, toolchain.rust_release, failure)
    return _with(toolchain, found)


def _find(probes: Probes, channel: Channel) -> Rust | None:
    for program in _candidates(channel.name):
        found = rustc.check(probes, "0", program)
        if isinstance(found, Rust) and _is_it(channel, found):
            return found
    return None


def _candidates(name: str) -> Iterator[Path]:
    """Yield the compilers of the tool folder, and of the user's rustup, whose toolchain has a name."""
    users = Path(os.environ.get("RUSTUP_HOME") or Path.home() / ".rustup")
    for home in (rustc.home(), users):
        yield from sorted(home.glob(f"toolchains/{name}-*/bin/rustc"))
        yield from sorted(home.glob(f"toolchains/{name}/bin/rustc"))


def _is_it(channel: Channel, rust: Rust) -> bool:
    """Return whether a Rust is the one; `1.85` begins the name of 1.85.1, too, and a channel names no release."""
    return not channel.name[0].isdigit() or channel.includes(rust.release)


def _install(probes: Probes, channel: Channel, on_progress: Callable[[str, str], None]) -> Refusal | None:
    with exclusive_setup(on_progress):
        job = Job(f"Rust {channel.name}", probes.machine, on_progress, probes.stop)
        return rustup.install(job, channel.name, rustc.PARTS, rustc.home(), Timeouts())


def _missing(channel: Channel, release: str, failure: Refusal | None) -> ToolMissing:
    name = channel.file.name
    return ToolMissing(
        what=f"{name} asks for Rust {channel.name}, and there is only {release}",
        where=str(channel.file),
        why="a build by another Rust than the project's proves nothing about it",
        fix=f"rustup toolchain install {channel.name} --target {TARGET}, or ask for {release} in {name}",
        details=failure.details if failure else [],
    )


def _with(toolchain: Toolchain, rust: Rust) -> Toolchain:
    """Return the tools with another Rust. The cargo tools stay: it does not matter which Rust compiled them."""
    fit = replace(toolchain, rust_release=rust.release, target=paths.target(rust.key))
    if "RUSTUP_TOOLCHAIN" in toolchain.variables:
        return replace(fit, variables={**toolchain.variables, "RUSTUP_TOOLCHAIN": str(rust.folder.parent)})
    return replace(fit, path=(rust.folder, *toolchain.path))
