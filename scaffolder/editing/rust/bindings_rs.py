"""Edits the text of a `bindings.rs` that has the shape of the catalogue's projects, formatted by rustfmt.

That shape is: one constant for each name, a struct `Bindings`, and a `new(env: &Env)` that ends in `Ok(Self { ... })`.

Not here: Rust of any other shape, for which the user gets lines to paste (`paste.py`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from scaffolder.core.text_edit import TextEdit, apply_edits
from scaffolder.editing import lines
from scaffolder.editing.operations import Unclear
from scaffolder.editing.rust.binding_field import OLD_UNREAD, UNREAD, BindingField
from scaffolder.editing.verify import is_kept, parsed_rust
from scaffolder.reading.rust.binding_calls import binding_uses
from scaffolder.reading.rust.parser import KEYWORDS
from scaffolder.reading.rust.resolution import Names
from scaffolder.reading.source import Source

NARROW = 18
"""Characters of a struct's fields that rustfmt puts on one line."""

WIDE = 100
"""Characters that rustfmt allows on a line."""

# The patterns match `Source.even`, where each CR is a space so that all offsets hold.
CONSTANT = re.compile(rb'^(?:pub(?:\(crate\))? )?const (\w+): &str = "([^"\\\n]*)"; ?$', re.MULTILINE)
STRUCT = re.compile(rb"^(?:pub(?:\(crate\))? )?struct Bindings \{ ?\n((?:    .*\n)+)\} ?$", re.MULTILINE)
HEAD = (
    rb"^    (?:pub(?:\(crate\))? )?fn new\(env: &(?:worker::)?Env\) -> (?:worker::)?Result<Self(?P<or>, \w+)?> \{ ?\n"
    rb"(?:(?:        .*)? ?\n)*?"
)
END = rb"\}\) ?\n    \} ?$"
MANY = re.compile(HEAD + rb"        Ok\(Self \{ ?\n(?P<fields>(?:            .*\n)+)        " + END, re.MULTILINE)
FEW = re.compile(HEAD + rb"        Ok\(Self \{ (?P<fields>[^\n{}]*) " + END, re.MULTILINE)


def home(sources: Sequence[Source]) -> Source | None:
    """Return the file that declares the struct `Bindings`, or None."""
    return next((source for source in sources if re.search(rb"\bstruct\s+Bindings\b", source.even)), None)


def other_error(source: Source) -> str:
    """Return the error type of `Bindings::new`; empty if it is the worker crate's."""
    found = MANY.search(source.even) or FEW.search(source.even)
    return (found["or"] or b"").decode().removeprefix(", ") if found else ""


def added(source: Source, field: BindingField) -> bytes:
    """Return the file with one more binding.

    Raises:
        Unclear: It has another shape.
    """
    shape = _Shape(source)
    taken = {name.decode() for name in re.findall(rb"\w+", b" ".join(shape.names()))}
    too_wide = max(map(len, (field.constant, *field.above, field.declaration, field.initializer))) > WIDE
    if {field.name, field.field} & taken or field.field in KEYWORDS or too_wide:
        raise Unclear
    return _verified(source, shape.with_field(field), field, 1)


def removed(source: Source, field: BindingField) -> bytes:
    """Return the file without a binding.

    Raises:
        Unclear: It has another shape, or does more with the binding than to ask for it.
    """
    return _verified(source, _Shape(source).without(field), field, -1)


def fitted(source: Source) -> bytes:
    """Return the file with its fields on one line if they fit there, and else on one each, as rustfmt has them."""
    many, few = MANY.search(source.even), FEW.search(source.even)
    made = many or few
    if made is None:
        return source.content
    fields = _on_one_line(made["fields"])
    if (len(fields) <= NARROW) == (many is None):
        return source.content
    begin, end = made.span("fields")
    if many:
        gap = TextEdit(source.file, lines.before(source.content, begin), end + 8, f" {fields.decode()} ")
        return apply_edits(source.content, [gap])
    newline = lines.newline(source.content)
    each = "".join(f"{newline}{' ' * 12}{field}," for field in re.split(r", (?=\w+(?::|, |$))", fields.decode()))
    return apply_edits(source.content, [TextEdit(source.file, begin - 1, end + 1, f"{each}{newline}{' ' * 8}")])


def _on_one_line(fields: bytes) -> bytes:
    return b" ".join(fields.split()).removesuffix(b",")


class _Shape:
    """A file of the known shape."""

    def __init__(self, source: Source) -> None:
        self.source, self.newline = source, lines.newline(source.content)
        constants = list(CONSTANT.finditer(source.even))
        struct, many, few = (pattern.search(source.even) for pattern in (STRUCT, MANY, FEW))
        made = many or few
        if not constants or struct is None or made is None:
            raise Unclear
        self.constants, self.struct, self.made, self.is_one_line = constants, struct, made, many is None
        if self.is_one_line != (len(_on_one_line(made["fields"])) <= NARROW):
            raise Unclear

    def names(self) -> list[bytes]:
        """Return the names that are taken."""
        fields = re.findall(rb"^    (?:pub(?:\(crate\))? )?(\w+):", self.struct[1], re.MULTILINE)
        return [*(found[1] for found in self.constants), *fields]

    def with_field(self, field: BindingField) -> list[TextEdit]:
        constant = lines.end_of(self.source.content, self.constants[-1].start())
        at, last = self._last(self.struct, 1), self.newline + field.initializer
        lines_of_field = "".join(self.newline + line for line in (*field.above, field.declaration))
        edits = [self._edit(constant, self.newline + field.constant), self._edit(at, lines_of_field)]
        if not self.is_one_line:
            return [*edits, self._edit(self._last(self.made, "fields"), last)]
        # Each space between the fields becomes the last one of a new line's indent.
        begin, end = self.made.span("fields")
        spread = [self._edit(gap, self.newline + " " * 11) for gap in (begin - 1, *self._gaps(begin, end))]
        return [*edits, *spread, self._edit(end, f",{last}{self.newline}{' ' * 7}")]

    def without(self, field: BindingField) -> list[TextEdit]:
        whole = [self._line(field.constant), self._with_above(field), self._line(field.initializer)]
        begin, end = self.made.span("fields")
        rest = self.source.even[begin:end].replace(field.initializer.encode(), b"")
        if self.is_one_line or not rest.strip():
            raise Unclear
        if len(_on_one_line(rest)) > NARROW:
            return whole
        return [*whole[:2], *self._folded(whole[2])]

    def _folded(self, gone: TextEdit) -> list[TextEdit]:
        """Return the edits that put the fields that are left on one line, as rustfmt does."""
        begin, end = self.made.span("fields")
        parts = [found.span() for found in re.finditer(rb"[^\n]+", self.source.even[begin:end])]
        kept = [(begin + one, begin + other) for one, other in parts if begin + one != gone.start]
        edits, at = [], lines.before(self.source.content, begin)
        for number, (start, stop) in enumerate(kept):
            edits.append(self._gap(at, start + 11))
            text = self.source.even[start:stop].rstrip()
            is_last = number == len(kept) - 1
            at = start + len(text) - (1 if is_last else 0)
        return [*edits, self._gap(at, end + 7)]

    def _gaps(self, begin: int, end: int) -> list[int]:
        """Return the offsets at which a comma is followed by another field on the same line."""
        return [begin + found.end() for found in re.finditer(rb",(?= )", self.source.even[begin:end])]

    def _with_above(self, field: BindingField) -> TextEdit:
        """Return the removal of a field, with the lines above it that `with_field` wrote and that are still there."""
        gap = self._line(field.declaration)
        start = gap.start
        for line in (UNREAD, OLD_UNREAD, f"    /// {field.accessor.doc}"):
            upper = lines.start_of(self.source.content, start - 1)
            if self.source.even[upper:start].rstrip() == line.encode():
                start = upper
        return self._gap(start, gap.end)

    def _last(self, found: re.Match[bytes], group: int | str) -> int:
        """Return the end of the last of some lines, which must be a field."""
        start = lines.start_of(self.source.content, found.end(group) - 1)
        if not self.source.even[start : found.end(group)].rstrip().endswith(b","):
            raise Unclear
        return lines.end_of(self.source.content, start)

    def _line(self, text: str) -> TextEdit:
        found = list(re.finditer(rb"^" + re.escape(text.encode()) + rb" ?$", self.source.even, re.MULTILINE))
        if len(found) != 1:
            raise Unclear
        return self._gap(found[0].start(), lines.after(self.source.content, found[0].start()))

    def _edit(self, at: int, text: str) -> TextEdit:
        return TextEdit(self.source.file, at, at, text)

    def _gap(self, begin: int, end: int) -> TextEdit:
        return TextEdit(self.source.file, begin, end, "")


def _verified(source: Source, edits: Sequence[TextEdit], field: BindingField, more: int) -> bytes:
    content = apply_edits(source.content, edits)
    before, after = _uses(source), _uses(Source(source.file, content))
    changed = after - before if more > 0 else before - after
    names = [name for (_, name), number in changed.items() for _ in range(number)]
    if names != [field.name] or after.total() - before.total() != more or not is_kept(source.content, content):
        raise Unclear
    return content


def _uses(source: Source) -> Counter[tuple[str, str | None]]:
    """Count the bindings that a file asks for.

    Raises:
        Unclear: It cannot be parsed completely.
    """
    file = parsed_rust(source)
    return Counter((use.accessor, use.name) for use in binding_uses(file, Names([file])))
