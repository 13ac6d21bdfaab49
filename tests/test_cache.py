"""The cache folder: first starts on an empty one, one that cannot be used, and what is left in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from scaffolder.catalogue.sources import registered
from scaffolder.system import journal, paths
from scaffolder.system.file_writer import FileStep
from scaffolder.toolchain.tools import npm
from scaffolder.updating import saved_copies
from scaffolder.validation import working_copy

from . import sources
from .conftest import ELSEWHERE, ROOT, Outcome, Scaffold, tree
from .fakes import stage as stages
from .fakes.stage import Stage
from .terminal import SCAFFOLD, Terminal

LIMIT = 60


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scaffold: Scaffold) -> Stage:  # noqa: ARG001 - it sets its own cache first
    """Install the fake tools of a validation."""
    return stages.set_up(tmp_path / "stage", monkeypatch)


# --- the Python environment of a clone -----------------------------------------------------

ENTER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from scaffolder.system import bootstrap
raise SystemExit(bootstrap.enter(Path(sys.argv[2]), ["the program"]))
"""

UV = """#!/bin/sh
echo "$1" >> calls
for last; do :; done
case "$1" in
venv) while [ ! -e go ]; do sleep 0.02; done
    mkdir -p "$last/bin"
    printf '#!/bin/sh\\necho "$0 runs $1"\\n' > "$last/bin/python"
    chmod +x "$last/bin/python" ;;
*) . ./install ;;
esac
"""
"""A uv that makes an environment whose Python prints its own place; it waits for the file `go`."""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Return a folder with a uv, and a lock that this process's environment does not fulfil."""
    folder = tmp_path / "machine"
    folder.mkdir()
    (folder / "uv").write_text(UV.replace(">> calls", f">> {folder}/calls").replace("-e go", f"-e {folder}/go"))
    (folder / "uv").write_text((folder / "uv").read_text().replace("./install", f"{folder}/install"))
    (folder / "uv").chmod(0o755)
    (folder / "install").touch()
    (folder / "requirements.lock").write_text("no-such-package==1.0 \\\n    --hash=sha256:00\n")
    return folder


def start(machine: Path, **variables: str) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "PATH": f"{machine}:{os.environ['PATH']}",
        "SCAFFOLD_CACHE": str(machine / "cache"),
        **variables,
    }
    command = [sys.executable, "-c", ENTER, str(ROOT), str(machine / "requirements.lock")]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def entered(machine: Path, **variables: str) -> tuple[int, str, str]:
    (machine / "go").touch()
    with start(machine, **variables) as program:
        out, err = program.communicate(timeout=LIMIT)
    return program.returncode, out, err


@pytest.mark.promise("whole-or-nothing", "exit-code", kind="crowd")
def test_of_four_first_starts_one_creates_the_environment_and_the_others_wait_for_it(machine: Path) -> None:
    programs = [start(machine) for _ in range(4)]
    first = sorted(program.stderr.readline() for program in programs if program.stderr)
    (machine / "go").touch()
    ended = [program.communicate(timeout=LIMIT) for program in programs]

    assert [line.split()[0] for line in first] == ["creating", "waiting", "waiting", "waiting"]
    assert [program.returncode for program in programs] == [0] * 4, ended
    (folder,) = (machine / "cache").glob("python-*")
    assert [out for out, _ in ended] == [f"{folder}/bin/python runs the program\n"] * 4
    assert (machine / "calls").read_text().split() == ["venv", "pip"]


@pytest.mark.promise("whole-or-nothing", kind="kill point")
def test_a_start_that_was_killed_is_in_nobodys_way(machine: Path) -> None:
    with start(machine) as killed:
        assert killed.stderr is not None
        killed.stderr.readline()
        killed.kill()

    code, out, err = entered(machine)

    assert (code, "runs the program" in out) == (0, True), err
    assert sorted(path.name for path in (machine / "cache").glob("python*part")) == []


def test_an_environment_in_a_cache_that_is_read_only_is_used(machine: Path) -> None:
    assert entered(machine)[0] == 0
    (machine / "cache" / "python.lock").unlink()
    before = tree(machine / "cache")

    assert entered(machine, SCAFFOLD_CACHE=f"{machine}/cache")[0] == 0
    assert tree(machine / "cache") == before


@pytest.mark.parametrize(
    ("output", "fix"),
    [
        ("OSError: [Errno 28] No space left on device", "free some space"),
        ("error: Disk quota exceeded", "free some space"),
        ("Could not find a version", "make sure that the package index is reachable"),
    ],
)
def test_the_advice_after_a_failed_installation_fits_its_cause(machine: Path, output: str, fix: str) -> None:
    (machine / "install").write_text(f"echo '{output}'; exit 1\n")

    code, _, err = entered(machine)

    assert code == 6
    assert f"  fix    {fix}" in err
    assert [path.name for path in (machine / "cache").glob("python-*") if path.suffix != ".part"] == []


# --- a cache that cannot be used -----------------------------------------------------------

UNUSABLE = {
    "a relative path": ("below/cache", 2, "it is not a full path"),
    "a home folder that is not there": ("~no-such-user/cache", 2, "there is no such home folder"),
    "a file": ("{here}/file", 6, "{here}/file is not a folder"),
    "below a file": ("{here}/file/below", 6, "{here}/file is not a folder"),
    "a broken link": ("{here}/broken", 6, "{here}/broken is a link that leads nowhere"),
    "a place without folders": ("/proc/cache", 6, "No such file or directory"),
}


@pytest.fixture(params=UNUSABLE)
def unusable(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, int, str]:
    """Return a cache folder that cannot be used, with the exit code and the reason."""
    (tmp_path / "file").touch()
    (tmp_path / "broken").symlink_to("nowhere")
    place, code, why = UNUSABLE[request.param]
    return place.format(here=tmp_path), code, why.format(here=tmp_path)


@pytest.mark.promise("exit-code", "true-words", kind="bad input")
@pytest.mark.parametrize("words", ["doctor", "setup", "env", "validate --template hello"])
def test_a_cache_that_cannot_be_used_is_refused_by_every_command_that_needs_it(
    scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch, unusable: tuple[str, int, str], words: str
) -> None:
    place, code, why = unusable
    monkeypatch.setenv("SCAFFOLD_CACHE", place)

    outcome = scaffold(*words.split())

    assert outcome.code == code, outcome.err
    assert why in outcome.err
    assert "set SCAFFOLD_CACHE to the full path" in outcome.err
    assert not Path("below").exists()


@pytest.mark.parametrize("words", ["list", "info hello", "new made --template hello --defaults", "clean --help"])
def test_a_command_that_needs_no_cache_works_without_a_usable_one(
    scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch, unusable: tuple[str, int, str], words: str
) -> None:
    monkeypatch.setenv("SCAFFOLD_CACHE", unusable[0])

    outcome = scaffold(*words.split())

    assert outcome.code == 0, outcome.err


@pytest.mark.promise("exit-code", "true-words", kind="bad input")
def test_a_first_start_refuses_a_cache_that_cannot_be_used(machine: Path, unusable: tuple[str, int, str]) -> None:
    place, expected, why = unusable

    code, _, err = entered(machine, SCAFFOLD_CACHE=place)

    assert code == expected
    assert why in err
    assert "Traceback" not in err


@pytest.mark.parametrize("owner", [0, 12345])
def test_a_cache_that_may_not_be_written_to_is_refused(
    scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch, owner: int
) -> None:
    folder = paths.cache()
    if os.geteuid() != 0 and owner:
        pytest.skip("only root can give a folder away")
    if owner:
        os.chown(folder, owner, owner)
    # Root may write everywhere but to a disk that is read-only.
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != folder and real(path, mode))

    outcome = scaffold("doctor")

    assert outcome.code == 6
    assert f"{folder} {'belongs to another user' if owner else 'is read-only'}" in outcome.err
    assert "set SCAFFOLD_CACHE to the full path" in outcome.err


@pytest.mark.promise("true-words", "exit-code", kind="full disk")
def test_a_disk_that_is_full_is_named_with_the_command_that_makes_room(
    scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = paths.cache()
    shutil.rmtree(folder)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", str(folder))

    monkeypatch.setattr(os, "mkdir", full)

    outcome = scaffold("doctor")

    assert outcome.code == 6
    assert "No space left on device" in outcome.err
    assert "free some space on the disk, see: scaffold clean" in outcome.err
    assert "set SCAFFOLD_CACHE" in outcome.err


def test_an_empty_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SCAFFOLD_CACHE", "")
    for ignored in ("", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", ignored)
        assert paths.place() == tmp_path / ".cache" / "rust-worker-scaffold"


# --- what killed runs leave ----------------------------------------------------------------


def test_a_run_sweeps_the_temporary_folders_of_killed_ones_and_no_others(
    scaffold: Scaffold, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, living: str, dead: list[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    places = (tmp_path / "temporary", paths.work())
    kept = [f"scaffold-{living}-a1", f"scaffold-{ELSEWHERE}-b2", "scaffold-other", f"x-scaffold-{dead[0]}-c3"]
    for place in places:
        for name in (*kept, *(f"scaffold-{each}-d4" for each in dead)):
            (place / name / "deep").mkdir(parents=True)
    (tmp_path / "mine").mkdir()
    (tmp_path / "temporary" / f"scaffold-{dead[0]}-link").symlink_to(tmp_path / "mine")

    scaffold("doctor")
    assert scaffold("new", "made", "--template", "hello", "--defaults", "--with", "kv").code == 0

    assert sorted(path.name for path in places[1].iterdir()) == sorted(kept)
    assert sorted(path.name for path in places[0].iterdir()) == sorted([*kept, f"scaffold-{dead[0]}-link"])
    assert (tmp_path / "mine").is_dir()


def test_a_copy_of_a_killed_validation_is_swept_and_not_one_that_lives_or_is_to_be_kept(
    scaffold: Scaffold, stage: Stage, living: str, dead: list[str]
) -> None:
    kept = Path(scaffold("validate", str(stage.project("kept")), "--keep", "--json").document["proofs"][0]["kept"])
    for name, of in {"one-0123": dead[0], "two-0123": dead[1], "three-0123": living}.items():
        (paths.work() / name / "target").mkdir(parents=True)
        (paths.work() / name / working_copy.OWNER).write_text(of, encoding="utf-8")

    assert scaffold("validate", str(stage.project("other"))).code == 0

    left = {path.name for path in paths.work().iterdir() if path.is_dir()}
    assert left == {"three-0123", kept.relative_to(paths.work()).parts[0]}
    assert kept.is_dir()


# --- scaffold clean ------------------------------------------------------------------------

DAY = 86_400
OLD_TOOLS = {"tools/node-1.2.3/bin/node", "tools/0123456789ab/worker-build-0.1.0/bin/worker-build"}
OLD = {
    *OLD_TOOLS,
    "tools/npm-0123.part/package.json",
    "python-0123456789ab/bin/python",
    "target/0123456789ab/debug/file",
    "work/guest-book-0123456789ab/target/file",
    "work/probe-a1b2c3d4/log",
    "logs/20200101-000000-guest-book-1/build.log",
    "logs/setup-rust.log",
    "questions/hello-0123.json",
    "fleet/clones/mailer-0123456789ab/README.md",
    "fleet/runs/0123456789ab/0123456789ab.json",
    f"sources/{'a' * 40}/copier.yml",
    f"updates-{os.geteuid()}/{'b' * 32}/000001/copy.json",
}
FOREIGN = {
    "notes.txt",
    "fleet/notes/file",
    "fleet/clones/mine/file",
    "work/notes/file",
    "tools/mine/file",
    "logs/mail.log",
    "target/debug/file",
    "python-3.11/file",
}
"""Files of somebody who has let this program share a folder with other things."""


@pytest.fixture
def filled(stage: Stage) -> Path:
    """Return the cache of fake tools, filled with things that nobody needs, 40 days old, and with foreign ones."""
    for name in (*OLD, *FOREIGN):
        path = stage.cache / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("0123456789", encoding="utf-8")
        then = time.time() - 40 * DAY
        for each in (path, *path.parents):
            if each.is_relative_to(stage.cache):
                os.utime(each, (then, then))
    return stage.cache


def files(folder: Path) -> set[str]:
    locks = {"setup.lock", "python.lock", "work/copies.lock"}
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - locks


def entries(outcome: Outcome) -> dict[str, str]:
    """Return why each entry stays, by the end of its path."""
    return {Path(entry["path"]).name: entry["stays_because"] for entry in outcome.document["entries"]}


def test_a_dry_run_shows_what_would_be_removed_and_removes_nothing(scaffold: Scaffold, filled: Path) -> None:
    before = files(filled)

    outcome = scaffold("clean", "--dry-run")

    assert outcome.code == 0, outcome.err
    assert "Would remove 14 entries, 140 bytes." in outcome.out
    for shown in ("Python environment", "build files", "log (2)", "needed; --all", "40 d ago"):
        assert shown in outcome.out
    assert files(filled) == before


def test_what_is_not_needed_is_removed_and_nothing_that_is_not_ours(scaffold: Scaffold, filled: Path) -> None:
    before = files(filled)

    outcome = scaffold("clean", "--yes", "--json")

    assert outcome.code == 0, outcome.err
    assert files(filled) == before - OLD
    assert FOREIGN <= files(filled)
    assert entries(outcome)[npm.install_folder().name] == "needed; --all removes it"
    assert len(outcome.document["removed"]) == len(OLD)
    assert scaffold("doctor").code == 0


def test_all_removes_the_tools_that_are_needed_too(scaffold: Scaffold, filled: Path) -> None:
    assert scaffold("clean", "--yes", "--all").code == 0

    assert files(filled) == FOREIGN
    assert scaffold("doctor").code == 3


def test_without_a_terminal_nothing_is_removed_unless_that_is_asked_for(scaffold: Scaffold, filled: Path) -> None:
    before = files(filled)

    outcome = scaffold("clean")

    assert outcome.code == 2
    assert "scaffold clean --yes" in outcome.err
    assert files(filled) == before


def test_at_a_terminal_it_asks(stage: Stage, filled: Path) -> None:
    for key, code, left in (("n", 130, OLD), ("y", 0, set())):
        terminal = Terminal([*SCAFFOLD, "clean"], cwd=stage.folder.parent)
        terminal.wait_for("Remove 14 entries, 140 bytes?")
        terminal.type(key)
        assert terminal.end() == code, terminal.text
        assert OLD & files(filled) == left


@pytest.mark.parametrize(("age", "is_removed"), [("2w", True), ("39d", True), ("41d", False), ("1000h", False)])
def test_only_what_is_old_enough_is_removed(scaffold: Scaffold, filled: Path, age: str, *, is_removed: bool) -> None:
    young = filled / "logs" / "20200102-000000-other-1" / "build.log"
    young.parent.mkdir()
    young.write_text("built", encoding="utf-8")

    outcome = scaffold("clean", "--yes", "--older-than", age, "--json")

    assert outcome.code == 0, outcome.err
    assert (OLD & files(filled) == set()) == is_removed
    assert young.exists()
    assert entries(outcome)[young.parent.name] == "newer than asked for"


@pytest.mark.parametrize("age", ["30", "d", "1.5d", "1y", ""])
def test_an_age_that_is_none_is_refused(scaffold: Scaffold, age: str) -> None:
    outcome = scaffold("clean", "--older-than", age)

    assert outcome.code == 2
    assert "is not an age, such as 30d" in outcome.err


def test_what_a_living_validation_uses_stays(scaffold: Scaffold, filled: Path, living: str) -> None:
    (filled / "work" / "guest-book-0123456789ab" / working_copy.OWNER).write_text(living, encoding="utf-8")

    outcome = scaffold("clean", "--yes", "--all", "--json")

    assert {name: why for name, why in entries(outcome).items() if "uses it" in why} == {
        "guest-book-0123456789ab": "a validation uses it",
        "0123456789ab": "a validation uses it",
    }
    assert {"target/0123456789ab/debug/file", "work/guest-book-0123456789ab/target/file"} <= files(filled)


def test_an_unfinished_edit_stays_until_its_project_is_gone(scaffold: Scaffold, here: Path) -> None:
    project = here / "project"
    project.mkdir()
    left = journal.write(project.resolve(), [FileStep("a", None, b"new")])

    outcome = scaffold("clean", "--yes", "--all", "--json")

    assert f"scaffold check --fix {project}" in entries(outcome)[left.folder.name]
    assert left.folder.is_dir()
    shutil.rmtree(project)
    outcome = scaffold("clean", "--yes", "--json")
    assert [path for path in outcome.document["removed"] if path == str(left.folder)]
    assert not left.folder.exists()


def test_what_an_update_can_be_undone_by_stays_for_its_days_and_while_its_project_does(
    scaffold: Scaffold, here: Path
) -> None:
    projects = [here / name for name in ("fresh", "old", "gone")]
    for project in projects:
        project.mkdir()
    facts = {"head": "", "conflicts": (), "stash": ""}
    fresh, old, gone = (saved_copies.keep(each.resolve(), ("v1", "v2"), (), facts).folder for each in projects)
    aside = [each.with_name(f"{each.name}.changed-since") for each in (fresh, old)]
    for each in aside:
        each.mkdir()
    then = time.time() - (saved_copies.DAYS + 1) * DAY
    os.utime(aside[1], (then, then))
    os.utime(old, (then, then))
    projects[2].rmdir()

    outcome = scaffold("clean", "--yes", "--all", "--json")

    listed = {entry["path"]: entry["stays_because"] for entry in outcome.document["entries"]}
    assert f"scaffold update --undo {projects[0].resolve()}" in listed[str(fresh)]
    assert {str(old), str(gone), str(aside[1])} == {path for path in outcome.document["removed"] if "updates-" in path}
    assert [each.exists() for each in (fresh, *aside)] == [True, True, False]


def test_a_catalogue_that_has_a_name_is_needed_and_another_one_is_not(
    scaffold: Scaffold, tmp_path: Path, here: Path
) -> None:
    assert scaffold("catalogue", "add", "acme", str(sources.write(tmp_path / "acme", sources.TEMPLATE))).code == 0
    assert scaffold("list", "--from", str(sources.write(tmp_path / "other", sources.CATALOGUE))).code == 0

    outcome = scaffold("clean", "--yes", "--json")

    kept = registered.read()["acme"].hash
    assert entries(outcome)[kept] == "needed; --all removes it"
    assert [Path(path).name for path in outcome.document["removed"] if "sources" in path] != [kept]
    assert [path.name for path in (here.parent / "cache" / "sources").iterdir()] == [kept]


def test_an_unfinished_edit_that_cannot_be_read_is_left_to_its_owner(scaffold: Scaffold, here: Path) -> None:
    left = journal.write(here.resolve(), [FileStep("a", None, b"new")])
    (left.folder / "plan.json").write_text("{", encoding="utf-8")

    outcome = scaffold("clean", "--yes", "--all", "--json")

    assert entries(outcome)[left.folder.name] == f"forget it: rm -rf {left.folder}"
    assert left.folder.is_dir()


def test_without_a_cache_there_is_nothing_to_remove_and_none_is_made(scaffold: Scaffold) -> None:
    outcome = scaffold("clean")

    assert (outcome.code, outcome.out) == (0, "There is nothing to remove.\n")
    assert not paths.place().exists()


def test_links_in_the_cache_are_neither_followed_nor_removed(scaffold: Scaffold, filled: Path, tmp_path: Path) -> None:
    (tmp_path / "mine" / "0123456789ab").mkdir(parents=True)
    shutil.rmtree(filled / "target")
    (filled / "target").symlink_to(tmp_path / "mine")
    (filled / "python-ba9876543210").symlink_to(tmp_path / "mine")

    assert scaffold("clean", "--yes", "--all").code == 0

    assert (tmp_path / "mine" / "0123456789ab").is_dir()
    assert (filled / "python-ba9876543210").is_symlink()
