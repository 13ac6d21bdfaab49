"""Reads YAML documents. The only module that imports `yaml`.

Not here: their meaning; Copier reads its own configuration itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from scaffolder.core.errors import BadInput


def first(path: Path) -> dict[str, Any]:
    """Return the first document of a file of the catalogue."""
    with path.open(encoding="utf-8") as stream:
        document: dict[str, Any] = next(yaml.load_all(stream, Loader=yaml.SafeLoader))
    return document


def answers(path: Path) -> dict[str, Any]:
    """Read an answers file, such as the one that Copier writes; its private keys are left out.

    Raises:
        BadInput: There is no such file, it is not YAML, or not a mapping.
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise _refuse(path, str(error)) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise _refuse(path, f"it is not YAML{line}: {getattr(error, 'problem', error)}") from error
    if not isinstance(document, dict):
        raise _refuse(path, "it is not a mapping: each line must have a name, a colon and an answer")
    return {str(name): value for name, value in document.items() if not str(name).startswith("_")}


def _refuse(path: Path, why: str) -> BadInput:
    return BadInput(
        what="cannot read the answers file",
        where=f"--answers {path}",
        why=why,
        fix="write one answer per line, such as worker_name: guest-book",
    )
