"""Merges three imports from one module, such as `use worker::{Env, Result};`, as sets of names; and sorts their lines.

Not here: imports with lists inside of lists, or with comments in them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from scaffolder.updating.merge.keyed_merge import Unit

WIDE = 100
"""Characters that rustfmt allows on a line."""

SORTED = re.compile(rb"(?:pub(?:\([^)\n]*\))? )?(mod|use) [^;{\n]*(?:\{[^\n]*\})?;\n")
"""A line of those that rustfmt sorts: a module in a file of its own, or an import."""

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


def in_order(units: Sequence[Unit], own: Sequence[Unit]) -> list[Unit]:
    """Return the parts of a file with its groups of modules and imports as rustfmt sorts them.

    Args:
        units: The parts.
        own: Those of the project; a group that is not sorted there is left as it is.
    """
    known, found = {unit.key for unit in own}, list(units)
    begin = 0
    for end in range(1, len(found) + 1):
        if end < len(found) and not found[end].lead and _word(found[end]) and _word(found[end]) == _word(found[begin]):
            continue
        group = found[begin:end]
        before = [unit.text for unit in group if unit.key in known]
        if len(before) < len(group) and _word(group[0]) and before == sorted(before):
            ranked = sorted(group, key=lambda unit: unit.text)
            found[begin:end] = [replace(unit, lead=place.lead) for unit, place in zip(ranked, group, strict=True)]
        begin = end
    return found


def _word(unit: Unit) -> bytes:
    found = SORTED.fullmatch(unit.text)
    return found[1] if found else b""


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
