"""Merges folders of SQL migrations as ordered logs: a step that may have been applied is never touched.

The project's steps stay as they are. What the new template adds is appended behind them, with the next number.

Not here: the migrations of Durable Objects, which are a list in the wrangler file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass

from scaffolder.core.errors import BadInput
from scaffolder.reading.config import jsonc_parser, toml_parser
from scaffolder.reading.source import Source
from scaffolder.updating.merge.outcome import Entry, MergedPath, Tree

DEFAULT = "migrations"
"""The folder that wrangler looks in, unless a database names another one."""

NAMED = re.compile(rb"""["']?\bmigrations_dir\b["']?\s*[=:]\s*["']([^"'\n\\]+)["']""")
CONFIG = re.compile(r"(?:.*/)?wrangler[^/]*\.(?:toml|jsonc?)")
NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Logs:
    """The merged folders of migrations.

    Args:
        folders: Their paths.
        paths: The result of each path in them.
    """

    folders: frozenset[str]
    paths: dict[str, MergedPath]


def merged(base: Tree, theirs: Tree, ours: Tree) -> Logs:
    """Merge the folders of migrations of three versions of a project."""
    folders = frozenset(folder for tree in (base, theirs, ours) for folder in _folders(tree))
    paths: dict[str, MergedPath] = {}
    homes = _homes(base, ours)
    for folder in sorted(folders):
        paths |= _Log(folder, homes.get(folder, folder), base, theirs, ours).merged()
    return Logs(folders, paths)


def is_in(path: str, folders: Collection[str]) -> bool:
    """Return whether a path is that of a file of a migration."""
    return path.endswith(".sql") and any(path.startswith(f"{folder}/") for folder in folders)


def _folders(tree: Tree) -> Iterator[str]:
    """Yield the folders of migrations that the wrangler files name, and the default one beside each."""
    for path, entry in tree.items():
        if CONFIG.fullmatch(path):
            home = path.rpartition("/")[0]
            named = [found.decode(errors="replace") for found in NAMED.findall(entry.content)]
            yield from (_below(home, each) for each in (DEFAULT, *named))


def _homes(base: Tree, ours: Tree) -> dict[str, str]:
    """Return the folders that the project keeps migrations in, by those of the old template for the same databases."""
    old, own = dict(_databases(base)), dict(_databases(ours))
    return {folder: own[name] for name, folder in old.items() if own.get(name, folder) != folder}


def _databases(tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield the name of each binding of a database with its folder of migrations."""
    for path, entry in tree.items():
        if CONFIG.fullmatch(path):
            read = toml_parser.read if path.endswith(".toml") else jsonc_parser.read
            # What does not parse has no folders that are known for certain.
            with suppress(BadInput, UnicodeDecodeError):
                for _, table in read(Source(path, entry.content)).tables("d1_databases"):
                    folder = str(table.get("migrations_dir", DEFAULT))
                    yield str(table.get("binding")), _below(path.rpartition("/")[0], folder)


def _below(home: str, folder: str) -> str:
    parts = [part for part in folder.split("/") if part not in {"", "."}]
    return "/".join(filter(None, (home, *parts)))


class _Log:
    """One folder of migrations, in three versions. A step is a file, or a folder of files."""

    def __init__(self, folder: str, home: str, base: Tree, theirs: Tree, ours: Tree) -> None:
        self.folder, self.home = folder, home
        self.base, self.theirs, self.ours = _steps(folder, base), _steps(folder, theirs), _steps(home, ours)
        self.highest = max((number for step in self.ours if (number := _number(step)) is not None), default=None)

    def merged(self) -> dict[str, MergedPath]:
        found: dict[str, MergedPath] = {}
        for step in [*self.base, *self.theirs, *self.ours] if self.folder == self.home else ():
            found |= self._kept(step)
        # In the order in which wrangler applies them.
        for step in sorted(self.theirs.keys() - self.base.keys(), key=_order):
            if self.theirs[step] not in self.ours.values():
                found |= self._appended(step)
        return found

    def _kept(self, step: str) -> dict[str, MergedPath]:
        """Return the results of a step that stays as the project has it, there or not."""
        own, old, new = (each.get(step, {}) for each in (self.ours, self.base, self.theirs))
        notes: tuple[str, ...] = ()
        if own and old and new not in (own, old):
            notes = ("kept as it is, although the new template changes it: it may have been applied",)
        return {
            self._path(step, file): MergedPath(
                own.get(file), old.get(file), own.get(file), new.get(file), own.get(file), notes=notes
            )
            for file in {*own, *old}
        }

    def _appended(self, step: str) -> dict[str, MergedPath]:
        name, number = step, _number(step)
        if step in self.ours or (number is not None and self.highest is not None and number <= self.highest):
            name = self._numbered(step)
        self.highest = max(filter(None, (_number(name), self.highest)), default=None)
        notes: tuple[str, ...] = () if name == step else (f"the new template's {step}, behind your own migrations",)
        files = self.theirs[step].items()
        return {
            self._path(name, file): MergedPath(entry, None, None, entry, None, notes=notes) for file, entry in files
        }

    def _numbered(self, step: str) -> str:
        """Return the name of a step with the next number, as wide as its own."""
        found = NUMBER.match(step)
        following = (self.highest or 0) + 1
        if found is None:
            return f"{following:04}_{step}"
        return f"{following:0{len(found[0])}}{step[found.end() :]}"

    def _path(self, step: str, file: str) -> str:
        return "/".join(filter(None, (self.home, step, file)))


def _steps(folder: str, tree: Tree) -> dict[str, Tree]:
    """Return the files of each step of a folder by its name; a step that is a file has one, with an empty name."""
    steps: dict[str, dict[str, Entry]] = {}
    for path in sorted(tree):
        if is_in(path, [folder]):
            step, _, file = path[len(folder) + 1 :].partition("/")
            steps.setdefault(step, {})[file] = tree[path]
    return {**steps}


def _order(step: str) -> tuple[bool, int, str]:
    number = _number(step)
    return number is None, number or 0, step


def _number(step: str) -> int | None:
    found = NUMBER.match(step)
    return int(found[0]) if found else None
