"""An unresolved merge conflict is reported as one, with its lines, in every file that is read; nothing else is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scaffolder.system.conflict_markers import merge_conflicts

from .check import BASE, write
from .conftest import Scaffold, tree
from .terminal import LIMIT, SCAFFOLD

MERGE = "<<<<<<< HEAD\n{0}\n=======\n{0}\n>>>>>>> ideas\n"
DIFF3 = "<<<<<<< HEAD\n{0}\n||||||| 1a2b3c4\n{0}\n=======\n{0}\n>>>>>>> ideas\n"

FILES = [
    "wrangler.toml",
    "Cargo.toml",
    "Cargo.lock",
    "src/lib.rs",
    "src/deep/inner.rs",
    "build.rs",
    "package.json",
    "package-lock.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    ".dev.vars",
    ".dev.vars.example",
    ".env.staging",
    ".copier-answers.yml",
    "tests/smoke.toml",
    "tests/worker.test.mjs",
    "build.mjs",
    "scripts/build.sh",
    "Makefile",
    "pages/index.html",
    ".cargo/config.toml",
    ".github/workflows/ci.yml",
    ".gitignore",
    "migrations/0001_notes.sql",
    "rust-toolchain.toml",
]

CLEAN = {
    "a heading in a comment of Rust": (".rs", "/*\nTitle\n=======\n*/\n"),
    "a heading in the documentation of Rust": (".rs", "//! Title\n//! =======\n"),
    "a line of signs": (".sh", "=======\n<<<<<<<<\n>>>>>>>>>\n|||||||\n"),
    "a raw string of Rust": (".rs", f'const A: &str = r#"\n{MERGE.format("a")}"#;\n'),
    "a string of Rust": (".rs", f'const A: &str = "x\n{MERGE.format("a")}\\"";\n'),
    "a string of TOML": (".toml", f'A = """\n{MERGE.format("a")}"""\n'),
    "a literal string of TOML": (".toml", f"A = '''\n{DIFF3.format('a')}'''\n"),
    "a template of JavaScript": (".mjs", f"const a = `\n{MERGE.format('a')}`;\n"),
    "a shift in Rust": (".rs", "let a = 1\n    << 7;\n"),
    "signs within a line": (".sh", "echo '<<<<<<< HEAD'\n # >>>>>>> x\n"),
    "a here document": (".sh", "cat <<<<<<<\n"),
    "a divider between two headings": (".rs", "/*\nOne\n=======\nTwo\n=======\n*/\n"),
}


@pytest.fixture
def project(scaffold: Scaffold, here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001 - it comes first
    folder = write(here / "notes", BASE)
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("file", FILES)
def test_check_reports_the_conflict_and_an_edit_is_refused(scaffold: Scaffold, project: Path, file: str) -> None:
    write(project, {file: f"\n{MERGE.format('')}"})
    before = tree(project)

    checked, edited = scaffold("check"), scaffold("add", "kv", "CACHE")

    assert checked.code == 1
    assert (
        f"{file}:2:1 PJ320 unresolved merge conflict, with markers on lines 2, 4 and 6 [merge-conflict]" in checked.out
    )
    assert edited.code == 2
    assert f"unresolved merge conflict in {Path(file).name}" in edited.err
    assert "git left its conflict markers on lines 2, 4 and 6" in edited.err
    assert tree(project) == before


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize(("text", "lines"), [(MERGE, "lines 3, 5 and 7"), (DIFF3, "lines 3, 5, 7 and 9")])
def test_both_styles_and_both_line_endings_are_known(text: str, lines: str, ending: str) -> None:
    content = f"\n\n{text.format('a')}".replace("\n", ending).encode()

    assert [str(found) for found in merge_conflicts(".toml", content)] == [lines]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("<<<<<<< HEAD\na\n", ["line 1"]),
        ("a\n>>>>>>> ideas\n", ["line 2"]),
        ("<<<<<<< HEAD\na\n=======\nb\n", ["lines 1 and 3"]),
        ("<<<<<<<\na\n=======\nb\n>>>>>>>", ["lines 1, 3 and 5"]),
        (MERGE.format("a") * 2, ["lines 1, 3 and 5", "lines 6, 8 and 10"]),
        (f'const A: &str = "\n{MERGE.format(chr(34) + ";")}', ["lines 2, 4 and 6"]),
    ],
)
def test_what_is_left_of_a_conflict_is_one_too(text: str, lines: list[str]) -> None:
    assert [str(found) for found in merge_conflicts(".rs", text.encode())] == lines


@pytest.mark.parametrize(("suffix", "text"), CLEAN.values(), ids=CLEAN)
def test_the_same_signs_elsewhere_are_no_conflict(suffix: str, text: str) -> None:
    assert merge_conflicts(suffix, text.encode()) == []


def test_markdown_may_quote_a_conflict(scaffold: Scaffold, project: Path) -> None:
    write(project, {"README.md": MERGE.format("a"), "node_modules/a/index.js": MERGE.format("a")})

    assert scaffold("check").code == 0


def test_a_rule_that_is_ignored_leaves_the_refusal(scaffold: Scaffold, project: Path) -> None:
    write(project, {"wrangler.toml": MERGE.format("a = 1")})

    outcome = scaffold("check", "--ignore", "merge-conflict")

    assert outcome.code == 2
    assert "unresolved merge conflict in wrangler.toml" in outcome.err


def test_a_crate_beside_the_project_is_read_too(scaffold: Scaffold, project: Path) -> None:
    cargo = f'{BASE["Cargo.toml"]}\n[dependencies.common]\npath = "../common"\n'
    write(project, {"Cargo.toml": cargo, "../common/src/lib.rs": MERGE.format("//")})
    write(project, {"../common/Cargo.toml": '[package]\nname = "common"\nversion = "0.1.0"\n'})

    outcome = scaffold("check")

    assert "unresolved merge conflict in lib.rs" in outcome.err + outcome.out


def test_answers_with_a_conflict_are_refused(scaffold: Scaffold, here: Path) -> None:
    write(here, {"answers.yml": MERGE.format("worker_name: a")})

    outcome = scaffold("new", "made", "--template", "hello", "--answers", "answers.yml", "--defaults", "--no-git")

    assert outcome.code == 2
    assert "git left its conflict markers on lines 1, 3 and 5" in outcome.err


def test_nothing_is_served_with_a_conflict(scaffold: Scaffold, project: Path) -> None:  # noqa: ARG001 - the fixture is ours
    write(project, {".dev.vars": MERGE.format("TOKEN=a")})

    ran = subprocess.run([*SCAFFOLD, "dev"], capture_output=True, text=True, check=False, timeout=LIMIT)

    assert ran.returncode == 2
    assert "unresolved merge conflict in .dev.vars" in ran.stderr


def test_a_conflict_is_found_once_in_a_workspace_and_not_fixed(scaffold: Scaffold, project: Path) -> None:
    write(project / "one", BASE)
    write(project / "two", BASE)
    (project / "wrangler.toml").unlink()
    write(project, {"Cargo.toml": '[workspace]\nmembers = ["one", "two"]\n', "deploy.sh": MERGE.format("a")})

    outcome = scaffold("check", "--select", "PJ320", "--fix")

    assert outcome.out.count("deploy.sh:1:1 PJ320") == 1
    assert (project / "deploy.sh").read_text(encoding="utf-8") == MERGE.format("a")


def test_a_script_without_a_suffix_is_known_by_its_first_line(scaffold: Scaffold, project: Path) -> None:
    write(project, {"bin/build": f"#!/bin/sh\n{MERGE.format('a')}", "NOTES": MERGE.format("a")})

    outcome = scaffold("check")

    assert outcome.out.startswith("bin/build:2:1 PJ320 ")
    assert "NOTES" not in outcome.out
