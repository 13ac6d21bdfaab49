"""What a project records of the template that it was made from: `.copier-answers.yml`.

Not here: the additions (`record.py`), and the versions (`template_versions.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any

from scaffolder.catalogue import manifests, yaml_documents
from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.editing.record import ANSWERS
from scaffolder.reading import project_root, recorded_source
from scaffolder.reading.config import config_search
from scaffolder.reading.recorded_source import RecordedSource


@dataclass(frozen=True)
class OriginRecord:
    """The record of a project's template.

    Args:
        folder: The project's folder.
        source: Where the template is from, as Copier records it.
        commit: Its version, as Copier records it.
        template: The template's id in its catalogue; empty if the source is one template.
        answers: The answers, without that id.
        beneath: The version of the bundled catalogue beneath an organisation's own template; empty for no such
            template, and where it is not known.
    """

    folder: Path
    source: str
    commit: str
    template: str
    answers: dict[str, Any]
    beneath: str = ""

    @property
    def shown(self) -> str:
        """The version as messages name it."""
        return f"{self.commit}+{self.beneath}" if self.beneath else self.commit


def read(folder: Path) -> OriginRecord:
    """Read the record of the project in a folder, or around the current one.

    Args:
        folder: The project's folder; only `.` may be one in a project.

    Raises:
        BadInput: There is no such folder, no record, or the record lacks the version.
    """
    if not folder.is_dir():
        raise BadInput(
            what="there is no such folder",
            where=str(folder),
            why="an update needs the folder of a project",
            fix="name the folder of a project",
        )
    around = _around(folder.resolve())
    home = around if folder == Path() or around == folder.resolve() else None
    if home is None:
        raise BadInput(
            what="the project records no template",
            where=str(folder.absolute()),
            why=f"without a {ANSWERS}, nothing tells which template and which version it was made from",
            fix=_remedy(folder, around),
        )
    answers, private = yaml_documents.recorded(home / ANSWERS)
    source, commit = str(private.get("_src_path") or ""), str(private.get("_commit") or "")
    template = str(answers.get("template", ""))
    known = recorded_source.read(home)
    if known and _is_of_overlay(known, source if commit else "", template):
        source, commit = known.source, known.hash
    if not commit:
        raise BadInput(
            what="the project does not record the version of its template",
            where=str(home / ANSWERS),
            why="`_commit` is missing, so the old version cannot be rendered again",
            fix="restore the file from git, or write the version into it: _commit: v0.1.0",
        )
    asked = {name: answers[name] for name in answers if name != "template"}
    return OriginRecord(home, source, commit, template, asked, known.catalogue if known else "")


def _is_of_overlay(known: RecordedSource, source: str, template: str) -> bool:
    """Return whether a template is an organisation's own: its overlay has it, and not the catalogue of the record.

    Without a version, Copier has recorded the place in the cache where the two were laid together.
    """
    return manifests.is_bundled(source) and known.template == template and template not in manifests.template_ids()


def with_origin(content: bytes, commit: str, source: str) -> bytes:
    """Return an answers file that names another version and source."""
    for key, value in (("_commit", commit), ("_src_path", source)):
        line = yaml_documents.line_of(key, value).encode()
        pattern = re.compile(rf"^{key}:.*$".encode(), re.MULTILINE)
        content = pattern.sub(lambda _, line=line: line, content) if pattern.search(content) else line + b"\n" + content  # type: ignore[misc]
    return content


def _remedy(folder: Path, around: Path | None) -> str:
    """Return the command that gives a folder a record, or another remedy if it cannot have one."""
    if around:
        return f"name the project around it: {around}"
    is_worker = config_search.in_folder(project_root.around(folder))
    return f"{program()} adopt {quote(str(folder))}" if is_worker else "name the folder of a project"


def _around(folder: Path) -> Path | None:
    """Return the nearest folder with answers, up to the root of the repository."""
    for each in (folder, *folder.parents):
        if (each / ANSWERS).is_file():
            return each
        if (each / ".git").exists():
            return None
    return None
