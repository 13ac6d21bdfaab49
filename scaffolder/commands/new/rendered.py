"""Checks that a rendered project is harmless and complete, before it is put into place.

Not here: the rendering (`render.py`).
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from scaffolder.catalogue import manifests
from scaffolder.core.errors import InternalError, TrustRefused
from scaffolder.system import harmless_names


def check_tree(folder: Path) -> None:
    """Check that a rendered project is harmless and complete.

    Raises:
        TrustRefused: It contains a link, or a file of a `.git` folder.
        InternalError: One of its files does not parse.
    """
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or any(map(harmless_names.is_git, name.split("/"))):
            raise TrustRefused(
                what=f"the template would write {name}",
                where="the rendered project",
                why="links reach outside of the project, and files in .git can run programs",
                fix="use a catalogue whose templates contain neither",
            )
        # A template of Copier may have JSON with comments.
        if path.is_file() and not manifests.is_single():
            _check_parses(path, name)


def _check_parses(path: Path, name: str) -> None:
    try:
        if path.suffix in {".toml", ".lock"}:
            tomllib.loads(path.read_text(encoding="utf-8"))
        elif path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InternalError(
            what=f"the rendered {name} does not parse",
            where=name,
            why=str(error),
            fix="report it to the maintainers of the catalogue",
        ) from error
