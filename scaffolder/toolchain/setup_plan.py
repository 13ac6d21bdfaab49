"""Gets what is missing into the tool folder: first says what that is, then does it.

Where rustup might not be able to download, the plan already names what would be done instead,
so that the user is asked once, and before anything.

Not here: how each thing is got (`rustup.py`, `debian.py`, `node.py`, `npm.py`, ...).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from scaffolder.core.errors import IOFailure
from scaffolder.core.models import Pins
from scaffolder.system import paths
from scaffolder.system.parallel import side_by_side
from scaffolder.toolchain import remedies
from scaffolder.toolchain.installer import Getting
from scaffolder.toolchain.job import RETRY, Patience
from scaffolder.toolchain.machine import Machine
from scaffolder.toolchain.probes import Probes, probing
from scaffolder.toolchain.setup_lock import one_at_a_time
from scaffolder.toolchain.survey import Survey, survey
from scaffolder.toolchain.tools import apt, browser, nightly, rustup

ONLY_IF = ", only if rustup cannot download"


@dataclass(frozen=True)
class Acquisition:
    """Something that is missing, and will be got.

    Args:
        name: Its name, which progress is reported under.
        title: What will be got, and where to.
        needs_root: Whether the system's package manager has to do it.
        command: The command for that.
    """

    name: str
    title: str
    needs_root: bool = False
    command: str = ""


def plan(pins: Pins, machine: Machine | None = None, extras: Collection[str] = ()) -> tuple[Acquisition, ...]:
    """Answer what is missing; nothing is changed by asking.

    Args:
        pins: The versions that are needed.
        machine: The machine to look at; this one where there is none.
        extras: The tools that some templates need beyond the usual ones.

    Raises:
        ToolMissing: Something is missing that cannot be got from here.
    """
    with probing(machine or Machine()) as probes:
        seen = survey(probes, pins)
        system = _plan_system(probes, pins, seen, extras)
        rusts = (*_plan_rust(probes, pins, seen), *_plan_nightly(probes.machine, pins, seen, extras))
        return (*system, *rusts, *_plan_tools(pins, seen))


def acquire(
    pins: Pins,
    planned: Sequence[Acquisition],
    on_progress: Callable[[str, str], None],
    machine: Machine | None = None,
    patience: Patience | None = None,
) -> None:
    """Get what was planned, side by side; what is there already is not got again.

    Args:
        pins: The versions that are needed.
        planned: What `plan` answered.
        on_progress: Called with a name and the newest line, from several threads.
        machine: The machine to work on; this one where there is none.
        patience: How long rustup may take.

    Raises:
        ToolMissing: Something cannot be got, or does not work.
        IOFailure: The network or the disk does not play along.
    """
    stop = threading.Event()
    commands = {each.name: each.command for each in planned}
    try:
        with one_at_a_time(on_progress), probing(machine or Machine(), stop) as probes:
            getting = Getting(pins, commands, probes, on_progress, patience or Patience())
            chains = [getting.rust_and_its_tools, getting.node_and_its_tools, getting.nightly]
            side_by_side(stop, chains, at_once=len(chains))
    except OSError as error:
        raise IOFailure(
            what=f"the tool folder cannot be written to: {error.strerror}",
            where=str(error.filename or paths.tools()),
            why="every tool is kept there",
            fix=f"make room or mend the rights, or name another folder in SCAFFOLD_CACHE; {RETRY}",
        ) from error


def _plan_system(probes: Probes, pins: Pins, seen: Survey, extras: Collection[str]) -> tuple[Acquisition, ...]:
    machine = probes.machine
    names = (() if seen.git else apt.GIT) + (() if seen.cc else apt.COMPILER)
    names += (browser.NAME,) if browser.NAME in extras and seen.browser is None else ()
    if names and not machine.has_apt:
        raise remedies.needs_system_tool(machine, names)
    if seen.rust is None and not rustup.is_there(machine):
        if not machine.has_apt:
            raise remedies.no_way_to_rust(machine, pins)
        names += apt.missing(probes, apt.RUST)
    if names and not apt.can_install(probes):
        raise remedies.needs_administrator(names)
    return (_of_packages(machine, "system packages", names, ""),) if names else ()


def _plan_rust(probes: Probes, pins: Pins, seen: Survey) -> tuple[Acquisition, ...]:
    machine = probes.machine
    if seen.rust:
        return ()
    std = "the standard library for wasm32, compiled from Debian's source into the tool folder"
    if not rustup.is_there(machine):
        return (Acquisition("rust std", std),)
    title = f"Rust {pins.rust_version} with the wasm32 target, by rustup into the tool folder"
    first = Acquisition("rust", title)
    names = apt.missing(probes, apt.RUST) if machine.has_apt else ()
    if not machine.has_apt or (names and not apt.can_install(probes)):
        return (first,)
    instead = (_of_packages(machine, "rust packages", names, ONLY_IF),) if names else ()
    return (first, *instead, Acquisition("rust std", std + ONLY_IF))


def _plan_nightly(machine: Machine, pins: Pins, seen: Survey, extras: Collection[str]) -> tuple[Acquisition, ...]:
    if nightly.NAME not in extras or seen.nightly:
        return ()
    if not rustup.is_there(machine):
        raise remedies.no_way_to_nightly(machine, pins)
    title = f"Rust's nightly of {pins.nightly_date} with its source, by rustup into the tool folder"
    return (Acquisition(nightly.NAME, title),)


def _plan_tools(pins: Pins, seen: Survey) -> tuple[Acquisition, ...]:
    planned = [
        Acquisition(tool.name, f"{tool.crate} {tool.version}, compiled into the tool folder")
        for tool, found in seen.cargo_tools
        if found is None or found.version != tool.version
    ]
    if seen.node is None:
        title = f"Node {pins.node_version}, as a Python wheel into the tool folder"
        planned.append(Acquisition("node", title))
    if seen.npm_tools is None or not seen.npm_tools.is_complete:
        binaryen, esbuild = pins.binaryen_version, pins.esbuild_version
        tools = f"wrangler {pins.wrangler_version}, binaryen {binaryen} and esbuild {esbuild}"
        planned.append(Acquisition("npm tools", f"{tools}, by npm into the tool folder"))
    return tuple(planned)


def _of_packages(machine: Machine, name: str, names: Sequence[str], when: str) -> Acquisition:
    title = f"packages of the system: {' '.join(names)}{when}"
    return Acquisition(name, title, needs_root=True, command=apt.command(machine, names))
