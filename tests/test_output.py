"""Output that cannot be written: the work is finished, the exit code is not 0, and there is no traceback."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from scaffolder.catalogue import manifests

from .conftest import git, tree
from .terminal import LIMIT, SCAFFOLD

NEW = ("new", "made", "--template", "hello", "--defaults")
LOST = [">/dev/full", ">&-", ">/dev/full 2>/dev/full", ">&- 2>&-", ">&- 2>&- <&-"]


def shell(here: Path, words: tuple[str, ...], rest: str) -> subprocess.CompletedProcess[str]:
    """Run the program by a shell, which redirects its streams."""
    return subprocess.run(
        ["/bin/bash", "-c", f"{shlex.join([*SCAFFOLD, *words])} {rest}"],
        cwd=here,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT,
    )


@pytest.mark.promise("true-words", "exit-code", kind="full disk")
@pytest.mark.parametrize("streams", LOST)
@pytest.mark.parametrize("json", [(), ("--json",)], ids=["", "json"])
def test_a_project_is_made_and_committed_though_nothing_can_be_printed(
    here: Path, streams: str, json: tuple[str, ...]
) -> None:
    ran = shell(here, (*NEW, *json), streams)

    assert ran.returncode == 6
    assert "Traceback" not in ran.stderr
    assert "Exception ignored" not in ran.stderr
    assert set(git(here / "made", "ls-files").split()) == set(manifests.project_files("hello"))
    assert git(here / "made", "log", "--format=%s") == "Start from the catalogue\n"
    if "2>" not in streams:
        assert "cannot write the output" in ran.stderr
        assert "the work itself is done" in ran.stderr
    assert "/dev" not in "".join(tree(here / "made"))


@pytest.mark.promise("exit-code", "true-words", kind="other")
def test_a_reader_that_has_gone_does_not_stop_the_work(here: Path) -> None:
    ran = shell(here, NEW, "| true; exit ${PIPESTATUS[0]}")

    assert ran.returncode in {0, 141}
    assert "Traceback" not in ran.stderr
    assert git(here / "made", "log", "--format=%s") == "Start from the catalogue\n"


@pytest.mark.promise("true-words", "exit-code", kind="full disk")
@pytest.mark.parametrize("words", [("list",), ("list", "--json"), ("--help",), ("info", "kv")], ids=" ".join)
def test_a_list_that_cannot_be_printed_is_a_failure(here: Path, words: tuple[str, ...]) -> None:
    ran = shell(here, words, ">/dev/full")

    assert ran.returncode == 6
    assert "cannot write the output" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "Exception ignored" not in ran.stderr


@pytest.mark.promise("exit-code", "true-words", kind="other")
@pytest.mark.parametrize("words", [("new",), ("list",)], ids=" ".join)
def test_a_closed_standard_input_is_no_internal_error(here: Path, words: tuple[str, ...]) -> None:
    ran = shell(here, words, "<&-")

    assert ran.returncode == (2 if words == ("new",) else 0)
    assert "internal error" not in ran.stderr
