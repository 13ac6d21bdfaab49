"""Plans the installation of missing tools, and runs the plan.

Whether rustup can download is unknown at this point, so the plan includes the fallback: the user
is asked only once, before anything is installed.

Not here: how each tool is installed (`rustup.py`, `debian.py`, `node.py`, `npm.py`, ...).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from scaffolder.core.template import Pins
from scaffolder.system.parallel import run_all
from scaffolder.toolchain import remedies
from scaffolder.toolchain.installer import Installer
from scaffolder.toolchain.job import Timeouts
from scaffolder.toolchain.machine import Machine
from scaffolder.toolchain.probes import Probes, probing
from scaffolder.toolchain.setup_lock import exclusive_setup
from scaffolder.toolchain.survey import Survey, survey
from scaffolder.toolchain.tools import apt, browser, nightly, postgresql, rustup

ONLY_IF = ", only if rustup's download fails"


@dataclass(frozen=True)
class InstallStep:
    """A step of a plan: one thing that is missing.

    Args:
        name: The name that progress is reported under.
        title: A description, with the destination.
        needs_root: Whether it is installed by the system's package manager.
        command: The command that runs as root.
    """

    name: str
    title: str
    needs_root: bool = False
    command: str = ""


def plan(pins: Pins, machine: Machine | None = None, extras: Collection[str] = ()) -> tuple[InstallStep, ...]:
    """Return the steps that install everything missing, without changing anything.

    Args:
        pins: The required versions.
        machine: The machine to look at; by default this one.
        extras: Additional tools that templates or options need.

    Raises:
        ToolMissing: Something is missing that cannot be installed automatically.
    """
    with probing(machine or Machine()) as probes:
        seen = survey(probes, pins)
        system = _plan_system(probes, pins, seen, extras)
        rusts = (*_plan_rust(probes, pins, seen), *_plan_nightly(probes.machine, pins, seen, extras))
        return (*system, *rusts, *_plan_tools(pins, seen))


def install(
    pins: Pins,
    planned: Sequence[InstallStep],
    on_progress: Callable[[str, str], None],
    machine: Machine | None = None,
    timeouts: Timeouts | None = None,
) -> None:
    """Install the planned tools in parallel; skip those that have been installed since.

    Args:
        pins: The required versions.
        planned: The result of `plan`.
        on_progress: Called with a name and a line of progress, from several threads.
        machine: The machine to install on; by default this one.
        timeouts: The time limits for rustup's downloads.

    Raises:
        ToolMissing: A tool cannot be installed, or does not work.
        IOFailure: Network or disk error.
    """
    stop = threading.Event()
    commands = {each.name: each.command for each in planned}
    with exclusive_setup(on_progress), probing(machine or Machine(), stop) as probes:
        installer = Installer(pins, commands, probes, on_progress, timeouts or Timeouts())
        chains = [installer.rust_and_its_tools, installer.node_and_its_tools, installer.nightly]
        run_all(stop, chains, max_workers=len(chains))


def _plan_system(probes: Probes, pins: Pins, seen: Survey, extras: Collection[str]) -> tuple[InstallStep, ...]:
    machine = probes.machine
    names = (() if seen.git else apt.GIT) + (() if seen.cc else apt.COMPILER)
    names += (browser.NAME,) if browser.NAME in extras and seen.browser is None else ()
    names += (postgresql.NAME,) if postgresql.NAME in extras and seen.postgresql is None else ()
    if names and not machine.has_apt:
        raise remedies.needs_system_tool(machine, names)
    if seen.rust is None and not rustup.is_installed(machine):
        if not machine.has_apt:
            raise remedies.cannot_install_rust(machine, pins)
        names += apt.missing(probes, apt.RUST)
    if names and not apt.can_install(probes):
        raise remedies.needs_administrator(names)
    return (_of_packages(machine, "system packages", names, ""),) if names else ()


def _plan_rust(probes: Probes, pins: Pins, seen: Survey) -> tuple[InstallStep, ...]:
    machine = probes.machine
    if seen.rust:
        return ()
    std = "the standard library for wasm32, compiled from Debian's source into the tool folder"
    if not rustup.is_installed(machine):
        return (InstallStep("rust std", std),)
    title = f"Rust {pins.rust_version} with the wasm32 target, by rustup into the tool folder"
    first = InstallStep("rust", title)
    names = apt.missing(probes, apt.RUST) if machine.has_apt else ()
    if not machine.has_apt or (names and not apt.can_install(probes)):
        return (first,)
    fallback = (_of_packages(machine, "rust packages", names, ONLY_IF),) if names else ()
    return (first, *fallback, InstallStep("rust std", std + ONLY_IF))


def _plan_nightly(machine: Machine, pins: Pins, seen: Survey, extras: Collection[str]) -> tuple[InstallStep, ...]:
    if nightly.NAME not in extras or seen.nightly:
        return ()
    if not rustup.is_installed(machine):
        raise remedies.cannot_install_nightly(machine, pins)
    title = f"Rust nightly {pins.nightly_date} with its source, by rustup into the tool folder"
    return (InstallStep(nightly.NAME, title),)


def _plan_tools(pins: Pins, seen: Survey) -> tuple[InstallStep, ...]:
    planned = [
        InstallStep(tool.name, f"{tool.crate} {tool.version}, compiled into the tool folder")
        for tool, found in seen.cargo_tools
        if found is None or found.version != tool.version
    ]
    if seen.node is None:
        title = f"Node {pins.node_version}, from a Python wheel into the tool folder"
        planned.append(InstallStep("node", title))
    if seen.npm_tools is None or not seen.npm_tools.is_complete:
        binaryen, esbuild = pins.binaryen_version, pins.esbuild_version
        tools = f"wrangler {pins.wrangler_version}, binaryen {binaryen} and esbuild {esbuild}"
        planned.append(InstallStep("npm tools", f"{tools}, by npm into the tool folder"))
    return tuple(planned)


def _of_packages(machine: Machine, name: str, names: Sequence[str], when: str) -> InstallStep:
    title = f"system packages: {' '.join(names)}{when}"
    return InstallStep(name, title, needs_root=True, command=apt.command(machine, names))
