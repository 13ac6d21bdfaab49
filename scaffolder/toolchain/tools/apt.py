"""Queries and installs Debian packages, which is the only step that needs root.

Not here: the standard library that is built from them (`debian.py`).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from scaffolder.system import paths, process
from scaffolder.toolchain.build_env import clean_environment
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
    """Return the packages that are not installed.

    Args:
        probes: Runs dpkg-query.
        packages: The packages to look for.
    """
    result = probes.run(["dpkg-query", "-W", "-f=${Package} ${db:Status-Status}\\n", *packages])
    lines = result.output.splitlines() if result else []
    return tuple(name for name in packages if f"{name} installed" not in lines)


def without_candidate(probes: Probes, packages: Sequence[str]) -> tuple[str, ...]:
    """Return the packages without an installation candidate in this system's sources.

    Args:
        probes: Runs apt-cache.
        packages: The packages to look for.
    """
    result = probes.run(["apt-cache", "policy", *packages], variables={"LC_ALL": "C"})
    output = result.output if result else ""
    has = set(re.findall(r"^(\S+):\n(?:  .*\n)*?  Candidate: (?!\(none\))", output, re.MULTILINE))
    return tuple(name for name in packages if name not in has)


def can_install(probes: Probes) -> bool:
    """Return whether this process is root, or can use sudo: without a password, or with a terminal to ask for it."""
    machine = probes.machine
    if machine.is_root or machine.find("sudo") is None:
        return machine.is_root
    result = None if machine.has_terminal else probes.run(["sudo", "-n", "true"])
    return machine.has_terminal or bool(result and result.is_ok)


def command(machine: Machine, packages: Sequence[str]) -> str:
    """Return the command that installs packages, for the user of this machine."""
    return " && ".join(shlex.join(machine.as_root(argv)) for argv in _commands(packages))


def command_for_root(packages: Sequence[str]) -> str:
    """Return the command that installs packages, for an administrator."""
    return " && ".join(map(shlex.join, _commands(packages)))


def run(job: Job, probes: Probes, line: str) -> tuple[str, ...]:
    """Run the command that the user agreed to.

    Args:
        job: The step of the setup.
        probes: Runs apt-cache.
        line: The result of `command`.

    Returns:
        The packages without an installation candidate; if there are any, nothing was installed.

    Raises:
        Refusal: The command failed.
    """
    update, install = map(shlex.split, line.split(" && "))
    _run(job, update)
    # Only now: `apt-get update` may have added some.
    unavailable = without_candidate(probes, install[install.index(LAST_OPTION) + 1 :])
    if not unavailable:
        _run(job, install)
    return unavailable


def _commands(packages: Sequence[str]) -> list[list[str]]:
    # `env`, since sudo does not pass on the user's variables.
    install = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y"]
    return [["apt-get", "update"], [*install, LAST_OPTION, *packages]]


def _run(job: Job, argv: Sequence[str]) -> None:
    if job.machine.is_root:
        job.run(argv)
        return
    # On the user's terminal, where sudo can ask for a password.
    job.report(job.name, "running " + shlex.join(argv))
    environment = clean_environment((), job.machine.search)
    if process.run_in_terminal(argv, cwd=paths.tools(), env=environment) != 0:
        tail = ["the command's output is above"]
        raise job.failed(tail)
