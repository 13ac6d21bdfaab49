"""Shared fixtures: isolation from the user's settings, catalogues, and the command in process."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import plumbum
import pytest
from copier import Settings, run_copy
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from scaffolder.catalogue import manifests
from scaffolder.cli import main

from . import covering
from .casebook import Case
from .casetext import Files
from .fakes.toolbox import Toolbox

ROOT = Path(__file__).resolve().parent.parent
GIT = shutil.which("git") or "git"

IDENTITY = "[user]\nname = A Tester\nemail = tester@example.com\n[safe]\ndirectory = *\n"

Tree = dict[str, tuple[int, bytes]]
"""Mode and content of everything below a folder, by path."""


class OneProcessForLiveTests(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives all live tests to one process, the first to be begun; every other test goes to whichever is idle.

    xdist's own `loadgroup` was seen to leave them apart with this release of pytest.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "live" if nodeid.startswith("tests/live/") else nodeid


# A commit passes or fails for what it is; `--hypothesis-profile=default` looks for new cases.
settings.load_profile("ci")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneProcessForLiveTests:
    """Return the scheduler that pytest-xdist asks for."""
    return OneProcessForLiveTests(config, log)


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toolbox:
    """Return a machine of its own with the basic tools and Node."""
    monkeypatch.setenv("SCAFFOLD_CACHE", str(tmp_path / "cache"))
    toolbox = Toolbox(tmp_path)
    toolbox.basics()
    toolbox.node()
    return toolbox


@pytest.fixture(autouse=True)
def _no_user_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Isolate the tests from the user's Copier settings and cache, git settings and colour variables."""
    theirs = ("GIT_AUTHOR", "GIT_COMMITTER", "GIT_CONFIG", "GIT_DIR", "GIT_INDEX", "GIT_WORK_TREE")
    for name in os.environ:
        if name.startswith(theirs) or name in {"NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"}:
            monkeypatch.delenv(name)
    # On a slow machine, lines of progress would come among the lines that a test compares.
    monkeypatch.setattr("scaffolder.ui.progress.DELAY", 3600.0)
    own = tmp_path_factory.mktemp("own")
    (own / "copier.yml").write_text("defaults: {}\n", encoding="utf-8")
    (own / "gitconfig").write_text(IDENTITY, encoding="utf-8")
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(own / "copier.yml"))
    monkeypatch.setenv("COPIER_CACHE_DIR", str(own / "mirrors"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(own / "config"))
    of_git = {"GIT_CONFIG_GLOBAL": str(own / "gitconfig"), "GIT_CONFIG_NOSYSTEM": "1"}
    for name, value in of_git.items():
        monkeypatch.setenv(name, value)
    # Copier starts git through plumbum, which copies the environment when it is imported.
    with plumbum.local.env(**of_git):
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the size of the array of kinds and templates, if it was tested."""
    tried = [report for reports in terminalreporter.stats.values() for report in reports if hasattr(report, "nodeid")]
    if any("test_covering" in report.nodeid or "test_kinds_live" in report.nodeid for report in tried):
        terminalreporter.write_line(covering.size())


# --- the catalogue of a wheel and of a clone ---------------------------------------------------


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a catalogue as in a wheel: its files, without history."""
    folder = tmp_path_factory.mktemp("bundle")
    copy_work_tree(folder, "copier.yml", "templates")
    return folder


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with one commit, without a tag, of the current work tree."""
    folder = tmp_path_factory.mktemp("clone")
    copy_work_tree(folder)
    start_repository(folder)
    return folder


def copy_work_tree(folder: Path, *below: str, source: Path = ROOT) -> None:
    """Copy all files that git tracks, or would track, into a folder."""
    listing = ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *below)
    for name in filter(None, git(source, *listing).split("\0")):
        if (source / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, folder / name)


def start_repository(folder: Path) -> None:
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit_all(folder)


def commit_all(folder: Path) -> None:
    git(folder, "add", "--all")
    identity = ("user.name=A Tester", "user.email=tester@example.com", "commit.gpgsign=false", "tag.gpgsign=false")
    words = [word for setting in identity for word in ("-c", setting)]
    git(folder, *words, "commit", "--quiet", "--no-verify", "--message=A step")


def git(folder: Path, *words: str) -> str:
    return subprocess.run([GIT, *words], cwd=folder, check=True, capture_output=True, text=True).stdout


# --- the command and plain Copier -------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """The result of one run of the command."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The JSON document on standard output, which must contain nothing else."""
        return json.loads(self.out)


Scaffold = Callable[..., Outcome]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to a folder with one file, which must not be touched."""
    folder = tmp_path / "here"
    (folder / "neighbour").mkdir(parents=True)
    (folder / "neighbour" / "file").write_text("mine\n", encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def scaffold(
    bundle: Path, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Scaffold]:
    """Return a function that runs `scaffold` with the catalogue of a wheel, and without a terminal."""
    monkeypatch.setattr(manifests, "INSIDE_WHEEL", bundle)
    monkeypatch.setattr("sys.argv", ["scaffold"])
    monkeypatch.setattr("sys.stdin", io.StringIO())
    monkeypatch.setenv("SCAFFOLD_CACHE", str(here.parent / "cache"))
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}

    def run(*words: str) -> Outcome:
        capsys.readouterr()
        try:
            code = main.main(words)
        except SystemExit as left:
            code = int(left.code or 0)
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    yield run
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def case(request: pytest.FixtureRequest, here: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """Go to the project of a case."""
    found: Case = request.param
    for path, content in found.files.items():
        (here / "project" / path).parent.mkdir(parents=True, exist_ok=True)
        (here / "project" / path).write_bytes(content)
    monkeypatch.chdir(here / "project")
    if found.is_committed:
        start_repository(here / "project")
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    return found


def printed(outcome: Outcome, case: Case) -> str:
    """Return all that a command printed in a case's project, and its exit code, as documents of cases have it."""
    text = f"{outcome.out}{outcome.err}exit code {outcome.code}\n".replace(str(Path.cwd()), "PROJECT")
    return text.replace(git(Path.cwd(), "rev-parse", "HEAD")[:12], "COMMIT") if case.is_committed else text


def contents(folder: Path) -> Files:
    """Return the files below a folder, and the folders that have none."""
    found = {path: content for path, (mode, content) in tree(folder).items() if not stat.S_ISDIR(mode)}
    folders = {path for path, (mode, _) in tree(folder).items() if stat.S_ISDIR(mode)}
    return found | {f"{path}/": b"" for path in folders if not any(file.startswith(f"{path}/") for file in found)}


def copy_plainly(source: str | Path, folder: Path, ref: str | None = "HEAD", **answers: Any) -> None:
    """Copy a template with Copier itself, for a user who trusts no template."""
    run_copy(
        str(source), folder, data=answers, vcs_ref=ref, defaults=True, unsafe=False, quiet=True, settings=Settings()
    )


def tree(folder: Path, *, without: str = ".git") -> Tree:
    """Return everything below a folder; of a folder, only the mode."""
    found: Tree = {}
    for path in sorted(folder.rglob("*")):
        if without not in path.relative_to(folder).parts:
            content = path.read_bytes() if path.is_file() else b""
            found[path.relative_to(folder).as_posix()] = (path.lstat().st_mode, content)
    return found


# --- processes -----------------------------------------------------------------------------

ELSEWHERE = "4194305.1.01234567"
"""The name of a process of another machine, which may be alive."""

OWNER = "from scaffolder.system import owner; print(owner.me(), flush=True); input()"


@pytest.fixture
def living() -> Iterator[str]:
    """Start a process, and return the name under which its folders are its own."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.communicate("\n")


@pytest.fixture
def dead(living: str) -> list[str]:
    """Return the names of processes that have ended; one's number is by now that of another process."""
    number, _, machine = living.split(".")
    return [f"4194305.1.{machine}", f"{number}.1.{machine}"]


# --- signals -------------------------------------------------------------------------------


@pytest.fixture(autouse=True, scope="session")
def _hears_ctrl_c() -> Iterator[None]:
    """Receive Ctrl-C, also in child processes: a shell makes its background jobs ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
