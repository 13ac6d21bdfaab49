"""Compares plain data of TOML and JSON files: by type as well as by value, as `true` and `1` are not the same there.

Not here: merging it (`data_merge.py`).
"""

from __future__ import annotations

import json
from typing import Any


def canonical(value: Any) -> str:
    """Return a text that is the same for the same data only, whatever the order of keys."""
    return json.dumps(value, sort_keys=True, default=repr)


def same(one: Any, other: Any) -> bool:
    """Return whether two values are the same data."""
    return one is other or canonical(one) == canonical(other)


def without_empties(value: Any) -> Any:
    """Return data without its empty tables and arrays, which may be written or left out."""
    if isinstance(value, dict):
        inner = {key: without_empties(each) for key, each in value.items()}
        return {key: each for key, each in inner.items() if each not in ({}, [])}
    return [without_empties(each) for each in value] if isinstance(value, list) else value
