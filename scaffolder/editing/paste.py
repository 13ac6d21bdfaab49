"""Formats what a user can paste into a wrangler file that an edit cannot edit safely.

Not here: Rust to paste (`kind.py`), and when that is (`add.py`, `rename_class.py`).
"""

from __future__ import annotations

import json

from scaffolder.editing.config.values import toml_key, toml_value
from scaffolder.editing.operations import Insert, expected
from scaffolder.reading.config.document import Document


def of_insert(document: Document, insert: Insert) -> list[str]:
    """Return the lines that insert a value, in the language of the document."""
    if not document.file.endswith(".toml"):
        return json.dumps(expected({}, insert), indent=2).splitlines()
    is_table = isinstance(insert.value, dict)
    path = insert.path if is_table else insert.path[:-1]
    named = ".".join(map(toml_key, path))
    header = f"[[{named}]]" if insert.appends and is_table else f"[{named}]"
    inside = insert.value if is_table else {insert.path[-1]: [insert.value] if insert.appends else insert.value}
    return [header, *(f"{toml_key(key)} = {toml_value(value)}" for key, value in inside.items()), ""]
