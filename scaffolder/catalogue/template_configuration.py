"""Reads the configuration of a template that others wrote, without rendering anything.

Not here: what its keys mean (`shape.py`), and rendering (`copier_worker.py`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from copier._template import load_template_config
from copier.errors import ForbiddenPathError, InvalidConfigFileError

from scaffolder.catalogue.copier_errors import refusals
from scaffolder.system import untrusted_files


def configuration(folder: Path, where: str) -> dict[str, Any]:
    """Return the whole configuration of a template of Copier.

    Args:
        folder: The template.
        where: Its source, for refusals.

    Raises:
        Refusal: Copier cannot read it.
    """
    found = [path for path in folder.glob("copier.*") if path.suffix.lower() in {".yml", ".yaml"}]
    with refusals(where, is_foreign=True):
        if len(found) != 1:
            raise ValueError("there is a copier.yml and a copier.yaml")
        read: dict[str, Any] = untrusted_files.parsed(_loaded, found[0], InvalidConfigFileError, ForbiddenPathError)
    return read


def _loaded(path: Path) -> dict[str, Any]:
    # Copier prints the error itself unless it is told to be quiet.
    return dict(load_template_config(path, quiet=True))
