"""Merges Rust by its items, and an item by what it lists: fields, variants, methods, values of fields, match arms.

The lines merged are taken if they have the items that the merged outline has; else it goes item by item, and in an item
that both sides changed, part by part. What is left of a conflict has git's markers.

Not here: where the parts begin and end (`outline.py`), and lists of imports (`use_lists.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from itertools import pairwise

from scaffolder.core.errors import BadInput
from scaffolder.editing import lines
from scaffolder.reading.rust import outline
from scaffolder.reading.rust.outline import Untidy
from scaffolder.updating.merge import keyed_merge, line_merge, use_lists
from scaffolder.updating.merge.keyed_merge import Unit
from scaffolder.updating.merge.outcome import Merged

COMMA = {outline.FIELDS, outline.VARIANTS, outline.INITIALIZERS}
"""The kinds of parts that have a comma between them, after each by rustfmt."""


def merged(base: bytes, theirs: bytes, ours: bytes) -> Merged | None:
    """Merge three versions of a Rust file.

    Returns:
        The result, or None if one of them does not parse, or has two items on a line.
    """
    old, new, own = (line_merge.whole_lines(each).replace(b"\r\n", b"\n") for each in (base, theirs, ours))
    newline = lines.newline(ours)
    if newline == "\r\n" and ours.count(b"\n") != ours.count(b"\r\n"):
        return None
    try:
        merge = _Merge()
        wanted = _wanted(old, new, own)
        found = line_merge.merged(old, new, own)
        content = found.content
        if found.conflicts or _outline(content) != wanted:
            content = merge.items(old, new, own)
            if not merge.conflicts and _outline(content) != wanted:
                return None
    except (BadInput, Untidy, UnicodeDecodeError):
        return None
    content = lines.with_newline(content, newline)
    return Merged(line_merge.with_ends(content, base, theirs, ours), tuple(merge.conflicts))


class _Merge:
    """A merge of one file, which collects its conflicts."""

    def __init__(self) -> None:
        self.conflicts: list[str] = []

    def items(self, base: bytes, theirs: bytes, ours: bytes) -> bytes:
        return self._parts(base, theirs, ours, outline.ITEMS, "")

    def _parts(self, base: bytes, theirs: bytes, ours: bytes, kind: str, around: str) -> bytes:
        """Merge texts part by part."""
        old, new, own = (_units(each, kind) for each in (base, theirs, ours))

        def part(before: Unit | None, after: Unit | None, here: Unit | None) -> bytes:
            one = here or after
            return self._part(before, after, here, f"{around}{_name(one)}" if one else "")

        found = use_lists.in_order(keyed_merge.merged(old[0], new[0], own[0], part), own[0])
        return b"".join(unit.lead + unit.text for unit in found) + own[1]

    def _part(self, base: Unit | None, theirs: Unit | None, ours: Unit | None, name: str) -> bytes:
        """Merge a part that both sides changed."""
        old, new, own = (each.text if each else b"" for each in (base, theirs, ours))
        if theirs is not None and ours is not None:
            found = use_lists.merged(old, new, own) or self._inside(old, new, own, name)
            if found is not None:
                return found
        text = line_merge.merged(old, new, own)
        if text.conflicts:
            self.conflicts.append(f"`{name}`")
        return text.content

    def _inside(self, base: bytes, theirs: bytes, ours: bytes, name: str) -> bytes | None:
        """Merge the heads and the bodies of three items; None if they have none that have parts."""
        new, own = _body(theirs), _body(ours)
        if new is None or own is None or new.kind != own.kind:
            return self._lists(base, theirs, ours, name)
        cuts = [_cut(theirs, [new]), _cut(ours, [own])]
        if base:
            old = _body(base)
            before = _cut(base, [old] if old else [])
        else:
            # Both sides added it: what they have in common is as if it had been there.
            before = [one if one == other else b"" for one, other in zip(*cuts, strict=True)]
            before[1] = b""
        return self._pieces([before, *cuts], [own.kind], name)

    def _lists(self, base: bytes, theirs: bytes, ours: bytes, name: str) -> bytes | None:
        """Merge the lists in three functions, and the lines around them; None if they have not the same lists."""
        if not line_merge.merged(base, theirs, ours).conflicts:
            return None
        texts = [_spread(each) for each in (base, theirs, ours)]
        found = [_bodies(each) for each in texts]
        kinds = [[body.kind for body in bodies] for bodies in found]
        if not kinds[2] or kinds[0] != kinds[2] or kinds[1] != kinds[2]:
            return None
        return self._pieces([_cut(text, each) for text, each in zip(texts, found, strict=True)], kinds[2], name)

    def _pieces(self, cuts: list[list[bytes]], kinds: list[str], name: str) -> bytes | None:
        """Merge texts that are cut into the same pieces: each second one has parts, of one of the kinds."""
        if len({len(each) for each in cuts}) > 1:
            return None
        attempt = _Merge()
        found = b""
        for number, (old, new, own) in enumerate(zip(*cuts, strict=True)):
            if number % 2:
                found += attempt._parts(old, new, own, kinds[number // 2], f"{name}: ")
                continue
            text = line_merge.merged(old, new, own)
            if text.conflicts:
                return None
            found += text.content
        self.conflicts += attempt.conflicts
        return found


def _cut(text: bytes, bodies: list[outline.Body]) -> list[bytes]:
    """Return the pieces of a text: before, in and after each body."""
    ends = [0, *(at for body in bodies for at in (body.begin, body.end)), len(text)]
    return [text[begin:end] for begin, end in pairwise(ends)]


def _units(text: bytes, kind: str) -> tuple[list[Unit], bytes]:
    """Return the parts of a text, with the comments between them as parts of their own, and the empty lines after."""
    found: list[Unit] = []
    at = 0
    for part in [*outline.parts(text, kind), outline.Part("", len(text), len(text))]:
        notes, lead = keyed_merge.between(text[at : part.begin])
        found += notes
        if part.begin == part.end:
            return found, lead
        key = keyed_merge.unique(part.name, {each.key for each in found})
        whole = text[part.begin : part.end]
        found.append(Unit(key, _with_comma(whole) if kind in COMMA else whole, lead))
        at = part.end
    return found, b""


def _with_comma(text: bytes) -> bytes:
    """Return a part with a comma at its end, which only the last one of a list may lack."""
    last = text.rstrip().rpartition(b"\n")[2]
    has_one = last.endswith(b",") or b"//" in last or last.lstrip().startswith(b"..")
    return text if has_one else text.rstrip() + b",\n"


def _name(unit: Unit) -> str:
    key = unit.key[0] if isinstance(unit.key, tuple) else unit.key
    return str(key)


def _body(text: bytes) -> outline.Body | None:
    try:
        return outline.body(text) if text else None
    except Untidy:
        return None


def _bodies(text: bytes) -> list[outline.Body]:
    try:
        return outline.lists(text) if text else []
    except Untidy:
        return []


def _spread(text: bytes) -> bytes:
    try:
        return outline.spread(text) if text else text
    except Untidy:
        return text


def _outline(text: bytes) -> Counter[Hashable]:
    """Count the names of all items, and of their parts."""
    return Counter(_names(text, outline.ITEMS, ()))


def _names(text: bytes, kind: str, above: tuple[str, ...]) -> Iterator[Hashable]:
    for part in outline.parts(text, kind):
        path = (*above, part.name)
        yield path
        whole = text[part.begin : part.end]
        body = _body(whole) if kind == outline.ITEMS else None
        if body is not None:
            yield from _names(whole[body.begin : body.end], body.kind, path)


def _wanted(base: bytes, theirs: bytes, ours: bytes) -> Counter[Hashable]:
    """Return the names that a merged file has: the project's, with the changes of the new template."""
    old, new, own = (_outline(each) for each in (base, theirs, ours))
    return Counter({name: most for name in own | new if (most := _most(old[name], new[name], own[name]))})


def _most(base: int, theirs: int, ours: int) -> int:
    if theirs in {base, ours}:
        return ours
    return theirs if ours == base else max(theirs, ours)
