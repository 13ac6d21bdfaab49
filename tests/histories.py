"""Generates histories of projects: what was added, renamed and removed, what the owner edited, and what git ignores.

Each edit leaves a mark of its own, by which one can tell afterwards whether it is still there.

Not here: what is done with a history (`test_histories.py`, `benchmarks/updates.py`).
"""

from __future__ import annotations

import json
import random
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scaffolder.system.conflict_markers import merge_conflicts

from .conftest import commit_all, git, start_repository

TEMPLATES = (
    "hello",
    "d1",
    "chatroom",
    "queue",
    "http",
    "router",
    "durable-sql",
    "r2",
    "scheduled",
    "proxy",
    "workflow",
    "axum-like",
)
"""The templates of histories, which both versions of the catalogue have under one name."""

ADDITIONS = (
    "analytics EVENTS_{}",
    "cron {} 5 * * *",
    "d1 DB_{}",
    "durable-object OBJECTS_{}",
    "kv CACHE_{}",
    "queue-consumer jobs-{}",
    "queue-producer JOBS_{}",
    "r2 FILES_{}",
    "ratelimit LIMITER_{}",
    "secret KEY_{}",
    "service BACKEND_{}",
    "var WORD_{}=text",
    "environment staging{}",
)
"""What `scaffold add` adds, with a number in its name."""

RENAMED = ("kv", "r2", "var", "queue-producer")
"""The kinds that are renamed, by `scaffold rename`."""

Run = Callable[..., int]
"""Runs `scaffold`, and returns its exit code."""


@dataclass
class History:
    """A project with a history.

    Args:
        seed: The number that it follows from.
        folder: The project's folder.
        commands: The commands that made it.
        edits: The names of the owner's edits.
        marks: Texts that the owner wrote, one for each edit.
        gone: The paths of files that the owner deleted.
        links: The paths of links that the owner made.
        programs: The paths of files that the owner made executable.
        ignored: The files that git ignores, with their bytes.
    """

    seed: int
    folder: Path
    commands: list[str] = field(default_factory=list)
    edits: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    programs: list[str] = field(default_factory=list)
    ignored: dict[str, bytes] = field(default_factory=dict)

    def mark(self) -> str:
        """Return a new text for an edit to leave."""
        self.marks.append(f"mine{self.seed}x{len(self.marks)}")
        return self.marks[-1]

    def lost(self) -> Iterator[str]:
        """Yield what of the owner's is not there any more."""
        texts = [path.read_bytes() for path in self.folder.rglob("*") if _is_own(path.relative_to(self.folder), path)]
        yield from (mark for mark in self.marks if not any(mark.encode() in text for text in texts))
        yield from (f"deletion of {path}" for path in self.gone if (self.folder / path).exists())
        yield from (f"link {path}" for path in self.links if not (self.folder / path).is_symlink())
        yield from (f"mode of {path}" for path in self.programs if not (self.folder / path).stat().st_mode & 0o100)
        yield from (path for path, text in self.ignored.items() if (self.folder / path).read_bytes() != text)

    def applied(self) -> dict[str, Any]:
        """Return the migrations that may have been applied: those of wrangler files, and the files of SQL."""
        found: dict[str, Any] = {path.name: path.read_bytes() for path in self.folder.glob("migrations*/*.sql")}
        config = self.folder / "wrangler.toml"
        content = config.read_bytes()
        if not merge_conflicts(".toml", content):
            found["tags"] = tomllib.loads(content.decode()).get("migrations", [])
        return found

    def edited_migrations(self, before: dict[str, Any]) -> list[str]:
        """Return the names of migrations that are not as they were."""
        after = self.applied()
        tags = before.pop("tags", [])
        steps = after.get("tags", tags)
        edited = [name for name, content in before.items() if after.get(name) != content]
        return edited + (["tags"] if steps[: len(tags)] != tags else [])

    def in_conflict(self) -> list[str]:
        """Return the paths of files with markers, or with what could not be applied."""
        paths = (path for path in self.folder.rglob("*") if _is_own(path.relative_to(self.folder), path))
        return sorted(
            path.relative_to(self.folder).as_posix()
            for path in paths
            if path.suffix == ".rej" or merge_conflicts(path.suffix, path.read_bytes())
        )


def _is_own(name: Path, path: Path) -> bool:
    return ".git" not in name.parts and path.is_file() and not path.is_symlink()


def make(seed: int, folder: Path, run: Run, *edits: str) -> History:
    """Make a project with a history, all of it committed.

    Args:
        seed: The number that all of it follows from.
        folder: The project's folder, which is not there yet.
        run: Runs the program of the earlier version.
        edits: The owner's edits; by default, the seed chooses some.
    """
    chance = random.Random(seed)  # noqa: S311 - nothing is secret
    history = History(seed, folder)
    template = chance.choice(TEMPLATES)
    kinds = chance.sample(ADDITIONS, chance.choice((0, 1, 3, 6)))
    new = ["new", str(folder), "--template", template, "--defaults", "--no-git", "--no-validate"]
    _run(history, run, *new)
    start_repository(folder)
    for number, kind in enumerate(kinds):
        name, _, argument = kind.format(number).partition(" ")
        _run(history, run, "add", name, argument, "--project", str(folder))
        if name in RENAMED and chance.random() < 0.2:
            old = argument.partition("=")[0]
            _run(history, run, "rename", name, old, f"{old}_NEW", "--project", str(folder))
        elif chance.random() < 0.1:
            _run(history, run, "remove", name, argument, "--project", str(folder))
    _commit(folder)
    for edit in edits or chance.sample(sorted(EDITS), chance.choice((0, 1, 2, 4, 7))):
        if EDITS[edit](history, chance):
            history.edits.append(edit)
    _ignored(history)
    _commit(folder)
    return history


def _commit(folder: Path) -> None:
    if git(folder, "status", "--porcelain"):
        commit_all(folder)


def _run(history: History, run: Run, *words: str) -> None:
    code = run(*words)
    history.commands.append(f"{' '.join(words)} -> {code}")


def _ignored(history: History) -> None:
    """Write files that git ignores, of which one has the name of a file that the new version brings."""
    history.ignored = {".dev.vars": b"SECRET=mine\n", ".wrangler/state/v3/kv.sqlite": b"\0\1", "target/x": b"mine\r\n"}
    for path, content in history.ignored.items():
        place = history.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


# --- the owner's edits: each returns whether the project had a place for it -----------------

Edit = Callable[[History, random.Random], bool]


def _change(path: str, pattern: str, text: str) -> Edit:
    """Return an edit that puts a text in the place of what a pattern finds, in which `MARK` is the mark."""

    def edit(history: History, chance: random.Random) -> bool:
        place = history.folder / path
        before = place.read_bytes().decode() if place.is_file() else ""
        found = list(re.finditer(pattern, before, re.MULTILINE))
        if not found:
            return False
        at = chance.choice(found)
        after = before[: at.start()] + at.expand(text.replace("MARK", history.mark())) + before[at.end() :]
        place.write_bytes(after.encode())
        return True

    return edit


def _write(path: str, text: str) -> Edit:
    """Return an edit that writes a file of its own."""

    def edit(history: History, _: random.Random) -> bool:
        place = history.folder / path.replace("MARK", mark := history.mark())
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.replace("MARK", mark).encode())
        return True

    return edit


def _delete(path: str) -> Edit:
    def edit(history: History, _: random.Random) -> bool:
        place = history.folder / path
        # An owner who has edited it keeps it: the mark of that edit would be gone with the file.
        if not place.is_file() or any(mark.encode() in place.read_bytes() for mark in history.marks):
            return False
        place.unlink()
        history.gone.append(path)
        return True

    return edit


def _with_crlf(path: str) -> Edit:
    def edit(history: History, _: random.Random) -> bool:
        place = history.folder / path
        text = place.read_bytes().replace(b"\r\n", b"\n") if place.is_file() else b""
        place.write_bytes(text.replace(b"\n", b"\r\n") if text else b"")
        return bool(text)

    return edit


def _link(history: History, _: random.Random) -> bool:
    (history.folder / "docs.md").symlink_to("README.md")
    history.links.append("docs.md")
    return True


def _program(history: History, _: random.Random) -> bool:
    place = history.folder / "rust-toolchain.toml"
    if not place.is_file():
        return False
    place.chmod(0o755)
    history.programs.append("rust-toolchain.toml")
    return True


def _move(history: History, _: random.Random) -> bool:
    place = history.folder / "README.md"
    if not place.is_file() or (history.folder / "docs.md").is_symlink():
        return False
    (history.folder / "docs").mkdir(exist_ok=True)
    place.write_bytes(place.read_bytes() + f"\n{history.mark()}\n".encode())
    place.rename(history.folder / "docs" / "README.md")
    return True


def _sql(history: History, _: random.Random) -> bool:
    folders = sorted(history.folder.glob("migrations*"))
    if not folders:
        return False
    numbers = [int(path.name[:4]) for path in folders[0].glob("[0-9]*.sql")]
    mark = history.mark()
    (folders[0] / f"{max(numbers, default=0) + 1:04}_{mark}.sql").write_text(f"-- {mark}\n", encoding="utf-8")
    return True


def _script(history: History, _: random.Random) -> bool:
    place = history.folder / "package.json"
    data = json.loads(place.read_text(encoding="utf-8"))
    data["scripts"]["mine"] = f"echo {history.mark()}"
    place.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    return True


WORKER = r"^\[dependencies\.worker\]\n(?:[^\[].*\n)*?version = "
"""Finds the version of the `worker` crate in a Cargo.toml."""

EDITS: dict[str, Edit] = {
    "a comment in the wrangler file": _change("wrangler.toml", r"^(?=[\[a-z])", "# MARK\n"),
    "a table at the end of the wrangler file": _change(
        "wrangler.toml", r"\Z", '\n[[kv_namespaces]]\nbinding = "MARK"\n'
    ),
    "another build command": _change("wrangler.toml", r"worker-build --release", "echo MARK && worker-build --release"),
    "another date": _change("wrangler.toml", r'^(compatibility_date = )".*"', r'\1"2026-10-01" # MARK'),
    "another folder to watch": _change("wrangler.toml", r'^(watch_dir = \[)"src"', r'\1"src", "MARK"'),
    "a dependency": _change("Cargo.toml", r"^\[dependencies\]\n", r'\g<0>MARK = "1"\n'),
    "a dependency at the end": _change("Cargo.toml", r"^wasm-bindgen = .*\n", r'\g<0>MARK = "2"\n'),
    "a comment on the worker crate": _change("Cargo.toml", rf"{WORKER}.*$", r"\g<0> # MARK"),
    "another version of the worker crate": _change("Cargo.toml", rf'({WORKER})"=.*"$', r'\1"0.8" # MARK'),
    "another profile": _change("Cargo.toml", r'^opt-level = "z"', "opt-level = 3 # MARK"),
    "a function at the end": _change("src/lib.rs", r"\Z", "\n#[allow(dead_code)]\nfn MARK() {}\n"),
    "a function before another": _change("src/lib.rs", r"^(?=(?:async )?fn )", "#[allow(dead_code)]\nfn MARK() {}\n\n"),
    "a line in a function": _change("src/lib.rs", r"^(?:pub )?(?:async )?fn .*\{\n", r"\g<0>    // MARK\n"),
    "a comment on a function": _change("src/lib.rs", r"^/// .*$", r"\g<0> MARK"),
    "an import": _change("src/lib.rs", r"^(?=use )", "#[allow(unused_imports)]\nuse std::fmt as MARK;\n"),
    "a comment in the bindings": _change("src/bindings.rs", r"^(?=    pub \w+:)", "    // MARK\n"),
    "a module": _write("src/MARK.rs", "// MARK\n"),
    "a binary file": _write("assets/MARK.bin", "\0MARK"),
    "a workflow": _write(".github/workflows/MARK.yml", "# MARK\n"),
    "another time limit": _change(".github/workflows/ci.yml", r"^( +timeout-minutes:) 30$", r"\1 45 # MARK"),
    "a step of the workflow": _change(".github/workflows/ci.yml", r"^(?= +- uses:)", "      # MARK\n"),
    "a line at the end of the README": _change("README.md", r"\Z", "\nMARK\n"),
    "a word in the README": _change("README.md", r"(?<=[a-z])$", " MARK"),
    "the heading of the README": _change("README.md", r"\A.*$", "# MARK"),
    "the README elsewhere": _move,
    "a test at the end": _change("tests/worker.test.mjs", r"\Z", '\ntest("MARK", () => {});\n'),
    "a line in the tests": _change("tests/worker.test.mjs", r"^(?=  const )", "  // MARK\n"),
    "a script": _script,
    "an ignored folder": _change(".gitignore", r"\Z", "MARK/\n"),
    "no notes for agents": _delete("AGENTS.md"),
    "no workflow": _delete(".github/workflows/ci.yml"),
    "other line ends in the README": _with_crlf("README.md"),
    "other line ends in the wrangler file": _with_crlf("wrangler.toml"),
    "other line ends in the Rust": _with_crlf("src/lib.rs"),
    "a link": _link,
    "a program": _program,
    "a migration": _sql,
}
