"""The command `scaffold clean`: shows what the cache holds, and removes what is not needed.

Not here: what is in the cache (`cache_contents.py`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scaffolder.catalogue import manifests
from scaffolder.catalogue.sources import opening, registered
from scaffolder.commands import cache_contents
from scaffolder.commands.cache_contents import Entry
from scaffolder.core.errors import BadInput, cancelled
from scaffolder.core.invocation import program
from scaffolder.system import paths
from scaffolder.toolchain import inventory
from scaffolder.ui import prompts
from scaffolder.ui.report import Report

AGES = (("d", 86_400), ("h", 3_600), ("min", 60))
SIZES = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3), ("bytes", 1))
"""Units with their lengths, the largest first."""

TOGETHER = {"log", "cached questions"}
"""What is shown in one row, since there are many of it."""


@dataclass(frozen=True)
class Wish:
    """The arguments of `scaffold clean`.

    Args:
        older_than: Seconds since the newest change of what is removed.
        everything: Remove what the current version needs, too.
        dry_run: Show what would be removed, and remove nothing.
        yes: Do not ask.
        interactive: Whether there is a user to ask.
    """

    older_than: float
    everything: bool
    dry_run: bool
    yes: bool
    interactive: bool


def run(wish: Wish, report: Report) -> int:
    """Show what the cache holds, and remove what is not needed, if the user agrees.

    Returns:
        The exit code.

    Raises:
        BadInput: There is nobody to ask, and no `--yes`.
        Interrupted: The user did not agree.
        IOFailure: Something cannot be removed.
    """
    with report.progress() as on_progress:
        on_progress("clean", "measuring the cache")
        found = cache_contents.entries(_needed()) if paths.place().is_dir() else []
    now = time.time()
    states = {entry.path: _state(entry, wish, now) for entry in found}
    chosen = [entry for entry in found if not states[entry.path]]
    _show(found, states, now, report)
    total = f"{_counted(chosen)}, {_bytes(sum(entry.size for entry in chosen))}"
    report.result(cache=str(paths.place()), entries=[_record(entry, states, now) for entry in found], removed=[])
    if not chosen:
        report.line("There is nothing to remove.")
    elif wish.dry_run:
        report.line(f"Would remove {total}.")
    else:
        _agree(total, wish)
        with report.progress() as on_progress:
            cache_contents.remove(chosen, on_progress)
        report.result(removed=[str(entry.path) for entry in chosen])
        report.line(f"Removed {total}.")
    return 0


def _needed() -> list[Path]:
    """Return the programs of the cache that the current version needs, and the catalogues that the user has named."""
    programs = [Path(tool.path) for tool in inventory.examine(manifests.pins()).tools if tool.is_ok and tool.path]
    named = (opening.kept(each.hash) for each in registered.read().values())
    return [*programs, *(folder for folder in named if folder is not None)]


def _state(entry: Entry, wish: Wish, now: float) -> str:
    """Return the reason why an entry stays, or an empty string."""
    if entry.kept:
        return entry.kept
    if entry.is_needed and not wish.everything:
        return "needed; --all removes it"
    return "newer than asked for" if now - entry.changed < wish.older_than else ""


def _agree(total: str, wish: Wish) -> None:
    if wish.yes:
        return
    if not wish.interactive:
        raise BadInput(
            what="nothing was removed",
            where=str(paths.place()),
            why=f"{total} can be removed, and there is nobody to ask",
            fix=f"{program()} clean --yes with the same options",
        )
    if not prompts.confirm(f"Remove {total}?", default=False):
        raise cancelled(str(paths.place()), "you chose to remove nothing")


def _show(found: Sequence[Entry], states: dict[Path, str], now: float, report: Report) -> None:
    if not found:
        return
    report.rows(["what", "where", "size", "changed", ""], list(_rows(found, states, now)))


def _rows(found: Sequence[Entry], states: dict[Path, str], now: float) -> Iterator[list[str]]:
    """Yield a row for each entry, and one for all of those that are shown together."""
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in found:
        is_one_of_many = entry.what in TOGETHER
        groups.setdefault((entry.what, states[entry.path] if is_one_of_many else str(entry.path)), []).append(entry)
    for (what, _), group in groups.items():
        first = group[0]
        where = first.path.relative_to(paths.place())
        size, newest = sum(entry.size for entry in group), max(entry.changed for entry in group)
        is_many = what in TOGETHER
        yield [
            f"{what} ({len(group)})" if is_many else what,
            str(where.parent if is_many else where),
            _bytes(size),
            f"{_age(now - newest)} ago",
            states[first.path] or "can be removed",
        ]


def _record(entry: Entry, states: dict[Path, str], now: float) -> dict[str, object]:
    return {
        "path": str(entry.path),
        "what": entry.what,
        "bytes": entry.size,
        "seconds_since_change": max(0, round(now - entry.changed)),
        "is_needed": entry.is_needed,
        "stays_because": states[entry.path],
    }


def _counted(chosen: Sequence[Entry]) -> str:
    return "1 entry" if len(chosen) == 1 else f"{len(chosen)} entries"


def _bytes(size: int) -> str:
    unit, length = next((each for each in SIZES if size >= each[1]), SIZES[-1])
    return f"{size / length:.{1 if unit == 'GB' else 0}f} {unit}"


def _age(seconds: float) -> str:
    unit, length = next((each for each in AGES if seconds >= each[1]), AGES[-1])
    return f"{max(0, seconds) // length:.0f} {unit}"
