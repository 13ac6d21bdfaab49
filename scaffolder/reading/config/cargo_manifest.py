"""Cargo.toml, with the entries that it inherits from its workspace, and Cargo.lock, with the needs of each package.

The lock file holds what any target, test or build script needs, and each feature that anything enables: an edge that it
lacks does not exist anywhere, and one that it has may not exist in a worker.

Not here: Rust (`crate.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

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


class Package(NamedTuple):
    """One version of a package."""

    name: str
    version: str


@dataclass(frozen=True)
class Lock:
    """A Cargo.lock.

    Args:
        file: The file, relative to the project's folder.
        versions: The versions of each package.
        on_worker: The packages from registries and repositories that depend on the `worker` crate.
        needs: The packages that each one needs.
        local: The packages that are neither from a registry nor from a repository.
    """

    file: str
    versions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    on_worker: frozenset[str] = frozenset()
    needs: dict[Package, tuple[Package, ...]] = field(default_factory=dict)
    local: frozenset[Package] = frozenset()

    def named(self, name: str) -> list[Package]:
        """Return every version of a package."""
        return [Package(name, version) for version in self.versions.get(name, ())]

    def reached(self, starts: Iterable[Package]) -> set[Package]:
        """Return some packages and all that they need, directly or not."""
        found: set[Package] = set()
        waiting = list(starts)
        while waiting:
            package = waiting.pop()
            if package not in found:
                found.add(package)
                waiting += self.needs.get(package, ())
        return found


def lock(document: Document) -> Lock:
    """Read the packages of a Cargo.lock."""
    found: dict[str, list[str]] = {}
    listed: dict[Package, tuple[str, ...]] = {}
    local = set()
    for _, table in document.tables("package"):
        package = Package(str(table.get("name")), str(table.get("version")))
        found.setdefault(package.name, []).append(package.version)
        listed[package] = _words(table.get("dependencies"))
        if "source" not in table:
            local.add(package)
    versions = {name: tuple(each) for name, each in found.items()}
    on_worker = {each.name for each, words in listed.items() if each not in local and _names(words) & {"worker"}}
    needs = {each: tuple(_resolved(words, versions)) for each, words in listed.items()}
    return Lock(document.file, versions, frozenset(on_worker), needs, frozenset(local))


def _resolved(words: Iterable[str], versions: dict[str, tuple[str, ...]]) -> Iterable[Package]:
    """Yield the packages that are meant by `name`, or by `name version` where there are several."""
    for word in words:
        name, _, rest = word.partition(" ")
        version = rest.partition(" ")[0]
        yield from (Package(name, each) for each in versions.get(name, (version,)) if version in {"", each})


def _names(words: Iterable[str]) -> set[str]:
    return {word.partition(" ")[0] for word in words}
