"""The command `scaffold env`."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from scaffolder.toolchain import build_env, provision
from scaffolder.ui.report import Report


def run(report: Report, ids: Sequence[str] = ()) -> int:
    """Print the variables that put the pinned tools on a shell's PATH.

    Returns:
        The exit code.
    """
    variables = build_env.exports(provision.fitted(provision.find_tools(ids), ids))
    for name, value in variables.items():
        report.plain(f"export {name}={shlex.quote(value)}")
    report.result(environment=variables)
    return 0
