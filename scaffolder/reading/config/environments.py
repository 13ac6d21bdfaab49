"""The effective configuration of each environment of a wrangler file: its own keys, and those that it inherits.

Which keys are inherited is wrangler's decision; a live test compares the list with the pinned wrangler.

Not here: reading the file (`document.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scaffolder.core.findings import Span
from scaffolder.reading.config.document import Document, Key, dig, tables_of

NOT_INHERITED = frozenset(
    {
        "agent_memory",
        "ai",
        "ai_search",
        "ai_search_namespaces",
        "analytics",
        "analytics_engine_datasets",
        "artifacts",
        "browser",
        "cloudchamber",
        "connect",
        "containers",
        "d1_databases",
        "define",
        "dispatch_namespaces",
        "durable_objects",
        "flagship",
        "hyperdrive",
        "images",
        "k2",
        "kv_namespaces",
        "media",
        "mtls_certificates",
        "pipelines",
        "queues",
        "r2_buckets",
        "ratelimits",
        "secrets",
        "secrets_store_secrets",
        "send_email",
        "services",
        "stream",
        "streaming_tail_consumers",
        "tail_consumers",
        "unsafe",
        "unsafe_hello_world",
        "vars",
        "vectorize",
        "version_metadata",
        "vpc_networks",
        "vpc_services",
        "worker_loaders",
        "workflows",
    }
)
"""The keys that each environment must repeat; it inherits all others."""

BINDINGS = {
    "ai": ("ai", "binding"),
    "analytics": ("analytics_engine_datasets", "binding"),
    "assets": ("assets", "binding"),
    "browser": ("browser", "binding"),
    "d1": ("d1_databases", "binding"),
    "dispatch": ("dispatch_namespaces", "binding"),
    "durable-object": ("durable_objects.bindings", "name"),
    "hyperdrive": ("hyperdrive", "binding"),
    "images": ("images", "binding"),
    "kv": ("kv_namespaces", "binding"),
    "mtls": ("mtls_certificates", "binding"),
    "pipeline": ("pipelines", "binding"),
    "queue": ("queues.producers", "binding"),
    "r2": ("r2_buckets", "binding"),
    "ratelimit": ("ratelimits", "name"),
    "secret-store": ("secrets_store_secrets", "binding"),
    "send-email": ("send_email", "name"),
    "service": ("services", "binding"),
    "unsafe": ("unsafe.bindings", "name"),
    "vectorize": ("vectorize", "binding"),
    "version-metadata": ("version_metadata", "binding"),
    "workflow": ("workflows", "binding"),
}
"""Each kind of binding: the table that holds it, and the key that names it."""


@dataclass(frozen=True)
class Bound:
    """A binding of one environment.

    Args:
        kind: A key of `BINDINGS`, `var`, or `secret`.
        name: The name that Rust looks up.
        path: The path of its table in the effective configuration; for a variable, that of its value.
        table: The table; for a variable, its value under `value`.
    """

    kind: str
    name: str
    path: tuple[Key, ...]
    table: dict[str, Any]


class Environment:
    """The top level of a wrangler file, or one of its environments.

    Args:
        document: The wrangler file.
        name: The environment's name; empty for the top level.
    """

    def __init__(self, document: Document, name: str = "") -> None:
        self.document = document
        self.name = name
        self.config = self._effective() if name else {k: v for k, v in document.data.items() if k != "env"}

    @property
    def own(self) -> dict[str, Any]:
        """The environment's own keys."""
        found = self.document.get("env", self.name) if self.name else self.config
        return found if isinstance(found, dict) else {}

    @property
    def prefix(self) -> tuple[Key, ...]:
        """The path of the environment's table; empty for the top level."""
        return ("env", self.name) if self.name else ()

    def get(self, *path: Key) -> Any:
        """Return a value of the effective configuration, or None."""
        return dig(self.config, path)

    def tables(self, *path: Key) -> Iterator[tuple[tuple[Key, ...], dict[str, Any]]]:
        """Yield each table of an array of tables, with its path."""
        yield from tables_of(self.config, path)

    def at(self, *path: Key) -> Span:
        """Return the place of a value, which is at the top level if it is inherited."""
        return self.document.at(*self.written(path))

    def key(self, *path: Key) -> Span:
        """Return the place of a key, which is at the top level if it is inherited."""
        return self.document.key(*self.written(path))

    def written(self, path: tuple[Key, ...]) -> tuple[Key, ...]:
        """Return the path in the file for a path in the effective configuration."""
        if self.name and path and path[0] in self.own:
            return (*self.prefix, *path)
        return path

    def bindings(self) -> Iterator[Bound]:
        """Yield every binding, variable and required secret."""
        for kind, (where, key) in BINDINGS.items():
            path: tuple[Key, ...] = tuple(where.split("."))
            single = self.get(*path)
            listed = [(path, single)] if isinstance(single, dict) else list(self.tables(*path))
            for at, table in listed:
                if isinstance(table.get(key), str):
                    yield Bound(kind, table[key], at, table)
        variables = self.get("vars")
        for name, value in variables.items() if isinstance(variables, dict) else ():
            yield Bound("var", name, ("vars", name), {"value": value})
        required = self.get("secrets", "required")
        for number, name in enumerate(required if isinstance(required, list) else ()):
            yield Bound("secret", str(name), ("secrets", "required", number), {})

    def _effective(self) -> dict[str, Any]:
        inherited = {
            key: value for key, value in self.document.data.items() if key not in NOT_INHERITED and key != "env"
        }
        return {**inherited, **self.own}


def environments(document: Document) -> list[Environment]:
    """Return the top level of a wrangler file, and then each of its environments."""
    named = document.get("env")
    names = [name for name, table in named.items() if isinstance(table, dict)] if isinstance(named, dict) else []
    return [Environment(document), *(Environment(document, name) for name in names)]


def served(document: Document, name: str) -> Environment:
    """Return an environment by its name, or the top level, which wrangler takes if there is no such environment."""
    found = environments(document)
    return next((each for each in found if each.name == name), found[0])
