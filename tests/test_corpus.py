"""Real configurations and crates are unmodified, have verdicts, and keep their bytes when edited."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest

from benchmarks.corpus import editing, judging, page
from benchmarks.corpus.shelf import FOLDER, Entry, entries, files

from .conftest import Scaffold

LICENCES = tomllib.loads((FOLDER / "licences.toml").read_text(encoding="utf-8"))
ENTRIES = entries()

KINDS = ["kv", "var", "cron", "environment"]
"""The kinds that are added here: a list of tables, a key, an element of a list, and a table of tables.

`python3 -m benchmarks.corpus` adds every kind.
"""

UNREADABLE = ["cloudly-storage"]


def name(entry: Entry) -> str:
    return entry.name


def test_the_corpus_is_large_enough_and_of_several_kinds() -> None:
    kinds = [entry.kind for entry in ENTRIES]

    assert len(ENTRIES) >= 40
    assert kinds.count("configuration") >= 25
    assert kinds.count("crate") + kinds.count("worker") >= 15
    assert len({entry.name for entry in ENTRIES}) == len(ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES, ids=name)
def test_each_file_is_the_packages_own_to_the_byte(entry: Entry) -> None:
    sums = {path: hashlib.sha256(files()[f"{entry.name}/{path}"]).hexdigest() for path in entry.files}

    assert sums == {path: recorded["sha256"] for path, recorded in entry.files.items()}


@pytest.mark.parametrize("entry", ENTRIES, ids=name)
def test_each_licence_is_permissive_and_its_text_is_there(entry: Entry) -> None:
    assert entry.is_permissive
    assert entry.notices
    assert all(LICENCES[notice]["text"].strip() for notice in entry.notices)


def test_nothing_lies_in_the_corpus_that_is_no_entry() -> None:
    assert sorted(files()) == sorted(f"{entry.name}/{path}" for entry in ENTRIES for path in entry.files)
    assert set(LICENCES) == {notice for entry in ENTRIES for notice in entry.notices}


def test_every_finding_has_a_verdict_and_every_verdict_a_finding() -> None:
    found = {judging.key_of(entry, each) for entry in ENTRIES for each in judging.found(entry) or ()}

    assert sorted(found) == sorted(judging.given())


def test_a_verdict_is_given_once_and_says_why() -> None:
    listed = judging.verdicts()

    assert sum(len(each.entries) for each in listed) == len(judging.given())
    assert {each.verdict for each in listed} <= set(judging.VERDICTS)
    assert all(len(each.why.split()) > 3 for each in listed)


@pytest.mark.parametrize("kind", KINDS)
def test_an_edit_keeps_every_byte_and_a_removal_gives_them_back(kind: str, scaffold: Scaffold) -> None:
    # The fixture prepares the environment of the real command, which the corpus calls itself.
    assert scaffold("--version").code == 0

    tries = list(editing.every(ENTRIES, [kind]))

    assert [each for each in tries if each.broken] == []
    assert [each.entry for each in tries if each.outcome == "unparsed"] == UNREADABLE
    assert [each for each in tries if each.outcome not in {"done", "there", "unparsed"}] == []


def test_a_configuration_without_rust_is_refused(here: Path, scaffold: Scaffold) -> None:
    entry = next(entry for entry in ENTRIES if entry.name == "c3-queues")
    content = files()[f"{entry.name}/{entry.config}"]
    (here / entry.config).write_bytes(content)

    checked, added = scaffold("check"), scaffold("add", "kv", "CACHE")

    assert (checked.code, added.code) == (2, 2)
    assert "this is not a Rust Worker" in checked.err
    assert (here / entry.config).read_bytes() == content


def test_a_loss_of_bytes_or_of_a_comment_is_seen() -> None:
    before = {"file": b"# one\na = 1\n"}

    assert list(editing.not_kept(before, {"file": b"# one\na = 1\nb = 2\n"})) == []
    assert list(editing.not_kept(before, {"file": b"# one\na = 2\n"})) == ["bytes of file are gone"]
    assert list(editing.not_kept(before, {"file": b"# one, b\na = 1\n"})) == ["a comment of file is gone"]


def test_what_is_published_is_what_was_measured() -> None:
    results = page.load()
    refused, done = len(results["edit"]["refused"]), results["edit"]["outcomes"]["done"]

    assert page.PAGE.read_text(encoding="utf-8") == page.page(results)
    assert f"on {results['date']} at commit `{results['commit']}`" in page.figures(results)
    assert refused / (refused + done) < 0.02
    assert results["check"]["verdicts"]["false"] == sum(
        len(each.entries) for each in judging.verdicts() if each.verdict == "false"
    )
