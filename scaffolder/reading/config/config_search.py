"""Finds the wrangler file that wrangler reads when it is run in a folder, as wrangler 4.164.0 does.

It looks for wrangler.json in the folder and in every folder above it, then for wrangler.jsonc, and only then for
wrangler.toml. Its commands `deploy`, `dev` and `versions upload` then follow the nearest `.wrangler/deploy/config.json`
to a file that a build tool made. A file that is given by `--config` is read in any case.

Not here: the files that a project's own commands give (`named_configs.py`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scaffolder.core.errors import BadInput
from scaffolder.reading.source import Source

CONFIGS = ("wrangler.json", "wrangler.jsonc", "wrangler.toml")
"""The names of a wrangler file, in the order in which wrangler looks for them."""

SUFFIXES = (".json", ".jsonc", ".toml")
"""The files that wrangler parses; it takes any other for an empty one."""

REDIRECT = Path(".wrangler", "deploy", "config.json")


@dataclass(frozen=True)
class Preferred:
    """The file that wrangler reads in place of another one.

    Args:
        file: The file.
        why: The reason, as a clause.
    """

    file: Path
    why: str


def in_folder(folder: Path) -> list[Path]:
    """Return the wrangler files of a folder, the one that wrangler prefers first."""
    return [path for name in CONFIGS if (path := folder / name).is_file()]


def given(project: Path, config: Path) -> Path:
    """Return the wrangler file that `--config` gives, seen from the project or else from the current folder.

    Raises:
        BadInput: There is no such file in the project, or wrangler would not parse it.
    """
    places = [Path(os.path.normpath(start / config)) for start in (project.resolve(), Path.cwd())]
    path = next((place for place in places if place.is_file()), places[0])
    why = "there is no such file" if not path.is_file() else ""
    if not why and path.suffix not in SUFFIXES:
        why = f"wrangler reads {', '.join(SUFFIXES)} only"
    if not why and not path.is_relative_to(project.resolve()):
        why = f"it is outside of {project}"
    if why:
        raise BadInput(
            what="cannot use this wrangler file",
            where=f"--config {config}",
            why=why,
            fix="give a wrangler file of the project, such as wrangler.staging.toml",
        )
    return path


def preferred_to(file: Path) -> Preferred | None:
    """Return what wrangler reads when it is run in the folder of a wrangler file, if that is another file.

    Args:
        file: The wrangler file; that of a new project need not be there yet.

    Raises:
        BadInput: The file that redirects wrangler does not parse.
    """
    found = next(_above(file.parent, *map(Path, CONFIGS), planned=file), file)
    redirect = next(_above(file.parent, REDIRECT), None)
    if redirect is not None:
        return _redirected(file, found, redirect)
    if found == file:
        return None
    return Preferred(found, f"it looks for {found.name} in all folders above before it looks for {file.name}")


def _redirected(file: Path, found: Path, redirect: Path) -> Preferred | None:
    home = redirect.parents[len(REDIRECT.parts) - 1]
    if found.parent != home:
        return Preferred(redirect, f"it stops, since this is not beside {shown(found)}")
    from scaffolder.reading.config import jsonc_parser  # noqa: PLC0415 - `new` looks here, too, and parses nothing else

    path = jsonc_parser.read(Source.read(home, redirect)).get("configPath")
    target = (redirect.parent / path).resolve() if isinstance(path, str) and path else None
    if target is None or not target.is_file():
        return Preferred(redirect, "it stops, since this leads to no file")
    if target == file.resolve():
        return None
    return Preferred(target, f"{shown(redirect)} redirects `deploy` and `dev` to it")


def shown(path: Path) -> str:
    """Return a path relative to the current folder."""
    return Path(os.path.relpath(path)).as_posix()


def _above(folder: Path, *names: Path, planned: Path | None = None) -> Iterator[Path]:
    """Yield the files of a name in a folder and in those above it, and then those of the next name."""
    paths = (each / name for name in names for each in (folder, *folder.parents))
    yield from (path for path in paths if path == planned or path.is_file())
