"""The cache folder: first starts on an empty one, one that cannot be used, and what is left in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from scaffolder.system import paths
from scaffolder.validation import working_copy

from .conftest import ELSEWHERE, ROOT, Scaffold, tree
from .fakes import stage as stages
from .fakes.stage import Stage

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
