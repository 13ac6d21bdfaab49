"""Lays an organisation's house files and settings over a rendered project.

Not here: where they are from (`overlay.py`).
"""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scaffolder.catalogue.copier_worker import CatalogueWorker
from scaffolder.core.errors import BadInput
from scaffolder.core.foreign import Foreign

SUFFIX = ".jinja"


def lay_over(worker: CatalogueWorker, folder: Path, foreign: Foreign) -> None:
    """Write the house files and settings of an organisation into a rendered project.

    A house file replaces the template's file of its path. One whose name ends in `.jinja` is rendered with the answers.

    Args:
        worker: Copier's worker, after it has rendered the project.
        folder: The project.
        foreign: The organisation's catalogue.

    Raises:
        BadInput: A setting cannot be written.
    """
    house = foreign.house
    for path in sorted(house.rglob("*")) if house and house.is_dir() else ():
        if path.is_file():
            name = path.relative_to(house).as_posix() if house else ""
            target = folder / name.removesuffix(SUFFIX)
            target.parent.mkdir(parents=True, exist_ok=True)
            if name.endswith(SUFFIX):
                target.write_text(worker.rendered_text(path.read_text(encoding="utf-8")), encoding="utf-8")
            else:
                shutil.copy(path, target)
    for file in sorted(folder.rglob("wrangler.toml")) if foreign.settings else ():
        file.write_text(_with_settings(file.read_text(encoding="utf-8"), foreign.settings), encoding="utf-8")


def _with_settings(text: str, settings: Mapping[str, Any]) -> str:
    """Return a wrangler file with further keys of its top level, behind the compatibility date."""
    known = tomllib.loads(text)
    name = str(known.get("name", ""))
    lines = [f"{key} = {_value(value, name)}" for key, value in settings.items() if key not in known]
    at = next((number for number, line in enumerate(text.splitlines()) if line.startswith("compatibility_date")), -1)
    before, after = text.splitlines()[: at + 1], text.splitlines()[at + 1 :]
    written = "\n".join([*before, *lines, *after]) + "\n"
    if tomllib.loads(written).keys() != known.keys() | settings.keys():
        raise BadInput(
            what="the settings cannot be written",
            where="overlay.toml, wrangler",
            why="the wrangler file would not have them at its top level",
            fix="leave them out",
        )
    return written


def _value(value: Any, name: str) -> str:
    """Return a value of TOML in one line; `{name}` stands for the worker's name."""
    if isinstance(value, str):
        return json.dumps(value.replace("{name}", name), ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(_value(each, name) for each in value)}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_value(each, name)}' for key, each in value.items())} }}"
    return json.dumps(value)
