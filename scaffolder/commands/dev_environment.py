"""The environment of `wrangler dev`, which gets a login of the user only if it calls Cloudflare.

Not here: the variables that hold logins (`withheld.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence

from scaffolder.core.invocation import program
from scaffolder.core.tool import Toolchain
from scaffolder.reading.config.environments import Environment, served
from scaffolder.reading.project import Project
from scaffolder.toolchain import build_env
from scaffolder.toolchain.withheld import withheld
from scaffolder.ui.report import Report

LOCAL = (
    r"CLOUDFLARE_ENV|CLOUDFLARE_INCLUDE_PROCESS_ENV|CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV"
    r"|(CLOUDFLARE|WRANGLER)_HYPERDRIVE_LOCAL_CONNECTION_STRING_\w+"
)
"""The variables by which wrangler's users choose what is served on their machine."""

LOGIN = r"(CLOUDFLARE|CF)_\w+"
"""The variables by which wrangler logs in to Cloudflare."""

ALWAYS_REMOTE = {"ai"}
"""The kinds of bindings that have no local stand-in in wrangler."""


def variables(
    toolchain: Toolchain, project: Project, environment: str, report: Report, *, passed: Sequence[str], is_remote: bool
) -> dict[str, str]:
    """Return the environment of `wrangler dev`, and report which variables it does not get.

    Args:
        toolchain: The tools.
        project: The project.
        environment: The environment that is served; empty for the top level of the wrangler files.
        report: Where the withheld variables are named.
        passed: The names of variables that the user lets through.
        is_remote: Whether the worker itself is run by Cloudflare.
    """
    found = [served(worker.config, environment) for worker in project.workers]
    pattern = f"{LOCAL}|{LOGIN}" if is_remote or any(map(_is_remote, found)) else LOCAL
    own = {name for each in found for name in _secrets(each)}
    let_through = [*passed, *(name for name in os.environ if name in own or re.fullmatch(pattern, name))]
    if kept_back := withheld(os.environ, let_through):
        command = f"{program()} dev --pass-env {kept_back[0]}"
        report.note(f"withheld from wrangler: {', '.join(kept_back)}; to let one through: {command}")
    return build_env.environment_without_logins(toolchain, let_through)


def _is_remote(environment: Environment) -> bool:
    """Return whether wrangler calls Cloudflare for a binding, although the worker runs locally."""
    return any(bound.kind in ALWAYS_REMOTE or bound.table.get("remote") is True for bound in environment.bindings())


def _secrets(environment: Environment) -> Iterator[str]:
    """Yield the names of the required secrets, whose values wrangler also takes from its environment."""
    yield from (bound.name for bound in environment.bindings() if bound.kind == "secret")
