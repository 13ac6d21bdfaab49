"""Reads YAML documents. The only module that imports `yaml`.

Not here: their meaning; Copier reads its own configuration itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from scaffolder.core.errors import BadInput
from scaffolder.system import untrusted_files

LARGEST = 2**18
"""Bytes of an answers file; the parser takes seconds for each million."""


def first(path: Path) -> dict[str, Any]:
    """Return the first document of a file of the catalogue."""
    with path.open(encoding="utf-8") as stream:
        document: dict[str, Any] = next(yaml.load_all(stream, Loader=yaml.SafeLoader))
    return document


def answers(path: Path) -> dict[str, Any]:
    """Read an answers file, such as the one that Copier writes; its private keys are left out.

    Raises:
        BadInput: There is no such file, it is not YAML, not a mapping, or exceeds a bound.
    """
    try:
        text = untrusted_files.content(path, largest=LARGEST, takes_pipes=True).decode("utf-8-sig")
        document = untrusted_files.parsed(yaml.safe_load, text, yaml.YAMLError)
    except BadInput as error:
        raise _refuse(path, error.why) from error
    except (OSError, UnicodeDecodeError) as error:
        raise _refuse(path, str(error)) from error
    except untrusted_files.Unparsable as error:
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
