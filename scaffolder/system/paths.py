"""Where the scaffolder keeps things of its own: one folder in the user's cache.

`SCAFFOLD_CACHE` names another one. Removing it costs nothing but time.
"""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_cache_path


def cache() -> Path:
    """Answer the cache folder, which is made if it is not there."""
    chosen = os.environ.get("SCAFFOLD_CACHE")
    folder = Path(chosen).expanduser() if chosen else user_cache_path("rust-worker-scaffold")
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def tools() -> Path:
    """Answer the folder of the tools that `scaffold setup` gets."""
    return _made(cache() / "tools")


def target(key: str) -> Path:
    """Answer the build folder that validations with the same rustc share."""
    return _made(cache() / "target" / key)


def work() -> Path:
    """Answer the folder in which copies of projects are built."""
    return _made(cache() / "work")


def logs() -> Path:
    """Answer the folder of the logs of what was run."""
    return _made(cache() / "logs")


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
