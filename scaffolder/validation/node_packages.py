"""The step that gives a project's copy its Node packages, and the place where they are then.

Not here: which of them are outside of the project (`npm_neighbours.py`).
"""

from __future__ import annotations

from pathlib import Path

from scaffolder.catalogue import npm_lock
from scaffolder.core.errors import BadInput
from scaffolder.reading.npm_neighbours import NpmNeighbours, workspace_root
from scaffolder.system import program_output as outputs
from scaffolder.validation import step_command
from scaffolder.validation.context import PipelineContext, StepFailed

LIMIT = 900.0
"""Seconds after which an installation fails."""


def install(context: PipelineContext) -> str:
    """Give the copy its Node packages: those of the tool folder, unless the project asks for others."""
    home = _npm_home(context)
    lock = home / "package-lock.json"
    had = context.toolchain.node_modules.parent / "package-lock.json"
    if _locked(lock) <= _locked(had) if lock.exists() else not _has_neighbours(context):
        modules = context.folder / "node_modules"
        modules.symlink_to(context.toolchain.node_modules, target_is_directory=True)
        return f"wrangler {context.pins.wrangler_version} from the tool folder"
    words = ["ci" if lock.exists() else "install", "--no-audit", "--no-fund"]
    if home != context.folder:
        words += [f"--workspace={context.folder.relative_to(home)}", "--include-workspace-root"]
    ran = step_command.run(context, "install", ["npm", *words], LIMIT, home)
    if ran.is_ok:
        return f"npm {words[0]}"
    raise StepFailed(f"npm {words[0]} failed", outputs.last_lines(ran.output))


def folder(context: PipelineContext) -> Path:
    """Return the folder of Node packages in which the project finds wrangler."""
    found = (home / "node_modules" for home in (context.folder, _npm_home(context)))
    return next((each for each in found if (each / "wrangler").is_dir()), context.folder / "node_modules")


def _has_neighbours(context: PipelineContext) -> bool:
    neighbours = NpmNeighbours(context.folder, [context.folder])
    return neighbours.root is not None or bool(neighbours.needed)


def _npm_home(context: PipelineContext) -> Path:
    """Return the folder in which npm installs the project's packages: that of its npm workspace, if it has one."""
    return workspace_root(context.folder, up_to=context.root) or context.folder


def _locked(lock: Path) -> set[tuple[str, str]]:
    try:
        return npm_lock.packages(lock)
    except (OSError, ValueError, AttributeError, BadInput) as error:
        raise StepFailed("package-lock.json cannot be read", [str(error)]) from error
