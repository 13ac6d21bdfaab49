"""Finds where lines begin and end, and the comments that belong to a line.

Not here: keys and values.
"""

from __future__ import annotations

from scaffolder.reading.source import BOM

MARKS = (b"#", b"//")


def newline(content: bytes) -> str:
    """Return the line ending that most lines of a file have."""
    crlf = content.count(b"\r\n")
    return "\r\n" if crlf > content.count(b"\n") - crlf else "\n"


def with_newline(content: bytes, newline: str) -> bytes:
    """Return a text with another line ending in all of its lines."""
    plain = content.replace(b"\r\n", b"\n")
    return plain if newline == "\n" else plain.replace(b"\n", newline.encode())


def start_of(content: bytes, at: int) -> int:
    """Return the offset at which the line of another offset begins."""
    return content.rfind(b"\n", 0, at) + 1


def end_of(content: bytes, at: int) -> int:
    """Return the offset at which a line ends, before its line break."""
    end = content.find(b"\n", at)
    if end < 0:
        return len(content)
    return end - 1 if end > at and content[end - 1 : end] == b"\r" else end


def before(content: bytes, start: int) -> int:
    """Return the end of the line above the one that begins at `start`."""
    return start - (2 if content[:start].endswith(b"\r\n") else 1)


def after(content: bytes, at: int) -> int:
    """Return where the next line begins, or the end of the file."""
    end = content.find(b"\n", at)
    return len(content) if end < 0 else end + 1


def indent(content: bytes, at: int) -> str:
    """Return the indentation of a line."""
    line = content[start_of(content, at) : end_of(content, at)].removeprefix(BOM)
    return line[: len(line) - len(line.lstrip(b" \t"))].decode()


def is_comment(line: bytes) -> bool:
    """Return whether a line is only a comment."""
    return line.removeprefix(BOM).strip().startswith(MARKS)


def with_comments(content: bytes, at: int) -> int:
    """Return the end of a line and of the comments right below it, unless these are above another line."""
    end = end_of(content, at)
    last = end
    while (start := after(content, last)) < len(content):
        line = content[start : end_of(content, start)]
        if not line.strip():
            return last
        if not is_comment(line):
            return end
        last = end_of(content, start)
    return last


def above(content: bytes, at: int) -> int:
    """Return where the comments right above a line begin, or where the line itself does."""
    start = start_of(content, at)
    while start > 0:
        upper = start_of(content, start - 1)
        if not is_comment(content[upper:start]) or content[upper:].startswith(BOM):
            break
        start = upper
    return start


def is_blank_above(content: bytes, start: int) -> bool:
    """Return whether the line above the one that begins at `start` is empty."""
    return start > 0 and not content[start_of(content, start - 1) : start].strip()
