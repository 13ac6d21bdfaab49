"""Words what a user can paste where we would not write.

Not here: when that is (`plan.py`).
"""

from __future__ import annotations

import json

from scaffolder.editing.config.values import toml_key, toml_value
from scaffolder.editing.kind import EditTarget, Kind
from scaffolder.editing.operations import Insert, expected
from scaffolder.reading.config.document import Document


def of_put(document: Document, put: Insert) -> list[str]:
    """Word what comes into a wrangler file."""
    if not document.file.endswith(".toml"):
        return json.dumps(expected({}, put), indent=2).splitlines()
    is_table = isinstance(put.value, dict)
    path = put.path if is_table else put.path[:-1]
    named = ".".join(map(toml_key, path))
    header = f"[[{named}]]" if put.appends and is_table else f"[{named}]"
    inside = put.value if is_table else {put.path[-1]: [put.value] if put.appends else put.value}
    return [header, *(f"{toml_key(key)} = {toml_value(value)}" for key, value in inside.items()), ""]


def of_rust(kind: Kind, target: EditTarget) -> list[str]:
    """Word what Rust and Cargo.toml need."""
    lines = []
    if kind.read is not None:
        call = kind.read.call.format(f'"{target.name}"')
        lines += [f"// in Rust, where there is an env: {kind.read.type_of(target.name)}"]
        lines += [f"let {target.name.lower()} = {call};"]
    if kind.feature:
        lines += ["", f'# in Cargo.toml, for the dependency worker: features = ["{kind.feature}"]']
    return [*lines, *kind.snippet(target)]
