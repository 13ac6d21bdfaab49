"""A template's questions with the known answers, and the refusal of illegal ones.

Not here: asking Copier (`render.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.core.template import Question


@dataclass(frozen=True)
class Interview:
    """A template's questions, with the answers as far as they are known and legal.

    Args:
        questions: The template's questions, in their order.
        answers: A legal answer to each; the default where none was given.
        missing: The questions without a given answer.
        troubles: The name of every refused answer, and the reason.
        required: Those of the missing ones that have no legal default.
    """

    questions: tuple[Question, ...]
    answers: dict[str, Any]
    missing: tuple[str, ...]
    troubles: tuple[tuple[str, str], ...]
    required: tuple[str, ...] = ()


def refuse_troubles(troubles: tuple[tuple[str, str], ...], places: Mapping[str, str]) -> None:
    """Refuse all illegal answers at once.

    Args:
        troubles: The name of every refused answer, and the reason.
        places: The file and line of the answers that are from a file; all others are from the command line.

    Raises:
        BadInput: There is at least one.
    """
    if not troubles:
        return
    if len(troubles) == 1:
        ((name, sentence),) = troubles
        raise BadInput(
            what=f"the answer for {name} is not legal",
            where=place_of(name, places),
            why=sentence,
            fix=f"correct `{name}` in the file" if name in places else f"correct `--set {name}=...`",
        )
    # The file is named once, and each answer's own line stands beside its reason.
    where = dict.fromkeys(place_of(name, places).rpartition(", line ")[0] or "--set" for name, _ in troubles)
    first, *others = [f"{name}: {sentence} ({place_of(name, places)})" for name, sentence in troubles]
    raise BadInput(
        what=f"{len(troubles)} answers are not legal",
        where=", ".join(where),
        why=first,
        fix="give other answers",
        details=others,
    )


def place_of(name: str, places: Mapping[str, str]) -> str:
    """Return where an answer is from, as refusals name it."""
    return places.get(name, f"--set {name}")
