"""`scaffold new` without a terminal: a whole project with its first commit, or nothing at all."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scaffolder.catalogue import manifests

from .conftest import ELSEWHERE, Scaffold, Tree, copy_work_tree, git, tree

HELLO = ("--template", "hello", "--defaults")
LIMIT = 60.0
"""Seconds after which a fact that was waited for will not come any more."""


def names(folder: Path) -> set[str]:
    """Return the names of everything in a folder, hidden files included."""
    return {path.name for path in folder.iterdir()}


def refusal_lines(err: str) -> list[str]:
    """Return the lines of the one block that standard error must be."""
    lines = [line for line in err.splitlines() if not line.startswith(" " * len("  where  "))]
    assert re.match(r"(refused|conflict|input/output|missing tool|not trusted|interrupted): .", lines[0]), err
    for line, heading in zip(lines[1:], ("  where  ", "  why    ", "  fix    "), strict=False):
        assert line.startswith(heading), err
    assert len(lines) <= 12
    return lines


# --- the project and its first commit ------------------------------------------------------


def test_a_project_is_made_whole_and_committed_by_its_owner(scaffold: Scaffold, here: Path) -> None:
    outcome = scaffold("new", "guest-book", *HELLO)

    assert outcome.code == 0, outcome.err
    project = here / "guest-book"
    assert git(project, "log", "--format=%an, %ae: %s") == "A Tester, tester@example.com: Start from the catalogue\n"
    assert git(project, "status", "--porcelain", "--ignored") == ""
    committed = set(git(project, "ls-files").split())
    assert committed == {path for path in tree(project) if (project / path).is_file()}
    assert committed == set(manifests.project_files("hello"))
    assert names(here) == {"guest-book", "neighbour"}


def test_the_end_says_what_to_run_next(scaffold: Scaffold) -> None:
    outcome = scaffold("new", "guest-book", *HELLO)

    assert "  cd guest-book\n  scaffold dev\n  scaffold validate\n" in outcome.out
    assert "wrangler.toml" in outcome.out
    assert "\x1b" not in outcome.out + outcome.err


def test_the_command_that_is_printed_makes_the_same_project_again(scaffold: Scaffold, here: Path) -> None:
    first = scaffold(
        "new",
        "it's mine",
        "--template",
        "queue-once",
        "--set",
        "description=It's 100% $HOME & more!",
        "--set",
        "max_attempts=10",
        "--defaults",
        "--no-git",
    )
    command = first.out.strip().splitlines()[-1].strip()
    before = tree(here / "it's mine", without="")
    shutil.rmtree(here / "it's mine")

    words = shlex.split(command)
    second = scaffold(*words[1:])

    assert words[0] == "scaffold"
    assert second.code == 0, second.err
    assert tree(here / "it's mine", without="") == before


def test_missing_answers_are_refused_with_a_command_that_works(scaffold: Scaffold, here: Path) -> None:
    outcome = scaffold("new", "guest-book", "--template", "queue-once", "--set", "max_attempts=3", "--json")

    refusal = outcome.document["refusal"]
    assert outcome.code == 2
    assert refusal["what"] == "no answer to worker_name, description, queue_name"
    assert names(here) == {"neighbour"}
    again = scaffold(*shlex.split(refusal["fix"])[1:], "--json")
    assert again.code == 0, again.err
    assert again.document["answers"]["max_attempts"] == 3


def test_a_template_must_be_named_where_nobody_can_be_asked(scaffold: Scaffold, here: Path) -> None:
    outcome = scaffold("new", "guest-book", "--defaults")

    assert outcome.code == 2
    _, _, why, fix = refusal_lines(outcome.err)[:4]
    assert ", ".join(manifests.template_ids()) in why
    assert fix == "  fix    scaffold new guest-book --template hello --defaults"
    assert names(here) == {"neighbour"}


def test_an_unknown_template_is_refused_with_the_nearest_name(scaffold: Scaffold, here: Path) -> None:
    outcome = scaffold("new", "guest-book", "--template", "axum", "--defaults")

    assert outcome.code == 2
    assert "did you mean axum-like?" in refusal_lines(outcome.err)[3]
    assert names(here) == {"neighbour"}


def test_a_repository_of_git_that_started_the_program_is_not_that_of_the_project(
    scaffold: Scaffold, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(here, "init", "--quiet", "other")
    before = tree(here / "other", without="")
    # Git gives these to its hooks.
    monkeypatch.setenv("GIT_DIR", str(here / "other" / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(here / "other" / ".git" / "index"))

    outcome = scaffold("new", "guest-book", *HELLO)

    assert outcome.code == 0
    assert git(here / "guest-book", "log", "--format=%s") == "Start from the catalogue\n"
    assert tree(here / "other", without="") == before


def test_no_git_makes_no_repository(scaffold: Scaffold, here: Path) -> None:
    assert scaffold("new", "guest-book", *HELLO, "--no-git").code == 0

    assert not (here / "guest-book" / ".git").exists()


@pytest.mark.parametrize("place", ["guest-book", "not/yet/there/guest-book"])
def test_inside_a_repository_there_is_no_commit(scaffold: Scaffold, here: Path, place: str) -> None:
    git(here, "init", "--quiet")

    assert scaffold("new", place, *HELLO).code == 0

    assert not (here / place / ".git").exists()
    assert git(here, "status", "--porcelain", "--", "neighbour").startswith("??")
    assert git(here, "diff", "--cached", "--name-only") == ""


def test_without_an_identity_all_is_staged_and_one_line_says_how_to_commit(
    scaffold: Scaffold, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)

    outcome = scaffold("new", "guest-book", *HELLO)

    assert outcome.code == 0
    assert len(outcome.err.splitlines()) == 1
    assert "git commit -m 'Start from the catalogue'" in outcome.err
    staged = git(here / "guest-book", "diff", "--cached", "--name-only").split()
    assert set(staged) == set(manifests.project_files("hello"))
    assert git(here / "guest-book", "for-each-ref") == ""


def configure_git(text: str) -> None:
    with Path(os.environ["GIT_CONFIG_GLOBAL"]).open("a", encoding="utf-8") as stream:
        stream.write(text)


def test_the_owners_hooks_are_run_and_one_that_refuses_leaves_the_whole_project(scaffold: Scaffold, here: Path) -> None:
    hook = here.parent / "hooks" / "pre-commit"
    hook.parent.mkdir()
    hook.write_text("#!/bin/sh\necho 'no commit on a Monday' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    configure_git(f"[core]\nhooksPath = {hook.parent}\n")

    outcome = scaffold("new", "guest-book", *HELLO)

    assert outcome.code == 6
    assert "no commit on a Monday" in outcome.err
    assert "the project is complete" in outcome.err
    assert set(git(here / "guest-book", "ls-files").split()) == set(manifests.project_files("hello"))
    assert names(here) == {"guest-book", "neighbour"}


def test_the_owners_signing_is_not_bypassed(scaffold: Scaffold, here: Path) -> None:
    signer = here.parent / "signer"
    signer.write_text("#!/bin/sh\necho 'no key today' >&2\nexit 1\n", encoding="utf-8")
    signer.chmod(0o755)
    configure_git(f"[commit]\ngpgsign = true\n[gpg]\nprogram = {signer}\n")

    outcome = scaffold("new", "guest-book", *HELLO)

    assert outcome.code == 6
    assert "gpg failed to sign" in outcome.err
    assert (here / "guest-book" / "wrangler.toml").is_file()


def test_without_git_the_project_is_made_and_the_missing_commit_is_said(
    scaffold: Scaffold, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(here))

    outcome = scaffold("new", "guest-book", *HELLO)

    assert outcome.code == 3
    assert refusal_lines(outcome.err)[0] == "missing tool: git is not installed, so there is no initial commit"
    assert set(tree(here / "guest-book")) >= set(manifests.project_files("hello"))


def test_a_dry_run_shows_everything_and_writes_nothing(scaffold: Scaffold, here: Path) -> None:
    before = tree(here)

    outcome = scaffold("new", "deep/guest-book", *HELLO, "--dry-run")

    assert outcome.code == 0
    assert f"Would create {here / 'deep' / 'guest-book'}\n" in outcome.out
    assert "wrangler.toml" in outcome.out
    assert tree(here) == before


# --- the document --------------------------------------------------------------------------


def test_json_is_one_document_with_its_schema_and_the_exit_code(scaffold: Scaffold, here: Path) -> None:
    outcome = scaffold("new", "guest-book", *HELLO, "--json")

    document = outcome.document
    assert (document["schema"], document["command"], document["exit_code"]) == (1, "new", 0)
    assert document["project"] == str(here / "guest-book")
    assert document["template"] == "hello"
    answers = {"worker_name": "guest-book", "description": "A worker in Rust.", "panic_unwind": False}
    assert document["answers"] == answers
    assert document["files"] == manifests.project_files("hello")
    assert document["command_again"].startswith("scaffold new guest-book --template hello")
    assert outcome.err == ""


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["new", "guest-book", "--template", "helo"], 2),
        (["new", "guest-book", *HELLO, "--set", "worker_name=test"], 2),
        (["new", "guest-book", *HELLO, "--set", "worker_name"], 2),
        (["new", "neighbour", *HELLO], 2),
        (["new", "--no-such-option"], 2),
        (["nwe"], 2),
    ],
)
def test_json_is_one_document_for_a_refusal_too(scaffold: Scaffold, words: list[str], code: int) -> None:
    outcome = scaffold(*words, "--json")

    document = outcome.document
    assert outcome.code == document["exit_code"] == code
    assert document["schema"] == 1
    assert all(document["refusal"][part] for part in ("what", "where", "why", "fix"))
    refusal_lines(outcome.err)


# --- the destination -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("My Project!", "my-project"),
        ("日本", "my-worker"),
        ("test", "test-worker"),
        ("-" + "a" * 60, "a" * 54),
        ("deep/down/Guest.Book/", "guest-book"),
        ("up/../Here", "here"),
    ],
)
def test_a_folders_name_is_made_legal(scaffold: Scaffold, here: Path, folder: str, name: str) -> None:
    outcome = scaffold("new", *HELLO, "--dry-run", "--json", "--", folder)

    assert outcome.code == 0, outcome.err
    assert outcome.document["answers"]["worker_name"] == name
    assert names(here) == {"neighbour"}


def test_without_a_folder_the_worker_names_it(scaffold: Scaffold, here: Path) -> None:
    assert scaffold("new", *HELLO, "--set", "worker_name=guest-book").code == 0
    assert scaffold("new", *HELLO).code == 0

    assert names(here) == {"guest-book", "my-worker", "neighbour"}


def test_an_empty_folder_is_filled(scaffold: Scaffold, here: Path) -> None:
    (here / "guest-book").mkdir()

    assert scaffold("new", "guest-book", *HELLO).code == 0

    assert (here / "guest-book" / "wrangler.toml").is_file()


def test_this_folder_is_filled_if_it_is_empty(scaffold: Scaffold, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "guest-book").mkdir()
    monkeypatch.chdir(here / "guest-book")

    outcome = scaffold("new", ".", *HELLO)

    assert outcome.code == 0, outcome.err
    assert (here / "guest-book" / "wrangler.toml").is_file()


def test_parents_that_are_not_there_are_made(scaffold: Scaffold, here: Path) -> None:
    assert scaffold("new", "not/yet/guest-book", *HELLO, "--no-git").code == 0

    assert names(here / "not" / "yet") == {"guest-book"}


def a_dangling_link(here: Path) -> None:
    (here / "made").symlink_to("nowhere")


def a_file(here: Path) -> None:
    (here / "made").write_text("mine\n", encoding="utf-8")


def seven_files(here: Path) -> None:
    (here / "made").mkdir()
    for name in "abcdefg":
        (here / "made" / name).touch()


def a_file_in_the_way(here: Path) -> None:
    (here / "parent").write_text("mine\n", encoding="utf-8")


def nothing(_: Path) -> None:
    pass


@pytest.mark.promise("exit-code", "whole-or-nothing", "no-byte-lost", kind="bad input")
@pytest.mark.parametrize(
    ("prepare", "folder", "code", "why"),
    [
        (seven_files, "made", 2, "it contains a, b, c, d, e, ..."),
        (a_file, "made", 2, "it is a file"),
        (a_dangling_link, "made", 2, "it is a broken symbolic link"),
        (a_file_in_the_way, "parent/made", 2, "is a file"),
        (nothing, "neighbour/file/made", 2, "is a file"),
        (nothing, "n" * 256, 2, "its name is too long"),
        (nothing, "é" * 125, 2, "its name is too long"),
        (nothing, "a\nb", 2, "its name contains unprintable characters"),
        (nothing, "a\udcffb", 2, "its name contains unprintable characters"),
        (nothing, "", 2, "the folder has no name"),
        (nothing, ".", 2, "it contains"),
        (nothing, "..", 2, "it contains"),
        (nothing, "/", 2, "it contains"),
        (nothing, "~nobody-of-that-name/made", 2, "there is no such home folder"),
        (nothing, "d" * 200 + "/" + "d" * 256 + "/made", 6, "File name too long"),
        (nothing, "/proc/made", 6, "No such file or directory"),
    ],
)
def test_a_bad_destination_is_refused_and_left_as_it_was(
    scaffold: Scaffold, here: Path, prepare: Callable[[Path], None], *, folder: str, code: int, why: str
) -> None:
    prepare(here)
    before = tree(here)

    outcome = scaffold("new", folder, *HELLO)

    assert outcome.code == code, outcome.err
    assert why in " ".join(refusal_lines(outcome.err))
    assert tree(here) == before


def test_a_folder_that_may_not_be_written_is_refused(scaffold: Scaffold, here: Path) -> None:
    """Root may write anywhere, so there the folder is one of the system's that nobody may write."""
    locked = here / "locked"
    locked.mkdir(mode=0o555)
    folder = Path("/sys/made") if os.geteuid() == 0 else locked / "made"

    outcome = scaffold("new", str(folder), *HELLO)

    assert outcome.code == 6
    assert re.search(r"(?i)permission denied|read-only|not permitted", refusal_lines(outcome.err)[2])
    assert names(here) == {"locked", "neighbour"}
    assert names(locked) == set()


@pytest.mark.parametrize("words", [["--set", "worker_name=test"], ["--set", "colour=red"], ["--answers", "none.yml"]])
def test_parents_are_not_left_behind_after_a_refusal(scaffold: Scaffold, here: Path, words: list[str]) -> None:
    outcome = scaffold("new", "not/yet/guest-book", *HELLO, *words)

    assert outcome.code == 2
    assert names(here) == {"neighbour"}


SILLY = [
    [""],
    ["--"],
    ["nonsense"],
    ["new", "a", "b"],
    ["new", "--template"],
    ["new", "--set"],
    ["new", "a", "--set", "="],
    ["new", "a", "--template", ""],
    ["new", "--template=hello", "--template=hello"],
    ["new", "-x"],
    ["new", "a", "--dryrun"],
    ["new", "a", "--validate=yes"],
    ["info"],
    ["info", ""],
    ["info", "nope"],
    ["info", "../_shared"],
    ["list", "more"],
    ["validate", "nowhere", "--junit"],
    ["--json", "new"],
    ["new", "a", *HELLO, "--answers", "."],
    ["pin"],
    ["NEW", "a"],
]


@pytest.mark.promise("exit-code", "whole-or-nothing", kind="bad input")
@pytest.mark.parametrize("words", SILLY, ids=" ".join)
def test_silly_arguments_are_refused_in_one_block(scaffold: Scaffold, here: Path, words: list[str]) -> None:
    outcome = scaffold(*words)

    assert outcome.code == 2
    refusal_lines(outcome.err)
    assert names(here) == {"neighbour"}


@pytest.mark.promise("exit-code", "whole-or-nothing", kind="bad input")
@pytest.mark.parametrize(
    "address",
    [
        "gh:owner/repo",
        "gl:owner/repo",
        "https://example.com/owner/repo",
        "HTTPS://example.com/owner/repo.git",
        "git@example.com:owner/repo",
        "deploy@example.com:repo.git",
        "ssh://git@example.com/owner/repo",
        "git+https://example.com/repo.git",
        "file:///tmp/repo",
        "example.com:owner/repo.git",
        "github.com/owner/repo",
    ],
)
def test_a_source_is_not_a_folder(scaffold: Scaffold, here: Path, address: str) -> None:
    outcome = scaffold("new", address, *HELLO)

    assert outcome.code == 2
    assert f"`{address}` is a source, not a folder" in refusal_lines(outcome.err)[0]
    assert names(here) == {"neighbour"}


@pytest.mark.parametrize("folder", ["./gh:owner", "a:b", "me@home", "github.com"])
def test_a_folder_that_only_looks_like_a_source_is_made(scaffold: Scaffold, here: Path, folder: str) -> None:
    assert scaffold("new", folder, *HELLO, "--no-git").code == 0

    assert (here / folder / "wrangler.toml").is_file()


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--template", "hello", "--set", "template=d1"], "two answers to template"),
        (["--template", "hello", "--template", "d1"], "two answers to template"),
        (["--set", "template=hello", "--set", "template=d1"], "two answers to template"),
    ],
)
def test_two_templates_are_refused(scaffold: Scaffold, here: Path, words: list[str], what: str) -> None:
    outcome = scaffold("new", "made", *words, "--defaults")

    assert outcome.code == 2
    assert refusal_lines(outcome.err)[0] == f"refused: {what}"
    assert names(here) == {"neighbour"}


@pytest.mark.parametrize("words", [[], ["help"], ["--help"]], ids=" ".join)
def test_the_bare_command_and_help_show_the_help(scaffold: Scaffold, words: list[str]) -> None:
    outcome = scaffold(*words)

    assert outcome.code == 0
    assert outcome.out.startswith("usage: scaffold")
    assert "exit codes: 0 done" in outcome.out


def test_help_describes_one_command(scaffold: Scaffold) -> None:
    outcome = scaffold("help", "validate")

    assert outcome.code == 0
    assert outcome.out.startswith("usage: scaffold validate")


@pytest.mark.parametrize(
    ("word", "meant"), [("nwe", "new"), ("NEW", "new"), ("chek", "check"), ("valdiate", "validate")]
)
def test_a_mistyped_command_gets_the_nearest_one(scaffold: Scaffold, word: str, meant: str) -> None:
    outcome = scaffold(word)

    assert outcome.code == 2
    assert f"did you mean {meant}" in refusal_lines(outcome.err)[3]


# --- the real program, stopped and crowded -------------------------------------------------


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the front door of a copy without history."""
    folder = tmp_path_factory.mktemp("program")
    copy_work_tree(folder, "scaffold.py", "requirements.lock", "copier.yml", "templates", "scaffolder")
    return folder / "scaffold.py"


@pytest.fixture(scope="module")
def golden(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """Return the tree that an undisturbed run makes."""
    folder = tmp_path_factory.mktemp("golden")
    with started(program, folder) as run:
        assert run.wait(LIMIT) == 0
    return tree(folder / "made")


@contextlib.contextmanager
def started(program: Path, folder: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    run = subprocess.Popen(
        [sys.executable, str(program), "new", "made", *HELLO, "--no-git", *words],
        cwd=folder,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"TZ": "UTC"},
    )
    with run:
        try:
            yield run
        finally:
            run.kill()


def written(folder: Path) -> int:
    """Return how many files a run has written so far; -1 as long as there is no staging folder."""
    staged = [path for path in folder.iterdir() if ".scaffold-" in path.name]
    return sum(1 for path in staged[0].rglob("*") if path.is_file()) if staged else -1


def stop_when(run: subprocess.Popen[str], folder: Path, number: signal.Signals, files: int) -> None:
    """Send a signal as soon as so many files are written, or it is too late."""
    deadline = time.monotonic() + LIMIT
    while run.poll() is None and not (folder / "made").exists() and time.monotonic() < deadline:
        with contextlib.suppress(FileNotFoundError):
            if written(folder) >= files:
                break
        time.sleep(0.001)
    run.send_signal(number)


@pytest.mark.promise("whole-or-nothing", "exit-code", kind="signal")
@pytest.mark.parametrize(
    ("number", "files"),
    [(signal.SIGINT, 0), (signal.SIGINT, 3), (signal.SIGINT, 12), (signal.SIGTERM, 1), (signal.SIGHUP, 6)],
)
def test_a_run_that_is_asked_to_stop_leaves_nothing_or_all(
    program: Path, golden: Tree, here: Path, number: signal.Signals, files: int
) -> None:
    with started(program, here) as run:
        stop_when(run, here, number, files)
        _, err = run.communicate(timeout=LIMIT)

    assert "Traceback" not in err
    if run.returncode == 0:
        assert tree(here / "made") == golden
    else:
        assert run.returncode == 130
        assert refusal_lines(err)[0].startswith("interrupted: ")
    assert names(here) in ({"neighbour"}, {"made", "neighbour"})
    if (here / "made").exists():
        assert tree(here / "made") == golden


@pytest.mark.promise("exit-code", "true-words", kind="signal")
@pytest.mark.parametrize("module", ["hashlib", "rich.console", "jinja2"])
def test_a_run_that_is_interrupted_while_it_loads_ends_without_a_traceback(
    program: Path, here: Path, module: str
) -> None:
    words = [sys.executable, "-X", "importtime", str(program), "new", "made", *HELLO, "--no-git"]
    with subprocess.Popen(words, cwd=here, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as run:
        assert run.stderr is not None
        assert any(line.split("|")[-1].strip() == module for line in run.stderr)
        run.send_signal(signal.SIGINT)
        err = run.stderr.read()

    assert run.returncode in {130, -signal.SIGINT}
    assert "Traceback" not in err
    assert names(here) == {"neighbour"}


@pytest.mark.promise("whole-or-nothing", kind="kill point")
@pytest.mark.parametrize("files", [0, 1, 5, 14])
def test_a_run_that_is_killed_leaves_nothing_or_all_and_the_next_one_sweeps(
    program: Path, golden: Tree, here: Path, scaffold: Scaffold, files: int
) -> None:
    with started(program, here) as run:
        stop_when(run, here, signal.SIGKILL, files)
        run.wait(LIMIT)

    left = names(here) - {"neighbour"}
    assert all(re.fullmatch(rf"made|\.made\.scaffold-{run.pid}\.\d+\.\w+", name) for name in left)
    if "made" in left:
        assert tree(here / "made") == golden
    else:
        assert scaffold("new", "made", *HELLO, "--no-git").code == 0
        assert names(here) == {"made", "neighbour"}
        assert tree(here / "made") == golden


def test_json_is_one_document_after_an_interruption_too(program: Path, here: Path) -> None:
    with started(program, here, "--json") as run:
        stop_when(run, here, signal.SIGINT, 2)
        out, _ = run.communicate(timeout=LIMIT)

    document = json.loads(out)
    assert document["exit_code"] == run.returncode
    assert run.returncode in {0, 130}


def test_a_staging_folder_of_a_run_that_lives_is_left_alone(
    scaffold: Scaffold, here: Path, living: str, dead: list[str]
) -> None:
    alive = [here / f".made.scaffold-{name}" for name in (living, ELSEWHERE)]
    for folder in (*alive, *(here / f".made.scaffold-{name}" for name in dead)):
        folder.mkdir()
        (folder / "file").touch()

    assert scaffold("new", "made", *HELLO, "--no-git").code == 0

    assert names(here) == {"made", "neighbour", *(folder.name for folder in alive)}


CROWD = """
import os, sys
sys.path.insert(0, sys.argv[1])
from scaffolder.cli import main as cli
from scaffolder.commands.new import command
from scaffolder.ui import progress
# On a slow machine, lines of progress would come before a refusal.
progress.DELAY = 3600.0
gate, key = os.pipe()
children = []
for number in range(8):
    if (child := os.fork()) == 0:
        os.close(key)
        os.dup2(os.open(f"{sys.argv[2]}/{number}", os.O_CREAT | os.O_WRONLY), 2)
        os.read(gate, 1)
        os._exit(cli.main([*sys.argv[3:], f"--set=description=Run {number}."]))
    children.append(child)
os.close(key)
print(*(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children))
"""
"""Eight runs that have loaded everything, and start when one gate opens."""


@pytest.mark.promise("whole-or-nothing", "exit-code", kind="crowd")
@pytest.mark.parametrize("exists", [False, True], ids=["new folder", "existing folder"])
def test_of_eight_runs_into_one_folder_one_wins_whole(
    program: Path, golden: Tree, here: Path, tmp_path: Path, *, exists: bool
) -> None:
    if exists:
        (here / "made").mkdir()
    (errors := tmp_path / "errors").mkdir()
    words = [sys.executable, "-c", CROWD, str(program.parent), str(errors), "new", "made", *HELLO, "--no-git"]

    crowd = subprocess.run(words, cwd=here, capture_output=True, text=True, check=True, timeout=LIMIT)

    codes = [int(word) for word in crowd.stdout.splitlines()[-1].split()]
    assert codes.count(0) == 1
    for number, code in enumerate(codes):
        assert code == 0 or (code in {2, 5, 6} and refusal_lines((errors / str(number)).read_text(encoding="utf-8")))
    assert names(here) == {"made", "neighbour"}
    made, mark = tree(here / "made"), f"Run {codes.index(0)}.".encode()
    theirs = {path for path, (_, content) in made.items() if re.search(rb"Run \d\.", content)}
    assert theirs == {path for path, (_, content) in golden.items() if b"A worker in Rust." in content}
    assert all(mark in made[path][1] for path in theirs)
    assert {path for path in made if made[path] != golden.get(path)} == theirs
    assert made.keys() == golden.keys()


@pytest.mark.parametrize("spelling", ["scaffold.py", "./scaffold.py", "{folder}/scaffold.py"])
def test_the_front_door_is_called_by_a_short_name_from_its_own_folder(program: Path, spelling: str) -> None:
    words = [sys.executable, spelling.format(folder=program.parent), "new", "--help"]

    ran = subprocess.run(words, cwd=program.parent, capture_output=True, text=True, check=True)

    assert ran.stdout.startswith("usage: python3 scaffold.py new ")


def test_the_front_door_prints_commands_that_work_from_where_the_user_is(program: Path, here: Path) -> None:
    first = subprocess.run(
        [sys.executable, str(program), "new", "made", "--template", "hello", "--no-git"],
        cwd=here,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    command = first.stderr.splitlines()[3].removeprefix("  fix    ")
    again = re.sub("^python3 ", f"{shlex.quote(sys.executable)} ", command)

    second = subprocess.run(shlex.split(again), cwd=here, capture_output=True, check=False, stdin=subprocess.DEVNULL)

    assert first.returncode == 2
    assert second.returncode == 0
    assert (here / "made" / "wrangler.toml").is_file()
