"""Reads the manifest of a template that others wrote: nothing in it is taken for granted.

Not here: the manifests of the bundled catalogue (`manifests.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.core.template import PURPOSES, Template
from scaffolder.core.unprintable import without_unprintable
from scaffolder.system import untrusted_files

LARGEST = 2**16
"""Bytes of a manifest."""

DEFAULTS: dict[str, Any] = {
    "purpose": "start",
    "plan": "free",
    "login": False,
    "limits": [],
    "bindings": [],
    "tools": [],
}
"""What a manifest may leave out; the title is the id if there is none."""

TYPES: dict[str, type] = {
    "title": str,
    "summary": str,
    "purpose": str,
    "plan": str,
    "login": bool,
    "limits": list,
    "bindings": list,
    "tools": list,
    "shared": list,
}


def read(path: Path, id_: str) -> dict[str, Any]:
    """Return the data of a manifest, complete and printable.

    Args:
        path: The manifest.
        id_: The template's id.

    Raises:
        BadInput: It cannot be read, or has another form.
    """
    try:
        data = untrusted_files.toml(untrusted_files.content(path, largest=LARGEST).decode())
    except (OSError, ValueError) as error:
        raise _refusal(path, id_, str(error)) from error
    for name, value in data.items():
        if name not in TYPES:
            raise _refusal(path, id_, f"it has no key `{name}`, but {', '.join(TYPES)}")
        if not isinstance(value, TYPES[name]):
            raise _refusal(path, id_, f"`{name}` is not a {TYPES[name].__name__}")
    whole = {"title": id_, "summary": "", **DEFAULTS, **data}
    if whole["purpose"] not in PURPOSES:
        raise _refusal(path, id_, f"`purpose` is none of {', '.join(PURPOSES)}")
    if any(not isinstance(each, str) for name in ("limits", "tools", "shared") for each in whole.get(name, [])):
        raise _refusal(path, id_, "`limits`, `tools` and `shared` are lists of texts")
    if any(not _is_binding(each) for each in whole["bindings"]):
        raise _refusal(path, id_, "each of `bindings` has a `kind` and a `name`, both texts")
    return {name: _printable(value) for name, value in whole.items()}


def of_single(title: str) -> Template:
    """Return the manifest of a single template of Copier, which has none."""
    return Template(id=title, title=title, summary="A template of Copier.", **_tuples(DEFAULTS))


def _tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}


def _is_binding(value: object) -> bool:
    return (
        isinstance(value, dict) and set(value) == {"kind", "name"} and all(isinstance(v, str) for v in value.values())
    )


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return without_unprintable(value).replace("\n", " ")
    if isinstance(value, list):
        return [_printable(each) for each in value]
    return {name: _printable(each) for name, each in value.items()} if isinstance(value, dict) else value


def _refusal(path: Path, id_: str, why: str) -> BadInput:
    return BadInput(
        what=f"the template `{id_}` has no usable manifest",
        where=f"templates/{id_}/{path.name}",
        why=why,
        fix="report it to the maintainers of the catalogue",
    )
