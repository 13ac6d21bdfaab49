"""The scaffolder's folders, all of them inside one cache folder that may be deleted at any time.

`SCAFFOLD_CACHE` replaces the default location.

Not here: the cache folder before platformdirs is installed (`bootstrap.py`).
"""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_cache_path


def cache() -> Path:
    """Return the cache folder; create it if necessary."""
    chosen = os.environ.get("SCAFFOLD_CACHE")
    folder = Path(chosen).expanduser() if chosen else user_cache_path("rust-worker-scaffold")
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


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


def _created(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
