"""Cargo.toml, with the entries that it inherits from its workspace.

Not here: the versions in Cargo.lock (`cargo_lock.py`), and Rust (`crate.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scaffolder.reading.config.document import Document, Key
from scaffolder.reading.source import refuse

SHAPES: tuple[tuple[tuple[Key, ...], type | tuple[type, ...], str], ...] = (
    (("package",), dict, "a table"),
    (("lib",), dict, "a table"),
    (("features",), dict, "a table"),
    (("features", "*"), list, "a list of other features"),
    (("features", "*", "*"), str, "a text"),
    (("dependencies",), dict, "a table"),
    (("dependencies", "*"), (str, dict), "a version or a table"),
    (("dependencies", "*", "features"), list, "a list of features"),
)
"""The types that Cargo requires of what is read here; `*` stands for every key."""

TABLES = ("dependencies", "dev-dependencies", "build-dependencies")


@dataclass(frozen=True)
class Dependency:
    """One dependency of a crate.

    Args:
        name: The name that Rust uses for it.
        package: The package's name.
        requirement: The version requirement; empty for a path or a git repository.
        features: The features that are enabled, here or in the workspace.
        folder: Its path, as it is written; empty if it has none.
        path: Its path in the manifest, such as ("dependencies", "worker").
        is_inherited: Whether it is inherited from the workspace; a path is then relative to the workspace.
        is_optional: Whether only a feature of the crate enables it.
        has_defaults: Whether its default features are enabled.
    """

    name: str
    package: str
    requirement: str
    features: tuple[str, ...]
    folder: str
    path: tuple[Key, ...]
    is_inherited: bool = False
    is_optional: bool = False
    has_defaults: bool = True


@dataclass(frozen=True)
class Manifest:
    """A Cargo.toml.

    Args:
        document: The file.
        workspace: The Cargo.toml of its workspace, which may be the same file; None where there is none.
    """

    document: Document
    workspace: Document | None = None

    @property
    def name(self) -> str:
        """The package's name; empty in a workspace without a package of its own."""
        return str(self.document.get("package", "name") or "")

    @property
    def features(self) -> dict[str, tuple[str, ...]]:
        """The crate's own features, each with the ones that it enables; Cargo refuses all but lists of texts."""
        found = self.document.get("features")
        return {name: _words(value) for name, value in found.items()} if isinstance(found, dict) else {}

    @property
    def lacks_workspace(self) -> bool:
        """Whether it inherits from a workspace that is not there, which would have its lock and its profiles."""
        package = self.document.get("package")
        fields = package.values() if isinstance(package, dict) else ()
        is_member = any(isinstance(value, dict) and value.get("workspace") is True for value in fields)
        return self.workspace is None and (is_member or any(each.is_inherited for each in self.dependencies()))

    def dependencies(self, kind: str = "dependencies") -> Iterator[Dependency]:
        """Yield each dependency of a kind, those of single targets included."""
        yield from self._below((kind,))
        targets = self.document.get("target")
        for target in targets if isinstance(targets, dict) else ():
            yield from self._below(("target", target, kind))

    def named(self, package: str) -> list[Dependency]:
        """Return every dependency on a package, whatever name it is given."""
        return [found for found in self.dependencies() if found.package == package]

    def _below(self, path: tuple[Key, ...]) -> Iterator[Dependency]:
        table = self.document.get(*path)
        for name, value in table.items() if isinstance(table, dict) else ():
            yield self._dependency(name, value, (*path, name))

    def _dependency(self, name: str, value: Any, path: tuple[Key, ...]) -> Dependency:
        own = _table(value)
        is_inherited = own.get("workspace") is True
        above = self.workspace.get("workspace", "dependencies", name) if is_inherited and self.workspace else None
        shared = _table(above)
        whole = {**shared, **own}
        return Dependency(
            name=name.replace("-", "_"),
            package=str(whole.get("package", name)),
            requirement=str(whole.get("version", "")),
            features=(*_words(shared.get("features")), *_words(own.get("features"))),
            folder=str(whole.get("path", "")),
            path=path,
            is_inherited=is_inherited,
            is_optional=whole.get("optional") is True,
            has_defaults=whole.get("default-features", whole.get("default_features")) is not False,
        )


def refuse_wrong_types(document: Document) -> None:
    """Refuse a manifest whose values have a type that Cargo refuses, too.

    Raises:
        BadInput: One has.
    """
    for pattern, types, noun in SHAPES:
        for path, value in _matches(document.data, pattern):
            if not isinstance(value, types):
                named = ".".join(map(str, path))
                raise refuse(document.source, document.at(*path).start, f"`{named}` must be {noun}")


def _matches(data: Any, pattern: tuple[Key, ...]) -> Iterator[tuple[tuple[Key, ...], Any]]:
    """Yield each value whose path fits a pattern, with its path."""
    if not pattern:
        yield (), data
        return
    listed = range(len(data)) if isinstance(data, list) else data if isinstance(data, dict) else ()
    for key in listed:
        if pattern[0] in {"*", key}:
            yield from (((key, *path), value) for path, value in _matches(data[key], pattern[1:]))


def _table(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        return {"version": value}
    return value if isinstance(value, dict) else {}


def _words(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()
