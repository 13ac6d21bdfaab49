"""A module that a worker has as `main` in front of its build: the names that it imports and exports.

Only statements at the top level count. What `export * from` another module exports is not followed.

Not here: the handlers of the default export (`default_export.py`), and where the module is (`entries.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from scaffolder.reading.javascript.script import Script

MODULE = rb"[\"'](?P<module>[^\"'\n]*)[\"'][ \t]*;?"
IMPORT = re.compile(rb"\bimport\s+(?P<clause>[^;\"'()]*?)\s*\bfrom\s*" + MODULE)
EXPORT_FROM = re.compile(rb"\bexport\s*(?:\btype\s+)?(?P<clause>\*(?:\s*as\s+[\w$]+)?|\{[^{}]*\})\s*from\s*" + MODULE)
EXPORT_LIST = re.compile(rb"\bexport\s*(?P<clause>\{[^{}]*\})(?!\s*from\b)[ \t]*;?")
DECLARED = re.compile(
    rb"\b(?P<export>export\s+)?(?P<default>default\s+)?(?:abstract\s+)?"
    rb"(?:(?P<class>class)|(?:async\s+)?function\s*\*?|const|let|var|enum)\s+(?P<name>[\w$]+)"
)
SPREAD = re.compile(rb"\bexport\s+(?:const|let|var)\s*(?P<clause>\{[^{}]*\})\s*=")
PICKED = re.compile(rb"(?P<name>[\w$]+)(?:\s*:\s*(?P<alias>[\w$]+))?")
ITEM = re.compile(rb"(?:\btype\s+)?(?P<name>[\w$]+)(?:\s+as\s+(?P<alias>[\w$]+))?")
BUILT = re.compile(r"(?:^|/)(?:shim(?:\.mjs)?|build/(?:.*/)?index(?:\.m?js)?)$")
"""The modules that worker-build makes, as an import names them."""


@dataclass(frozen=True)
class Item:
    """A name in the braces of an import or export.

    Args:
        name: The name before `as`.
        alias: The name after it; without `as`, the same.
        start: The offset of both.
        end: The offset behind them.
    """

    name: str
    alias: str
    start: int
    end: int


@dataclass(frozen=True)
class Statement:
    """An import, or an export of names in braces or of everything.

    Args:
        is_export: Whether it exports.
        module: The module that it names; empty for an export of the module's own names.
        clause: What is imported or exported, as written.
        items: The names in braces.
        start: The offset of the statement.
        end: The offset behind it and its semicolon.
    """

    is_export: bool
    module: str
    clause: str
    items: tuple[Item, ...]
    start: int
    end: int


class EntryModule:
    """A module.

    Args:
        script: Its text.
        outputs: Further modules that the build makes, as an import names them.
    """

    def __init__(self, script: Script, outputs: frozenset[str] = frozenset()) -> None:
        self.script = script
        self._outputs = outputs

    @property
    def file(self) -> str:
        """The file, relative to the project's folder."""
        return self.script.source.file

    @cached_property
    def statements(self) -> list[Statement]:
        """The imports and exports of names, in the order of the file."""
        found = [
            *self._of(IMPORT, is_export=False),
            *self._of(EXPORT_FROM, is_export=True),
            *self._of(EXPORT_LIST, is_export=True),
        ]
        return sorted(found, key=lambda each: each.start)

    @cached_property
    def of_build(self) -> list[Statement]:
        """The statements that name a module of the build."""
        return [each for each in self.statements if self.is_built(each.module)]

    @cached_property
    def exported(self) -> set[str]:
        """The names that it exports one by one."""
        listed = {item.alias for each in self.statements if each.is_export for item in each.items}
        spaces = {each.clause.split()[-1] for each in self.statements if each.is_export and " as " in each.clause[:5]}
        own = {
            found["name"].decode() for found in self.script.at_top(DECLARED) if found["export"] and not found["default"]
        }
        return listed | spaces | own | self._picked

    @cached_property
    def own_classes(self) -> set[str]:
        """The names that it exports, and that may be classes which do not come from the build."""
        from_build = {item.alias for each in self.of_build for item in each.items}
        others = {found["name"].decode() for found in self.script.at_top(DECLARED) if not found["class"]}
        return self.exported - from_build - others - self._picked - {"default"}

    def is_built(self, module: str) -> bool:
        """Return whether the build makes a module that an import names."""
        return bool(module) and (BUILT.search(module) is not None or module in self._outputs)

    def is_exported(self, name: str) -> bool | None:
        """Return whether it exports a name; None if that is not certain."""
        stars = [each.module for each in self.statements if each.is_export and each.clause == "*"]
        if name in self.exported or any(map(self.is_built, stars)):
            return True
        return None if stars or not self.script.is_balanced else False

    @cached_property
    def _picked(self) -> set[str]:
        """The names that it takes out of an object, such as the whole build, to export them."""
        return {
            (each["alias"] or each["name"]).decode()
            for found in self.script.at_top(SPREAD)
            for each in PICKED.finditer(found["clause"])
        }

    def _of(self, pattern: re.Pattern[bytes], *, is_export: bool) -> Iterator[Statement]:
        for found in self.script.at_top(pattern):
            module = self.script.text(*found.span("module")) if "module" in pattern.groupindex else ""
            items = tuple(_items(self.script.code, *found.span("clause")))
            yield Statement(is_export, module, found["clause"].decode(), items, *found.span())


def _items(code: bytes, start: int, end: int) -> Iterator[Item]:
    opening = code.find(b"{", start, end)
    for found in ITEM.finditer(code, opening + 1, end) if opening >= 0 else ():
        yield Item(found["name"].decode(), (found["alias"] or found["name"]).decode(), *found.span())
