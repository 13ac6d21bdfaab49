"""The environment of a validation's steps, and the report of what was left out of it.

Not here: which variables are left out (`build_env.py`, `withheld.py`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.core.tool import Toolchain
from scaffolder.reading import cargo_settings
from scaffolder.toolchain import build_env
from scaffolder.toolchain.withheld import withheld
from scaffolder.ui.report import Report


def variables(toolchain: Toolchain, passed: Sequence[str]) -> dict[str, str]:
    """Return the environment of a validation's steps, in which dependencies are compiled once for all projects.

    Only a validation may share the build folder: the locks of `working_copy.py` keep two crates of one name from
    being built in it at the same time.

    Args:
        toolchain: The tools.
        passed: The withheld variables that are let through.
    """
    return build_env.environment_without_logins(toolchain, passed) | _shared(toolchain)


def show(toolchain: Toolchain, passed: Sequence[str], projects: Iterable[Path], report: Report) -> None:
    """Report what may have changed the steps from outside of the projects, and what was kept from them.

    Args:
        toolchain: The tools.
        passed: The withheld variables that are let through.
        projects: The folders of the projects.
        report: Where the names of variables and settings are shown, and the variables that the program itself sets.
    """
    removed, kept_back = build_env.removed(os.environ), withheld(os.environ, passed)
    if removed:
        report.plain(f"built without your {', '.join(removed)}: a build depends on the project alone")
    if kept_back:
        command = f"{program()} validate --pass-env {kept_back[0]}"
        report.plain(f"withheld from the steps: {', '.join(kept_back)}; to let one through: {command}")
    settings = {each.file: each.names for project in projects for each in cargo_settings.outside(project.resolve())}
    for file, names in settings.items():
        report.plain(f"also built with {file}: {', '.join(names)}")
    own = build_env.ADDED | toolchain.variables | _shared(toolchain)
    report.result(
        environment={
            "removed": removed,
            "withheld": kept_back,
            "passed": sorted(passed),
            "cargo_settings": settings,
            "set": dict(sorted(own.items())),
        }
    )


def _shared(toolchain: Toolchain) -> dict[str, str]:
    return {"CARGO_BUILD_BUILD_DIR": str(toolchain.target)}


def refuse_passed(names: Sequence[str]) -> None:
    """Refuse variables that cannot be let through.

    Raises:
        BadInput: There is no such variable, or it influences a build.
    """
    for name in names:
        if build_env.removed([name]):
            raise _refuse(name, "it changes a build, which has to depend on the project alone")
        if name not in os.environ:
            raise _refuse(name, "there is no such variable in the environment")


def _refuse(name: str, why: str) -> BadInput:
    return BadInput(what=f"`{name}` cannot be let through", where=f"--pass-env {name}", why=why, fix="leave it out")
