"""Plans the edit that the arguments of `scaffold add`, `remove` or `rename` ask for.

Not here: the steps of each plan (`add.py`, `remove.py`, `rename.py`), and which project is meant.
"""

from __future__ import annotations

from shlex import quote

from scaffolder.core.errors import BadInput, Conflict
from scaffolder.core.invocation import program
from scaffolder.core.requests import EditRequest
from scaffolder.editing import record_edits
from scaffolder.editing.add import plan_add
from scaffolder.editing.kind import Kind
from scaffolder.editing.kind_registry import kind as kind_of
from scaffolder.editing.plan import Plan
from scaffolder.editing.remove import plan_remove
from scaffolder.editing.rename import plan_rename
from scaffolder.editing.target import EditTarget
from scaffolder.reading.config.environments import Environment, environments
from scaffolder.reading.project import Worker

PLANNERS = {"add": plan_add, "remove": plan_remove, "rename": plan_rename}


def planned(command: str, request: EditRequest, worker: Worker) -> Plan:
    """Return the plan of a command for a worker.

    Args:
        command: `add`, `remove` or `rename`.
        request: The arguments of the command.
        worker: The worker.

    Raises:
        Refusal: The arguments are not valid, or the worker cannot be changed like that.
    """
    kind = kind_of(request.kind)
    targets = _targets(command, kind, worker, request)
    plan = PLANNERS[command](kind, targets)
    if plan.files:
        record_edits.keep_true(command, kind, targets, plan)
    return plan


def _targets(command: str, kind: Kind, worker: Worker, request: EditRequest) -> list[EditTarget]:
    """Return the name in each environment that is meant, after checking the arguments."""
    # A new name is taken as it is, and meant for every environment unless one is given.
    name, _, value = (request.name, "", "") if command == "rename" else request.name.partition("=")
    wanted = "all" if command == "rename" and request.environment is None else request.environment
    targets = [
        EditTarget(name, value, worker, each, request.new_name, was_never_deployed=request.never_deployed)
        for each in _environments(kind, worker, wanted)
    ]
    if command != "rename":
        _require_name(command, kind, targets[0])
    if command == "add":
        # Only what is added has to be valid: a thing with any name may be removed.
        for target in targets:
            _validate(kind, target, has_value="=" in request.name)
    if request.never_deployed and not kind.has_history:
        raise BadInput(
            what=f"--never-deployed does not apply to `{kind.name}`",
            where="--never-deployed",
            why="its removal undoes the whole addition, deployed or not",
            fix="leave out --never-deployed",
        )
    return targets


def _environments(kind: Kind, worker: Worker, wanted: str | None) -> list[Environment]:
    """Return the environments that are meant.

    Args:
        kind: The kind of thing.
        worker: The worker.
        wanted: The value of `--env`; None if it was not given.

    Raises:
        BadInput: It has to be given, or there is no such environment.
        Conflict: The environment inherits what an own one would hide.
    """
    top, *named = environments(worker.config)
    if kind.is_environment or (not kind.table and wanted in {None, "all", "", *(each.name for each in named)}):
        return [top]
    if wanted is None:
        if named and not kind.is_inherited:
            raise _which_environment(kind, [each.name for each in named])
        return [top]
    if wanted == "all":
        # What is inherited reaches an environment from the top level, unless it has one of its own.
        return [top, *(each for each in named if not kind.is_inherited or _has_own(kind, each))]
    chosen = next((each for each in (top, *named) if each.name == wanted), None)
    if chosen is None:
        raise _no_environment(wanted, [each.name for each in named])
    if kind.is_inherited and wanted and not _has_own(kind, chosen) and _has_own(kind, top):
        raise Conflict(
            what=f"`{wanted}` inherits {kind.name} from the top level",
            where=worker.config.file,
            why="an entry of its own would replace the inherited ones",
            fix=f"leave out --env, or first repeat the inherited entries under env.{wanted} by hand",
        )
    return [chosen]


def _has_own(kind: Kind, environment: Environment) -> bool:
    """Return whether an environment has a table of its own for things of a kind."""
    return kind.table[0] in environment.own


def _which_environment(kind: Kind, names: list[str]) -> BadInput:
    return BadInput(
        what="no environment given",
        where="--env",
        why=f"this worker has {', '.join(names)}; environments do not inherit {kind.name} from the top level",
        fix=f"pass --env all, --env {names[0]}, or --env '' for the top level",
    )


def _no_environment(wanted: str, names: list[str]) -> BadInput:
    return BadInput(
        what=f"there is no environment `{wanted}`",
        where="--env",
        why=f"this worker has {', '.join(names) or 'no environments'}",
        fix=f"{program()} add environment {wanted}",
    )


def _require_name(command: str, kind: Kind, target: EditTarget) -> None:
    if kind.requires_name and not target.name:
        raise BadInput(
            what=f"`{command} {kind.name}` needs a name",
            where="NAME",
            why=f"the argument has the form {kind.argument}",
            fix=f"{program()} {command} {kind.name} {quote(kind.usual_name or kind.argument)}",
        )


def _validate(kind: Kind, target: EditTarget, *, has_value: bool) -> None:
    if target.value and kind.value is None:
        raise kind.value_refusal(target)
    # The same command again is no mistake without the value, which is there.
    if kind.requires_value and not has_value and kind.find(target) is None:
        raise BadInput(
            what=f"{kind.name} `{target.name}` needs a value",
            where=kind.argument,
            why="there is no default value",
            fix=f"{program()} add {kind.name} {target.name}={kind.argument.partition('=')[2]}",
        )
    kind.validate(target)
