"""Composes a template with kinds of `scaffold add`: the syntax of `--with`, and the edits to the new project.

`--with` takes KIND or KIND:NAME, with names in the syntax of `add`: several separated by commas, or each after a
`--with` of its own.

Not here: the kinds and their edits (`editing/`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scaffolder.catalogue import render
from scaffolder.commands.new.draft import Addition
from scaffolder.core.errors import BadInput, Refusal
from scaffolder.core.invocation import program
from scaffolder.core.requests import EditRequest
from scaffolder.editing import requested_plan
from scaffolder.editing.kind_registry import kind as kind_of
from scaffolder.editing.kind_registry import kinds
from scaffolder.reading import project as reading
from scaffolder.system import transaction
from scaffolder.system.scratch import scratch


def parse(values: Sequence[str]) -> tuple[Addition, ...]:
    """Parse the values of `--with`. A comma separates kinds only where a kind's word follows: crons contain commas.

    Raises:
        BadInput: There is no such kind, or it needs a name.
    """
    separator = re.compile(rf",\s*(?=(?:{'|'.join(map(re.escape, kinds()))})\s*(?:[,:]|$))")
    parts = [part.strip() for value in values for part in separator.split(value) if part.strip()]
    return tuple(_addition(part) for part in parts)


def rehearse(template: str, answers: Mapping[str, Any], additions: Sequence[Addition]) -> None:
    """Check that a template can take additions, in a temporary folder.

    Raises:
        Refusal: It cannot.
    """
    with scratch() as folder:
        render.render(template, answers, folder / "project")
        apply(folder / "project", additions)


def apply(folder: Path, additions: Sequence[Addition]) -> list[str]:
    """Add kinds to a rendered project, in their order; of several workers, to the first.

    Returns:
        The notes for the project's owner.

    Raises:
        Refusal: The project cannot take one of them.
    """
    return [note for addition in additions for note in _applied(folder, addition)]


def _addition(part: str) -> Addition:
    word, _, name = part.partition(":")
    if word not in kinds() and "," in word:
        # The kinds before the comma are known, or the text would begin with the wrong one.
        word = next((each for each in word.split(",") if each not in kinds()), word).strip()
    try:
        kind = kind_of(word.strip())
    except BadInput as refusal:
        refusal.where = "--with"
        raise
    if kind.usual_name is None and not name:
        raise BadInput(
            what=f"`{word}` needs a name",
            where="--with",
            why=f"it has no default name: {kind.title}",
            fix=f"--with {word}:{kind.argument}",
        )
    return Addition(word.strip(), name.strip())


def _applied(folder: Path, addition: Addition) -> list[str]:
    project = reading.read(folder)
    worker = project.workers[0]
    kind = kind_of(addition.kind)
    name = addition.name or kind.better_name(worker) or kind.usual_name or ""
    # "all" includes an environment that an earlier addition has made.
    request = EditRequest(addition.kind, name, folder, "all", dry_run=False)
    try:
        plan = requested_plan.planned("add", request, worker)
    except Refusal as refusal:
        refusal.where = f"--with {addition}: {refusal.where}"
        if refusal.details:
            refusal.fix = "create the project without it, then paste each part by hand where it belongs"
        refusal.fix = re.sub(rf"{re.escape(program())} add (\S+) ", r"--with \1:", refusal.fix)
        raise
    transaction.write(project.folder, plan.files)
    return plan.notes
