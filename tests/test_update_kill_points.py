"""`scaffold update` that is killed or refused by the disk: all of it is there or nothing, and undoing it is exact."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scaffolder.catalogue import manifests

from . import two_versions
from .conftest import Scaffold, contents, start_repository
from .test_kill_points import SIGNALS, Place, assert_no_file_is_half, forks, place, points, some, spread
from .test_update import catalogues

__all__ = ["catalogues", "forks", "place"]

LAST = 150
"""The operations at the end of an update that write it; all before them render and try it."""

UNDOING = 120
"""The operations of an undoing, or somewhat fewer."""

POINTS = some([each[1:] for each in points(["update"], 12)], 1)


@pytest.fixture(scope="module")
def bundle(catalogues: tuple[Path, Path]) -> Path:
    """Return the catalogue of the program that is killed."""
    return catalogues[1]


@pytest.fixture(params=["plain", "in git"])
def project(
    request: pytest.FixtureRequest, place: Place, scaffold: Scaffold, catalogues: tuple[Path, Path]
) -> Iterator[Path]:
    """Make a project of the earlier program."""
    two_versions.use(catalogues[0])
    words = ["--template", "hello", "--with", "kv", "--defaults", "--no-git", "--no-validate"]
    assert scaffold("new", str(place.folder / "project"), *words).code == 0
    manifests.pins.cache_clear()
    (place.folder / "project" / ".dev.vars").write_text("TOKEN=mine\n", encoding="utf-8")
    if request.param == "in git":
        start_repository(place.folder / "project")
    yield place.folder / "project"
    manifests.pins.cache_clear()


def files(project: Path) -> Any:
    return {name: each for name, each in contents(project).items() if not name.startswith(".git/")}


def undisturbed(place: Place, project: Path) -> tuple[Any, Any, int]:
    """Return the files before and after an update, and the number of its operations."""
    before = files(project)
    shutil.copytree(project, place.folder / "whole", symlinks=True)
    ran = place.run("update whole")
    assert ran.code == 0, ran.err
    after = files(place.folder / "whole")
    shutil.rmtree(place.folder / "whole")
    return before, after, len(ran.operations)


@pytest.mark.promise("whole-or-nothing", "no-byte-lost", "no-secret", kind="kill point")
@pytest.mark.parametrize(("point", "number"), POINTS)
def test_an_update_that_is_killed_is_finished_and_undone_by_the_next_runs(
    place: Place, project: Path, point: int, number: int
) -> None:
    before, after, total = undisturbed(place, project)

    ran = place.run("update project", "kill", total - LAST + spread(point, number, LAST))

    assert ran.code == -signal.SIGKILL
    assert_no_file_is_half(files(project), before, after)
    again = place.run("update project")
    # In a repository, an update that was written before the kill, or is finished by now, is not committed yet.
    assert again.code == 0 or "changes that are not committed" in again.err, again.err
    assert files(project) == after
    assert place.run("update --undo project").code == 0
    assert files(project) == before


@pytest.mark.promise("whole-or-nothing", "no-byte-lost", "exit-code", kind="signal")
@pytest.mark.parametrize(("name", "point", "number"), some([(each[0], *each[1:]) for each in points(SIGNALS, 12)], 3))
def test_an_update_that_is_stopped_is_there_with_exit_code_0_or_not_at_all(
    place: Place, project: Path, name: str, point: int, number: int
) -> None:
    before, after, total = undisturbed(place, project)

    ran = place.run("update project", name, total - LAST + spread(point, number, LAST))

    assert ran.code in {0, 130}, ran.err
    assert files(project) == (after if ran.code == 0 else before)
    assert ("updated " in ran.out) == (ran.code == 0)
    if ran.code == 0:
        undone = place.run("update --undo project", name, spread(point, number, UNDOING))
        assert undone.code in {0, 130}, undone.err
        assert files(project) == (before if undone.code == 0 else after)


@pytest.mark.promise("whole-or-nothing", "no-byte-lost", "exit-code", kind="full disk")
@pytest.mark.parametrize(("point", "number"), POINTS)
def test_an_update_for_which_the_disk_has_no_room_changes_nothing(
    place: Place, project: Path, point: int, number: int
) -> None:
    before, after, total = undisturbed(place, project)

    ran = place.run("update project", "full", total - LAST + spread(point, number, LAST))

    assert ran.code in {0, 6}, ran.err
    assert files(project) == (after if ran.code == 0 else before)
