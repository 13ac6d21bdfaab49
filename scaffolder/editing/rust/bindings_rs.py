"""Changes `bindings.rs` where it has the shape that it has in the catalogue's projects, formatted by rustfmt.

That shape is: one constant for each name, a struct `Bindings`, and a `new(env: &Env)` that ends in `Ok(Self { ... })`.

Not here: Rust of any other shape; a snippet is shown for that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from scaffolder.core.text_edit import TextEdit, apply_edits
from scaffolder.editing import lines
from scaffolder.editing.operations import Unclear
from scaffolder.editing.verify import is_kept
from scaffolder.reading.rust.binding_calls import binding_uses
from scaffolder.reading.rust.parser import KEYWORDS, parse
from scaffolder.reading.rust.resolution import Names
from scaffolder.reading.source import Source

NARROW = 18
"""Characters of a struct's fields that rustfmt puts on one line."""

WIDE = 100
"""Characters that rustfmt allows on a line."""

# A CR is read as a space, so that all offsets hold.
CONSTANT = re.compile(rb'^(?:pub(?:\(crate\))? )?const (\w+): &str = "([^"\\\n]*)"; ?$', re.MULTILINE)
STRUCT = re.compile(rb"^(?:pub(?:\(crate\))? )?struct Bindings \{ ?\n((?:    .*\n)+)\} ?$", re.MULTILINE)
HEAD = (
    rb"^    (?:pub(?:\(crate\))? )?fn new\(env: &(?:worker::)?Env\) -> (?:worker::)?Result<Self(?P<or>, \w+)?> \{ ?\n"
    rb"(?:(?:        .*)? ?\n)*?"
)
END = rb"\}\) ?\n    \} ?$"
MANY = re.compile(HEAD + rb"        Ok\(Self \{ ?\n(?P<fields>(?:            .*\n)+)        " + END, re.MULTILINE)
FEW = re.compile(HEAD + rb"        Ok\(Self \{ (?P<fields>[^\n{}]*) " + END, re.MULTILINE)


UNREAD = '    #[expect(dead_code, reason = "nothing reads it yet")]'
"""Above a field that no code reads, of which the compiler would warn; it warns of this line once the field is read."""


@dataclass(frozen=True)
class Read:
    """How Rust reads a binding.

    Args:
        type: The type of its field, with `{}` for the name of the field.
        call: The call, with `{}` for the constant.
        about: What has to be said of the field; mostly nothing.
    """

    type: str
    call: str
    about: str = ""

    def type_of(self, name: str) -> str:
        """Answer the type of the field of a binding with this name."""
        return self.type.format(name.lower())


@dataclass(frozen=True)
class Entry:
    """What a binding is in `bindings.rs`.

    Args:
        name: The binding's name.
        read: How Rust reads it.
        is_seen: Whether other crates may read the field, of which the compiler cannot warn then.
    """

    name: str
    read: Read
    is_seen: bool = False

    @property
    def field(self) -> str:
        """The field's name."""
        return self.name.lower()

    @property
    def constant(self) -> str:
        """The line of the constant."""
        return f'const {self.name}: &str = "{self.name}";'

    @property
    def declared(self) -> str:
        """The line of the field."""
        return f"    pub {self.field}: {self.read.type_of(self.name)},"

    @property
    def above(self) -> list[str]:
        """The lines above the field."""
        return [*([f"    /// {self.read.about}"] if self.read.about else []), *([] if self.is_seen else [UNREAD])]

    @property
    def found(self) -> str:
        """The line that finds the binding."""
        return f"            {self.field}: {self.read.call.format(self.name)},"


def home(sources: Sequence[Source]) -> Source | None:
    """Answer the file that declares the struct `Bindings`, or None."""
    return next((source for source in sources if re.search(rb"\bstruct\s+Bindings\b", source.even)), None)


def other_error(source: Source) -> str:
    """Answer the error that `Bindings::new` answers; empty where it is the worker crate's."""
    found = MANY.search(source.even) or FEW.search(source.even)
    return (found["or"] or b"").decode().removeprefix(", ") if found else ""


def added(source: Source, entry: Entry) -> bytes:
    """Answer the file with one binding more.

    Raises:
        Unclear: It has another shape.
    """
    shape = _Shape(source)
    taken = {name.decode() for name in re.findall(rb"\w+", b" ".join(shape.names()))}
    too_wide = max(map(len, (entry.constant, *entry.above, entry.declared, entry.found))) > WIDE
    if {entry.name, entry.field} & taken or entry.field in KEYWORDS or too_wide:
        raise Unclear
    return _proven(source, shape.with_entry(entry), entry, 1)


def removed(source: Source, entry: Entry) -> bytes:
    """Answer the file without a binding.

    Raises:
        Unclear: It has another shape, or does more with the binding than to find it.
    """
    return _proven(source, _Shape(source).without(entry), entry, -1)


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
        if self.is_one_line != (len(self._on_one_line(made["fields"])) <= NARROW):
            raise Unclear

    def names(self) -> list[bytes]:
        """Answer the names that are taken."""
        fields = re.findall(rb"^    (?:pub(?:\(crate\))? )?(\w+):", self.struct[1], re.MULTILINE)
        return [*(found[1] for found in self.constants), *fields]

    def with_entry(self, entry: Entry) -> list[TextEdit]:
        constant = lines.end_of(self.source.content, self.constants[-1].start())
        field, last = self._last(self.struct, 1), self.newline + entry.found
        lines_of_field = "".join(self.newline + line for line in (*entry.above, entry.declared))
        edits = [self._edit(constant, self.newline + entry.constant), self._edit(field, lines_of_field)]
        if not self.is_one_line:
            return [*edits, self._edit(self._last(self.made, "fields"), last)]
        # The spaces that are there become the last ones of the new lines.
        begin, end = self.made.span("fields")
        spread = [self._edit(at, self.newline + " " * 11) for at in (begin - 1, *self._gaps(begin, end))]
        return [*edits, *spread, self._edit(end, f",{last}{self.newline}{' ' * 7}")]

    def without(self, entry: Entry) -> list[TextEdit]:
        whole = [self._line(entry.constant), self._with_above(entry), self._line(entry.found)]
        begin, end = self.made.span("fields")
        rest = self.source.even[begin:end].replace(entry.found.encode(), b"")
        if self.is_one_line or not rest.strip():
            raise Unclear
        if len(self._on_one_line(rest)) > NARROW:
            return whole
        return [*whole[:2], *self._folded(whole[2])]

    def _folded(self, gone: TextEdit) -> list[TextEdit]:
        """Put the fields that are left on one line, as rustfmt does."""
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
        """Answer where a comma on one line is followed by another field."""
        return [begin + found.end() for found in re.finditer(rb",(?= )", self.source.even[begin:end])]

    def _on_one_line(self, fields: bytes) -> bytes:
        return b" ".join(fields.split()).removesuffix(b",")

    def _with_above(self, entry: Entry) -> TextEdit:
        """Take a field out, and what was written above it as far as it is still there."""
        gap = self._line(entry.declared)
        start = gap.start
        for line in (UNREAD, f"    /// {entry.read.about}"):
            upper = lines.start_of(self.source.content, start - 1)
            if self.source.even[upper:start].rstrip() == line.encode():
                start = upper
        return self._gap(start, gap.end)

    def _last(self, found: re.Match[bytes], group: int | str) -> int:
        """Answer the end of the last of some lines, which must be a field."""
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


def _proven(source: Source, edits: Sequence[TextEdit], entry: Entry, more: int) -> bytes:
    content = apply_edits(source.content, edits)
    before, after = _uses(source), _uses(Source(source.file, content))
    changed = after - before if more > 0 else before - after
    names = [name for (_, name), number in changed.items() for _ in range(number)]
    if names != [entry.name] or after.total() - before.total() != more or not is_kept(source.content, content):
        raise Unclear
    return content


def _uses(source: Source) -> Counter[tuple[str, str | None]]:
    """Count what a file asks for; one that the parser does not know all of is not clear."""
    file = parse(source, "")
    if file.tree.root_node.has_error:
        raise Unclear
    return Counter((use.accessor, use.name) for use in binding_uses(file, Names([file])))
