"""Commands that are killed, stopped or refused by the disk at any of their operations, and runs side by side.

The points are spread evenly over the operations of an undisturbed run. A share of them is tried, which follows from the
commit, and all with `-m long`.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from . import casebook, share
from .conftest import IDENTITY, ROOT, contents, git, start_repository
from .fakes import stage as stages
from .fakes.stage import Stage
from .reliability.failpoints import Order, Ran, Server, server
from .terminal import LIMIT

SECRET = "a-secret-that-nobody-may-show"  # noqa: S105 - it opens nothing
TURN = share.turn(ROOT)
OURS = re.compile(r"(.*/)?(\.[0-9a-f]{24}\.part|)")
"""The names of staged files, and of folders that are still empty."""

EDITS = {
    "add kv": ("notes", "add kv CACHE"),
    "add d1": ("tested", "add d1 DB"),
    "add durable-object": ("tested", "add durable-object COUNTERS"),
    "add queue-consumer": ("notes", "add queue-consumer jobs"),
    "add secret": ("notes", "add secret TOKEN"),
    "remove d1": ("tested", "remove d1 DB"),
    "rename kv": ("notes", "rename kv NOTES TEXTS"),
}
NEW = {
    "plain": ("--no-git",),
    "committed": (),
    "in an existing folder": ("--no-git",),
    "with additions": ("--no-git", "--with=kv,d1"),
}
BEFORE = {"remove d1": "add d1 DB"}
"""What is done to a project first."""

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


def some(cases: list[Any], size: int) -> list[Any]:
    """Return cases as parameters; those that are not in the share of this commit are marked as long."""
    chosen = [str(case) for case in share.share(cases, size, TURN * 7, lambda _: False)]
    return [pytest.param(*case, marks=[] if str(case) in chosen else pytest.mark.long) for case in cases]


def points(names: Any, number: int) -> list[Any]:
    """Return each name with each of so many points, mixed, so that a share has some of each."""
    return [
        (*(name if isinstance(name, tuple) else (name,)), point, number) for point in range(number) for name in names
    ]


@dataclass
class Place:
    """Where the commands of a test run.

    Args:
        folder: The folder of everything that it may change.
        run: Runs `scaffold` in a fork, undisturbed or not.
    """

    folder: Path
    run: Callable[..., Ran]
    crowd: Callable[..., list[Ran]]


@pytest.fixture(scope="module")
def forks(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return the process that forks for each command."""
    own = tmp_path_factory.mktemp("own")
    (own / "gitconfig").write_text(IDENTITY, encoding="utf-8")
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    with server(bundle, env | {"GIT_CONFIG_GLOBAL": str(own / "gitconfig"), "GIT_CONFIG_NOSYSTEM": "1"}) as started:
        yield started


@pytest.fixture
def place(forks: Server, tmp_path: Path) -> Place:
    folder = tmp_path / "place"
    (folder / "tmp").mkdir(parents=True)
    runs = iter(range(1000))

    def order(words: str, ending: str = "", at: int = 0, cwd: Path | None = None, **env: str) -> Order:
        own = {"SCAFFOLD_CACHE": str(folder / "cache"), "TMPDIR": str(folder / "tmp"), "API_TOKEN": SECRET, "TZ": "UTC"}
        number = tmp_path / "runs" / str(next(runs))
        return Order(words.split(), str(cwd or folder), {**os.environ, **own, **env}, str(number), ending, at)

    def run(words: str, ending: str = "", at: int = 0, cwd: Path | None = None, **env: str) -> Ran:
        (ran,) = forks.run(order(words, ending, at, cwd, **env))
        assert SECRET not in ran.out + ran.err
        assert "Traceback" not in ran.err, ran.err
        assert ran.code != 7, ran.err
        return ran

    return Place(folder, run, lambda *all_words: forks.run(*(order(words) for words in all_words)))


def spread(point: int, number: int, total: int) -> int:
    """Return which operation a point is, from 1."""
    return 1 + point * total // number


def project_of(place: Place, base: str, name: str = "project") -> Path:
    """Make a project that holds a secret."""
    project = place.folder / name
    for path, content in {**casebook.bases()[base], ".dev.vars": f"TOKEN={SECRET}\n".encode()}.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_bytes(content)
    return project


_undisturbed: dict[str, tuple[Any, list[tuple[str, str]]]] = {}
"""What an undisturbed run makes, and its operations, by the case."""


def undisturbed_edit(place: Place, edit: str) -> tuple[Any, Any, int]:
    """Return the files before and after an edit, and the number of its operations."""
    if edit not in _undisturbed:
        project = edited(place, edit)
        ran = place.run(EDITS[edit][1], cwd=project)
        assert ran.code == 0, ran.err
        _undisturbed[edit] = contents(project), ran.operations
        for folder in ("cache", "project"):
            shutil.rmtree(place.folder / folder)
    before = contents(edited(place, edit))
    after, operations = _undisturbed[edit]
    return before, after, len(operations)


def edited(place: Place, edit: str) -> Path:
    """Make the project that an edit begins with."""
    project = project_of(place, EDITS[edit][0])
    if edit in BEFORE:
        assert place.run(BEFORE[edit], cwd=project).code == 0
    return project


def assert_is_done(ran: Ran, edit: str) -> None:
    """Assert that an edit was made, or was there already: what is removed cannot be removed again."""
    assert ran.code == 0 or (edit.startswith("remove") and "there is no" in ran.err), ran.err


def assert_no_file_is_half(now: Any, before: Any, after: Any) -> None:
    """Assert that each file is the old or the new one; files of ours beside them have names of their own."""
    for name, content in now.items():
        if name in before or name in after:
            assert content in {before.get(name), after.get(name)}, name
        else:
            assert OURS.fullmatch(name), name


# --- killed --------------------------------------------------------------------------------


@pytest.mark.promise("whole-or-nothing", "no-byte-lost", "no-secret", kind="kill point")
@pytest.mark.parametrize(("edit", "point", "number"), some(points(EDITS, 12), 14))
def test_an_edit_that_is_killed_is_finished_by_the_next_run(place: Place, edit: str, point: int, number: int) -> None:
    before, after, total = undisturbed_edit(place, edit)
    project, words = place.folder / "project", EDITS[edit][1]

    ran = place.run(words, "kill", spread(point, number, total), cwd=project)

    assert ran.code == -signal.SIGKILL
    assert_no_file_is_half(contents(project), before, after)
    assert_is_done(place.run(words, cwd=project), edit)
    assert contents(project) == after


@pytest.mark.promise("whole-or-nothing", "no-byte-lost", kind="kill point")
@pytest.mark.parametrize(("edit", "size"), some([(edit, size) for size in (0, 1, 50, 150, 300) for edit in EDITS], 5))
def test_an_edit_that_is_killed_in_the_middle_of_a_write_is_finished_by_the_next_run(
    place: Place, edit: str, size: int
) -> None:
    before, after, _ = undisturbed_edit(place, edit)
    project, words = place.folder / "project", EDITS[edit][1]

    ran = place.run(words, "torn", size, cwd=project)

    assert ran.code == -signal.SIGXFSZ
    assert_no_file_is_half(contents(project), before, after)
    assert_is_done(place.run(words, cwd=project), edit)
    assert contents(project) == after


def start_new(place: Place, variant: str) -> str:
    if variant == "in an existing folder":
        (place.folder / "made").mkdir()
    return " ".join(["new made --template hello --defaults --no-validate", *NEW[variant]])


def undisturbed_new(place: Place, variant: str) -> tuple[Any, int]:
    """Return the files of a new project, and the number of operations that make it."""
    if variant not in _undisturbed:
        ran = place.run(start_new(place, variant))
        assert ran.code == 0, ran.err
        _undisturbed[variant] = made(place), ran.operations
        for folder in ("made", "cache"):
            shutil.rmtree(place.folder / folder, ignore_errors=True)
    files, operations = _undisturbed[variant]
    return files, len(operations)


def made(place: Place) -> Any:
    """Return the files of the new project, without its repository."""
    return {name: each for name, each in contents(place.folder / "made").items() if not name.startswith(".git/")}


def beside(place: Place) -> set[str]:
    """Return the names of what lies beside the project."""
    return {path.name for path in place.folder.iterdir()} - {"cache", "tmp"}


def processes_of(folder: Path) -> list[str]:
    """Return the processes that run in a folder, or got its path in their environment."""
    found, mark = [], os.fsencode(folder)
    for process in Path("/proc").glob("[0-9]*"):
        try:
            state = (process / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
            is_ours = mark in (process / "environ").read_bytes() or mark in (process / "cmdline").read_bytes()
        except OSError:
            continue
        if is_ours and state not in "ZX":
            found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return found


def wait_until_no_process_is_left(folder: Path) -> None:
    deadline = time.monotonic() + LIMIT
    while left := processes_of(folder):
        assert time.monotonic() < deadline, left
        time.sleep(0.02)


@pytest.mark.promise("whole-or-nothing", "no-orphan", "no-secret", kind="kill point")
@pytest.mark.parametrize(("variant", "point", "number"), some(points(NEW, 16), 8))
def test_a_new_project_that_is_killed_is_there_whole_or_made_by_the_next_run(
    place: Place, variant: str, point: int, number: int
) -> None:
    files, total = undisturbed_new(place, variant)
    words = start_new(place, variant)

    ran = place.run(words, "kill", spread(point, number, total))

    assert ran.code == -signal.SIGKILL
    wait_until_no_process_is_left(place.folder)
    assert all(name == "made" or name.startswith(".made.scaffold-") for name in beside(place))
    if variant != "in an existing folder" and (place.folder / "made").exists():
        assert made(place) == files
    again = place.run(words)
    assert again.code == 0 or (again.code == 2 and "made" in again.err), again.err
    assert made(place) == files
    assert beside(place) == {"made"}
    if variant == "committed":
        assert git(place.folder / "made", "status", "--porcelain") == ""


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    return stages.set_up(tmp_path / "place" / "stage", monkeypatch)


@pytest.mark.promise("no-orphan", "whole-or-nothing", "no-byte-lost", "no-secret", kind="kill point")
@pytest.mark.parametrize(("point", "number"), some(points([()], 24), 2))
def test_a_validation_that_is_killed_leaves_no_process_and_the_next_one_proves(
    stage: Stage, place: Place, point: int, number: int
) -> None:
    project = stage.project()
    (project / ".dev.vars").write_text(f"TOKEN={SECRET}\n", encoding="utf-8")
    before, own = contents(project), {"SCAFFOLD_CACHE": str(stage.cache)}
    if "validate" not in _undisturbed:
        _undisturbed["validate"] = None, place.run("validate", cwd=project, **own).operations
    total = len(_undisturbed["validate"][1])

    # Its threads do not take the same number of operations each time.
    ran = place.run("validate", "kill", spread(point, number, total - total // 10), cwd=project, **own)

    assert ran.code == -signal.SIGKILL
    wait_until_no_process_is_left(place.folder)
    again = place.run("validate", cwd=project, **own)
    assert again.code == 0, again.err
    assert contents(project) == before
    assert not any(path.name == ".dev.vars" for path in stage.cache.rglob("*"))
    assert [path.name for path in (stage.cache / "work").iterdir() if path.is_dir()] == []


@pytest.mark.promise("no-orphan", kind="kill point")
@pytest.mark.parametrize(("point", "number"), some(points([()], 16), 2))
def test_a_validation_that_is_killed_while_it_starts_a_program_leaves_no_process(
    stage: Stage, place: Place, point: int, number: int
) -> None:
    project = stage.project()
    own = {"SCAFFOLD_CACHE": str(stage.cache)}
    if "starts" not in _undisturbed:
        _undisturbed["starts"] = None, place.run("validate", cwd=project, **own).operations
        shutil.rmtree(stage.cache / "work")
    starts = [number for number, (event, _) in enumerate(_undisturbed["starts"][1], 1) if event == "subprocess.Popen"]

    ran = place.run("validate", "kill", starts[point * len(starts) // number], cwd=project, **own)

    assert ran.code == -signal.SIGKILL
    wait_until_no_process_is_left(place.folder)


UV = """#!/bin/sh
for last; do :; done
case "$1" in
venv) mkdir -p "$last/bin"
    printf '#!/bin/sh\\necho "$0 runs $1"\\n' > "$last/bin/python"
    chmod +x "$last/bin/python" ;;
*) sleep 0.1; touch "${5%/bin/python}/installed" ;;
esac
"""


@pytest.fixture
def first_start(place: Place) -> tuple[str, dict[str, str]]:
    """Return the words and variables of the first start of a clone, with a stub of uv in place of an index."""
    (place.folder / "machine").mkdir()
    (place.folder / "machine" / "uv").write_text(UV, encoding="utf-8")
    (place.folder / "machine" / "uv").chmod(0o755)
    lock = place.folder / "machine" / "requirements.lock"
    lock.write_text("no-such-package==1.0 \\\n    --hash=sha256:00\n", encoding="utf-8")
    return f"enter {lock}", {"PATH": f"{place.folder}/machine:{os.environ['PATH']}"}


def assert_entered(place: Place, ran: Ran) -> None:
    """Assert that a first start became the program of a complete environment."""
    (folder,) = (place.folder / "cache").glob("python-*")
    assert (ran.code, ran.out) == (0, f"{folder}/bin/python runs the program\n"), ran.err
    assert {path.name for path in folder.iterdir()} == {"bin", "complete", "installed"}


@pytest.mark.promise("whole-or-nothing", "no-orphan", kind="kill point")
@pytest.mark.parametrize(("point", "number"), some(points([()], 20), 4))
def test_a_first_start_that_is_killed_is_in_nobodys_way(
    place: Place, first_start: tuple[str, dict[str, str]], point: int, number: int
) -> None:
    words, env = first_start
    if words[:5] not in _undisturbed:
        _undisturbed[words[:5]] = None, place.run(words, **env).operations
        shutil.rmtree(place.folder / "cache")
    total = len(_undisturbed[words[:5]][1])

    ran = place.run(words, "kill", spread(point, number, total), **env)

    assert ran.code == -signal.SIGKILL
    assert_entered(place, place.run(words, **env))
    wait_until_no_process_is_left(place.folder)
    assert [path.name for path in (place.folder / "cache" / "work").iterdir()] == []


# --- stopped -------------------------------------------------------------------------------


@pytest.mark.promise("true-words", "exit-code", "whole-or-nothing", kind="signal")
@pytest.mark.parametrize(
    ("edit", "name", "point", "number"), some(points([(edit, name) for edit in EDITS for name in SIGNALS], 4), 8)
)
def test_an_edit_that_is_stopped_is_there_or_not_and_can_be_run_again(
    place: Place, edit: str, name: str, point: int, number: int
) -> None:
    before, after, total = undisturbed_edit(place, edit)
    project, words = place.folder / "project", EDITS[edit][1]

    ran = place.run(words, name, spread(point, number, total), cwd=project)

    assert ran.code in {0, 130}, ran.err
    assert contents(project) == (after if ran.code == 0 else before)
    if ran.code == 130:
        assert "fix    run the same command again; nothing unfinished was left behind" in ran.err
    assert_is_done(place.run(words, cwd=project), edit)
    assert contents(project) == after


@pytest.mark.promise("true-words", "exit-code", "whole-or-nothing", "no-orphan", kind="signal")
@pytest.mark.parametrize(
    ("variant", "name", "point", "number"), some(points([(variant, name) for variant in NEW for name in SIGNALS], 6), 8)
)
def test_a_new_project_that_is_stopped_is_there_or_not_as_the_message_has_it(
    place: Place, variant: str, name: str, point: int, number: int
) -> None:
    files, total = undisturbed_new(place, variant)
    words = start_new(place, variant)

    ran = place.run(words, name, spread(point, number, total))

    assert ran.code in {0, 130}, ran.err
    wait_until_no_process_is_left(place.folder)
    if ran.code == 0 or "nothing unfinished was left behind" not in ran.err:
        assert made(place) == files
    else:
        assert beside(place) == ({"made"} if variant == "in an existing folder" else set())
        assert variant != "in an existing folder" or made(place) == {}
        assert place.run(words).code == 0
        assert made(place) == files


# --- refused by the disk -------------------------------------------------------------------


@pytest.mark.promise("whole-or-nothing", "no-byte-lost", "true-words", "exit-code", kind="full disk")
@pytest.mark.parametrize(("edit", "point", "number"), some(points(EDITS, 8), 8))
def test_an_edit_on_a_full_disk_is_undone_or_names_the_command_that_ends_it(
    place: Place, edit: str, point: int, number: int
) -> None:
    before, after, total = undisturbed_edit(place, edit)
    project, words = place.folder / "project", EDITS[edit][1]

    ran = place.run(words, "full", spread(point, number, total), cwd=project)

    assert ran.code in {0, 6}, ran.err
    assert ran.code == 0 or "No space left on device" in ran.err
    assert_no_file_is_half(contents(project), before, after)
    if "check --fix" in ran.err:
        place.run(f"check --fix {project}")
    elif ran.code == 6:
        assert contents(project) == before
    assert contents(project) in (before, after)
    assert_is_done(place.run(words, cwd=project), edit)
    assert contents(project) == after


@pytest.mark.promise("whole-or-nothing", "true-words", "exit-code", kind="full disk")
@pytest.mark.parametrize(("variant", "point", "number"), some(points(NEW, 8), 5))
def test_a_new_project_on_a_full_disk_is_not_there(place: Place, variant: str, point: int, number: int) -> None:
    files, total = undisturbed_new(place, variant)
    words = start_new(place, variant)

    ran = place.run(words, "full", spread(point, number, total))

    assert ran.code in {0, 6}, ran.err
    if ran.code == 0:
        assert made(place) == files
    else:
        assert re.search("No space left on device|No usable temporary directory", ran.err)
        assert beside(place) <= {"made"}
        assert not (place.folder / "made").exists() or made(place) in ({}, files)


# --- where it writes, and what it reads ----------------------------------------------------


def assert_at_home(place: Place, ran: Ran, *homes: Path) -> None:
    """Assert that a run has changed nothing outside of some folders, and copied no secret."""
    allowed = [str(home) for home in (*homes, place.folder / "cache", place.folder / "tmp")]
    changed = [path for event, path in ran.operations if event not in {"subprocess.Popen", "os.exec"}]
    # The folder of the destination is made if it is not there.
    outside = [path for path in changed if path.startswith("/") and not path.startswith(tuple(allowed))]
    assert set(outside) <= {str(place.folder)}
    copies = [path for path in place.folder.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert {path.name for path in copies} <= {".dev.vars"}


@pytest.mark.promise("no-write-outside", "no-secret", kind="other")
@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_writes_into_its_project_and_the_cache_alone(place: Place, edit: str) -> None:
    project = edited(place, edit)

    ran = place.run(EDITS[edit][1], cwd=project)

    assert ran.code == 0
    assert_at_home(place, ran, project)
    assert (project / ".dev.vars").read_text(encoding="utf-8") == f"TOKEN={SECRET}\n"


@pytest.mark.promise("no-write-outside", "no-secret", kind="other")
@pytest.mark.parametrize("words", ["check", "check --fix", "check --json", "add kv CACHE --dry-run", "info kv", "list"])
def test_a_command_that_only_looks_writes_nothing_into_a_project(place: Place, words: str) -> None:
    project = project_of(place, "notes")
    start_repository(project)
    before = contents(project)

    ran = place.run(words, cwd=project)

    assert ran.code in {0, 1}
    assert_at_home(place, ran)
    assert contents(project) == before


@pytest.mark.promise("no-write-outside", kind="other")
@pytest.mark.parametrize("variant", NEW)
def test_a_new_project_is_written_into_its_folder_and_one_beside_it_alone(place: Place, variant: str) -> None:
    ran = place.run(start_new(place, variant))

    assert ran.code == 0
    assert_at_home(place, ran, place.folder / "made", place.folder / ".made.scaffold-")


@pytest.mark.promise("no-write-outside", "no-secret", kind="other")
def test_a_validation_writes_into_the_cache_alone(stage: Stage, place: Place) -> None:
    project = stage.project()
    (project / ".dev.vars").write_text(f"TOKEN={SECRET}\n", encoding="utf-8")

    ran = place.run("validate", cwd=project, SCAFFOLD_CACHE=str(stage.cache))

    assert ran.code == 0
    assert_at_home(place, ran, stage.cache)


# --- side by side --------------------------------------------------------------------------


@pytest.mark.promise("no-byte-lost", "exit-code", kind="crowd")
@pytest.mark.parametrize("edit", ["add kv", "add queue-producer", "add secret"])
def test_of_eight_edits_at_once_all_are_there(place: Place, edit: str) -> None:
    project = project_of(place, "notes")
    names = [f"NAME_{number}" for number in range(8)]

    ran = place.crowd(*(f"{edit} {name} --project {project}" for name in names))

    assert [each.code for each in ran] == [0] * 8, [each.err for each in ran]
    assert [name for name in names if name not in (project / "wrangler.toml").read_text(encoding="utf-8")] == []
    assert place.run("check", cwd=project).code in {0, 1}


@pytest.mark.promise("whole-or-nothing", "exit-code", kind="crowd")
def test_eight_new_projects_at_once_are_all_whole(place: Place) -> None:
    files, _ = undisturbed_new(place, "plain")

    ran = place.crowd(
        *(f"new one-{number}/made --template hello --defaults --no-validate --no-git" for number in range(8))
    )

    assert [each.code for each in ran] == [0] * 8, [each.err for each in ran]
    assert all(contents(place.folder / f"one-{number}" / "made") == files for number in range(8))


@pytest.mark.promise("whole-or-nothing", "exit-code", kind="crowd")
def test_of_eight_first_starts_at_once_all_enter_one_environment(
    place: Place, first_start: tuple[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    words, env = first_start
    monkeypatch.setenv("PATH", env["PATH"])

    for ran in place.crowd(*[words] * 8):
        assert_entered(place, ran)
