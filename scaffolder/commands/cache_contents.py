"""Lists what the cache holds, and removes parts of it.

A cache may be a folder that holds other things, too: only what bears a name that this program gives is ever listed.

Not here: which parts are removed (`clean.py`), and what killed runs left, which every run sweeps (`scratch.py`).
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from scaffolder.core.errors import IOFailure
from scaffolder.core.invocation import program
from scaffolder.system import file_lock, journal, owner, paths
from scaffolder.system.scratch import leftovers, scratch
from scaffolder.toolchain.setup_lock import exclusive_setup
from scaffolder.updating import saved_copies
from scaffolder.validation import working_copy

KEY = r"[0-9a-f]{12}"

NAMES = (
    (rf"python-{KEY}", "Python environment"),
    (rf"(python-{KEY}|tools/[^/]+)\.part", "half of an installation"),
    (rf"tools/({KEY}/(?!cargo$)[^/]+|(node|npm|nightly)-[^/]+|rustup/toolchains/[^/]+)", "tool"),
    (rf"tools/{KEY}/cargo", "downloaded crates"),
    (rf"target/{KEY}", "build files"),
    (rf"work/([^/]+-{KEY}|templates)", "working copy"),
    (r"work/probe-\w{8}", "left by an earlier version"),
    (r"logs/(\d{8}-\d{6}-[^/]+|setup-[^/]+\.log)", "log"),
    (rf"fleet/clones/[^/]+-{KEY}", "clone of a fleet's project"),
    (rf"fleet/runs/{KEY}", "progress of a fleet's update"),
    (r"sources/[0-9a-f]{40,64}", "catalogue of others"),
    (r"questions/[^/]+\.json", "cached questions"),
)
"""What is in the cache, by patterns of paths; the first that matches counts."""

FOLDERS = (
    *("tools", "tools/rustup/toolchains", "target", "work", "logs", "questions"),
    *("fleet/clones", "fleet/runs", "sources"),
)
"""The folders that hold such things, beside the cache itself."""

OF_A_RUST = {"bin", "cargo", "lib"}
"""What belongs to a Rust, and so to all tools that it compiled."""


@dataclass(frozen=True)
class Entry:
    """A part of the cache that can be removed by itself.

    Args:
        path: Its place.
        what: A description.
        size: Its bytes.
        changed: The time of its newest file, in seconds since the epoch.
        is_needed: Whether the current version of the program needs it.
        kept: The reason why it is never removed; empty for most.
    """

    path: Path
    what: str
    size: int
    changed: float
    is_needed: bool = False
    kept: str = ""


def entries(needed: Collection[Path]) -> list[Entry]:
    """Return what the cache holds, the largest first.

    Args:
        needed: The programs that the current version needs, and the catalogues that the user has named.
    """
    root = paths.place()
    is_busy = any(map(_is_alive, _below(root / "work")))
    found = [_entry(path, what, needed, is_busy=is_busy) for path, what in _named(root)]
    found += [_entry(path, "left by a killed run", (), is_busy=False) for path in leftovers(root / "work")]
    # Looking for the tools makes empty folders, which are not worth a line.
    return sorted(
        [*(entry for entry in found if entry.size), *_journals(), *_copies()],
        key=lambda entry: (-entry.size, entry.path),
    )


def remove(chosen: Sequence[Entry], on_progress: Callable[[str, str], None]) -> None:
    """Remove entries, while neither a setup nor a first start is running.

    Args:
        chosen: The entries.
        on_progress: Called with a name and a line of progress.

    Raises:
        IOFailure: One of them cannot be removed.
    """
    with file_lock.held(paths.cache() / "python.lock"), exclusive_setup(on_progress), scratch(paths.work()) as removed:
        for number, entry in enumerate(chosen):
            on_progress("clean", str(entry.path))
            # Renamed first: a half of it would be taken for the whole if this run were killed.
            with suppress(FileNotFoundError):
                entry.path.rename(removed / str(number))
            shutil.rmtree(removed / str(number), ignore_errors=True)


def _named(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield everything in the cache that bears one of our names, with its description."""
    folders = [root, *(root / name for name in FOLDERS)]
    folders += [path for path in _below(root / "tools") if re.fullmatch(KEY, path.name)]
    for path in (path for folder in folders for path in _below(folder)):
        name = path.relative_to(root).as_posix()
        what = next((what for pattern, what in NAMES if re.fullmatch(pattern, name)), None)
        # What is inside of an entry is none of its own.
        if what:
            yield path, what


def _entry(path: Path, what: str, needed: Collection[Path], *, is_busy: bool) -> Entry:
    size, changed = _measured(path)
    around = path.parent if path.name in OF_A_RUST else path
    is_used = (what == "build files" and is_busy) or _is_alive(path)
    kept = "this command runs in it" if path == Path(sys.prefix) else "a validation uses it" if is_used else ""
    return Entry(path, what, size, changed, any(each.is_relative_to(around) for each in needed), kept)


def _is_alive(copy: Path) -> bool:
    name = working_copy.owner_of(copy)
    return bool(name) and not owner.is_gone(name)


def _journals() -> Iterator[Entry]:
    """Yield the journals of unfinished edits; that of a project that is there is the user's to decide on."""
    for folder in _below(paths.journals()):
        if folder.suffix or not folder.is_dir():
            continue
        what, kept = "unfinished edit of a project that is gone", ""
        try:
            if found := journal.read(folder):
                what = f"unfinished edit of {found.project}"
                kept = f"finish it: {program()} check --fix {quote(str(found.project))}"
        except IOFailure as refusal:
            what, kept = "unfinished edit that cannot be read", refusal.fix
        yield Entry(folder, what, *_measured(folder), kept=kept)


def _copies() -> Iterator[Entry]:
    """Yield the copies from before updates; those by which an update can still be undone stay."""
    for folder in (copy for home in _below(saved_copies.place()) for copy in _below(home)):
        what, kept = "files from before an update", ""
        if not folder.name.isdigit():
            what = "files that an undo put aside"
            kept = "" if saved_copies.is_old(folder) else f"your own changes of the last {saved_copies.DAYS} days"
        elif project := saved_copies.project_of(folder):
            kept = f"needed for: {program()} update --undo {quote(str(project))}"
        yield Entry(folder, what, *_measured(folder), kept=kept)


def _below(folder: Path) -> list[Path]:
    """Return what is in a folder, without links; nothing if there is no folder."""
    if folder.is_symlink():
        return []
    try:
        return sorted(path for path in folder.iterdir() if not path.is_symlink())
    except OSError:
        return []


def _measured(path: Path) -> tuple[int, float]:
    """Return the bytes of a file or a folder, and the time of its newest file; hard links count once."""
    seen: dict[tuple[int, int], os.stat_result] = {}
    for place, folders, files in os.walk(path):
        for name in (*folders, *files):
            with suppress(OSError):
                found = os.lstat(os.path.join(place, name))  # noqa: PTH118 - there are many of them
                seen[found.st_dev, found.st_ino] = found
    with suppress(OSError):
        own = path.lstat()
        seen[own.st_dev, own.st_ino] = own
    size = sum(found.st_size for found in seen.values() if stat.S_ISREG(found.st_mode))
    return size, max((found.st_mtime for found in seen.values()), default=0.0)
