"""Finds the wrangler files that a project's own commands give to wrangler by `--config`.

Not here: the file that wrangler finds by itself (`config_search.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from scaffolder.reading.command_files import command_files
from scaffolder.reading.config.config_search import SUFFIXES
from scaffolder.system.untrusted_files import Unparsable, parsed, searchable, strict_json

NAMED = re.compile(r"""(?<![\w-])(?:--config|-c)(?:=|\s+)["']?([^\s"']+)""")
COMMANDS = re.compile(r"(?<!\\)\n|&&|\|\||[;|]")


def named_configs(project: Path, folders: Iterable[Path]) -> list[Path]:
    """Return the wrangler files that commands of a project name, without those outside of it.

    Args:
        project: The project's folder.
        folders: The folders that may have a package.json, and in which wrangler may be run.
    """
    homes = list(dict.fromkeys([project, *folders]))
    packages = [home / "package.json" for home in homes]
    found = [path for file in [*packages, *_commands_around(project, homes)] for path in _named(file, homes)]
    return [path for path in dict.fromkeys(found) if path.is_relative_to(project)]


def _commands_around(project: Path, homes: list[Path]) -> Iterator[Path]:
    """Yield the files with commands, those at the root of the repository included."""
    yield from command_files(project, homes)
    root = next((each for each in (project, *project.parents) if (each / ".git").exists()), project)
    if root != project:
        yield from command_files(root, [])


def _scripts(file: Path) -> list[str]:
    """Return the scripts of a package.json; none if it does not parse, which is reported where it is read as data."""
    try:
        data = parsed(strict_json, searchable(file))
    except Unparsable:
        return []
    scripts = data.get("scripts") if isinstance(data, dict) else None
    return [str(script) for script in scripts.values()] if isinstance(scripts, dict) else []


def _named(file: Path, homes: list[Path]) -> Iterator[Path]:
    texts = _scripts(file) if file.name == "package.json" else [searchable(file)]
    commands = [command for text in texts for command in COMMANDS.split(text)]
    for command in commands if any("wrangler" in text for text in texts) else ():
        for word in NAMED.findall(command):
            places = [Path(os.path.normpath(home / word)) for home in (*homes, file.parent, *file.parents)]
            path = next((place for place in places if place.suffix in SUFFIXES and place.is_file()), None)
            if path is not None and ("wrangler" in command or "compatibility_date" in searchable(path)):
                yield path
