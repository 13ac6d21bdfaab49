"""Adds every kind to every entry of the corpus, and removes it again, with the real commands.

Each attempt is verified: every byte of the file is still there, in order; every line that is a comment is still there,
whole; and the removal restores the bytes, except those of kinds with a history.

Not here: how an edit is made (`scaffolder/editing/`).
"""

from __future__ import annotations

import contextlib
import io
import re
import signal
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus.shelf import Entry
from scaffolder.cli import main
from scaffolder.editing.kind_registry import kinds

NAMES = {
    "assets": "public",
    "cron": "17 3 * * *",
    "durable-object": "CORPUS_NEW=CorpusRoom",
    "environment": "corpus",
    "hyperdrive": "CORPUS_NEW=0123456789abcdef0123456789abcdef",
    "observability": "",
    "queue-consumer": "corpus-jobs",
    "queue-producer": "CORPUS_NEW=corpus-jobs",
    "rpc-client": "CORPUS_NEW=corpus-other",
    "service": "CORPUS_NEW=corpus-other",
    "var": "CORPUS_NEW=corpus text",
}
"""The name that is added for each kind; PLAIN for all others."""

PLAIN = "CORPUS_NEW"

UNSURE = "cannot be changed for certain"
"""A phrase in every refusal of a file whose layout is not supported."""

COMMENT = re.compile(rb"^[ \t]*(?:#|//|/\*)[^\r\n]*", re.MULTILINE)

ENVIRONMENTS = re.compile(rb'^\s*(\[+env\b|env\s*=|"env"\s*:)', re.MULTILINE)

Contents = dict[str, bytes]


@dataclass(frozen=True)
class Try:
    """The result of adding one kind to one entry.

    Args:
        entry: The entry.
        kind: The kind.
        outcome: `done`; `there`, if it already existed; `taken`, if something else has its name; `refused`, because
            of the layout; or `unparsed`, because a file does not parse.
        message: The message of a command that failed.
        broken: The things that were lost, each as a phrase.
        stayed: The files in which a removal leaves something that something else needs.
    """

    entry: str
    kind: str
    outcome: str
    message: str = ""
    broken: tuple[str, ...] = ()
    stayed: tuple[str, ...] = ()


def every(entries: Iterable[Entry], kinds: Iterable[str]) -> Iterator[Try]:
    """Try every kind in every entry."""
    words = list(kinds)
    for entry in entries:
        for kind in words:
            with tempfile.TemporaryDirectory() as place:
                yield attempt(entry, kind, entry.lay(Path(place)))


def attempt(entry: Entry, kind: str, folder: Path) -> Try:
    """Add a kind to the project of an entry, and remove it again."""
    name = NAMES.get(kind, PLAIN)
    where = ["--project", str(folder), *(["--env", "all"] if _has_environments(entry, folder) else [])]
    before = contents(folder)
    code, message = command("add", kind, name, *where)
    after = contents(folder)
    if code != 0:
        written = () if after == before else ("something was written by a command that refused",)
        return Try(entry.name, kind, _refusal(code, message), message, written)
    if after == before:
        return Try(entry.name, kind, "there")
    broken = tuple(not_kept(before, after))
    options = ["--never-deployed"] if kinds()[kind].has_history else []
    code, message = command("remove", kind, name.partition("=")[0], *where, *options)
    restored = contents(folder)
    if code != 0:
        return Try(entry.name, kind, "refused", message, broken)
    # Migrations of a database are never removed.
    other = [
        path for path in restored if restored[path] != before.get(path) and (path in before or "migrations" not in path)
    ]
    # The feature or the handler stays if the Rust or another consumer needs it, although it was missing before.
    needed = {"Cargo.toml", *(["src/lib.rs"] if kind == "queue-consumer" else [])}
    stayed = tuple(path for path in other if path in needed and restored[path] == after[path])
    undone = (f"a removal does not give back {path}" for path in other if path not in stayed)
    return Try(entry.name, kind, "done", "", (*broken, *not_kept(before, restored), *undone), stayed)


def command(*words: str) -> tuple[int, str]:
    """Run a command, and return its exit code and its messages."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    out, err = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main.main(words)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    return code, err.getvalue()


def contents(folder: Path) -> Contents:
    """Return every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def not_kept(before: Contents, after: Contents) -> Iterator[str]:
    """Yield each loss between two versions of some files, as a phrase."""
    for path, content in before.items():
        rest = iter(after.get(path, b""))
        if after.get(path) != content and not all(byte in rest for byte in content):
            yield f"bytes of {path} are gone"
        lines = iter(match[0] for match in COMMENT.finditer(after.get(path, b"")))
        if not all(match[0] in lines for match in COMMENT.finditer(content)):
            yield f"a comment of {path} is gone"


def _has_environments(entry: Entry, folder: Path) -> bool:
    return ENVIRONMENTS.search((folder / entry.config).read_bytes()) is not None


def _refusal(code: int, message: str) -> str:
    if UNSURE in message:
        return "refused"
    return {2: "unparsed", 5: "taken"}.get(code, "failed")
