"""The command `scaffold env`."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from scaffolder.core.errors import BadInput
from scaffolder.reading import config_choice, project_root
from scaffolder.reading import project as reader
from scaffolder.reading.project import Project
from scaffolder.toolchain import build_env, project_tools, provision
from scaffolder.ui.report import Report


def run(report: Report, ids: Sequence[str] = ()) -> int:
    """Print the variables that put the pinned tools on a shell's PATH, as the project of the current folder needs them.

    Returns:
        The exit code.

    Raises:
        ToolMissing: A tool is missing, or cannot be installed.
    """
    toolchain = provision.fitted(provision.find_tools(ids), ids)
    project = _project()
    if project is not None:
        for sentence in config_choice.remarks(project):
            report.note(sentence)
        with report.progress() as on_progress:
            toolchain = project_tools.fitted(toolchain, project, report, on_progress)
    variables = build_env.exports(toolchain)
    for name, value in variables.items():
        report.plain(f"export {name}={shlex.quote(value)}")
    report.result(environment=variables)
    return 0


def _project() -> Project | None:
    """Return the project of the current folder, or None if there is none, or one that does not parse."""
    try:
        return reader.read(project_root.around(Path.cwd()))
    except BadInput:
        return None
