"""All files of a transaction change or none does: crashes, links, concurrent changes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from scaffolder.core.errors import IOFailure
from scaffolder.system import file_writer, paths, project_lock, transaction
from scaffolder.system.file_writer import FileStep
from scaffolder.system.transaction import FileChange

from .conftest import ROOT, tree


class Crash(BaseException):
    """A crash in the middle of a write."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SCAFFOLD_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("a", "b", "gone"):
        (folder / name).write_bytes(f"old {name}".encode())
    return folder


def changes(project: Path) -> list[FileChange]:
    return [
        FileChange(project / "a", b"old a", b"new a"),
        FileChange(project / "b", b"old b", b"new b"),
        FileChange(project / "gone", b"old gone", None),
        FileChange(project / "made" / "c", None, b"new c"),
    ]


def contents(project: Path) -> dict[str, bytes]:
    return {name: content for name, (_, content) in tree(project).items()}


AFTER = {"a": b"new a", "b": b"new b", "made": b"", "made/c": b"new c"}


def crash_at(monkeypatch: pytest.MonkeyPatch, part: str, name: str, error: BaseException) -> None:
    """Raise an error where a file's new content would be written beside it (`stage`), or renamed (`place`)."""
    real = getattr(file_writer, part)

    def crashing(root: Path, step: FileStep) -> None:
        if step.file.endswith(name) and step.after != f"old {name}".encode():
            raise error
        real(root, step)

    monkeypatch.setattr(file_writer, part, crashing)


def crash(project: Path, monkeypatch: pytest.MonkeyPatch, part: str, name: str) -> Path:
    """Crash at one place, and return the journal that is left."""
    with monkeypatch.context() as patch:
        crash_at(patch, part, name, Crash())
        with pytest.raises(Crash):
            transaction.write(project, changes(project))
    return only_journal()


def only_journal() -> Path:
    (found,) = [path for path in paths.journals().iterdir() if path.is_dir()]
    return found


def test_all_files_change_and_nothing_else_is_left(project: Path) -> None:
    transaction.write(project, changes(project))

    assert contents(project) == AFTER
    assert transaction.recover(project) == ""


PARTS = [(part, name) for part in ("stage", "place") for name in ("a", "b", "gone", "c")]


@pytest.mark.promise("no-byte-lost", "whole-or-nothing", kind="kill point")
@pytest.mark.parametrize(("part", "name"), PARTS)
def test_the_next_run_finishes_an_interrupted_transaction(
    project: Path, monkeypatch: pytest.MonkeyPatch, part: str, name: str
) -> None:
    crash(project, monkeypatch, part, name)

    assert "finished" in transaction.recover(project)
    assert contents(project) == AFTER
    assert transaction.recover(project) == ""


@pytest.mark.promise("no-byte-lost", "whole-or-nothing", kind="kill point")
@pytest.mark.parametrize(("part", "name"), PARTS)
def test_the_next_run_rolls_back_an_interrupted_transaction_if_a_file_has_changed_since(
    project: Path, monkeypatch: pytest.MonkeyPatch, part: str, name: str
) -> None:
    crash(project, monkeypatch, part, name)
    (project / "b").write_bytes(b"mine")

    assert "undone" in transaction.recover(project)
    assert contents(project) == {"a": b"old a", "b": b"mine", "gone": b"old gone"}


@pytest.mark.promise("no-byte-lost", "whole-or-nothing", kind="kill point")
@pytest.mark.parametrize(("part", "name"), PARTS)
def test_a_crash_of_the_run_that_finishes_a_transaction_is_finished_by_the_one_after_it(
    project: Path, monkeypatch: pytest.MonkeyPatch, part: str, name: str
) -> None:
    crash(project, monkeypatch, "place", "a")
    with monkeypatch.context() as patch:
        crash_at(patch, part, name, Crash())
        with pytest.raises(Crash):
            transaction.recover(project)

    assert "finished" in transaction.recover(project)
    assert contents(project) == AFTER


@pytest.mark.promise("no-byte-lost", "true-words", kind="full disk")
@pytest.mark.parametrize(("part", "name"), PARTS)
def test_a_full_disk_rolls_everything_back_at_once(
    project: Path, monkeypatch: pytest.MonkeyPatch, part: str, name: str
) -> None:
    crash_at(monkeypatch, part, name, OSError(28, "No space left on device"))

    with pytest.raises(IOFailure, match="cannot change the project"):
        transaction.write(project, changes(project))

    assert contents(project) == {"a": b"old a", "b": b"old b", "gone": b"old gone"}
    assert transaction.unfinished(project) == ""


def test_no_file_changes_before_all_new_contents_are_on_the_disk(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash(project, monkeypatch, "stage", "c")

    assert {name: (project / name).read_bytes() for name in ("a", "b", "gone")} == {
        "a": b"old a",
        "b": b"old b",
        "gone": b"old gone",
    }


@pytest.mark.promise("no-byte-lost", "true-words", kind="full disk")
def test_a_transaction_that_cannot_even_be_undone_is_left_to_the_next_run(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_root: Path, _step: FileStep) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        crash_at(patch, "place", "b", OSError(5, "Input/output error"))
        patch.setattr(file_writer, "clear", fail)
        with pytest.raises(IOFailure) as refused:
            transaction.write(project, changes(project))
    assert "could not be undone" in refused.value.why
    assert f"check --fix {project}" in refused.value.fix
    assert f"an edit of {project} was interrupted" in transaction.unfinished(project)

    assert "finished" in transaction.recover(project)
    assert contents(project) == AFTER


# --- what is believed ----------------------------------------------------------------------


@pytest.mark.promise("no-write-outside", kind="bad input")
def test_a_journal_in_the_project_or_around_it_is_ignored(project: Path) -> None:
    before = contents(project)
    for folder in (project, project.parent):
        planted = folder / ".scaffold-journal"
        planted.mkdir()
        (planted / "0.after").write_bytes(b"planted")
        entry = {"file": "a", "number": 0, "before": False, "after": True}
        (planted / "plan.json").write_text(json.dumps({"process": 1, "files": [entry]}))

    assert transaction.unfinished(project) == ""
    assert transaction.recover(project) == ""
    transaction.write(project, changes(project))

    shutil.rmtree(project / ".scaffold-journal")
    assert before != contents(project) == AFTER


def test_the_journal_is_in_the_cache_and_nobody_else_can_enter_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = crash(project, monkeypatch, "place", "a")

    assert not journal.is_relative_to(project)
    assert [folder.stat().st_mode & 0o777 for folder in (journal, journal.parent)] == [0o700, 0o700]


@pytest.mark.promise("no-write-outside", kind="bad input")
@pytest.mark.parametrize("file", [".git/commondir", ".GIT/config", "sub/.git/hooks/x", "../theirs", "/theirs", "."])
def test_a_journal_never_writes_into_a_repository_or_out_of_the_project(
    project: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    journal = crash(project, monkeypatch, "place", "a")
    plan = json.loads((journal / "plan.json").read_text())
    plan["files"][0]["file"] = file
    (journal / "plan.json").write_text(json.dumps(plan))
    before = tree(project.parent, without="cache")

    with pytest.raises(IOFailure, match="cannot change the project") as refused:
        transaction.recover(project)

    assert refused.value.fix == f"forget it: rm -rf {journal}"
    assert tree(project.parent, without="cache") == before


def test_a_journal_is_believed_for_its_own_project_alone(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = crash(project, monkeypatch, "place", "a")
    other = project.parent / "other"
    shutil.copytree(project, other)
    plan = json.loads((journal / "plan.json").read_text())
    (journal / "plan.json").write_text(json.dumps({**plan, "project": str(other)}))

    assert transaction.recover(other) == ""
    with pytest.raises(IOFailure):
        transaction.recover(project)


def test_a_journal_of_a_project_that_was_made_anew_is_ignored(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crash(project, monkeypatch, "place", "a")
    project.rename(project.with_name("moved"))
    project.mkdir()
    (project / "a").write_bytes(b"old a")

    assert transaction.recover(project) == ""
    assert contents(project) == {"a": b"old a"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
def test_a_journal_of_another_user_is_ignored_and_their_folder_of_journals_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = crash(project, monkeypatch, "place", "a")
    os.chown(journal, 1234, 1234)
    assert transaction.unfinished(project) == transaction.recover(project) == ""
    os.chown(journal.parent, 1234, 1234)

    with pytest.raises(IOFailure) as refused:
        transaction.write(project, changes(project))

    assert refused.value.why == "it belongs to another user, or is a link"


def test_a_link_in_place_of_the_journals_is_refused(project: Path) -> None:
    elsewhere = project.parent / "elsewhere"
    elsewhere.mkdir()
    paths.cache()
    paths.journals().symlink_to(elsewhere)

    with pytest.raises(IOFailure):
        transaction.write(project, changes(project))

    assert list(elsewhere.iterdir()) == []


# --- one run at a time ---------------------------------------------------------------------


def test_a_run_waits_for_the_one_that_changes_the_project(project: Path) -> None:
    said: list[str] = []
    inside, go_on = threading.Event(), threading.Event()

    def change() -> None:
        with transaction.exclusive(project):
            inside.set()
            go_on.wait()
            transaction.write(project, changes(project))

    other = threading.Thread(target=change)
    other.start()
    inside.wait()

    def note(text: str) -> None:
        said.append(text)
        go_on.set()

    with transaction.exclusive(project, note):
        assert contents(project) == AFTER
    other.join()
    assert said == ["waiting for another run that is changing this project"]


KILLED = """
import os, pathlib, signal, sys
from scaffolder.system import file_writer, transaction

real = getattr(file_writer, sys.argv[2])

def killing(root, step):
    if step.file == "b":
        os.kill(os.getpid(), signal.SIGKILL)
    real(root, step)

setattr(file_writer, sys.argv[2], killing)
project = pathlib.Path(sys.argv[1])
transaction.write(project, [transaction.FileChange(project / name, f"old {name}".encode(), b"new") for name in "ab"])
"""


@pytest.mark.promise("no-byte-lost", "whole-or-nothing", kind="kill point")
@pytest.mark.parametrize("part", ["stage", "place"])
def test_a_run_that_is_killed_holds_no_lock_and_is_finished(project: Path, part: str) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(project), part], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    said: list[str] = []

    with transaction.exclusive(project, said.append):
        assert "finished" in transaction.recover(project)

    assert said == []
    assert contents(project) == {"a": b"new", "b": b"new", "gone": b"old gone"}


def test_a_run_that_does_not_end_is_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project_lock, "LIMIT", 0)
    inside, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.exclusive(project):
            inside.set()
            go_on.wait()

    other = threading.Thread(target=hold)
    other.start()
    inside.wait()
    try:
        with pytest.raises(IOFailure) as refused:
            transaction.write(project, changes(project))
    finally:
        go_on.set()
        other.join()

    assert refused.value.why.startswith("another run is changing this project")


# --- what is refused -----------------------------------------------------------------------


def reason_of_refusal(project: Path, *more: FileChange) -> str:
    before = contents(project)
    with pytest.raises(IOFailure) as refused:
        transaction.write(project, [*changes(project), *more])
    assert contents(project) == before
    return refused.value.why


@pytest.mark.promise("no-byte-lost", kind="other")
def test_a_file_that_has_changed_meanwhile_is_refused(project: Path) -> None:
    (project / "b").write_bytes(b"mine")

    assert reason_of_refusal(project) == "it has changed since it was read"


@pytest.mark.promise("no-byte-lost", kind="other")
def test_a_file_that_was_created_meanwhile_is_refused(project: Path) -> None:
    (project / "made").mkdir()
    (project / "made" / "c").write_bytes(b"mine")

    assert reason_of_refusal(project) == "it has changed since it was read"


def test_a_file_that_is_read_only_is_refused(project: Path) -> None:
    (project / "a").chmod(0o444)

    assert reason_of_refusal(project) == "it is read-only"


@pytest.mark.promise("no-write-outside", kind="bad input")
def test_a_link_out_of_the_project_is_refused(project: Path) -> None:
    (project.parent / "theirs").write_bytes(b"theirs")
    (project / "link").symlink_to(project.parent / "theirs")

    assert (
        reason_of_refusal(project, FileChange(project / "link", b"theirs", b"ours")) == "it is outside of the project"
    )
    assert (project.parent / "theirs").read_bytes() == b"theirs"


def test_a_link_within_the_project_is_followed(project: Path) -> None:
    (project / "link").symlink_to("a")

    transaction.write(project, [FileChange(project / "link", b"old a", b"new a")])

    assert (project / "link").is_symlink()
    assert (project / "a").read_bytes() == b"new a"


@pytest.mark.promise("no-write-outside", kind="bad input")
@pytest.mark.parametrize("link", ["made", "link"])
def test_a_folder_that_leads_out_of_the_project_is_refused(project: Path, link: str) -> None:
    theirs = project.parent / "theirs"
    theirs.mkdir()
    (project / link).symlink_to(theirs)

    assert reason_of_refusal(project, FileChange(project / link / "d", None, b"ours")) == "it is outside of the project"
    assert list(theirs.iterdir()) == []


@pytest.mark.promise("no-write-outside", kind="bad input")
@pytest.mark.parametrize("file", [".git/hooks/post-commit", ".git", "nested/.git/config"])
def test_the_repository_is_not_written_to(project: Path, file: str) -> None:
    assert reason_of_refusal(project, FileChange(project / file, None, b"ours")) == "it is in the git repository"


@pytest.mark.promise("no-write-outside", kind="bad input")
def test_a_link_into_the_repository_is_refused(project: Path) -> None:
    (project / ".git").mkdir()
    (project / ".git" / "config").write_bytes(b"theirs")
    (project / "link").symlink_to(".git/config")

    refused = FileChange(project / "link", b"theirs", b"ours")

    assert reason_of_refusal(project, refused) == "it is in the git repository"
    assert (project / ".git" / "config").read_bytes() == b"theirs"


@pytest.mark.promise("no-write-outside", kind="bad input")
def test_a_folder_that_becomes_a_link_in_the_middle_does_not_lead_a_write_out_of_the_project(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = project.parent / "theirs"
    theirs.mkdir()
    stage = file_writer.stage

    def planting(root: Path, step: FileStep) -> None:
        if step.file == "made/c":
            (project / "made").symlink_to(theirs)
        stage(root, step)

    monkeypatch.setattr(file_writer, "stage", planting)

    with pytest.raises(IOFailure):
        transaction.write(project, changes(project))

    assert list(theirs.iterdir()) == []
    assert (project / "a").read_bytes() == b"old a"


def test_nobody_can_guess_the_name_of_a_temporary_file_and_a_link_in_its_place_is_not_followed(project: Path) -> None:
    one, other = FileStep("a", None, b"x"), FileStep("a", None, b"x")
    (project / one.temporary).symlink_to(project.parent / "theirs")

    with pytest.raises(FileExistsError):
        file_writer.stage(project, one)

    assert one.temporary != other.temporary
    assert not (project.parent / "theirs").exists()


def test_a_mode_is_kept(project: Path) -> None:
    (project / "a").chmod(0o750)

    transaction.write(project, changes(project))

    assert (project / "a").stat().st_mode & 0o777 == 0o750


def test_a_journal_that_cannot_be_read_is_refused_with_the_command_that_deletes_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = crash(project, monkeypatch, "place", "a")
    (journal / "plan.json").write_text("[]")

    with pytest.raises(IOFailure, match="cannot change the project") as refused:
        transaction.recover(project)

    assert refused.value.fix == f"forget it: rm -rf {journal}"
    shutil.rmtree(journal)
    assert transaction.recover(project) == ""


def test_a_journal_that_cannot_be_read_is_in_the_way_of_no_other_project(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (crash(project, monkeypatch, "place", "a") / "plan.json").write_text("[]")

    assert transaction.recover(project.parent / "other") == ""
