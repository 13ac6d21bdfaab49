"""The step that gives a project's copy its Node packages, and the place where they are then.

Not here: which of them are outside of the project (`npm_neighbours.py`).
"""

from __future__ import annotations

from pathlib import Path

from scaffolder.core.errors import BadInput
from scaffolder.reading import node_requirements
from scaffolder.reading.npm_neighbours import NpmNeighbours, workspace_root
from scaffolder.system import program_output as outputs
from scaffolder.validation import step_command
from scaffolder.validation.context import PipelineContext, StepFailed

QUIET = ("--no-audit", "--no-fund")

LIMIT = 900.0
"""Seconds after which an installation fails."""


def install(context: PipelineContext) -> str:
    """Give the copy its Node packages: those of the tool folder, unless the project asks for others."""
    home = _npm_home(context)
    words = _words(context, home)
    if not words:
        modules = context.folder / "node_modules"
        modules.symlink_to(context.toolchain.node_modules, target_is_directory=True)
        return f"wrangler {context.pins.wrangler_version} from the tool folder"
    if home != context.folder:
        words += [f"--workspace={context.folder.relative_to(home)}", "--include-workspace-root"]
    ran = step_command.run(context, "install", ["npm", *words], LIMIT, home)
    if not ran.is_ok:
        raise StepFailed(f"npm {words[0]} failed", outputs.last_lines(ran.output))
    version = node_requirements.installed(folder(context), "wrangler")
    return f"npm {words[0]}" + (f": wrangler {version}" if version else "")


def folder(context: PipelineContext) -> Path:
    """Return the folder of Node packages in which the project finds wrangler, or that of the tools."""
    found = (home / "node_modules" for home in (context.folder, _npm_home(context)))
    return next((each for each in found if (each / "wrangler").is_dir()), context.toolchain.node_modules)


def _words(context: PipelineContext, home: Path) -> list[str]:
    """Return the arguments of the npm that installs the packages; none if those of the tool folder will do."""
    tools = _locked(context.toolchain.node_modules.parent / "package-lock.json")
    lock = node_requirements.npm_lock(home)
    if lock is not None:
        return [] if _locked(lock) <= tools else ["ci", *QUIET]
    has = {path.removeprefix("node_modules/"): version for path, version in tools}
    wrangler = node_requirements.locked_wrangler(home)
    needed = node_requirements.needed(context.folder)
    will_do = all(node_requirements.satisfies(has.get(name, ""), asked) for name, asked in needed.items())
    is_pinned = wrangler is None or wrangler.version == has.get("wrangler")
    if will_do and is_pinned and not _has_neighbours(context):
        return []
    # npm does not read the locks of others, but the wrangler in them is what a deploy would use.
    exact = [f"wrangler@{wrangler.version}"] if wrangler else []
    return ["install", "--no-save", "--no-package-lock", *QUIET, *exact]


def _has_neighbours(context: PipelineContext) -> bool:
    neighbours = NpmNeighbours(context.folder, [context.folder])
    return neighbours.root is not None or bool(neighbours.needed)


def _npm_home(context: PipelineContext) -> Path:
    """Return the folder in which npm installs the project's packages: that of its npm workspace, if it has one."""
    return workspace_root(context.folder, up_to=context.root) or context.folder


def _locked(lock: Path) -> set[tuple[str, str]]:
    try:
        return node_requirements.packages(lock)
    except (OSError, ValueError, AttributeError, BadInput) as error:
        raise StepFailed(f"{lock.name} cannot be read", [str(error)]) from error
