"""Merges three imports from one module, such as `use worker::{Env, Result};`, as sets of names.

Not here: imports with lists inside of lists, or with comments in them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

WIDE = 100
"""Characters that rustfmt allows on a line."""

USE = re.compile(
    rb"(?P<above>(?:[ \t]*(?://[^\n]*|#\[[^\n]*)\n)*)"
    rb"(?P<head>[ \t]*(?:pub(?:\([^)\n]*\))?[ ]+)?use (?:\w+::)+)"
    rb"(?:\{(?P<names>[^{}/]*)\}|(?P<name>\w+(?: as \w+)?));\n"
)


def merged(base: bytes, theirs: bytes, ours: bytes) -> bytes | None:
    """Return the merged import; None if one of them is another kind of text."""
    found = [USE.fullmatch(each) for each in (base, theirs, ours)]
    old, new, own = (_names(each) if each else [] for each in found)
    mine = found[2]
    if mine is None or found[1] is None or (found[0] is None and base) or mine["head"] != found[1]["head"]:
        return None
    names = [each for each in own if each in new or each not in old]
    is_sorted = own == sorted(own)
    for number, each in enumerate(new):
        if each not in own and each not in old:
            names.insert(_place(names, new[:number]), each)
    return _written(mine["above"], mine["head"], sorted(names) if is_sorted else names) if names else None


def _names(found: re.Match[bytes]) -> list[bytes]:
    return [b" ".join(each.split()) for each in (found["names"] or found["name"] or b"").split(b",") if each.strip()]


def _place(names: Sequence[bytes], before: Sequence[bytes]) -> int:
    """Return where a name goes: behind the nearest of those that are before it in the new template."""
    return next((names.index(each) + 1 for each in reversed(before) if each in names), 0)


def _written(above: bytes, head: bytes, names: Sequence[bytes]) -> bytes:
    """Return an import as rustfmt writes it."""
    line = head + (names[0] if len(names) == 1 and names[0] != b"self" else b"{" + b", ".join(names) + b"}") + b";"
    if len(line) <= WIDE:
        return above + line + b"\n"
    indent = head[: len(head) - len(head.lstrip())]
    rows = [indent + b"   "]
    for name in names:
        if len(rows[-1]) + len(name) + len(b" ,") > WIDE:
            rows.append(indent + b"   ")
        rows[-1] += b" " + name + b","
    return above + b"\n".join([head + b"{", *rows, indent + b"};"]) + b"\n"
