"""A template's questions with the known answers, and the refusal of illegal ones.

Not here: asking Copier (`render.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.core.models import Question


@dataclass(frozen=True)
class Interview:
    """A template's questions, with the answers as far as they are known and legal.

    Args:
        questions: The template's questions, in their order.
        answers: A legal answer to each; the default where none was given.
        missing: The questions without a given answer.
        troubles: The name of every refused answer, and the reason.
    """

    questions: tuple[Question, ...]
    answers: dict[str, Any]
    missing: tuple[str, ...]
    troubles: tuple[tuple[str, str], ...]


def refuse_troubles(troubles: tuple[tuple[str, str], ...]) -> None:
    """Refuse all illegal answers at once.

    Raises:
        BadInput: There is at least one.
    """
    if not troubles:
        return
    name, sentence = troubles[0]
    others = [f"{name}: {sentence}" for name, sentence in troubles[1:]]
    raise BadInput(
        what=f"{len(troubles)} answers are not legal" if others else f"the answer for {name} is not legal",
        where=f"--set {name}" if not others else "--set, --answers",
        why=sentence if not others else f"{name}: {sentence}",
        fix="give another answer" if not others else "give other answers",
        details=others,
    )
