"""Composes a template with kinds of `scaffold add`: what `--with` says, and the edits to the project in the making.

`--with` takes KIND or KIND:NAME, in the words of `add`, several with commas between or each after an option of its own.

Not here: the kinds and their edits (`editing/`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scaffolder.catalogue import render
from scaffolder.commands import edit
from scaffolder.core.errors import BadInput, Refusal
from scaffolder.core.invocation import program
from scaffolder.core.requests import EditRequest
from scaffolder.editing.kind_registry import kind as kind_of
from scaffolder.editing.kind_registry import kinds
from scaffolder.reading import project as reading
from scaffolder.system import transaction


@dataclass(frozen=True)
class Addition:
    """What a template is composed with: a kind's word, and its name as `add` takes it; empty for the usual one."""

    kind: str
    name: str = ""

    def __str__(self) -> str:
        """Answer it as `--with` takes it."""
        return f"{self.kind}:{self.name}" if self.name else self.kind


def parse(said: Sequence[str]) -> tuple[Addition, ...]:
    """Answer what `--with` says. A comma begins another kind only where a kind's word follows it, as crons have some.

    Raises:
        BadInput: There is no such kind, or it needs a name.
    """
    begin = re.compile(rf",\s*(?=(?:{'|'.join(map(re.escape, kinds()))})\s*(?:[,:]|$))")
    parts = [part.strip() for text in said for part in begin.split(text) if part.strip()]
    return tuple(_addition(part) for part in parts)


def rehearse(template: str, answers: Mapping[str, Any], additions: Sequence[Addition]) -> None:
    """See whether a template can take some additions, in a folder that nobody sees.

    Raises:
        Refusal: It cannot.
    """
    if additions:
        with TemporaryDirectory(prefix="scaffold-") as folder:
            render.render(template, answers, Path(folder) / "project")
            apply(Path(folder) / "project", additions)


def apply(folder: Path, additions: Sequence[Addition]) -> list[str]:
    """Add to a rendered project, in the order that was said; of several workers, to the first.

    Returns:
        What its owner has to know.

    Raises:
        Refusal: It cannot take one of them.
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
            what=f"`{word}` has to be given a name",
            where="--with",
            why=f"nothing is usual here: {kind.title}",
            fix=f"--with {word}:{kind.argument}",
        )
    return Addition(word.strip(), name.strip())


def _applied(folder: Path, addition: Addition) -> list[str]:
    project = reading.read(folder)
    worker = project.workers[0]
    kind = kind_of(addition.kind)
    name = addition.name or kind.better_name(worker) or kind.usual_name or ""
    # An environment that was added before is meant, too.
    request = EditRequest(addition.kind, name, folder, "all", dry_run=False)
    try:
        plan = edit.planned("add", request, worker)
    except Refusal as refusal:
        refusal.where = f"--with {addition}: {refusal.where}"
        if refusal.details:
            refusal.fix = "make the project without it, and paste this by hand, each part where it belongs"
        refusal.fix = re.sub(rf"{re.escape(program())} add (\S+) ", r"--with \1:", refusal.fix)
        raise
    transaction.write(project.folder, plan.files)
    return plan.notes
