"""Which libraries a command loads: those that take long are loaded only by the commands that use them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scaffolder.catalogue import copier_worker, manifests, render

from .conftest import ROOT, Scaffold

SLOW = {"copier", "git", "jinja2", "plumbum", "prompt_toolkit", "pydantic", "questionary"}
"""What `scaffold new` renders, asks and commits with."""

READERS = {"jsonschema", "tomlkit", "tree_sitter"}
"""What a worker's files are read and checked with."""

COMPLETION = {"argcomplete"}
"""What a shell asks for completions."""

PRINT_MODULES = """
import sys
sys.path.insert(0, sys.argv.pop(1))
from scaffolder.cli.main import main
try:
    code = main(sys.argv[1:])
except SystemExit as left:
    code = left.code
sys.stderr.write("\\n" + " ".join({name.partition(".")[0] for name in sys.modules}))
sys.exit(code)
"""


def loaded(folder: Path, *words: str) -> set[str]:
    """Return the packages that a command has loaded at its end."""
    command = [sys.executable, "-c", PRINT_MODULES, str(ROOT), *words]
    variables = {**os.environ, "SCAFFOLD_CACHE": str(folder.parent / "cache")}
    ran = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return set(ran.stderr.splitlines()[-1].split())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    answers = render.interview("hello", folder, {}).answers
    render.render("hello", answers, folder)
    return folder


@pytest.mark.parametrize("words", ["--help", "--version", "list", "list --json", "new --help", "check --help"])
def test_a_command_that_reads_the_catalogue_alone_loads_no_library_but_the_ones_for_that(
    project: Path, words: str
) -> None:
    assert loaded(project, *words.split()) & (SLOW | READERS | COMPLETION) == set()


@pytest.mark.parametrize(
    "words", ["add --list", "add --help", "info kv", "check", "check --fix", "add kv PAGES --dry-run"]
)
def test_a_command_that_reads_a_worker_loads_nothing_to_render_ask_or_commit_with(project: Path, words: str) -> None:
    assert loaded(project, *words.split()) & (SLOW | COMPLETION) == set()


def test_the_script_of_a_shell_is_printed_without_any_other_library(project: Path) -> None:
    packages = loaded(project, "completion", "bash")

    assert packages & (SLOW | READERS) == set()
    assert packages >= COMPLETION


def test_a_template_whose_questions_are_in_the_cache_is_described_without_copier(project: Path) -> None:
    assert "copier" in loaded(project, "info", "hello")
    assert loaded(project, "info", "hello") & SLOW == set()


def test_a_new_project_without_additions_commit_or_validation_loads_nothing_for_them(tmp_path: Path) -> None:
    words = ("new", "made", "--template", "hello", "--defaults", "--no-git", "--no-validate", "--dry-run")

    assert loaded(tmp_path, *words) & ({"git"} | READERS | COMPLETION) == set()


# --- the cache of questions ----------------------------------------------------------------


def asked(scaffold: Scaffold) -> list[str]:
    outcome = scaffold("info", "hello", "--json")
    assert outcome.code == 0, outcome.err
    return [question["help"] for question in outcome.document["questions"]]


def test_cached_questions_are_the_ones_that_copier_gave(scaffold: Scaffold) -> None:
    first, second = (scaffold("info", "queue", "--json").document for _ in range(2))

    assert first == second
    assert [question["name"] for question in second["questions"]][:2] == ["worker_name", "description"]


def test_a_question_that_has_changed_is_read_again(
    scaffold: Scaffold, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = shutil.copytree(bundle, tmp_path / "catalogue")
    monkeypatch.setattr(manifests, "INSIDE_WHEEL", catalogue)
    before = asked(scaffold)
    # Copier's configuration is read once in a process, so the change is one of another process.
    copier_worker._template.cache_clear()
    copier_worker._environment.cache_clear()
    settings = catalogue / "copier.yml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("in one sentence?", "in few words?"), encoding="utf-8")

    after = asked(scaffold)

    assert before != after
    assert "What does it do, in few words?" in after


@pytest.mark.parametrize("content", ["", "{", "[{}]", "[1]", '[{"choices": 1}]', '[{"choices": [], "colour": 1}]'])
def test_a_spoilt_cache_is_made_again(scaffold: Scaffold, tmp_path: Path, content: str) -> None:
    before = asked(scaffold)
    (kept,) = (tmp_path / "cache" / "questions").iterdir()
    text = kept.read_text(encoding="utf-8")
    kept.write_text(content, encoding="utf-8")

    assert asked(scaffold) == before
    assert kept.read_text(encoding="utf-8") == text


def test_without_a_cache_the_questions_are_shown_all_the_same(
    scaffold: Scaffold, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = asked(scaffold)
    (tmp_path / "file").touch()
    monkeypatch.setenv("SCAFFOLD_CACHE", str(tmp_path / "file" / "below"))

    assert asked(scaffold) == before
