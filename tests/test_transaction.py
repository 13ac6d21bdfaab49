"""All files of a transaction change or none does: crashes, links, concurrent changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scaffolder.core.errors import IOFailure
from scaffolder.system import transaction
from scaffolder.system.transaction import FileChange

from .conftest import tree


class Crash(BaseException):
    """A crash in the middle of a write."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
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


def crash_before(monkeypatch: pytest.MonkeyPatch, name: str, error: BaseException) -> None:
    replace = transaction._replace

    def crashing(path: Path, content: bytes) -> None:
        if path.name == name and content.startswith(b"new"):
            raise error
        replace(path, content)

    monkeypatch.setattr(transaction, "_replace", crashing)


def pretend_that_its_process_ended(project: Path) -> None:
    plan = project / transaction.FOLDER / "plan.json"
    plan.write_text(json.dumps({**json.loads(plan.read_text()), "process": 2**22 + 1}))


def test_all_files_change_and_nothing_else_is_left(project: Path) -> None:
    transaction.write(project, changes(project))

    assert contents(project) == AFTER
    assert transaction.recover(project) == ""


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_the_next_run_finishes_an_interrupted_transaction(
    project: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with monkeypatch.context() as patch:
        crash_before(patch, name, Crash())
        with pytest.raises(Crash):
            transaction.write(project, changes(project))
    assert (project / transaction.FOLDER / ".gitignore").read_text() == "*\n"
    pretend_that_its_process_ended(project)

    assert "finished" in transaction.recover(project)
    assert contents(project) == AFTER


def test_the_next_run_rolls_back_an_interrupted_transaction_if_a_file_has_changed_since(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        crash_before(patch, "b", Crash())
        with pytest.raises(Crash):
            transaction.write(project, changes(project))
    pretend_that_its_process_ended(project)
    (project / "b").write_bytes(b"mine")

    assert "undone" in transaction.recover(project)
    assert contents(project) == {"a": b"old a", "b": b"mine", "gone": b"old gone"}


def test_a_full_disk_rolls_everything_back_at_once(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crash_before(monkeypatch, "c", OSError(28, "No space left on device"))

    with pytest.raises(IOFailure, match="cannot change the project"):
        transaction.write(project, changes(project))

    assert contents(project) == {"a": b"old a", "b": b"old b", "gone": b"old gone"}


def reason_of_refusal(project: Path, *more: FileChange) -> str:
    before = contents(project)
    with pytest.raises(IOFailure) as refused:
        transaction.write(project, [*changes(project), *more])
    assert contents(project) == before
    return refused.value.why


def test_a_file_that_has_changed_meanwhile_is_refused(project: Path) -> None:
    (project / "b").write_bytes(b"mine")

    assert reason_of_refusal(project) == "it has changed since it was read"


def test_a_file_that_was_created_meanwhile_is_refused(project: Path) -> None:
    (project / "made").mkdir()
    (project / "made" / "c").write_bytes(b"mine")

    assert reason_of_refusal(project) == "it has changed since it was read"


def test_a_file_that_is_read_only_is_refused(project: Path) -> None:
    (project / "a").chmod(0o444)

    assert reason_of_refusal(project) == "it is read-only"


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


def test_a_mode_is_kept(project: Path) -> None:
    (project / "a").chmod(0o750)

    transaction.write(project, changes(project))

    assert (project / "a").stat().st_mode & 0o777 == 0o750


def test_a_journal_that_cannot_be_read_is_refused(project: Path) -> None:
    (project / transaction.FOLDER).mkdir()
    (project / transaction.FOLDER / "plan.json").write_text("[]")

    with pytest.raises(IOFailure, match="cannot change the project"):
        transaction.recover(project)
