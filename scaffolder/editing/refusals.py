"""Refusals that the planning of `add`, `remove` and `rename` shares.

Not here: those that only one of them has.
"""

from __future__ import annotations

from collections.abc import Sequence

from scaffolder.core.errors import BadInput, Conflict
from scaffolder.core.suggestions import did_you_mean, near_names
from scaffolder.editing.kind import Kind
from scaffolder.editing.operations import KeyPath, Unclear
from scaffolder.editing.target import EditTarget
from scaffolder.reading.config.environments import Environment


def refuse_taken_name(kind: Kind, target: EditTarget) -> None:
    """Refuse a name that a binding of another kind has in the same environment.

    Raises:
        Conflict: One has it.
    """
    if not kind.binding:
        return
    for bound in Environment(target.worker.config, target.environment.name).bindings():
        if bound.name == target.name and bound.kind != kind.binding:
            raise Conflict(
                what=f"`{target.name}` is bound as {bound.kind}, not as {kind.name}",
                where=where_in_config(target, bound.path),
                why="a name can be bound only once in an environment",
                fix="choose another name",
            )


def not_found(kind: Kind, target: EditTarget) -> BadInput:
    """Return the refusal of a name that no environment has, or of a handler that the Rust has not."""
    if not kind.table:
        return BadInput(
            what=f"there is no {kind.name} handler",
            where=target.worker.crate.sources[0].file if target.worker.crate.sources else "src/lib.rs",
            why=f"no function has the attribute `event({kind.handler})`",
            fix="check the Rust",
        )
    return BadInput(
        what=f"there is no {kind.name} `{target.name}`",
        where=target.worker.config.file,
        why="the file has no entry by that name",
        fix=did_you_mean(near_names(target.name.upper(), _names(kind, target)), "check the name in the wrangler file"),
    )


def _names(kind: Kind, target: EditTarget) -> list[str]:
    """Return the names of all bindings of a kind that a worker has."""
    bound = (each for environment in target.worker.environments for each in environment.bindings())
    return list(dict.fromkeys(each.name for each in bound if each.kind == kind.binding))


def uncertain(where: str, cause: Unclear, fix: str, details: Sequence[str]) -> Conflict:
    """Return the refusal of an edit that cannot be verified."""
    return Conflict(
        what="a file cannot be edited safely",
        where=where,
        why=f"{cause.why or 'the edit might change more than it should'}, so nothing was written",
        fix=fix,
        details=list(details),
    )


def where_in_config(target: EditTarget, path: KeyPath) -> str:
    """Return the file and the line of a path, which may be that of an effective configuration."""
    document = target.worker.config
    span = document.at(*(path if path[:1] == ("env",) else target.environment.written(path)))
    return f"{document.file}:{span.line}"
