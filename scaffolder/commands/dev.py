"""The command `scaffold dev`: becomes wrangler's dev server, with the pinned tools.

Not here: wrangler's command lines (`wrangler_cli.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from scaffolder.commands import dev_environment, dev_wrangler
from scaffolder.core.errors import BuildOrTestFailed
from scaffolder.reading import conflicted_files, usable_project
from scaffolder.reading.config import config_search
from scaffolder.reading.project import Project
from scaffolder.system import process, terminal_control, transaction
from scaffolder.toolchain import child_environment, project_tools, provision
from scaffolder.ui.report import Report
from scaffolder.validation import dev_builds, wrangler_cli

CONFIG = {"--config", "-c"}
"""The options of `wrangler dev` that choose the wrangler file."""

STATE = {"--persist-to": "--persist-to", "--env": "--env", "-e": "--env"}
"""The options of `wrangler dev` that choose the local state, with their long names."""


def run(folder: Path, arguments: Sequence[str], report: Report, *, passed: Sequence[str] = ()) -> NoReturn:
    """Become a project's dev server, with the pinned tools on its path.

    Local D1 databases are brought up to date first.

    Args:
        folder: The project's folder.
        arguments: Further arguments of `wrangler dev`.
        report: Where an unfinished edit and withheld variables are reported.
        passed: The withheld variables that are let through; there may be more among the arguments.

    Raises:
        BadInput: The folder has no Rust Worker, or a file does not parse.
        BuildOrTestFailed: A migration failed.
        ToolMissing: A tool is missing, too old, or not in the version that the project asks for.
    """
    also_passed, arguments = _passed(arguments)
    passed = [*passed, *also_passed]
    child_environment.refuse_passed(passed)
    named, arguments = _config(arguments)
    project = _read(folder, named, report)
    options = provision.options(project)
    state = dict(_state(arguments))
    with report.working("looking at the tools"):
        toolchain = provision.fitted(provision.find_tools(options), options)
    with report.progress() as on_progress:
        toolchain = project_tools.fitted(toolchain, project, report, on_progress, state.get("--env", ""))
    variables = dev_environment.variables(
        toolchain, project, state.get("--env", ""), report, passed=passed, is_remote="--remote" in arguments
    )
    node = process.which("node", variables["PATH"]) or "node"
    wrangler = [node, *wrangler_cli.command(dev_wrangler.modules(folder, toolchain))[1:]]
    _migrate(project, state, wrangler, variables)
    variables |= dev_builds.variables(project, state.get("--env", ""))
    preloaded = f"--require={dev_builds.PRELOADED}"
    argv = [node, preloaded, *wrangler[1:], *wrangler_cli.dev(project, *arguments)]
    terminal_control.exec_program(argv, cwd=folder, env=variables)


def _migrate(project: Project, state: Mapping[str, str], wrangler: Sequence[str], variables: Mapping[str, str]) -> None:
    """Apply the migrations of the local D1 databases of the environment."""
    words = [f"{option}={value}" for option, value in state.items()]
    for migration in wrangler_cli.migrations(project, *words, environment=state.get("--env", "")):
        code = process.run_in_terminal([*wrangler, *migration], cwd=project.folder, env=variables)
        if code != 0:
            raise BuildOrTestFailed(
                what="a D1 migration failed",
                where=str(project.folder),
                why=f"wrangler ended with code {code}; see above",
                fix="fix the migration that it names",
            )


def _passed(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the values of `--pass-env` among the arguments, which wrangler does not know, and the other arguments."""
    passed, others = [], []
    words = iter(arguments)
    for word in words:
        if word == "--pass-env":
            passed.append(next(words, ""))
        elif word.startswith("--pass-env="):
            passed.append(word.partition("=")[2])
        else:
            others.append(word)
    return passed, others


def _read(folder: Path, config: str, report: Report) -> Project:
    if left := transaction.unfinished(folder):
        report.note(left)
    conflicted_files.refuse(folder)
    chosen = config_search.given(folder, Path(config)) if config else None
    return usable_project.read(folder, chosen, report.note)


def _config(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """Return the wrangler file that the arguments choose, or an empty text, and the other arguments."""
    for at, word in enumerate(arguments):
        option, equals, value = word.partition("=")
        if option in CONFIG:
            after = at + (1 if equals else 2)
            return value if equals else next(iter(arguments[at + 1 : after]), ""), [*arguments[:at], *arguments[after:]]
    return "", list(arguments)


def _state(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the options that choose the local state, with their values; all calls of wrangler need the same ones."""
    for at, word in enumerate(arguments):
        option, equals, value = word.partition("=")
        if option in STATE:
            yield STATE[option], value if equals else next(iter(arguments[at + 1 : at + 2]), "")
