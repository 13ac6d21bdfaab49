"""Renders the old and the new version of a project's template, each with everything that was added to the project.

Not here: the versions (`template_versions.py`), and the merge with the project (`merge/`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffolder.catalogue import render
from scaffolder.core.errors import BadInput, TrustRefused
from scaffolder.editing.record import Addition
from scaffolder.updating.replay import Refused, replay
from scaffolder.updating.template_versions import Version


@dataclass(frozen=True)
class Side:
    """A version of a template with the answers that it is rendered with.

    Args:
        version: The version.
        template: The template's id in it.
        answers: A legal answer to each question.
    """

    version: Version
    template: str
    answers: Mapping[str, Any]


def render_both(old: Side, new: Side, additions: Sequence[Addition], place: Path) -> tuple[Path, Path, list[Refused]]:
    """Render two versions of a template with the same additions.

    What one of them cannot take is in neither: in one alone, it would look like a change of the template.

    Args:
        old: The old version.
        new: The new one.
        additions: The additions.
        place: The folder that gets a folder for each.

    Returns:
        The two folders, and what could not be added.
    """
    taken, refused, attempt = list(additions), list[Refused](), 0
    while True:
        folders = [place / f"{name}-{attempt}" for name in ("old", "new")]
        failed = [
            each for side, folder in zip((old, new), folders, strict=True) for each in rendered(side, taken, folder)
        ]
        if not failed:
            return folders[0], folders[1], refused
        gone = {each.addition: each for each in failed}
        refused += gone.values()
        taken, attempt = [each for each in taken if each not in gone], attempt + 1


def rendered(side: Side, additions: Sequence[Addition], folder: Path) -> list[Refused]:
    """Render one version into a new folder, and return the additions that it cannot take.

    Raises:
        BadInput: Copier refuses an answer.
        TrustRefused: The template wants to run code, or renders a link.
    """
    version = side.version
    # A template may render no file at all.
    folder.mkdir(parents=True)
    try:
        render.render(side.template, side.answers, folder, None if version.is_own else version)
    except ValueError as error:
        raise BadInput(
            what="the template refuses an answer",
            where=f"version {version.shown}",
            why=str(error),
            fix="correct the answer in .copier-answers.yml",
        ) from error
    _refuse_links(folder)
    return replay(folder, additions)


def _refuse_links(folder: Path) -> None:
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or ".git" in name.lower().split("/"):
            raise TrustRefused(
                what=f"the template would write {name}",
                where="the rendered template",
                why="links reach outside of the project, and files in .git can run programs",
                fix="use a catalogue whose templates contain neither",
            )
