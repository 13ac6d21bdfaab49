"""Asks for, and installs, packages of a Debian system: the one step that needs root.

Not here: what is built from them (`debian.py`).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from scaffolder.system import paths, process
from scaffolder.toolchain.build_env import cleaned
from scaffolder.toolchain.job import Job
from scaffolder.toolchain.machine import Machine
from scaffolder.toolchain.probes import Probes

RUST = (
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "libstd-rust-web-dev",
    "lld-22",
    "rust-web-clippy",
    "rustfmt-web",
)

COMPILER = ("gcc", "libc6-dev")

GIT = ("git",)

LAST_OPTION = "--no-install-recommends"


def missing(probes: Probes, packages: Sequence[str]) -> tuple[str, ...]:
    """Answer which of some packages are not installed.

    Args:
        probes: Where to ask from.
        packages: Their names.
    """
    ran = probes.ask(["dpkg-query", "-W", "-f=${Package} ${db:Status-Status}\\n", *packages])
    lines = ran.output.splitlines() if ran else []
    return tuple(name for name in packages if f"{name} installed" not in lines)


def without_candidate(probes: Probes, packages: Sequence[str]) -> tuple[str, ...]:
    """Answer which of some packages this system's sources do not have.

    Args:
        probes: Where to ask from.
        packages: Their names.
    """
    ran = probes.ask(["apt-cache", "policy", *packages], variables={"LC_ALL": "C"})
    output = ran.output if ran else ""
    has = set(re.findall(r"^(\S+):\n(?:  .*\n)*?  Candidate: (?!\(none\))", output, re.MULTILINE))
    return tuple(name for name in packages if name not in has)


def can_install(probes: Probes) -> bool:
    """Answer whether we are root, or there is a sudo that needs no password or can ask for it."""
    machine = probes.machine
    if machine.is_root or machine.find("sudo") is None:
        return machine.is_root
    ran = None if machine.has_terminal else probes.ask(["sudo", "-n", "true"])
    return machine.has_terminal or bool(ran and ran.is_ok)


def command(machine: Machine, packages: Sequence[str]) -> str:
    """Answer what installs packages, as the user of this machine would type it."""
    return " && ".join(shlex.join(machine.as_root(argv)) for argv in _commands(packages))


def administrators_command(packages: Sequence[str]) -> str:
    """Answer what installs packages, as an administrator would type it."""
    return " && ".join(map(shlex.join, _commands(packages)))


def run(job: Job, probes: Probes, line: str) -> tuple[str, ...]:
    """Run the very command that `command` answered and the user agreed to.

    Args:
        job: What it is done as.
        probes: Where to ask from.
        line: The command.

    Returns:
        The packages that the system's sources do not have; if any, nothing was installed.

    Raises:
        Refusal: It failed.
    """
    update, install = map(shlex.split, line.split(" && "))
    _run(job, update)
    lacking = without_candidate(probes, install[install.index(LAST_OPTION) + 1 :])
    if not lacking:
        _run(job, install)
    return lacking


def _commands(packages: Sequence[str]) -> list[list[str]]:
    quietly = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y"]
    return [["apt-get", "update"], [*quietly, LAST_OPTION, *packages]]


def _run(job: Job, argv: Sequence[str]) -> None:
    if job.machine.is_root:
        job.run(argv)
        return
    # It is run on the user's terminal, as sudo may have to ask for a password there.
    job.report(job.name, "on the terminal: " + shlex.join(argv))
    environment = cleaned((), job.machine.search)
    if process.attend(argv, cwd=paths.tools(), env=environment) != 0:
        tail = ["what the command said is on the terminal, above"]
        raise job.failed(tail)
