"""Resolves names within a crate: constants and statics to their text, and `use` aliases to full paths.

Not here: values that are made at run time; they resolve to None.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from scaffolder.reading.rust.parser import RustFile, around, string

THROUGH = {"as_str", "as_ref", "into", "to_string", "to_owned", "clone"}
"""Methods that return the text of their receiver."""

DEEPEST = 8
"""The depth to which constants that refer to constants are followed."""


@dataclass(frozen=True)
class Constant:
    """A constant or a static.

    Args:
        file: The file it is in.
        owners: The names that may precede its own in a path: its module's or its type's.
        value: Its value.
    """

    file: RustFile
    owners: frozenset[str]
    value: Node


class Names:
    """The constants of a crate."""

    def __init__(self, files: list[RustFile]) -> None:
        self._constants: dict[str, list[Constant]] = {}
        self._aliases = {file.source.file: _aliases(file) for file in files}
        for file in files:
            for node in file.nodes.get("constant", []):
                name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
                if name is not None and value is not None and file.under(node) is not None:
                    found = Constant(file, _owners(file, node), value)
                    self._constants.setdefault(file.text(name), []).append(found)

    def text_of(self, file: RustFile, node: Node, depth: int = 0) -> str | None:
        """Return the text that an expression evaluates to, or None if that is known only at run time."""
        if node.type in {"string_literal", "raw_string_literal"}:
            return string(file, node)
        if node.type in {"identifier", "scoped_identifier"}:
            return self.path_text(file, file.text(node), depth)
        if node.type in {"reference_expression", "parenthesized_expression"} and node.named_children:
            return self.text_of(file, node.named_children[-1], depth)
        inner = _passed_through(file, node)
        return self.text_of(file, inner, depth) if inner is not None else None

    def literals_of(self, file: RustFile, node: Node, depth: int = 0) -> Iterator[tuple[RustFile, Node]]:
        """Yield the literals in which the text of an expression is written, each with its file."""
        if node.type in {"string_literal", "raw_string_literal"}:
            yield file, node
        elif node.type in {"identifier", "scoped_identifier"}:
            for each in self._constants_at(file, file.text(node)) if depth <= DEEPEST else ():
                yield from self.literals_of(each.file, each.value, depth + 1)
        elif node.type in {"reference_expression", "parenthesized_expression"} and node.named_children:
            yield from self.literals_of(file, node.named_children[-1], depth)
        elif (inner := _passed_through(file, node)) is not None:
            yield from self.literals_of(file, inner, depth)

    def full_path(self, file: RustFile, path: str) -> str:
        """Return a path with the alias at its beginning expanded; one from outside of the crate has none."""
        path = path.replace(" ", "")
        first, colons, rest = path.removeprefix("::").partition("::")
        expanded = first if path.startswith("::") else self._aliases[file.source.file].get(first, first)
        return f"{expanded.removeprefix('::')}{colons}{rest}"

    def aliases(self, file: RustFile) -> dict[str, str]:
        """Return the full path of each name that the file's `use` declarations import."""
        return self._aliases[file.source.file]

    def path_text(self, file: RustFile, path: str, depth: int = 0) -> str | None:
        """Return the text of a constant, or None if there is none or several are possible."""
        if depth > DEEPEST:
            return None
        values = {self.text_of(each.file, each.value, depth + 1) for each in self._constants_at(file, path)}
        return values.pop() if len(values) == 1 else None

    def _constants_at(self, file: RustFile, path: str) -> list[Constant]:
        """Return the constants that a path may refer to."""
        owner, _, name = self.full_path(file, path).rpartition("::")
        found = self._constants.get(name, [])
        if len(found) > 1:
            last = owner.rpartition("::")[2]
            near = [each for each in found if last in each.owners] if last not in {"", "Self", "self", "crate"} else []
            found = near or [each for each in found if each.file is file]
        return found


def used_paths(file: RustFile, *, in_tests: bool = False) -> Iterator[tuple[str, str, Node]]:
    """Yield each path that `use` imports: the full path, its name here, and its node; a glob has the name `*`.

    Args:
        file: The file.
        in_tests: Whether those are yielded, too, that no worker has, such as in tests.
    """
    for node in file.nodes.get("use", []):
        argument = node.child_by_field_name("argument")
        if argument is not None and (in_tests or file.under(node) is not None):
            yield from _spread(file, argument, "")


def _spread(file: RustFile, node: Node, before: str) -> Iterator[tuple[str, str, Node]]:
    if node.type == "use_list":
        for child in node.named_children:
            yield from _spread(file, child, before)
        return
    path, inner, alias = (node.child_by_field_name(name) for name in ("path", "list", "alias"))
    if node.type == "scoped_use_list" and inner is not None:
        yield from _spread(file, inner, _joined(before, file.text(path) if path else ""))
    elif node.type == "use_as_clause" and path is not None and alias is not None:
        yield _joined(before, file.text(path)), file.text(alias), node
    elif node.type == "use_wildcard":
        yield _joined(before, file.text(node).removesuffix("*").removesuffix("::")), "*", node
    elif node.type in {"identifier", "scoped_identifier", "self", "crate"}:
        whole = _joined(before, file.text(node))
        yield whole, whole.rpartition("::")[2], node


def _joined(before: str, path: str) -> str:
    # `use a::{self}` imports `a`.
    return before if path == "self" and before else "::".join(filter(None, [before, path.replace(" ", "")]))


def _aliases(file: RustFile) -> dict[str, str]:
    return {name: path for path, name, _ in used_paths(file) if name not in {"*", "_"}}


def _owners(file: RustFile, node: Node) -> frozenset[str]:
    stem = file.source.file.rpartition("/")[2].removesuffix(".rs")
    folder = file.source.file.split("/")[-2:-1]
    names = {*folder} if stem == "mod" else {stem}
    block = around(node, "impl_item", "mod_item", "trait_item")
    if block is not None:
        named = block.child_by_field_name("type") or block.child_by_field_name("name")
        names = {file.text(named).rpartition("::")[2]} if named is not None else names
    return frozenset(names)


def _passed_through(file: RustFile, node: Node) -> Node | None:
    """Return the receiver of `.as_str()` and similar methods."""
    function = node.child_by_field_name("function") if node.type == "call_expression" else None
    if function is None or function.type != "field_expression":
        return None
    method = function.child_by_field_name("field")
    is_through = method is not None and file.text(method) in THROUGH
    return function.child_by_field_name("value") if is_through else None
