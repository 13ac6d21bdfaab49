"""The command `scaffold dev`: becomes wrangler's dev server, with the pinned tools.

Not here: wrangler's command lines (`wrangler_cli.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from scaffolder.core.errors import BuildOrTestFailed
from scaffolder.system import process
from scaffolder.toolchain import build_env, provision
from scaffolder.validation import wrangler_cli

STATE = {"--persist-to", "--env", "-e"}
"""The options of `wrangler dev` that choose the local state."""


def run(project: Path, arguments: Sequence[str]) -> NoReturn:
    """Become a project's dev server, with the pinned tools on its path.

    Local D1 databases are brought up to date before.
    """
    words = wrangler_cli.dev(project, *arguments)
    options = provision.options(project)
    toolchain = provision.fitted(provision.find_tools(options), options)
    variables = build_env.environment(toolchain)
    node = process.which("node", variables["PATH"]) or "node"
    for migration in wrangler_cli.migrations(project, *_state(arguments)):
        argv = wrangler_cli.command(toolchain.node_modules, *migration)
        code = process.run_in_terminal([node, *argv[1:]], cwd=project, env=variables)
        if code != 0:
            raise BuildOrTestFailed(
                what="a D1 migration failed",
                where=str(project),
                why=f"wrangler ended with code {code}; see above",
                fix="mend the migration that it names",
            )
    argv = wrangler_cli.command(toolchain.node_modules, *words)
    process.exec_program([node, *argv[1:]], cwd=project, env=variables)


def _state(arguments: Sequence[str]) -> list[str]:
    """Answer the words that say whose local state is meant, which must be the same for all of wrangler."""
    words: list[str] = []
    for at, word in enumerate(arguments):
        if word in STATE:
            words += arguments[at : at + 2]
        elif word.partition("=")[0] in STATE:
            words.append(word)
    return words
