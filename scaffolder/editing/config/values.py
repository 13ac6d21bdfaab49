"""Writes plain data as TOML and JSON.

Not here: where it is inserted (`toml_splices.py`, `jsonc_splices.py`).
"""

from __future__ import annotations

import json
import re
from typing import Any

from scaffolder.editing.operations import Unclear
from scaffolder.reading.config.document import Key

BARE = re.compile(r"[A-Za-z0-9_-]+")
UNSEEN = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def toml_key(key: Key) -> str:
    """Return a key, in quotes if it needs them."""
    return str(key) if BARE.fullmatch(str(key)) else toml_value(str(key))


def toml_value(value: Any) -> str:
    """Return a value on one line.

    Raises:
        Unclear: It cannot be written on one line.
    """
    if isinstance(value, str):
        if UNSEEN.search(value):
            raise Unclear
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    if isinstance(value, list):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, dict):
        inside = ", ".join(f"{toml_key(key)} = {toml_value(each)}" for key, each in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    # A date, which no binding has.
    raise Unclear


def json_value(value: Any, unit: str, indent: str, newline: str) -> str:
    """Return a value as JSON, on several lines if the file has several."""
    if not unit:
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False, indent=unit).replace("\n", f"{newline}{indent}")
