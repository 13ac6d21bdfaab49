"""Damaged files and hostile words: each is refused or read, and nothing else happens.

Each file that a command reads is damaged in each way. A share of these is tried, which follows from the commit, and all
with `-m long`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from . import casebook
from .conftest import Outcome, Scaffold, contents, tree
from .test_kill_points import SECRET, some

CODES = {0, 1, 2, 3, 4, 5, 6}
"""The exit codes of `check` and of an edit that nobody stops: never that of an internal error."""

FILES = {
    "wrangler.toml": b"",
    "wrangler.jsonc": b'{\n  // What it is.\n  "name": "notes",\n  "main": "build/index.js"\n}\n',
    "Cargo.toml": b"",
    "Cargo.lock": b"",
    "src/lib.rs": b"",
    "src/bindings.rs": b"",
    "package.json": b'{"scripts": {"test": "node --test"}, "devDependencies": {"wrangler": "4.0.0"}}\n',
    "package-lock.json": b'{"packages": {"": {}, "node_modules/wrangler": {"version": "4.0.0"}}}\n',
    ".dev.vars.example": b"TOKEN=example\n",
    ".gitignore": b"/target/\n.dev.vars*\n!.dev.vars.example\n",
    "rust-toolchain.toml": b'[toolchain]\nchannel = "1.96.0"\n',
    "src/entry.js": b'import worker from "../build/index.js";\nexport default worker;\n',
}
"""The files that are damaged; those without a content here are the project's own."""


def flipped(content: bytes, seed: int) -> bytes:
    """Return a content in which a twentieth of the bytes are others."""
    chance = random.Random(seed)  # noqa: S311 - it has to be the same each time
    changed = bytearray(content)
    for _ in range(max(1, len(content) // 20)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def shuffled(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    random.Random(1).shuffle(lines)  # noqa: S311 - likewise
    return b"".join(lines)


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut in a third": lambda content: content[: len(content) // 3],
    "cut before the end": lambda content: content[:-5],
    "twice": lambda content: content * 2,
    "shuffled": shuffled,
    "other bytes": lambda content: flipped(content, 1),
    "more other bytes": lambda content: flipped(content, 2),
    "zeros": lambda content: b"\0" * len(content),
    "UTF-16": lambda content: content.decode().encode("utf-16"),
    "Latin-1": lambda content: content + "# é\n".encode("latin-1"),
    "controls": lambda content: content + "# \x1b]0;title\x07\u202e\u2066 ::error::planted\n".encode(),
    "a conflict": lambda content: b"<<<<<<< ours\n" + content + b"=======\n" + content + b">>>>>>> theirs\n",
    "no line ends": lambda content: content.replace(b"\n", b" "),
    "old line ends": lambda content: content.replace(b"\n", b"\r"),
}
COMMANDS = ("check", "add kv CACHE", "rename kv NOTES TEXTS")


@pytest.fixture
def project(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a good worker that holds a secret."""
    for name, content in {**casebook.bases()["notes"], ".dev.vars": f"TOKEN={SECRET}\n".encode()}.items():
        path = here / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    monkeypatch.chdir(here / "project")
    monkeypatch.setenv("API_TOKEN", SECRET)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    return here / "project"


def assert_in_good_order(outcome: Outcome) -> None:
    """Assert that a command ended as documented, and printed nothing that a terminal or GitHub would act on."""
    printed = outcome.out + outcome.err
    assert outcome.code in CODES, printed
    assert "Traceback" not in printed
    assert "internal error" not in printed
    assert SECRET not in printed
    assert not {"\x1b", "\x07", "\0", "\u202e", "\u2066"} & set(printed)
    assert not any(line.lstrip().startswith("::error::planted") for line in printed.splitlines())
    if outcome.code > 1:
        starts = [line[:8].strip() for line in outcome.err.splitlines()]
        assert [start for start in starts if start in {"where", "why", "fix"}][:3] == ["where", "why", "fix"]


DAMAGED = [(file, damage, command) for command in COMMANDS for damage in DAMAGES for file in FILES]


@pytest.mark.promise("exit-code", "no-byte-lost", "no-write-outside", "no-secret", kind="bad input")
@pytest.mark.parametrize(("file", "damage", "command"), some(DAMAGED, 60))
def test_a_damaged_file_is_read_or_refused_and_a_refusal_changes_nothing(
    scaffold: Scaffold, project: Path, file: str, damage: str, command: str
) -> None:
    here = project.parent
    if file == "wrangler.jsonc":
        (project / "wrangler.toml").unlink()
    path = project / file
    path.write_bytes(DAMAGES[damage](FILES[file] or path.read_bytes()))
    before, around = contents(project), tree(here, without="project")

    outcome = scaffold(*command.split())

    assert_in_good_order(outcome)
    assert tree(here, without="project") == around
    after = contents(project)
    if command == "check" or outcome.code:
        assert after == before
    assert after[".dev.vars"] == before[".dev.vars"]
    if file != ".dev.vars.example":
        assert after.get(".gitignore") == before.get(".gitignore")


WORDS = {
    "empty": "",
    "a blank": " ",
    "a quote": 'A"B',
    "two lines": "A\nB",
    "a control": "A\x1b[31mB",
    "an override": "A\u202eB",
    "a path": "../../etc/passwd",
    "an option": "-x=1",
    "a table": "A]\n[vars",
    "very long": "A" * 5000,
    "Rust": 'A"; fn main() {} //',
    "half of a pair": "A\udcffB",
}
KINDS = (
    "assets",
    "cron",
    "d1",
    "durable-object",
    "environment",
    "kv",
    "queue-consumer",
    "r2",
    "rpc-client",
    "secret",
    "var",
)
"""One kind at least of each way in which a name is written into files."""

QUESTIONS = ("worker_name", "description", "template", "compatibility_date")


@pytest.mark.promise("exit-code", "no-byte-lost", "no-write-outside", kind="bad input")
@pytest.mark.parametrize(("kind", "word"), some([(kind, word) for word in WORDS for kind in KINDS], 30))
def test_a_hostile_name_is_refused_or_added_so_that_check_can_read_it(
    scaffold: Scaffold, project: Path, here: Path, kind: str, word: str
) -> None:
    before, around = contents(project), tree(here, without="project")

    outcome = scaffold("add", kind, "--", WORDS[word])

    assert_in_good_order(outcome)
    assert tree(here, without="project") == around
    if outcome.code:
        assert contents(project) == before
    else:
        assert scaffold("check").code in {0, 1}


@pytest.mark.promise("exit-code", "whole-or-nothing", "no-write-outside", kind="bad input")
@pytest.mark.parametrize(
    ("question", "word"),
    some(
        [(name, word) for word in WORDS for name in ("worker_name", "description", "template", "compatibility_date")],
        12,
    ),
)
def test_a_hostile_answer_is_refused_or_makes_a_project_that_check_can_read(
    scaffold: Scaffold, here: Path, question: str, word: str
) -> None:
    around = tree(here)
    template = () if question == "template" else ("--template", "hello")

    outcome = scaffold("new", "made", *template, "--defaults", "--no-git", "--set", f"{question}={WORDS[word]}")

    assert_in_good_order(outcome)
    if outcome.code:
        assert tree(here) == around
    else:
        assert scaffold("check", "made").code == 0
