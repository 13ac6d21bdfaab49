"""package.json: the version of wrangler, and the Node that runs it.

Not here: the versions that were tested together (`dependencies.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from scaffolder.catalogue import manifests
from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.reading.config.document import Document
from scaffolder.reading.project import Worker
from scaffolder.reading.releases import numbers
from scaffolder.system.untrusted_files import searchable

PACKAGE = '{{\n  "engines": {{ "node": ">=22.12.0" }},\n  "devDependencies": {{ "wrangler": "{}" }}\n}}\n'

TABLES = ("devDependencies", "dependencies", "optionalDependencies")
LOCKS = (
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "bun.lockb",
    "deno.lock",
)
NODES = (".nvmrc", ".node-version", ".tool-versions", "mise.toml", ".mise.toml", "bun.lock", "bun.lockb", "deno.lock")
"""Files that name a version of Node, or show that another runtime runs the scripts."""

RANGE = re.compile(r"[\^~<>*]|[\dxX]+(\.[\dxX*]+)*(\s|$)|latest$|next$|beta$")
EXACT = re.compile(r"=?\s*v?\d+\.\d+\.\d+([-+][\w.+-]+)?")
BOUND = re.compile(r"(?:>=|\^|~)?\s*v?(\d+)(?:\.[\dxX*]+)*\s*")
"""One part of a range of Node versions, from its lower bound."""

NODE, SINCE = "22.12.0", (4, 87)
"""The oldest Node that wrangler supports, and the wrangler since which an older major version fails."""


class PJ306(Rule):
    """package.json pins wrangler, and requires a Node that wrangler supports.

    Why: another day or another machine installs another wrangler, which builds, checks and runs the worker in its own
    way; and wrangler does not start on a Node before 22. A lock file also pins it.

    Fix: write the exact version of wrangler, and `"engines": { "node": ">=22.12.0" }`.

    Not checked: whether a miniflare next to wrangler gets the options of its own version.
    """

    name = "unpinned-wrangler"
    unmeasured = "it needs a wrangler or a Node other than the pinned one"
    wrong = {"package.json": PACKAGE.format("^4.164.0")}
    right = {"package.json": PACKAGE.format("4.164.0")}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield a wrangler that is not pinned, and a Node that is missing or too old."""
        package = worker.package
        table = next((each for each in TABLES if package and package.get(each, "wrangler")), "")
        if package is None or not table:
            return
        version = str(package.get(table, "wrangler"))
        if not EXACT.fullmatch(version) and RANGE.match(version) and not _has(worker, LOCKS):
            message = f"wrangler is not pinned: its version is `{version}`, and there is no lock file"
            fix = f"pin one version, such as {manifests.pins().wrangler_version}"
            yield self.found(package.at(table, "wrangler"), message, fix=fix)
        yield from self._node(worker, package, table, version)

    def _node(self, worker: Worker, package: Document, table: str, wrangler: str) -> Iterator[Finding]:
        node = package.get("engines", "node")
        fix = f'set "engines": {{ "node": ">={NODE}" }}'
        if node is None and numbers(wrangler) >= SINCE[:1] and not _names_node(worker, package):
            yield self.found(package.at(table, "wrangler"), "no file requires the Node that wrangler needs", fix=fix)
        lowest = _lowest(str(node or ""))
        if lowest is not None and lowest < numbers(NODE)[0] and numbers(wrangler) >= SINCE:
            message = f"`{node}` allows Node {lowest}, on which this wrangler does not start"
            yield self.found(package.at("engines", "node"), message, fix=fix)


def _lowest(node: str) -> int | None:
    """Return the oldest major version that a range allows; None where that is unclear."""
    parts = [BOUND.match(part.strip()) for part in node.split("||")]
    majors = [int(part[1]) for part in parts if part]
    return min(majors) if majors and len(majors) == len(parts) else None


def _names_node(worker: Worker, package: Document) -> bool:
    if package.get("volta") or package.get("devEngines") or _has(worker, NODES):
        return True
    around = (folder / "package.json" for folder in _around(worker))
    return any(re.search(r'"(engines|volta|devEngines)"', searchable(path)) for path in around)


def _has(worker: Worker, names: tuple[str, ...]) -> bool:
    return any((folder / name).exists() for folder in _around(worker) for name in names)


def _around(worker: Worker) -> Iterator[Path]:
    """Yield the folders from the worker's up to the root of the repository, or the project's if there is none."""
    whole = [worker.folder, *worker.folder.parents]
    root = next((folder for folder in whole if (folder / ".git").exists()), worker.project)
    yield from (folder for folder in whole if folder.is_relative_to(root))
