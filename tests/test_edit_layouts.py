"""Edits of wrangler files that are laid out in every way: all bytes are kept, and a removal undoes what was added."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from scaffolder.editing.config.rename_in_config import renamed
from scaffolder.editing.operations import Insert, KeyPath, Remove, Unclear
from scaffolder.editing.verify import applied, is_kept, reread
from scaffolder.reading.config import jsonc_parser, toml_parser
from scaffolder.reading.config.document import Document
from scaffolder.reading.source import BOM, Source

SEEDS = range(400)
"""Layouts that are tried; each is made from its number alone."""

Undo = Callable[[Document], Remove]


def last_of(*path: str) -> Undo:
    return lambda document: Remove((*path, len(document.get(*path)) - 1))


CHANGES: list[tuple[Insert, Undo]] = [
    (Insert(("kv_namespaces",), {"binding": "NEW"}, appends=True), last_of("kv_namespaces")),
    (Insert(("queues", "producers"), {"binding": "NEW", "queue": "new"}, appends=True), last_of("queues", "producers")),
    (Insert(("vars", "NEW"), 'say "hi"'), lambda _: Remove(("vars", "NEW"))),
    (Insert(("triggers", "crons"), "5 * * * *", appends=True), last_of("triggers", "crons")),
    (Insert(("ai",), {"binding": "NEW"}), lambda _: Remove(("ai",))),
    (Insert(("env", "s", "vars", "NEW"), "x"), lambda _: Remove(("env", "s", "vars", "NEW"))),
    (Insert(("env", "s", "r2_buckets"), {"binding": "NEW"}, appends=True), last_of("env", "s", "r2_buckets")),
    (Insert(("migrations",), {"tag": "v9", "new_sqlite_classes": ["New"]}, appends=True), last_of("migrations")),
    (Insert(("exports", "New"), {"type": "durable-object", "storage": "sqlite"}), lambda _: Remove(("exports", "New"))),
]

PARTS = {
    "vars": [
        '[vars]\nA = "1" # one\n',
        "[vars]\n",
        "[vars]\n# none yet\n",
        '[vars]\n  A = "1"\n\n  # two\n  B="2"\n',
        "[vars.TABLE]\nx = 1\n",
        '[vars]\nA = { b = "]" }\n[vars.TABLE]\nx = 1\n',
    ],
    "kv": [
        '[[kv_namespaces]]\nbinding = "A"\n',
        '[[kv_namespaces]]\nbinding="A" # a\n# id = "1"\n',
        "[[ kv_namespaces ]]\n\tbinding = 'A'\n\n[[kv_namespaces]]\nbinding = \"B\"\n",
    ],
    "queues": [
        '[[queues.producers]]\nbinding = "J"\nqueue = "j"\n',
        "[queues]\nproducers = []\n",
        '[queues]\nproducers = [\n  { binding = "J", queue = "j" }, # j\n]\nconsumers = []\n',
        '[[queues.consumers]]\nqueue = "j"\nmax_retries = 3\n',
    ],
    "triggers": [
        '[triggers]\ncrons = ["1 * * * *"]\n',
        '[triggers]\ncrons = [\n  "1 * * * *", # "one"\n  "2 * * * *"\n]\n',
        "[triggers]\ncrons = []\n",
    ],
    "env": [
        "[env.s]\nworkers_dev = true\n",
        '[[env.s.kv_namespaces]]\nbinding = "E"\n',
        "[env.s.vars]\n",
        '[env."s".vars]\nA = """\n# no comment\n"""\n',
    ],
    "other": ["[observability]\nenabled = true\n", '[build]\ncommand = "a # b"\nwatch_dir = ["src"]\n'],
}

TOPS = [
    'name = "a"\n',
    '# First\nname = "a"\n\n',
    'vars = { A = "1" }\n',
    "vars = {}\n",
    'vars.A = "1"\n',
    'kv_namespaces = [{ binding = "A" }]\n',
    "queues.producers = [ ]\n",
    'kv_namespaces = [\n  { binding = "A" }\n]\n',
    "env = { s = { workers_dev = true } }\n",
    'triggers = { crons = ["1 * * * *"] }\n',
]


def layout(seed: int) -> bytes:
    """Make a file: some parts, in some order, with comments and empty lines, and one way to end lines."""
    chance = random.Random(seed)  # noqa: S311 - the same layouts in every run
    top = chance.choice(TOPS)
    kinds = [kind for kind in PARTS if chance.random() < 0.6 and kind not in top.replace("kv_n", "kv\n")]
    chance.shuffle(kinds)
    parts = [chance.choice(["", "# About this\n", "\n"]) + chance.choice(PARTS[kind]) for kind in kinds]
    text = top + "".join(part + chance.choice(["", "\n", "\n\n", "# A word at the end\n\n"]) for part in parts)
    if chance.random() < 0.3:
        text = text.rstrip("\n")
    if chance.random() < 0.3:
        text = text.replace("\n", "\r\n")
    return (BOM if chance.random() < 0.2 else b"") + text.encode()


def json_layout(seed: int) -> bytes:
    chance = random.Random(seed)  # noqa: S311 - the same layouts in every run
    unit, comma = chance.choice(["  ", "\t"]), chance.choice(["", ","])
    parts = [
        f'{unit}"name": "a" /* a, b */',
        f'{unit}// Kept: "x",\n{unit}"vars": {{}}',
        f'{unit}"kv_namespaces": [\n{unit * 2}{{ "binding": "A" }}{comma} // one\n{unit}]',
        f'{unit}"triggers": {{ "crons": ["1 * * * *", "2 * * * *"] }}',
        f'{unit}"env": {{\n{unit * 2}"s": {{\n{unit * 3}"vars": {{ "A": "1" }}{comma}\n{unit * 2}}}\n{unit}}}',
        f'{unit}"queues": {{\n{unit * 2}"producers": []{comma}\n{unit * 2}// nothing yet\n{unit}}}',
    ]
    chosen = chance.sample(parts, chance.randint(1, len(parts)))
    text = "{\n" + ",\n".join(chosen) + comma + chance.choice(["", " // end"]) + "\n}" + chance.choice(["", "\n"])
    return text.replace("\n", chance.choice(["\n", "\r\n"])).encode()


def read_toml(content: bytes) -> Document:
    return toml_parser.read(Source("wrangler.toml", content))


def read_jsonc(content: bytes) -> Document:
    return jsonc_parser.read(Source("wrangler.jsonc", content))


def refused(read: Callable[[bytes], Document], layouts: list[bytes]) -> list[bytes]:
    """Add and remove everything everywhere, and return the layouts in which that was refused."""
    found = []
    for content in layouts:
        document = read(content)
        for put, undo in CHANGES:
            try:
                added = applied(document, [put])
            except Unclear:
                found.append(content)
                continue
            assert is_kept(content, added)
            assert applied(reread(document, added), [undo(reread(document, added))]) == content
    return found


def names(document: Document) -> Iterator[tuple[KeyPath, bool]]:
    """Yield the path of each name, and whether it is a key."""
    for prefix in ((), ("env", "s")):
        tables = [*document.tables(*prefix, "kv_namespaces"), *document.tables(*prefix, "queues", "producers")]
        yield from (((*path, "binding"), False) for path, table in tables if "binding" in table)
        yield from (((*prefix, "vars", key), True) for key in document.get(*prefix, "vars") or {})
    yield from ((("triggers", "crons", at), False) for at, _ in enumerate(document.get("triggers", "crons") or []))
    yield from [(("env", "s"), True)] if document.get("env", "s") is not None else []


def rename_all(read: Callable[[bytes], Document], layouts: list[bytes]) -> int:
    """Rename everything everywhere, and back, and return how often."""
    count = 0
    for content in layouts:
        document = read(content)
        for path, is_key in names(document):
            old = path[-1] if is_key else document.get(*path)
            after = renamed(document, path, "RENAMED", is_key=is_key)
            back = renamed(after, (*path[:-1], "RENAMED") if is_key else path, str(old), is_key=is_key)
            assert after.source.content.replace(b"RENAMED", str(old).encode()) == content
            assert (back.source.content, back.data) == (content, document.data)
            count += 1
    return count


def valid(layouts: list[bytes]) -> list[bytes]:
    """Leave out what is not valid TOML, such as a table that is written in two ways."""
    good = []
    for content in layouts:
        try:
            read_toml(content)
        except Exception:  # noqa: BLE001, S112
            continue
        good.append(content)
    return good


def test_toml_of_every_layout_is_changed_and_changed_back() -> None:
    layouts = valid([layout(seed) for seed in SEEDS])

    assert len(layouts) > len(SEEDS) * 0.5
    assert len(refused(read_toml, layouts)) < 0.02 * len(layouts) * len(CHANGES)


def test_json_with_comments_of_every_layout_is_changed_and_changed_back() -> None:
    layouts = [json_layout(seed) for seed in SEEDS]

    assert refused(read_jsonc, layouts) == []


def test_a_name_in_every_layout_is_changed_and_changed_back_token_by_token() -> None:
    assert rename_all(read_toml, valid([layout(seed) for seed in SEEDS])) > len(SEEDS)
    assert rename_all(read_jsonc, [json_layout(seed) for seed in SEEDS]) > len(SEEDS)


@pytest.mark.parametrize("written", [b"'''NOTES'''", b'"\\u004EOTES"', b'"""NOTES"""'])
def test_a_name_that_is_written_in_a_rare_way_is_not_renamed(written: bytes) -> None:
    with pytest.raises(Unclear):
        renamed(read_toml(b"ai = { binding = " + written + b" }"), ("ai", "binding"), "NEW", is_key=False)


@pytest.mark.parametrize("content", [b"vars = 1\n", b'vars = ["a"]\n', b'[[vars]]\nA = "1"\n'])
def test_what_has_another_shape_is_refused(content: bytes) -> None:
    with pytest.raises(Unclear):
        applied(read_toml(content), [Insert(("vars", "NEW"), "x")])
