"""Which libraries a command loads: those that take long are loaded only by the commands that use them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scaffolder.catalogue import manifests, render

from .conftest import ROOT

SLOW = {"copier", "git", "jinja2", "plumbum", "prompt_toolkit", "pydantic", "questionary"}
"""What `scaffold new` renders, asks and commits with."""

READERS = {"jsonschema", "tomlkit", "tree_sitter"}
"""What a worker's files are read and checked with."""

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
    ran = subprocess.run(
        [sys.executable, "-c", PRINT_MODULES, str(ROOT), *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
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
    assert loaded(project, *words.split()) & (SLOW | READERS) == set()


@pytest.mark.parametrize(
    "words", ["add --list", "add --help", "info kv", "check", "check --fix", "add kv PAGES --dry-run"]
)
def test_a_command_that_reads_a_worker_loads_nothing_to_render_ask_or_commit_with(project: Path, words: str) -> None:
    assert loaded(project, *words.split()) & SLOW == set()


def test_git_is_loaded_where_an_edit_reads_the_history(project: Path) -> None:
    assert "git" in loaded(project, "add", "durable-object", "ROOMS=Room", "--dry-run")


@pytest.mark.parametrize("id_", [manifests.template_ids()[0]])
def test_a_new_project_without_additions_commit_or_validation_loads_nothing_for_them(project: Path, id_: str) -> None:
    words = ("new", "made", "--template", id_, "--defaults", "--no-git", "--no-validate", "--dry-run")

    assert loaded(project, *words) & ({"git"} | READERS) == set()
