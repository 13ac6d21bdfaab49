"""What some kinds need besides: `.dev.vars.example`, the first migration of a database, the handler of a cron.

Not here: the wrangler file, bindings and features (`plan.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from scaffolder.checks.fixing import spliced
from scaffolder.editing import lines
from scaffolder.editing.change import Unclear
from scaffolder.editing.kinds import Kind, Order
from scaffolder.editing.proof import is_kept
from scaffolder.editing.shelf import D1
from scaffolder.findings import Edit
from scaffolder.reading.grammar import parse
from scaffolder.reading.project import Worker
from scaffolder.reading.source import Source

EXAMPLE = ".dev.vars.example"
HEAD = b"# Secrets for this machine. Copy this file to .dev.vars, which git must ignore.\n"
MIGRATION = "-- The first migration of {}: write its tables here, and later changes into files 0002, 0003, ...\n"
HANDLER = """
/// Runs at the times that the crons of the wrangler file name.
#[worker::event(scheduled)]
async fn scheduled(
    event: worker::ScheduledEvent,
    _env: worker::Env,
    _context: worker::ScheduleContext,
) {
    worker::console_log!("cron {}", event.cron());
}
"""
TESTS = re.compile(rb"^#\[cfg\(test\)\]", re.MULTILINE)


class Changes(Protocol):
    """What takes note of the files that change."""

    notes: list[str]

    def change(self, path: Path, before: bytes | None, after: bytes | None) -> None:
        """Take note of a file."""


def add(plan: Changes, kind: Kind, orders: Sequence[Order]) -> None:
    """Plan what comes along with a kind.

    Raises:
        Unclear: A file has a shape that cannot be changed for certain.
    """
    first = orders[0]
    if kind.word == "secret":
        path, before = _example(first.worker)
        plan.change(path, before, _with_secret(before, first.name))
    elif isinstance(kind, D1) and kind.there(first) is None:
        folder = first.worker.folder / kind.folder(first)
        if not folder.exists():
            plan.change(folder / "0001_initial.sql", None, MIGRATION.format(first.name).encode())
    elif kind.word == "cron" and not any(handler.kind == "scheduled" for handler in first.worker.crate.handlers):
        source = _root(first.worker)
        plan.change(first.worker.project / source.file, source.content, _with_handler(source))


def remove(plan: Changes, kind: Kind, orders: Sequence[Order]) -> None:
    """Plan what goes along with a kind.

    Raises:
        Unclear: A file has a shape that cannot be changed for certain.
    """
    first = orders[0]
    if kind.word == "secret":
        path, before = _example(first.worker)
        is_left = any(first.name in _required(first, name) for name in _other_names(orders))
        if before is not None and not is_left:
            plan.change(path, before, _without_secret(before, first.name))
    elif kind.word == "d1":
        plan.notes.append("its migrations stay: they are never removed")
    elif kind.word == "cron" and not _crons_left(orders):
        source = _root(first.worker)
        after = _without_handler(source)
        plan.change(first.worker.project / source.file, source.content, after)
        if after == source.content:
            plan.notes.append("nothing calls the scheduled handler any more")


def _example(worker: Worker) -> tuple[Path, bytes | None]:
    path = worker.folder / EXAMPLE
    return path, path.read_bytes() if path.is_file() else None


def _with_secret(before: bytes | None, name: str) -> bytes:
    if before is None:
        return HEAD + f'{name}=""\n'.encode()
    if re.search(rb"^\s*(?:export\s+)?" + name.encode() + rb"\s*=", before, re.MULTILINE):
        return before
    newline = lines.newline(before)
    last = before.rstrip()[before.rstrip().rfind(b"\n") + 1 :]
    # A comment at the end must not come to stand above what it is not about.
    gap = newline if lines.is_comment(last) else ""
    ends = not before or before.endswith(b"\n")
    text = f'{gap}{name}=""{newline}' if ends else f'{newline}{gap}{name}=""'
    return _kept(before, before + text.encode())


def _without_secret(before: bytes, name: str) -> bytes | None:
    if before == HEAD + f'{name}=""\n'.encode():
        return None
    found = re.search(rb"^[ \t]*(?:export\s+)?" + name.encode() + rb"\s*=.*$", before, re.MULTILINE)
    if found is None:
        return before
    begin, end = lines.above(before, found.start()), lines.after(before, found.start())
    upper = lines.start_of(before, begin - 1) if lines.is_blank_above(before, begin) else begin
    if upper < begin and lines.is_comment(before[lines.start_of(before, upper - 1) : upper]) and end == len(before):
        begin = upper
    if end == len(before) and not before.endswith(b"\n") and begin:
        begin = lines.before(before, begin)
    return _kept(before, before[:begin] + before[end:])


def _with_handler(source: Source) -> bytes:
    tests = TESTS.search(source.even)
    newline, content = lines.newline(source.content), source.content
    text = HANDLER.replace("\n", newline)
    at = len(content) if tests is None else lines.above(content, tests.start())
    if tests is not None:
        text = text.removeprefix(newline) + newline
    elif content and not content.endswith(b"\n"):
        text = newline + text.removesuffix(newline)
    return _rust(source, spliced(content, [Edit(source.file, at, at, text)]))


def _without_handler(source: Source) -> bytes:
    """Take out the handler if it is, to the letter, the one that was added."""
    newline, content = lines.newline(source.content), source.content
    whole = HANDLER.replace("\n", newline).encode()
    core = whole.strip()
    at = content.find(core)
    if at < 0:
        return content
    if content[at + len(core) :].strip():
        return _rust(source, content[:at] + content[at + len(core) + 2 * len(newline) :])
    end = at + len(core)
    begin = at - len(newline) if content.endswith(b"\n") else at - 2 * len(newline)
    return _rust(source, content[:begin] + content[end + len(newline) :])


def _rust(source: Source, content: bytes) -> bytes:
    has_error = parse(Source(source.file, content), "").tree.root_node.has_error
    if has_error or not is_kept(source.content, content):
        raise Unclear(source.file)
    return content


def _kept(before: bytes, after: bytes) -> bytes:
    if not is_kept(before, after):
        raise Unclear(EXAMPLE)
    return after


def _root(worker: Worker) -> Source:
    sources = worker.crate.sources
    if not sources:
        raise Unclear("src/lib.rs")
    return sources[0]


def _other_names(orders: Sequence[Order]) -> list[str]:
    named = orders[0].worker.config.get("env")
    whole = ["", *(named if isinstance(named, dict) else ())]
    return [name for name in whole if name not in {order.environment.name for order in orders}]


def _required(order: Order, environment: str) -> list[str]:
    prefix = ("env", environment) if environment else ()
    found = order.worker.config.get(*prefix, "secrets", "required")
    return found if isinstance(found, list) else []


def _crons_left(orders: Sequence[Order]) -> bool:
    first = orders[0]
    gone = {order.environment.name for order in orders}
    for name in ["", *(first.worker.config.get("env") or {})]:
        crons = first.worker.config.get(*(("env", name) if name else ()), "triggers", "crons") or []
        if [cron for cron in crons if name not in gone or cron != first.name]:
            return True
    return False
