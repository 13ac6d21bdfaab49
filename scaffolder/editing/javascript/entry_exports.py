"""Plans that a worker's own `main` exports a Durable Object class of the Rust, or no longer exports it.

wrangler takes the classes from `main`. Where that is the output of worker-build, it has all of them.

Not here: handlers (`entry_handlers.py`), and other names (`rename_in_script.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from scaffolder.core.errors import Conflict
from scaffolder.core.text_edit import TextEdit, apply_edits
from scaffolder.editing import lines
from scaffolder.editing.operations import Unclear
from scaffolder.editing.plan import Plan
from scaffolder.editing.verify import is_kept
from scaffolder.reading.javascript.entries import entries, is_exported, modules
from scaffolder.reading.javascript.entry_module import EntryModule, Item, Statement
from scaffolder.reading.javascript.script import Script, words
from scaffolder.reading.project import Worker
from scaffolder.reading.source import Source

SHIM = "build/worker/shim.mjs"
"""The module with every class and handler of the Rust, which every version of worker-build makes."""


def build_of(worker: Worker, module: EntryModule) -> str:
    """Return the build as the module's imports name it, or would."""
    if module.of_build:
        return module.of_build[-1].module
    folder = (worker.project / module.file).parent
    path = Path(os.path.relpath((worker.crate_folder or worker.folder) / SHIM, folder)).as_posix()
    return path if path.startswith(".") else f"./{path}"


def add_class(worker: Worker, name: str, plan: Plan) -> None:
    """Plan that every `main` of the worker's own exports a class, or note those of which that is not certain.

    Raises:
        Conflict: One does not, and cannot be edited safely.
    """
    for module in entries(worker):
        found = is_exported(worker, module, name)
        line = f'export {{ {name} }} from "{build_of(worker, module)}";'
        if found is None:
            plan.notes.append(f"{module.file} has to export `{name}`: unless it does, add `{line}`")
        elif not found:
            try:
                _change(worker, module, plan, _insertions(module, name))
            except Unclear as error:
                raise _not_exported(module, name, line) from error


def remove_class(worker: Worker, name: str, plan: Plan) -> None:
    """Plan that no JavaScript of the worker's own names a class of the build.

    Raises:
        Conflict: One does more with it than to export it.
    """
    for module in modules(worker):
        own = [(each, item) for each in module.of_build for item in each.items if item.name == name]
        if not own:
            continue
        listed = [(each, item) for each in module.statements for item in each.items if each.module == ""]
        aliases = {item.alias for each, item in own if not each.is_export}
        gone = [*own, *((each, item) for each, item in listed if item.name in aliases)]
        places = [*_others(module, {name, *aliases}, [item for _, item in gone])]
        if places:
            raise _still_used(name, places)
        try:
            _change(worker, module, plan, [edit for each, item in gone for edit in _removals(module, each, item)])
        except Unclear as error:
            raise _still_used(name, [f"{module.file}:{_line(module, own[0][1].start)}"]) from error


def _change(worker: Worker, module: EntryModule, plan: Plan, edits: Sequence[TextEdit]) -> None:
    before = module.script.source.content
    after = apply_edits(before, edits)
    # Nothing but statements of names may change.
    is_as_before = Script(Source(module.file, after)).is_balanced and is_kept(before, after)
    if not module.script.is_balanced or not is_as_before:
        raise Unclear(module.file)
    plan.change(worker.project / module.file, before, after)


def _insertions(module: EntryModule, name: str) -> list[TextEdit]:
    """Return the edits that export a class: in the braces that already export from the build, or as a statement.

    Raises:
        Unclear: The module names no build.
    """
    if not module.of_build:
        raise Unclear(module.file)
    listed = [each for each in module.of_build if each.is_export and each.items]
    inside = [edit for each in listed[-1:] for edit in _into_braces(module, each, name)]
    if inside:
        return inside
    content, last = module.script.source.content, module.of_build[-1]
    written = module.script.text(last.start, last.end).rstrip()
    quote, end = ("'" if "'" in written else '"'), (";" if written.endswith(";") else "")
    at = lines.end_of(content, last.end)
    text = f"{lines.newline(content)}export {{ {name} }} from {quote}{last.module}{quote}{end}"
    return [TextEdit(module.file, at, at, text)]


def _into_braces(module: EntryModule, statement: Statement, name: str) -> list[TextEdit]:
    """Return the edit that adds a name behind the last one; none if a comment is in the way."""
    content, last = module.script.source.content, statement.items[-1]
    line = lines.start_of(content, last.start)
    rest = content[last.end : lines.end_of(content, last.end)]
    if content[line : last.start].strip():
        return [TextEdit(module.file, last.end, last.end, f", {name}")] if b"," not in rest.partition(b"}")[0] else []
    comma = re.fullmatch(rb"[ \t]*(,?)[ \t]*", rest)
    if comma is None:
        return []
    at, text = last.end + comma.end(1), f"{lines.newline(content)}{lines.indent(content, line)}{name}"
    return [TextEdit(module.file, at, at, f"{text},") if comma[1] else TextEdit(module.file, at, at, f",{text}")]


def _removals(module: EntryModule, statement: Statement, item: Item) -> Iterator[TextEdit]:
    """Yield the edits that remove a name from the braces, and the statement with its only name.

    Raises:
        Unclear: A comment, or a name without braces, is in the way.
    """
    content, code, number = module.script.source.content, module.script.code, statement.items.index(item)
    if len(statement.items) == 1:
        start, end = lines.start_of(content, statement.start), lines.end_of(content, statement.end)
        is_alone = not content[start : statement.start].strip() and not content[statement.end : end].strip()
        if not statement.clause.startswith("{") or not is_alone:
            raise Unclear(module.file)
        is_last = lines.after(content, end) == len(content) and not content.endswith(b"\n") and start > 0
        begin = lines.before(content, start) if is_last else start
        yield TextEdit(module.file, begin, lines.after(content, end), "")
        return
    begin = statement.items[number - 1].end if number else item.start
    end = item.end if number else statement.items[1].start
    if code[begin:end] != module.script.source.even[begin:end]:
        raise Unclear(module.file)
    yield TextEdit(module.file, begin, end, "")


def _others(module: EntryModule, names: set[str], items: Sequence[Item]) -> Iterator[str]:
    """Yield the places in the code that name something outside of the items."""
    for name in sorted(names):
        for start, _ in words(module.script.code, name):
            if not any(item.start <= start < item.end for item in items):
                yield f"{module.file}:{_line(module, start)}"


def _line(module: EntryModule, at: int) -> int:
    return module.script.source.span(at, at).line


def _still_used(name: str, places: Sequence[str]) -> Conflict:
    return Conflict(
        what=f"JavaScript still uses `{name}`",
        where=", ".join(dict.fromkeys(places)),
        why="the build no longer exports it once its struct is removed",
        fix="remove these uses first",
    )


def _not_exported(module: EntryModule, name: str, line: str) -> Conflict:
    return Conflict(
        what=f"{module.file} does not export `{name}`",
        where=module.file,
        why="wrangler takes a worker's classes from `main`, and this file cannot be edited safely",
        fix="paste the line into it, with the path of your build, and run the same command again",
        details=[line],
    )
