"""The command `scaffold dev`: becomes wrangler's dev server, with the pinned tools.

Not here: the arguments behind the project (`dev_arguments.py`), and wrangler's command lines (`wrangler_cli.py`).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from scaffolder.commands import consent as asking
from scaffolder.commands import dev_arguments, dev_environment, dev_wrangler
from scaffolder.core.errors import BuildOrTestFailed
from scaffolder.core.requests import Consent
from scaffolder.reading import conflicted_files, usable_project
from scaffolder.reading.config import config_search
from scaffolder.reading.project import Project
from scaffolder.system import process, terminal_control, transaction
from scaffolder.toolchain import child_environment, project_tools, provision
from scaffolder.ui.report import Report
from scaffolder.validation import dev_builds, wrangler_cli


def run(
    folder: Path, arguments: Sequence[str], report: Report, *, passed: Sequence[str] = (), is_release: bool = False
) -> NoReturn:
    """Become a project's dev server, with the pinned tools on its path.

    Local D1 databases are brought up to date first.

    Args:
        folder: The project's folder.
        arguments: Further arguments of `wrangler dev`.
        report: Where an unfinished edit and withheld variables are reported.
        passed: The withheld variables that are let through; there may be more among the arguments.
        is_release: Whether the worker is built as for a deployment; `--release` among the arguments asks for it, too.

    Raises:
        BadInput: The folder has no Rust Worker, or a file does not parse.
        BuildOrTestFailed: A migration failed.
        TrustRefused: The project is not from the bundled catalogue, and the user does not want to run it.
        ToolMissing: A tool is missing, too old, or not in the version that the project asks for.
    """
    given = dev_arguments.parse(arguments)
    passed = [*passed, *given.passed]
    child_environment.refuse_passed(passed)
    _ask(folder, given.trust, report)
    project = _read(folder, given.config, report)
    options = provision.options(project)
    with report.working("looking at the tools"):
        toolchain = provision.fitted(provision.find_tools(options), options)
    with report.progress() as on_progress:
        toolchain = project_tools.fitted(toolchain, project, report, on_progress, given.environment)
    variables = dev_environment.variables(
        toolchain, project, given.environment, report, passed=passed, is_remote="--remote" in given.wrangler
    )
    node = process.which("node", variables["PATH"]) or "node"
    wrangler = [node, *wrangler_cli.command(dev_wrangler.modules(folder, toolchain))[1:]]
    _migrate(project, given, wrangler, variables)
    variables |= dev_builds.variables(project, given.environment, is_release=is_release or given.is_release)
    preloaded = f"--require={dev_builds.PRELOADED}"
    argv = [node, preloaded, *wrangler[1:], *wrangler_cli.dev(project, *given.wrangler)]
    terminal_control.exec_program(argv, cwd=folder, env=variables)


def _migrate(
    project: Project, given: dev_arguments.Arguments, wrangler: Sequence[str], variables: Mapping[str, str]
) -> None:
    """Apply the migrations of the local D1 databases of the environment."""
    words = [f"{option}={value}" for option, value in given.state.items()]
    for migration in wrangler_cli.migrations(project, *words, environment=given.environment):
        code = process.run_in_terminal([*wrangler, *migration], cwd=project.folder, env=variables)
        if code != 0:
            raise BuildOrTestFailed(
                what="a D1 migration failed",
                where=str(project.folder),
                why=f"wrangler ended with code {code}; see above",
                fix="fix the migration that it names",
            )


def _ask(folder: Path, trust: str | None, report: Report) -> None:
    """Ask before a project that is not from the bundled catalogue is served."""
    consent = Consent(trust, sys.stdin.isatty() and sys.stderr.isatty())
    asking.for_projects([folder], consent, report, doing="serving the project")


def _read(folder: Path, config: str, report: Report) -> Project:
    if left := transaction.unfinished(folder):
        report.note(left)
    conflicted_files.refuse(folder)
    chosen = config_search.given(folder, Path(config)) if config else None
    return usable_project.read(folder, chosen, report.note)
