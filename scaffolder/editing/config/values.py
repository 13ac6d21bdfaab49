"""Writes plain data as TOML and JSON.

Not here: where it is inserted (`toml_splices.py`, `jsonc_splices.py`).
"""

from __future__ import annotations

import json
import re
from datetime import date, time
from typing import Any

from scaffolder.editing.operations import Unclear
from scaffolder.reading.config.document import Key

BARE = re.compile(r"[A-Za-z0-9_-]+")
SURROGATE = re.compile(r"[\ud800-\udfff]")


def toml_key(key: Key) -> str:
    """Return a key, in quotes if it needs them."""
    return str(key) if BARE.fullmatch(str(key)) else toml_value(str(key))


def toml_value(value: Any) -> str:
    """Return a value on one line.

    Raises:
        Unclear: TOML has no such value.
    """
    if isinstance(value, str):
        if SURROGATE.search(value):
            raise Unclear
        # The escapes of JSON are escapes of TOML, too, but TOML takes no DEL as it is.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool | int | float):
        return json.dumps(value).replace("NaN", "nan").replace("Infinity", "inf")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, dict):
        inside = ", ".join(f"{toml_key(key)} = {toml_value(each)}" for key, each in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    # null, which a file of TOML cannot have had.
    raise Unclear


def json_value(value: Any, unit: str, indent: str, newline: str) -> str:
    """Return a value as JSON, on several lines if the file has several."""
    if not unit:
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False, indent=unit).replace("\n", f"{newline}{indent}")
