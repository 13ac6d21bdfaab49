"""Returns a template's questions with their defaults, and caches them until the catalogue changes.

Copier takes most of the time of `scaffold info` to load, and every run would get the same questions from it.

Not here: the interview (`render.py`).
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from scaffolder.catalogue import current, manifests
from scaffolder.core.errors import Refusal
from scaffolder.core.template import Question
from scaffolder.system import paths
from scaffolder.system.scratch import scratch


def questions(template: str) -> tuple[Question, ...]:
    """Return the questions of a template, with the defaults of a project in the folder `my-worker`.

    Args:
        template: The template's id.

    Raises:
        Refusal: The catalogue's configuration is wrong.
    """
    if current.foreign():
        return _ask(template)
    # What cannot be read, written or parsed is asked for again: the cache is there for speed alone.
    kept: Path | None = None
    with suppress(OSError, Refusal, ValueError, TypeError, LookupError):
        kept = paths.cache() / "questions" / f"{template}-{_state()}.json"
        return tuple(_question(**each) for each in json.loads(kept.read_text(encoding="utf-8")))
    found = _ask(template)
    if kept:
        with suppress(OSError):
            _write(kept, json.dumps([asdict(question) for question in found]))
    return found


def _ask(template: str) -> tuple[Question, ...]:
    from scaffolder.catalogue import render  # noqa: PLC0415 - it loads Copier

    return render.interview(template, Path.cwd() / "my-worker", {}).questions


def _question(**fields: object) -> Question:
    choices = tuple((label, value) for label, value in fields.pop("choices"))  # type: ignore[attr-defined]
    return Question(**fields, choices=choices)  # type: ignore[arg-type]


def _state() -> str:
    """Return a digest of everything that the questions follow from: the catalogue's files, and the code that asks."""
    root = manifests.root()
    found = [root / "copier.yml", *root.glob("templates/*/questions.yml"), *root.glob("templates/_shared/*")]
    digest = hashlib.sha256()
    for path in sorted(found) + sorted(Path(__file__).parent.glob("*.py")):
        digest.update(f"{path}\0".encode(errors="surrogateescape") + path.read_bytes())
    return digest.hexdigest()[:16]


def _write(path: Path, text: str) -> None:
    """Write a file as a whole, whoever else writes it at the same time."""
    path.parent.mkdir(exist_ok=True)
    with scratch(paths.work()) as folder:
        (folder / path.name).write_text(text, encoding="utf-8")
        (folder / path.name).replace(path)
