"""Adds every kind of thing to every entry of the corpus, and takes it out again, by the real commands.

What is proven of each: every byte that was there is there still, in order; every line that is a comment is there
still, whole; and a removal gives back the bytes, except of what has a history.

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
"""What is added; a kind that is not named here gets PLAIN."""

PLAIN = "CORPUS_NEW"

UNSURE = "cannot be changed for certain"
"""What a refusal says of a file whose layout is not understood."""

COMMENT = re.compile(rb"^[ \t]*(?:#|//|/\*)[^\r\n]*", re.MULTILINE)

ENVIRONMENTS = re.compile(rb'^\s*(\[+env\b|env\s*=|"env"\s*:)', re.MULTILINE)

Contents = dict[str, bytes]


@dataclass(frozen=True)
class Try:
    """What came of one kind in one entry.

    Args:
        entry: The entry.
        kind: The kind.
        outcome: `done`; `there`, which it was before; `taken`, where something else is in its place; `refused`,
            because of the layout; or `unread`, because a file does not parse.
        said: What the command said where it did not do it.
        broken: What was not kept, each as a phrase.
        stayed: The files in which a removal leaves something that something else needs.
    """

    entry: str
    kind: str
    outcome: str
    said: str = ""
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
    """Add something to the project of an entry, and take it out again."""
    name = NAMES.get(kind, PLAIN)
    where = ["--project", str(folder), *(["--env", "all"] if _has_environments(entry, folder) else [])]
    before = contents(folder)
    code, said = command("add", kind, name, *where)
    after = contents(folder)
    if code != 0:
        written = () if after == before else ("something was written by a command that refused",)
        return Try(entry.name, kind, _refusal(code, said), said, written)
    if after == before:
        return Try(entry.name, kind, "there")
    broken = tuple(not_kept(before, after))
    taken_back = ["--never-deployed"] if kinds()[kind].has_history else []
    code, said = command("remove", kind, name.partition("=")[0], *where, *taken_back)
    back = contents(folder)
    if code != 0:
        return Try(entry.name, kind, "refused", said, broken)
    # Migrations of a database are never removed.
    other = [path for path in back if back[path] != before.get(path) and (path in before or "migrations" not in path)]
    # The Rust may need a feature, or another consumer a handler, that was missing before; so it stays.
    needed = {"Cargo.toml", *(["src/lib.rs"] if kind == "queue-consumer" else [])}
    stayed = tuple(path for path in other if path in needed and back[path] == after[path])
    undone = (f"a removal does not give back {path}" for path in other if path not in stayed)
    return Try(entry.name, kind, "done", "", (*broken, *not_kept(before, back), *undone), stayed)


def command(*words: str) -> tuple[int, str]:
    """Run a command; answer its exit code, and what it said where it refused."""
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
    """Yield what of some files is not in others."""
    for path, content in before.items():
        rest = iter(after.get(path, b""))
        if after.get(path) != content and not all(byte in rest for byte in content):
            yield f"bytes of {path} are gone"
        lines = iter(match[0] for match in COMMENT.finditer(after.get(path, b"")))
        if not all(match[0] in lines for match in COMMENT.finditer(content)):
            yield f"a comment of {path} is gone"


def _has_environments(entry: Entry, folder: Path) -> bool:
    return ENVIRONMENTS.search((folder / entry.config).read_bytes()) is not None


def _refusal(code: int, said: str) -> str:
    if UNSURE in said:
        return "refused"
    return {2: "unread", 5: "taken"}.get(code, "failed")
