"""Reads a project's wrangler.toml. The only module that imports `tomlkit`.

Not here: edits; nothing is ever written back.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from scaffolder.errors import BadInput


@dataclass(frozen=True)
class WranglerConfig:
    """What a validation needs to know of wrangler.toml.

    Args:
        name: The worker's name.
        build_command: The shell line of `[build]`; empty where there is none.
    """

    name: str
    build_command: str


def read(project: Path) -> WranglerConfig:
    """Read a project's wrangler.toml.

    Raises:
        BadInput: There is none, or it does not parse.
    """
    path = project / "wrangler.toml"
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8-sig")).unwrap()
    except OSError as error:
        raise BadInput(
            what="this is not a worker project", where=str(project),
            why="there is no wrangler.toml that could be read",
            fix="give the folder of a worker project",
        ) from error  # fmt: skip
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise BadInput(
            what="wrangler.toml does not parse", where=str(path), why=str(error),
            fix="mend the line that is named",
        ) from error  # fmt: skip
    build = document.get("build")
    command = build.get("command", "") if isinstance(build, dict) else ""
    return WranglerConfig(name=str(document.get("name", project.name)), build_command=str(command))
