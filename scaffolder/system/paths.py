"""The scaffolder's folders, all of them inside one cache folder that may be deleted at any time.

`SCAFFOLD_CACHE` replaces the default location.

It uses the standard library alone, since `bootstrap.py` needs the cache folder before any dependency is installed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

NAME = "rust-worker-scaffold"


def cache() -> Path:
    """Return the cache folder; create it if necessary."""
    return _created(_place())


def tools() -> Path:
    """Return the folder of the tools that `scaffold setup` installs."""
    return _created(cache() / "tools")


def target(key: str) -> Path:
    """Return the build folder that validations with the same rustc share."""
    return _created(cache() / "target" / key)


def work() -> Path:
    """Return the folder of the working copies that are built."""
    return _created(cache() / "work")


def logs() -> Path:
    """Return the folder of the logs of programs."""
    return _created(cache() / "logs")


def journals() -> Path:
    """Return the folder of the journals of the user's unfinished edits; `journal.py` creates it."""
    # One for each user, since a cache may be shared, or root may run with a user's home.
    return _place() / f"journals-{os.geteuid()}"


def _place() -> Path:
    chosen = os.environ.get("SCAFFOLD_CACHE")
    folder = Path(chosen).expanduser() if chosen else _user_caches() / NAME
    return folder.absolute()


def _user_caches() -> Path:
    """Return the folder that the system, or the XDG specification, gives to caches."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _created(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
