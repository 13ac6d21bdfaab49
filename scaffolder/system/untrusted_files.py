"""Reads files that others wrote, and runs parsers over them, within bounds.

Whatever such a file is (a named pipe, a device, endless, nested thousands deep), and whatever a parser raises on it,
the caller gets one of two errors. Reading never waits for a writer.

Not here: the place of an error in a file (`source.py`), and the meaning of the content.
"""

from __future__ import annotations

import json
import os
import re
import select
import stat
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.system.conflict_markers import refuse_conflicts

LARGEST = 8 * 2**20
"""Bytes of a file that is read."""

DEEPEST = 64
"""Levels of tables and arrays; a recursion over more of them might end in a RecursionError."""

MOST = 1_000_000
"""Values in a file. An alias of YAML counts each time that it is used: a few lines can stand for billions."""

PATIENCE = 5.0
"""Seconds that a pipe has to deliver its content in."""

LONG_KEY = re.compile(r"""(?m)(?:^|[{,])[ \t]*\[{0,2}(?:[ \t]*(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.){100}""")
"""A dotted key of TOML with very many parts, for which parsers take time that grows with their square."""

KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}


class Unparsable(ValueError):
    """Content that a parser fails on in a way of its own, or that exceeds a bound; the message is the reason."""


def content(path: Path, *, largest: int = LARGEST, takes_pipes: bool = False) -> bytes:
    """Return the content of a file.

    Args:
        path: The file.
        largest: The most bytes that it may have.
        takes_pipes: Whether it may be a pipe, such as that of `<(command)` in a shell.

    Raises:
        BadInput: It is not a regular file, or too large, or has an unresolved merge conflict.
        OSError: It cannot be read.
    """
    kind = stat.S_IFMT(path.stat().st_mode)
    is_pipe = takes_pipes and kind == stat.S_IFIFO
    if kind != stat.S_IFREG and not is_pipe:
        raise _refusal(path, f"it is {KINDS.get(kind, 'something else')}, not a regular file")
    # Without this flag, a pipe that took the file's place meanwhile would wait for its writer.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb", buffering=0) as stream:
        read = _from_pipe(path, stream.fileno(), largest) if is_pipe else _all(stream.read, largest)
    if len(read) > largest:
        raise _refusal(path, f"it is larger than {largest // 1024} KiB")
    refuse_conflicts(path, read)
    return read


def is_there(path: Path) -> bool:
    """Return whether a path that others wrote leads to something; one that is too long for the system does not."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def searchable(path: Path) -> str:
    """Return the beginning of a file to search in; an empty text if it is not a regular file."""
    return beginning(path).decode("utf-8-sig", errors="replace")


def beginning(path: Path) -> bytes:
    """Return the first bytes of a file, up to the largest size; none if it is not a regular file."""
    if not path.is_file():
        return b""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb", buffering=0) as stream:
        return _all(stream.read, LARGEST)[:LARGEST]


def parsed(parser: Callable[[Any], Any], given: Any, *known: type[Exception]) -> Any:
    """Return what a parser makes of a content.

    Args:
        parser: The parser.
        given: The content.
        known: The parser's own errors, which the caller interprets; they pass as they are.

    Raises:
        Unparsable: The parser raised anything else, or its result exceeds a bound.
    """
    try:
        data = parser(given)
    except known:
        raise
    except RecursionError as error:
        raise Unparsable(f"it is nested more than {DEEPEST} levels deep") from error
    except Exception as error:  # a parser may raise anything, and every one of these means the same
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise Unparsable(f"it does not parse: {reason}") from error
    _measure(data)
    return data


def strict_json(given: str | bytes) -> Any:
    """Return the value of a JSON text; `NaN` and `Infinity`, which Python reads, are not JSON.

    Raises:
        ValueError: It does not parse.
    """
    return json.loads(given, parse_constant=_refuse)


def json_file(path: Path) -> Any:
    """Return the value of a JSON file, which need not be an object.

    Raises:
        BadInput: It is not a regular file, or too large, or has an unresolved merge conflict.
        OSError: It cannot be read.
        ValueError: It does not parse, or exceeds a bound.
    """
    return parsed(strict_json, content(path))


def _refuse(constant: str) -> Any:
    raise ValueError(f"`{constant}` is not JSON")


def toml(text: str) -> dict[str, Any]:
    """Return the data of a TOML document.

    Raises:
        TOMLDecodeError: It does not parse; the error names the place. Like the other one, it is a `ValueError`.
        Unparsable: It fails in any other way, or exceeds a bound.
    """
    if LONG_KEY.search(text):
        raise Unparsable("a dotted key has more than 100 parts")
    data: dict[str, Any] = parsed(tomllib.loads, text, tomllib.TOMLDecodeError)
    return data


def _measure(data: Any) -> None:
    """Count the levels and values of plain data without recursion.

    Raises:
        Unparsable: There are too many, or a text has half of a surrogate pair, which no output can show.
    """
    waiting, count = [(data, 1)], 0
    while waiting:
        value, depth = waiting.pop()
        count += 1
        if isinstance(value, str) and not value.isascii() and any("\ud800" <= each <= "\udfff" for each in value):
            raise Unparsable("a text has half of a surrogate pair")
        if not isinstance(value, dict | list | tuple | set):
            continue
        if depth > DEEPEST:
            raise Unparsable(f"it is nested more than {DEEPEST} levels deep")
        if count + len(waiting) + len(value) > MOST:
            raise Unparsable(f"it has more than {MOST} values")
        waiting += [(each, depth + 1) for each in value]
        if isinstance(value, dict):
            waiting += [(each, depth + 1) for each in value.values()]


def _all(read: Callable[[int], bytes | None], largest: int) -> bytes:
    """Read up to the end, or one byte more than the largest size."""
    parts, size = [], 0
    while size <= largest and (part := read(largest + 1 - size)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _from_pipe(path: Path, handle: int, largest: int) -> bytes:
    """Read a pipe to its end, for as long as there is patience."""
    end = time.monotonic() + PATIENCE

    def wait() -> None:
        if not select.select([handle], [], [], max(0.0, end - time.monotonic()))[0]:
            raise _refusal(path, f"it is a pipe that does not end within {PATIENCE:g} seconds")

    def read(size: int) -> bytes:
        # Not `select` first: on a named pipe whose writer closed before it was opened here, it never reports the end.
        while True:
            try:
                return os.read(handle, size)
            except BlockingIOError:
                wait()

    wait()
    return _all(read, largest)


def _refusal(path: Path, why: str) -> BadInput:
    return BadInput(
        what=f"cannot read {path.name}", where=str(path), why=why, fix="replace it with a regular file, or remove it"
    )
