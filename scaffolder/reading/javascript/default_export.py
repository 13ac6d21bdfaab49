"""The default export of a module, and whether an event reaches the build through it.

The default export of the build, which most modules pass on, has every handler of the Rust. One that is computed may
have any.

Not here: names other than `default` (`entry_module.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from scaffolder.reading.javascript.entry_module import EntryModule

DEFAULT = re.compile(rb"\bexport\s+default\s+")
CLASS = re.compile(rb"class\b(?:\s+(?!extends\b)[\w$]+)?(?:\s+extends\s+(?P<base>[\w$.]+))?[^{]*\{")
NAME = re.compile(rb"(?P<name>[\w$]+(?:\.default)?)[ \t]*(?:;|\n|$|satisfies\b|as\b)")
KEY = re.compile(r"(?:(?:async|get)\s+)?\*?\s*[\"']?(?P<name>[\w$]+)[\"']?\s*(?:[(:,<]|$)")
PLATFORM = {"", "WorkerEntrypoint"}
"""The classes that have no handler of their own."""


class Form(Enum):
    """The way in which a default export is written."""

    BUILD = auto()
    OBJECT = auto()
    CLASS = auto()
    ABSENT = auto()
    UNKNOWN = auto()


class Reach(Enum):
    """Where an event of one kind ends up."""

    BUILD = auto()
    """In the Rust."""

    OWN = auto()
    """In a handler of the module, which may call the Rust."""

    NOWHERE = auto()
    """Certainly in no handler."""

    UNKNOWN = auto()


@dataclass(frozen=True)
class DefaultExport:
    """A default export.

    Args:
        form: How it is written.
        at: The offset of the brace that opens an object or a class.
        base: The class that a class extends; else empty.
    """

    form: Form
    at: int = 0
    base: str = ""


def default_export(module: EntryModule) -> DefaultExport:
    """Return the default export of a module."""
    if not module.script.is_balanced:
        return DefaultExport(Form.UNKNOWN)
    for statement in module.statements:
        for item in statement.items if statement.is_export else ():
            if item.alias == "default" and not statement.module:
                return _value(module, item.name)
            if item.alias == "default":
                is_passed_on = item.name == "default" and module.is_built(statement.module)
                return DefaultExport(Form.BUILD if is_passed_on else Form.UNKNOWN)
    found = next(module.script.at_top(DEFAULT), None)
    return _expression(module, found.end()) if found else DefaultExport(Form.ABSENT)


def reach(module: EntryModule, handler: str) -> Reach:
    """Return where an event ends up, for the name of its handler, such as `queue`."""
    found = default_export(module)
    if found.form is Form.OBJECT:
        return _key(module, found.at, handler)
    if found.form is Form.CLASS:
        return _method(module, found, handler)
    return {Form.BUILD: Reach.BUILD, Form.ABSENT: Reach.NOWHERE}.get(found.form, Reach.UNKNOWN)


def names_of_build(module: EntryModule) -> list[str]:
    """Return the expressions that are the default export of the build, such as `Built` or `build.default`."""
    imports = [each for each in module.of_build if not each.is_export]
    listed = [item.alias for each in imports for item in each.items if item.name == "default"]
    plain = [found[0] for each in imports if (found := re.match(r"(?!type\b)[\w$]+", each.clause))]
    spaces = [found[1] for each in imports if (found := re.search(r"\*\s*as\s+([\w$]+)", each.clause))]
    return [*plain, *listed, *(f"{name}.default" for name in spaces)]


def _expression(module: EntryModule, at: int) -> DefaultExport:
    code = module.script.code
    if code[at : at + 1] == b"{":
        return DefaultExport(Form.OBJECT, at)
    if made := CLASS.match(code, at):
        return DefaultExport(Form.CLASS, made.end() - 1, (made["base"] or b"").decode())
    named = NAME.match(code, at)
    return _value(module, named["name"].decode()) if named else DefaultExport(Form.UNKNOWN)


def _value(module: EntryModule, name: str) -> DefaultExport:
    """Return what a name stands for."""
    if name in names_of_build(module):
        return DefaultExport(Form.BUILD)
    own = re.escape(name.encode())
    pattern = re.compile(rb"(?:const|let|var)\s+" + own + rb"\b[^=;{]*=\s*(?=\{)|(?=\bclass\s+" + own + rb"\b)")
    made = next(module.script.at_top(pattern), None)
    return _expression(module, made.end()) if made else DefaultExport(Form.UNKNOWN)


def _key(module: EntryModule, at: int, handler: str) -> Reach:
    """Return where an event ends up in an object literal."""
    is_open = False
    for start, end in module.script.parts(at):
        # Without comments in front, but with the text of a key in quotes.
        blank = len(module.script.code[start:end]) - len(module.script.code[start:end].lstrip())
        entry = module.script.text(start + blank, end)
        found = KEY.match(entry)
        if found and found["name"] == handler:
            return Reach.OWN
        is_open = is_open or entry.startswith(("...", "["))
    return Reach.UNKNOWN if is_open else Reach.NOWHERE


def _method(module: EntryModule, made: DefaultExport, handler: str) -> Reach:
    """Return where an event ends up in a class."""
    script = module.script
    method = re.compile(rb"(?<![.\w$])" + handler.encode() + rb"\s*[(=<]")
    level, end = script.depth(made.at) + 1, script.closing(made.at)
    if any(script.depth(found.start()) == level for found in method.finditer(script.code, made.at, end)):
        return Reach.OWN
    if made.base in names_of_build(module):
        return Reach.BUILD
    return Reach.NOWHERE if made.base in PLATFORM else Reach.UNKNOWN
