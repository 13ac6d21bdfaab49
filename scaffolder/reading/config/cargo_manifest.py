"""What a crate's Cargo.toml says, with what it takes from its workspace; and what Cargo.lock resolved.

Not here: Rust (`crate.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from scaffolder.reading.config.document import Document, Key

TABLES = ("dependencies", "dev-dependencies", "build-dependencies")


@dataclass(frozen=True)
class Dependency:
    """One dependency of a crate.

    Args:
        name: The name that Rust uses for it.
        package: The package's name.
        requirement: The version that is asked for; empty where a path or a repository says it.
        features: The features that are asked for, here or in the workspace.
        folder: Its folder, as it is written, where it has a path.
        path: Its path in the manifest, such as ("dependencies", "worker").
        is_inherited: Whether the workspace says what it is; a path is then seen from the workspace.
    """

    name: str
    package: str
    requirement: str
    features: tuple[str, ...]
    folder: str
    path: tuple[Key, ...]
    is_inherited: bool = False


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
    def features(self) -> dict[str, Any]:
        """The crate's own features."""
        found = self.document.get("features")
        return found if isinstance(found, dict) else {}

    @property
    def lacks_workspace(self) -> bool:
        """Whether it takes something from a workspace that is not here, where its lock and its profiles would be."""
        package = self.document.get("package")
        said = package.values() if isinstance(package, dict) else ()
        is_member = any(isinstance(value, dict) and value.get("workspace") is True for value in said)
        return self.workspace is None and (is_member or any(each.is_inherited for each in self.dependencies()))

    def dependencies(self, kind: str = "dependencies") -> Iterator[Dependency]:
        """Yield each dependency of a kind, those for some targets included."""
        yield from self._below((kind,))
        targets = self.document.get("target")
        for target in targets if isinstance(targets, dict) else ():
            yield from self._below(("target", target, kind))

    def named(self, package: str) -> list[Dependency]:
        """Return every entry under the dependencies that means a package."""
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
        )


@dataclass(frozen=True)
class Lock:
    """A Cargo.lock.

    Args:
        file: The file, as seen from the project's folder.
        versions: The versions of each package.
        on_worker: The packages from elsewhere that depend on the `worker` crate.
    """

    file: str
    versions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    on_worker: frozenset[str] = frozenset()


def lock(document: Document) -> Lock:
    """Return what a Cargo.lock resolved."""
    versions: dict[str, tuple[str, ...]] = {}
    on_worker = set()
    for _, package in document.tables("package"):
        name = str(package.get("name"))
        versions[name] = (*versions.get(name, ()), str(package.get("version")))
        needed = {word.partition(" ")[0] for word in _words(package.get("dependencies"))}
        if "source" in package and "worker" in needed:
            on_worker.add(name)
    return Lock(document.file, versions, frozenset(on_worker))


def _table(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        return {"version": value}
    return value if isinstance(value, dict) else {}


def _words(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()
