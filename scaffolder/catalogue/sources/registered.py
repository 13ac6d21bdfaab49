"""Keeps the catalogues that a user has named, each pinned by its full hash, in the user's configuration folder.

Not here: fetching them (`opening.py`), and the commands (`catalogue.py`).
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path

from scaffolder.core.errors import BadInput, IOFailure
from scaffolder.core.invocation import program
from scaffolder.core.suggestions import did_you_mean, near_names
from scaffolder.system import file_lock, paths, untrusted_files
from scaffolder.system.scratch import scratch

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")

BUNDLED = "bundled"
"""The name of the program's own catalogue, which no other one can have."""

HEAD = "# The catalogues of `scaffold catalogue add`. A hash pins what was there when it was added.\n"


@dataclass(frozen=True)
class Registered:
    """A catalogue that a user has named.

    Args:
        name: Its name.
        source: Its address, with the version if one was given.
        ref: The full name of the tag or branch that was taken; empty for none.
        hash: The full hash that it is pinned to.
        trusted: Whether the user lets it run its commands at that hash.
    """

    name: str
    source: str
    ref: str
    hash: str
    trusted: bool = False


def place() -> Path:
    """Return the path of the file, which may not exist."""
    chosen = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    # The specification wants a relative one to be ignored.
    if chosen.is_absolute():
        return chosen / paths.NAME / "catalogues.toml"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / paths.NAME / "catalogues.toml"
    return Path.home() / ".config" / paths.NAME / "catalogues.toml"


def read() -> dict[str, Registered]:
    """Return all of them by their names.

    Raises:
        BadInput: The file cannot be read.
    """
    path = place()
    try:
        data = untrusted_files.toml(untrusted_files.content(path).decode())
        tables = data.get("catalogue", {})
        return {name: Registered(name=name, **tables[name]) for name in sorted(tables)}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BadInput(
            what="the list of your catalogues cannot be read",
            where=str(path),
            why=str(error),
            fix="correct the file, or delete it and add the catalogues again",
        ) from error


def find(name: str) -> Registered | None:
    """Return the one of a name, or None."""
    return read().get(name) if NAME.fullmatch(name) else None


def refuse_name(name: str) -> None:
    """Refuse a name that a catalogue cannot have.

    Raises:
        BadInput: It is one.
    """
    if not NAME.fullmatch(name) or name == BUNDLED:
        raise BadInput(
            what=f"`{name}` cannot be the name of a catalogue",
            where="NAME",
            why=f"a name has up to 40 lower-case letters, digits and dashes, and `{BUNDLED}` is this program's own",
            fix="choose another name, such as acme",
        )


def put(each: Registered) -> None:
    """Add one, or replace that of the same name.

    Raises:
        IOFailure: The file cannot be written.
    """
    with _changing():
        _write({**read(), each.name: each})


def remove(name: str) -> Registered:
    """Remove one, and return it.

    Raises:
        BadInput: There is none of that name.
        IOFailure: The file cannot be written.
    """
    with _changing():
        known = read()
        if name not in known:
            raise BadInput(
                what=f"no catalogue named `{name}`",
                where="NAME",
                why=f"you have added {', '.join(known) or 'none'}",
                fix=did_you_mean(near_names(name, list(known)), f"see: {program()} catalogue list"),
            )
        removed = known.pop(name)
        _write(known)
        return removed


def _changing() -> AbstractContextManager[None]:
    return file_lock.held(paths.work() / "catalogues.lock")


def _write(all_: Mapping[str, Registered]) -> None:
    """Write the file as a whole."""
    tables = []
    for name, each in sorted(all_.items()):
        fields = {key: value for key, value in asdict(each).items() if key != "name"}
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in fields.items()]
        tables.append(f"\n[catalogue.{name}]\n" + "".join(lines))
    path = place()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with scratch(path.parent) as folder:
            (folder / path.name).write_text(HEAD + "".join(tables), encoding="utf-8")
            (folder / path.name).replace(path)
    except OSError as error:
        raise IOFailure(
            what="cannot write the list of your catalogues",
            where=str(error.filename or path),
            why=error.strerror or str(error),
            fix="fix that, or set XDG_CONFIG_HOME to the full path of a folder of yours",
        ) from error
