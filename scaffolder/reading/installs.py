"""Finds the worker-build that a project's build asks for: by `cargo install`, or in package.json for its build script.

Only what the build command leads to counts: the command, and the scripts that it names.

Not here: getting that version (`project_tools.py`).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scaffolder.reading.build_commands import steps_of_build
from scaffolder.reading.config.environments import environments
from scaffolder.reading.project import Project, Worker

CRATE = "worker-build"
NEWEST = "*"
"""The requirement of an installation that names no version."""

INSTALL = re.compile(
    r"\bcargo(?:\.exe)?\s+(?:\+\S+\s+)?(?:-\S+\s+)*b?install\b((?:\"[^\"\n]*\"|'[^'\n]*'|[^&|;\n\"'])*)"
)
"""An installation with its arguments, in which a quoted requirement may hold any character."""

LISTED = re.compile(r"cargo[\"'],\s*\[\s*[\"']install[\"'],([^\]]*)\]")
"""The same as Node's and Python's functions take it, with its arguments in a list."""

VERSION = ("--version", "--vers")
ELSEWHERE = ("--git", "--path", "--registry", "--index", "--root")
"""Options that take the crate from somewhere else, or put it there."""

WITH_VALUE = (
    *("--branch", "--tag", "--rev", "--bin", "--example", "--features", "-F", "--target", "--target-dir"),
    *("--profile", "--jobs", "-j", "--config", "--color", "-Z", "--message-format", "--lockfile-path"),
)
"""Other options whose next word is their value, so that it is not taken for a crate."""

COMMENTS = ("#", "//", "*", "rem ", "REM ")
"""What a line that is not run begins with, in scripts."""

REQUIREMENT = re.compile(r"[\w.+\-<>=^~*, ]+")


@dataclass(frozen=True)
class Install:
    """A version of worker-build that a project asks for.

    Args:
        requirement: The requirement as Cargo writes it, such as `=0.8.7`, `^0.8` or `*`; empty if the crate is not
            taken from the registry, or not put into the install root.
    """

    requirement: str

    @property
    def exact(self) -> str:
        """The one version that fulfils it; empty if there may be several."""
        found = re.fullmatch(r"=\s*(\d+\.\d+\.\d+\S*)", self.requirement)
        return found[1] if found else ""


def asked(project: Project, environment: str = "") -> list[Install]:
    """Return every different worker-build that the builds of a project ask for.

    Args:
        project: The project.
        environment: The environment that is built; empty for the top level of the wrangler files.
    """
    found = [each for worker in project.workers for each in _of_worker(worker, environment)]
    return list(dict.fromkeys(found))


def in_text(text: str) -> Iterator[Install]:
    """Yield each installation of worker-build in a command or a script."""
    for match in INSTALL.finditer(text):
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if not before.lstrip().startswith(COMMENTS):
            yield from _of_words(_words(match[1]))
    for match in LISTED.finditer(text):
        yield from _of_words([word.strip(" \n\t\"'`") for word in match[1].split(",")])


def _of_worker(worker: Worker, environment: str) -> Iterator[Install]:
    every = environments(worker.config)
    built = next((each for each in every if each.name == environment), every[0])
    command = built.get("build", "command")
    if not isinstance(command, str):
        return
    texts = list(steps_of_build(worker, command))
    yield from (install for text in texts for install in in_text(text))
    # The scripts of the catalogue's own projects compare the worker-build that they find with it.
    wanted: Any = worker.package.get("config", CRATE) if worker.package else None
    if isinstance(wanted, str) and any(f'config["{CRATE}"]' in text for text in texts):
        yield Install(_requirement(wanted))


def _of_words(words: list[str]) -> Iterator[Install]:
    crates, version, is_elsewhere = [], "", False
    rest = iter(words)
    for word in rest:
        option, equals, value = word.partition("=")
        if option in VERSION:
            version = value if equals else next(rest, "")
        elif option in ELSEWHERE:
            is_elsewhere = True
            value = value if equals else next(rest, "")
        elif option in WITH_VALUE and not equals:
            next(rest, "")
        elif not word.startswith("-"):
            crates.append(word)
    for crate in crates:
        name, at, own = crate.partition("@")
        # What a variable holds is not known.
        if name == CRATE and "$" not in f"{own}{version}":
            yield Install("" if is_elsewhere else _requirement(own if at else version))


def _requirement(written: str) -> str:
    """Return a requirement as a manifest has it: `cargo install` takes a complete version for that one alone."""
    text = written.strip()
    if not text or text == "latest":
        return NEWEST
    if not REQUIREMENT.fullmatch(text):
        return ""
    return f"={text}" if re.fullmatch(r"\d+\.\d+\.\d+\S*", text) else text


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        # In a script, the end of a string may follow the command.
        return [word.strip("\"'`()") for word in text.split()]
