"""Renames a binding or a Durable Object class in a worker's own JavaScript, where it is certain what a name refers to.

Not here: whether the JavaScript exports a class (`entry_exports.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffolder.core.errors import Conflict
from scaffolder.core.text_edit import TextEdit, apply_edits
from scaffolder.editing.plan import Plan
from scaffolder.reading.config.document import ByteRange
from scaffolder.reading.javascript.entries import modules
from scaffolder.reading.javascript.entry_module import EntryModule
from scaffolder.reading.javascript.script import QUOTES, words
from scaffolder.reading.project import Worker

TYPES = re.compile(rb"\b(?:interface\s+\w*Env\w*|type\s+\w*Env\w*\s*=)[^{};]*\{")
"""The declaration of a type with the worker's bindings."""

OF_ENV = re.compile(rb"\benv\s*(?:\?\.|\.|(?:\?\.)?\[\s*[\"'`])\s*$")
"""What stands in front of the name of a binding."""


def rename_binding(worker: Worker, old: str, new: str, plan: Plan) -> None:
    """Plan a new name for a binding wherever JavaScript takes it from `env`.

    Raises:
        Conflict: It is not certain that a name is the binding's.
    """
    for module in modules(worker):
        _change(worker, module, [*_of_binding(module, old)], new, plan)


def rename_class(worker: Worker, old: str, new: str, plan: Plan) -> None:
    """Plan a new name for a class of the build wherever JavaScript imports or exports it.

    Raises:
        Conflict: A file does more with the name than that, or uses the new one.
    """
    for module in modules(worker):
        items = [item for each in module.statements for item in each.items]
        places = [*words(module.script.code, old)]
        for found in places:
            if not any(item.start <= found[0] < item.end for item in items):
                raise _unclear(module, found, f"is the class `{old}` of the build")
        is_plain = any(old == item.name == item.alias for item in items)
        if is_plain and (taken := next(words(module.script.code, new), None)) is not None:
            raise _unclear(module, taken, "would be the class, too")
        _change(worker, module, places, new, plan)


def rename_text(worker: Worker, old: str, new: str, plan: Plan) -> None:
    """Plan a new text wherever JavaScript has the old one as a whole text in quotes."""
    quoted = re.compile(rb"(?P<quote>[\"'`])(?P<text>" + re.escape(old.encode()) + rb")(?P=quote)")
    for module in modules(worker):
        code = module.script.code
        # In a comment, the quotes are no code.
        found = [each for each in quoted.finditer(module.script.source.even) if code[each.start()] != ord(" ")]
        _change(worker, module, [each.span("text") for each in found], new, plan)


def note_uses(worker: Worker, name: str, plan: Plan) -> None:
    """Note where JavaScript still has the name of a binding that is removed."""
    places = [
        f"{module.file}:{module.script.source.span(*span).line}"
        for module in modules(worker)
        for span in words(module.script.source.even, name)
        if module.script.code[slice(*span)] == name.encode()
    ]
    if places:
        plan.notes.append(f"JavaScript still names `{name}`: {', '.join(dict.fromkeys(places))}")


def _of_binding(module: EntryModule, name: str) -> Iterator[ByteRange]:
    """Yield each place of a binding's name.

    Raises:
        Conflict: One may be something else.
    """
    code, even = module.script.code, module.script.source.even
    types = [(found.end(), module.script.closing(found.end() - 1)) for found in TYPES.finditer(code)]
    for start, end in words(even, name):
        is_text = even[start - 1 : start] in QUOTES and even[end : end + 1] == code[start - 1 : start]
        if code[start:end] != even[start:end] and not is_text:
            # A comment, or a part of a text.
            continue
        is_key = re.match(rb"\s*\??\s*:", code[end:]) and any(begin <= start < last for begin, last in types)
        if not is_key and not OF_ENV.search(even[:start]):
            raise _unclear(module, (start, end), "is the binding's name")
        yield start, end


def _change(worker: Worker, module: EntryModule, places: list[ByteRange], new: str, plan: Plan) -> None:
    before = module.script.source.content
    edits = [TextEdit(module.file, *span, new) for span in places]
    plan.change(worker.project / module.file, before, apply_edits(before, edits))


def _unclear(module: EntryModule, span: ByteRange, what: str) -> Conflict:
    return Conflict(
        what=f"cannot tell whether `{module.script.text(*span)}` {what}",
        where=f"{module.file}:{module.script.source.span(*span).line}",
        why="it cannot be renamed safely, so nothing was written",
        fix="change the name there by hand first",
    )
