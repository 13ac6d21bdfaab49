"""The documents of cases hold every byte of a project, and an outcome that differs by one is another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from . import casebook
from .casetext import Block, changes, file_block, to_bytes, to_text

ODD = {
    "nothing": b"",
    "one empty line": b"\n",
    "plain": b"one\ntwo\nthree\n",
    "no last newline": b"one\ntwo",
    "CRLF": b"one\r\ntwo\r\n",
    "CRLF without the last": b"one\r\n\r\ntwo",
    "BOM": b"\xef\xbb\xbfone\ntwo\n",
    "BOM and CRLF": b"\xef\xbb\xbfone\r\ntwo\r\n",
    "a BOM alone": b"\xef\xbb\xbf",
    "two BOMs": b"\xef\xbb\xbf\xef\xbb\xbfone\n",
    "CRLF and LF": b"one\r\ntwo\nthree\r\n",
    "CR": b"one\rtwo\r",
    "empty lines and blanks": b"\n\n  one  \n \n\t\n\ttwo\t\n\n",
    "indented": b"    one\n        two\n",
    "fences": b"```toml a\none\n```\n\n`````\n~~~\n",
    "headings and lists": b"## two\n- Base: `notes`\n> three\n$ scaffold add\n",
    "like a diff": b"--- a\n+++ b\n@@ -1 +1 @@\n\\ No newline at end of file\n",
    "letters beyond ASCII": "dérivé, 名前\n".encode(),
    "not UTF-8": b"caf\xe9 \\x41 \\\n\xff\n",
    "controls": b"\x00\x01\n",
    "a form feed": b"one\x0ctwo\n",
    "an escape": b"\x1b[0m\n",
    "a delete": b"one\x7f\n",
    "a next line": "one\x85two\n".encode(),
    "a line separator": "one\u2028two\n".encode(),
    "a BOM within": "one\ufefftwo\n".encode(),
    "entities and escapes": b"&amp; \\n \\` <!-- -->\n",
}

BASES = """\
# Bases

## notes

```toml wrangler.toml
name = "notes"
```

```text README.md
Read me.
```

## staging

Base: `notes`

```toml staging.toml
```
"""

KV = """\
# kv

Words for the reader, with  two blanks\x20\x20
and a `fence`.

## added

Base: `notes`

```console
$ scaffold add kv NOTES
```

It is the usual one.

## a name of two words

Why that is refused.

```console
$ scaffold add kv 'MY NOTES'
refused
exit code 2
```

> Last words,
> quoted.
"""

ADDED = """\
```console
$ scaffold add kv NOTES
added
exit code 0
```

```diff
--- wrangler.toml
+++ wrangler.toml
@@ -1 +1,2 @@
 name = "notes"
+binding = "NOTES"
```
"""


@pytest.fixture
def known(tmp_path: Path) -> casebook.Known:
    return casebook.read_bases(document(tmp_path, BASES, "bases.md"))


def document(folder: Path, text: str, name: str = "kv.md") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def applied(before: bytes, block: Block) -> bytes:
    """Apply a diff of one file, as `patch` does."""
    marks = tuple(block.info.split()[1:])
    old, new, at, last = to_text(before, marks).splitlines(keepends=True), [""], 0, ""
    for line in block.text.splitlines(keepends=True)[2:]:
        if hunk := re.match(r"@@ -(\d+)(,0)?", line):
            start = int(hunk[1]) - (not hunk[2])
            new, at = new + old[at:start], start
        elif line[0] == "\\":
            new[-1] = new[-1] if last == "-" else new[-1].removesuffix("\n")
        else:
            new += [line[1:] or "\n"] * (line[0] != "-")
            at += line[0] != "+"
        last = line[0]
    return to_bytes("".join(new + old[at:]), marks)


def test_files_come_back_from_a_document_byte_for_byte(tmp_path: Path) -> None:
    files = {f"src/{number} {name}.txt": content for number, (name, content) in enumerate(ODD.items())}
    blocks = [str(file_block("text", f"'{path}'", content)) for path, content in files.items()]

    (case,) = casebook.read(document(tmp_path, "\n".join(["# Odd", "", "## a case", "", *blocks])), {})

    assert case.files == files


@pytest.mark.parametrize("name", ODD)
def test_a_reader_sees_every_character_of_a_block(name: str) -> None:
    assert all(character.isprintable() or character in "\n\t" for character in file_block("text", "a", ODD[name]).text)


@pytest.mark.parametrize("name", ODD)
def test_a_diff_that_comes_back_from_a_document_leads_to_the_very_bytes(name: str, tmp_path: Path) -> None:
    before = ODD[name]
    others = [content for content in ODD.values() if content != before]
    diffs = [block for after in others for block in changes({"a": before}, {"a": after})]
    console = Block("console", "$ scaffold add\n")

    (case,) = casebook.read(document(tmp_path, "\n".join(["## a case\n", str(console), *map(str, diffs)])), {})

    assert [applied(before, block) for block in case.steps[0].changes] == others


@pytest.mark.parametrize("name", ODD)
def test_a_file_that_is_new_or_gone_is_shown_with_all_its_bytes(name: str) -> None:
    (new,) = changes({}, {"a": ODD[name]})
    (gone,) = changes({"a": ODD[name]}, {})

    assert new.text.startswith("--- /dev/null\n+++ a\n")
    assert gone.text.startswith("--- a\n+++ /dev/null\n")
    assert applied(to_bytes("", tuple(new.info.split()[1:])), new) == ODD[name]


def spoiled(block: Block) -> Iterator[Block]:
    """Yield a block with other marks, without each of its lines, and with a blank behind each."""
    yield from (Block(info, block.text) for info in ("diff", "diff bom", "diff crlf bom", "diff escaped"))
    lines = block.text.splitlines(keepends=True)
    for at, line in enumerate(lines):
        yield Block(block.info, "".join([*lines[:at], *lines[at + 1 :]]))
        yield Block(block.info, "".join([*lines[:at], f"{line[:-1]} \n", *lines[at + 1 :]]))


def test_a_wrong_diff_is_not_the_outcome(tmp_path: Path) -> None:
    (right,) = changes({"a": b"1\r\n\r\n2\r\n3\r\n"}, {"a": b"1\r\n\r\n2\r\n4"})
    head = "## a case\n\n```console\n$ scaffold add\n```\n\n"

    def outcome(block: Block) -> list[Block]:
        return casebook.read(document(tmp_path, f"{head}{block}"), {})[0].steps[0].changes

    assert outcome(right) == [right]
    assert [block for block in spoiled(right) if outcome(block) == [right]] == []


def test_no_two_outcomes_are_shown_alike() -> None:
    for before in ({}, *({"a": content} for content in ODD.values())):
        shown = [str(changes(before, after)) for after in ({}, {"a/": b""}, *({"a": one} for one in ODD.values()))]

        assert len(set(shown)) == len(shown)


def test_files_that_cannot_be_shown_in_one_way_have_blocks_of_their_own() -> None:
    before = {"a": b"1\n", "b": b"1\n", "c": b"1\r\n", "d": b"1\n"}
    after = {"a": b"2\n", "b": b"2\n", "c": b"2\r\n", "d": b"1\n"}

    assert [(block.info, re.findall(r"^--- (.+)", block.text, re.MULTILINE)) for block in changes(before, after)] == [
        ("diff", ["a", "b"]),
        ("diff crlf", ["c"]),
    ]


def test_a_base_is_the_start_of_a_case_and_of_other_bases(tmp_path: Path, known: casebook.Known) -> None:
    first = "## one\n\nBase: `staging`\n\nWithout: `README.md`, `staging.toml`\n\n```rust src/lib.rs\n```\n\n"

    one, two = casebook.read(document(tmp_path, f"{first}## two\n\nCommitted: yes\n"), known)

    assert known["staging"].keys() == {"wrangler.toml", "README.md", "staging.toml"}
    assert (one.files, one.is_committed) == ({"wrangler.toml": b'name = "notes"\n', "src/lib.rs": b""}, False)
    assert (two.files, two.is_committed) == ({}, True)


def test_an_outcome_is_written_in_its_place_and_the_rest_stays(tmp_path: Path, known: casebook.Known) -> None:
    path = document(tmp_path, KV)
    case, other = casebook.read(path, known)
    made = changes(case.files, {**case.files, "wrangler.toml": b'name = "notes"\nbinding = "NOTES"\n'})

    step = casebook.record(case, 0, "added\nexit code 0\n", made)

    whole = KV.replace("```console\n$ scaffold add kv NOTES\n```\n", ADDED)
    assert path.read_bytes().decode() == whole
    again, untouched = casebook.read(path, known)
    assert (step.printed, step.changes) == ("added\nexit code 0\n", made)
    assert (again.steps[0].printed, again.steps[0].changes) == (step.printed, step.changes)
    assert untouched.steps[0].words == ["add", "kv", "MY NOTES"]
    assert (untouched.steps[0].printed, untouched.files) == (other.steps[0].printed, other.files)
    casebook.record(again, 0, "", [])
    assert path.read_bytes().decode() == KV


def test_many_write_their_outcomes_at_once(tmp_path: Path) -> None:
    text = "".join(f"## case {number}\n\n```console\n$ scaffold add {number}\n```\n\n" for number in range(40))
    cases = casebook.read(document(tmp_path, text), {})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda case: casebook.record(case, 0, f"{case.title}\n" * 9, []), cases))

    written = casebook.read(cases[0].document, {})
    assert [(case.title, case.steps[0].printed) for case in written] == [(c.title, f"{c.title}\n" * 9) for c in cases]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("## one\n\nBase: `none`\n", "one: there is no 'none'"),
        ("## one\n\nWithout: `none`\n", "one: there is no 'none'"),
        (
            "## one\n\n```toml a.toml ctlf\n```\n",
            "one: `toml a.toml ctlf` is not a language, a path, and marks out of bom, crlf, ",
        ),
        ("## one\n\n```toml\n```\n", "one: `toml` is not a language, a path, and"),
        ("## one\n\n```console\n$ git\n```\n", "one: `$ git` does not begin with `$ scaffold `"),
        (
            "## one\n\n```console\n$ scaffold list\n```\n\nThen:\n\n```diff\n```\n",
            "one: `diff` is not where it belongs",
        ),
        ("## one\n\n```console\n$ scaffold list\n```\n\n```text a\n```\n", "one: `text a` is not where it belongs"),
        ("## one\n\n## one\n", "there is a carriage return, or a title twice"),
        ("## one\r\n", "there is a carriage return, or a title twice"),
    ],
)
def test_a_document_that_cannot_be_understood_is_refused(text: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        casebook.read(document(tmp_path, text), {})
