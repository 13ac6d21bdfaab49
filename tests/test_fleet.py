"""`scaffold fleet`: many projects are reported on and updated, each once, whatever stops the run."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scaffolder.catalogue import manifests, render
from scaffolder.commands import update
from scaffolder.core.errors import BuildOrTestFailed
from scaffolder.core.requests import UpdateRequest
from scaffolder.ui.report import Report

from . import two_versions
from .conftest import ROOT, Outcome, Scaffold, Tree, commit_all, git, start_repository, tree

Program = Callable[..., Outcome]

TEMPLATES = ("hello", "d1", "http")


@pytest.fixture(scope="session")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the two versions of the catalogue, as in two wheels."""
    place = tmp_path_factory.mktemp("versions")
    two_versions.make_old(place / "old")
    two_versions.make_new(place / "new", place / "old")
    return place / "old", place / "new"


@pytest.fixture
def fleet(here: Path, catalogues: tuple[Path, Path]) -> Path:
    """Make three projects of the earlier version, and their list."""
    two_versions.use(catalogues[0])
    for name in TEMPLATES:
        answers = render.interview(name, here / name, {}).answers
        render.render(name, answers, here / name)
        start_repository(here / name)
    manifests.pins.cache_clear()
    listed = here / "fleet.txt"
    listed.write_text("# the fleet\n\n" + "".join(f"{name}\n" for name in TEMPLATES), encoding="utf-8")
    return listed


@pytest.fixture
def new(scaffold: Scaffold, catalogues: tuple[Path, Path]) -> Iterator[Program]:
    """Return a function that runs the later program."""

    def run(*words: str) -> Outcome:
        two_versions.use(catalogues[1])
        return scaffold(*words)

    yield run
    manifests.pins.cache_clear()


def projects(outcome: Outcome) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = outcome.document["projects"]
    return listed


def statuses(outcome: Outcome) -> dict[str, str]:
    return {Path(each["project"]).name: each["status"] for each in projects(outcome)}


def version(project: Path) -> str:
    match = re.search(r"^_commit: (.*)$", (project / ".copier-answers.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert match
    return match[1]


def trees(here: Path) -> dict[str, Tree]:
    return {name: tree(here / name) for name in TEMPLATES}


# --- the report -----------------------------------------------------------------------------------------------------


def test_a_report_names_who_is_behind_and_by_how_much_and_writes_nothing(fleet: Path, new: Program, here: Path) -> None:
    before = trees(here)

    outcome = new("fleet", "fleet.txt", "--json")

    assert outcome.code == 0, outcome.out
    assert {each["status"] for each in projects(outcome)} == {"behind"}
    assert projects(outcome)[0]["version"] == "v0.1.0"
    assert projects(outcome)[0]["newest"] == "v0.2.0"
    assert (projects(outcome)[0]["behind"], projects(outcome)[0]["releases"]) == (1, ["0.2.0"])
    assert outcome.document["summary"] == {"projects": 3, "behind": 3, "with_findings": 0, "unreadable": 0}
    assert trees(here) == before
    assert fleet.is_file()


@pytest.mark.usefixtures("fleet")
def test_a_report_names_the_checks_that_fail(new: Program, here: Path) -> None:
    config = here / "d1" / "wrangler.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("[build]\ncommand", "[build]\nno"), encoding="utf-8")

    outcome = new("fleet", "fleet.txt")

    assert outcome.code == 1
    row = next(line for line in outcome.out.splitlines() if line.startswith("d1"))
    assert re.search(r"WR\d{3}", row)
    assert "1 release behind" in row


def test_one_project_that_cannot_be_read_does_not_hide_the_others(fleet: Path, new: Program, here: Path) -> None:
    (here / "bare").mkdir()
    (here / "d1" / "Cargo.toml").write_text("[package", encoding="utf-8")
    shutil.copytree(here / "hello", here / "lost")
    (here / "lost" / ".copier-answers.yml").unlink()
    with fleet.open("a", encoding="utf-8") as stream:
        stream.write("nowhere\nbare\nlost\n")

    outcome = new("fleet", "fleet.txt", "--json")

    assert outcome.code == 1
    assert statuses(outcome) == {
        "hello": "behind",
        "d1": "unreadable",
        "http": "behind",
        "nowhere": "unreadable",
        "bare": "unreadable",
        "lost": "no record",
    }
    assert "adopt" in next(each for each in projects(outcome) if each["project"] == "lost")["refusal"]["fix"]


@pytest.mark.promise("exit-code", "no-byte-lost", kind="bad input")
@pytest.mark.parametrize("words", [(), ("update", "--no-validate")], ids=["report", "update"])
@pytest.mark.parametrize("source", ["the catalogue's", "out of reach"])
def test_several_projects_whose_version_cannot_be_found_are_each_a_line(
    fleet: Path, new: Program, here: Path, source: str, words: tuple[str, ...]
) -> None:
    if source == "out of reach":
        for name in TEMPLATES:
            record = here / name / ".copier-answers.yml"
            text = re.sub("_src_path: .*", f"_src_path: {here}/gone.git", record.read_text(encoding="utf-8"))
            record.write_text(text, encoding="utf-8")
            commit_all(here / name)
    before = trees(here)

    outcome = new("fleet", fleet.name, *words, "--to", "9", "--json")

    assert outcome.code == (2 if words else 1)
    why = {each["refusal"]["what"] for each in projects(outcome)}
    assert why == {"there is no version `9`" if source == "the catalogue's" else "the repository cannot be fetched"}
    assert len(projects(outcome)) == len(TEMPLATES)
    assert trees(here) == before


@pytest.mark.parametrize("locale", ["POSIX", "C.UTF-8"])
def test_the_list_is_utf_8_whatever_the_locale_is(
    fleet: Path, catalogues: tuple[Path, Path], here: Path, locale: str
) -> None:
    (here / "hello").rename(here / "wörker")
    fleet.write_text("wörker\n", encoding="utf-8")
    program = (
        "import sys; from pathlib import Path; from scaffolder.catalogue import manifests; "
        "manifests.INSIDE_WHEEL = Path(sys.argv.pop(1)); from scaffolder.cli.main import main; sys.exit(main())"
    )
    plain = {"LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", program, str(catalogues[1]), "fleet", "fleet.txt", "--json"],
        env={**os.environ, "SCAFFOLD_CACHE": str(here.parent / "cache"), **plain},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["projects"][0]["status"] == "behind"


def test_a_project_that_is_listed_twice_counts_once(fleet: Path, new: Program) -> None:
    with fleet.open("a", encoding="utf-8") as stream:
        stream.write("./hello/\n")

    assert len(projects(new("fleet", "fleet.txt", "--json"))) == 3


def test_parts_of_a_fleet_have_each_project_once(fleet: Path, new: Program) -> None:
    assert fleet.is_file()
    parts = [statuses(new("fleet", "fleet.txt", "--json", "--shard", f"{number}/4")) for number in (1, 2, 3, 4)]

    assert sorted(name for part in parts for name in part) == sorted(TEMPLATES)
    assert [len(part) for part in parts] == [1, 1, 1, 0]


@pytest.mark.parametrize(
    ("text", "words", "why"),
    [
        (None, (), "No such file"),
        ("# nothing\n\n", (), "it names no project"),
        ("a\x1b[2Jb\n", (), "line 1 has unprintable characters"),
        ("hello\n", ("--shard", "0/3"), "is no part of a fleet"),
        ("hello\n", ("--shard", "4/3"), "is no part of a fleet"),
        ("hello\n", ("--shard", "x"), "is no part of a fleet"),
        ("hello\n", ("destroy",), "invalid choice"),
        ("hello\n", ("workflow", "--shards", "0"), "is not a number from 1 on"),
    ],
)
def test_bad_input_is_refused(new: Program, here: Path, text: str | None, words: tuple[str, ...], why: str) -> None:
    if text is not None:
        (here / "fleet.txt").write_text(text, encoding="utf-8")

    outcome = new("fleet", "fleet.txt", *words)

    assert outcome.code == 2
    assert why in outcome.err


# --- updates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [("update",), ("--update",), ("--no-validate", "update")], ids=" ".join)
def test_every_project_is_updated_and_then_there_is_nothing_to_do(
    fleet: Path, new: Program, here: Path, words: tuple[str, ...]
) -> None:
    outcome = new("fleet", str(fleet), *words, "--no-validate", "--json")

    assert outcome.code == 0, outcome.out
    assert statuses(outcome) == dict.fromkeys(TEMPLATES, "updated")
    assert {version(here / name) for name in TEMPLATES} == {"v0.2.0"}
    assert set(statuses(new("fleet", str(fleet), *words, "--no-validate", "--json")).values()) == {"current"}
    assert set(statuses(new("fleet", str(fleet), "--json")).values()) == {"current"}


@pytest.mark.usefixtures("fleet")
def test_each_update_is_validated_unless_told_otherwise(
    new: Program, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def fail(request: UpdateRequest, _report: Report) -> int:
        asked.append((request.project.name, request.validate))
        if request.project.name == "d1":
            raise BuildOrTestFailed(
                "d1 failed at build", "d1", "a project is proven only if every step passes", "fix it"
            )
        return 0

    monkeypatch.setattr(update, "run", fail)

    outcome = new("fleet", "fleet.txt", "update", "--json")

    assert asked == [(name, True) for name in TEMPLATES]
    assert outcome.code == 1
    assert statuses(outcome)["d1"] == "failed"
    assert version(here / "d1") == "v0.1.0"


@pytest.mark.usefixtures("fleet")
def test_a_project_in_conflict_stays_as_it_is(new: Program, here: Path) -> None:
    manifest = here / "hello" / "Cargo.toml"
    manifest.write_text(re.sub(r'"=0\.8\.\d+"', '"=0.8.1"', manifest.read_text("utf-8")), encoding="utf-8")
    commit_all(here / "hello")
    before = tree(here / "hello")

    outcome = new("fleet", "fleet.txt", "update", "--no-validate", "--json")

    assert outcome.code == 5
    assert statuses(outcome) == {"hello": "conflict", "d1": "updated", "http": "updated"}
    assert "Cargo.toml" in projects(outcome)[0]["refusal"]["what"]
    assert tree(here / "hello") == before
    assert git(here / "hello", "status", "--porcelain") == ""


@pytest.mark.usefixtures("fleet")
def test_a_project_with_uncommitted_changes_is_refused_alone(new: Program, here: Path) -> None:
    (here / "d1" / "README.md").write_text("mine\n", encoding="utf-8")
    before = tree(here / "d1")

    outcome = new("fleet", "fleet.txt", "update", "--no-validate", "--json")

    assert outcome.code == 2
    assert statuses(outcome) == {"hello": "updated", "d1": "refused", "http": "updated"}
    assert tree(here / "d1") == before


KILLED = """
import os, signal, sys
from pathlib import Path
from scaffolder.cli import main
from scaffolder.commands import update
from scaffolder.system import file_writer
from tests import two_versions

real, moment, place, placed = update.run, sys.argv[2], file_writer.place, []

def run(request, report):
    if request.project.name == "d1" and moment == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    code = real(request, report)
    if request.project.name == "d1":
        os.kill(os.getpid(), signal.SIGKILL)
    return code

def stop_at_the_second(root, step):
    placed.extend([step] if root.name == "d1" else [])
    if moment == "during" and len(placed) > 1:
        os.kill(os.getpid(), signal.SIGKILL)
    place(root, step)

update.run, file_writer.place = run, stop_at_the_second
two_versions.use(Path(sys.argv[1]))
main.main(["fleet", "fleet.txt", "update", "--no-validate"])
"""
"""A run that is killed at the second project: before it is updated, while it is written, or before that is noted."""


@pytest.mark.usefixtures("fleet")
@pytest.mark.parametrize("moment", ["before", "during", "after"])
def test_a_killed_run_goes_on_where_it_stopped_and_does_nothing_twice(
    new: Program, here: Path, catalogues: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    search = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", KILLED, str(catalogues[1]), moment], check=False, cwd=here, env=search)
    assert ran.returncode == -signal.SIGKILL
    assert version(here / "hello") == "v0.2.0"
    before = tree(here / "hello")
    real, done = update.run, []

    def counted(request: UpdateRequest, report: Report) -> int:
        done.append(request.project.name)
        return real(request, report)

    monkeypatch.setattr(update, "run", counted)
    outcome = new("fleet", "fleet.txt", "update", "--no-validate", "--json")

    assert outcome.code == 0, outcome.out
    assert statuses(outcome) == dict.fromkeys(TEMPLATES, "updated")
    assert [each["is_earlier"] for each in projects(outcome)] == [True, False, False]
    assert done == (["d1", "http"] if moment == "before" else ["http"])
    assert {version(here / name) for name in TEMPLATES} == {"v0.2.0"}
    assert [new("diff", name).code for name in TEMPLATES] == [0, 0, 0]
    assert tree(here / "hello") == before
    assert set(statuses(new("fleet", "fleet.txt", "update", "--no-validate", "--json")).values()) == {"current"}


# --- repositories -----------------------------------------------------------------------------------------------------


@pytest.fixture
def repositories(fleet: Path, here: Path) -> dict[str, Path]:
    """Put the projects into bare repositories, and list these."""
    made = {}
    for name in TEMPLATES:
        made[name] = here / "bare" / f"{name}.git"
        git(here, "clone", "--quiet", "--bare", name, str(made[name]))
        shutil.rmtree(here / name)
    fleet.write_text("".join(f"file://{path}\n" for path in made.values()), encoding="utf-8")
    return made


def test_repositories_are_cloned_and_updated_on_a_branch_and_nothing_is_pushed(
    repositories: dict[str, Path], new: Program
) -> None:
    before = {name: tree(path) for name, path in repositories.items()}
    assert {each["status"] for each in projects(new("fleet", "fleet.txt", "--json"))} == {"behind"}

    outcome = new("fleet", "fleet.txt", "update", "--no-validate", "--json")

    assert outcome.code == 0, outcome.out
    assert {each["status"] for each in projects(outcome)} == {"updated"}
    for each in projects(outcome):
        assert each["branch"] == "scaffold/update-v0.2.0"
        assert git(Path(each["folder"]), "status", "--porcelain") == ""
        assert git(Path(each["folder"]), "log", "-1", "--format=%s").strip() == "Update from the template to v0.2.0"
        assert version(Path(each["folder"])) == "v0.2.0"
    assert {name: tree(path) for name, path in repositories.items()} == before


@pytest.fixture
def mono(fleet: Path, here: Path) -> Path:
    """Put two of the projects into the subfolders of one repository, and list nothing yet."""
    for name in ("hello", "d1"):
        shutil.rmtree(here / name / ".git")
        (here / "mono" / "workers").mkdir(parents=True, exist_ok=True)
        (here / name).rename(here / "mono" / "workers" / name)
    (here / "mono" / "outside").symlink_to(here / "http")
    start_repository(here / "mono")
    git(here, "clone", "--quiet", "--bare", "mono", "mono.git")
    fleet.write_text("", encoding="utf-8")
    return here / "mono"


@pytest.mark.parametrize("address", ["mono.git", "file://HERE/mono.git", "https://git.example.com/mono.git"])
def test_projects_in_subfolders_of_a_repository_get_a_branch_each(
    mono: Path, fleet: Path, new: Program, here: Path, address: str
) -> None:
    settings = Path(os.environ["GIT_CONFIG_GLOBAL"])
    rule = f'[url "{here}/"]\ninsteadOf = https://git.example.com/\n'
    settings.write_text(settings.read_text(encoding="utf-8") + rule, encoding="utf-8")
    url = address.replace("HERE", str(here))
    fleet.write_text(f"{url}//workers/hello\n{url}//workers/d1/\n{url}//workers/d1\n", encoding="utf-8")
    assert [each["status"] for each in projects(new("fleet", "fleet.txt", "--json"))] == ["behind"] * 2

    outcome = new("fleet", "fleet.txt", "update", "--no-validate", "--json")

    assert outcome.code == 0, outcome.out
    branches = ["scaffold/update-workers-hello-v0.2.0", "scaffold/update-workers-d1-v0.2.0"]
    assert [(each["status"], each["branch"]) for each in projects(outcome)] == [("updated", each) for each in branches]
    for each in projects(outcome):
        assert version(Path(each["folder"])) == "v0.2.0"
        git(Path(each["folder"]), "push", "--quiet", "origin", f"HEAD:refs/heads/{each['branch']}")
    again = new("fleet", "fleet.txt", "update", "--no-validate", "--json")
    assert [each["status"] for each in projects(again)] == ["proposed"] * 2
    assert mono.is_dir()


def test_a_subfolder_that_is_missing_or_leads_out_is_refused_alone(
    mono: Path, fleet: Path, new: Program, here: Path
) -> None:
    lines = [f"file://{here}/mono.git//{each}\n" for each in ("workers/none", "../http", "outside", ".git")]
    fleet.write_text("mono/workers/hello\n" + "".join(lines), encoding="utf-8")
    before = tree(here / "http")

    outcome = new("fleet", "fleet.txt", "update", "--no-validate", "--json")

    assert [each["status"] for each in projects(outcome)] == ["updated", *["refused"] * 4]
    assert version(mono / "workers" / "hello") == "v0.2.0"
    assert version(mono / "workers" / "d1") == "v0.1.0"
    assert tree(here / "http") == before


def test_a_repository_that_has_the_branch_is_left_alone(repositories: dict[str, Path], new: Program) -> None:
    pushed = projects(new("fleet", "fleet.txt", "update", "--no-validate", "--json"))[0]
    git(Path(pushed["folder"]), "push", "--quiet", "origin", f"HEAD:refs/heads/{pushed['branch']}")

    outcome = new("fleet", "fleet.txt", "update", "--no-validate", "--json")

    assert statuses(outcome) == {"hello.git": "proposed", "d1.git": "updated", "http.git": "updated"}
    assert repositories


def test_a_repository_that_is_gone_and_an_option_as_an_address_are_refused_alone(
    repositories: dict[str, Path], new: Program, here: Path
) -> None:
    shutil.rmtree(repositories["d1"])
    with (here / "fleet.txt").open("a", encoding="utf-8") as stream:
        stream.write("--upload-pack=touch owned\next::sh -c touch% owned\nhttps://user:secret@127.0.0.1:9/x.git\n")

    outcome = new("fleet", "fleet.txt", "--json")

    assert outcome.code == 1
    assert [each["status"] for each in projects(outcome)] == ["behind", "unreadable", "behind", *["unreadable"] * 3]
    assert "secret" not in outcome.out + outcome.err
    assert not (here / "owned").exists()


# --- the workflow -----------------------------------------------------------------------------------------------------


def test_the_workflow_has_a_job_for_each_part_and_is_clean(fleet: Path, new: Program, here: Path) -> None:
    outcome = new("fleet", fleet.name, "workflow", "--shards", "3")
    written = here / ".github" / "workflows" / "update-workers.yml"
    written.parent.mkdir(parents=True)
    written.write_text(outcome.out, encoding="utf-8")

    assert outcome.code == 0
    assert 'shard: ["1/3", "2/3", "3/3"]' in outcome.out
    assert f"FLEET: {fleet.name}" in outcome.out
    for linter in (
        (sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"),
        (Path(sys.executable).with_name("zizmor"), "--offline", "--no-progress"),
    ):
        ran = subprocess.run([*linter, written], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_workflow_reads_the_document_that_an_update_writes(fleet: Path, new: Program) -> None:
    document = json.loads(new("fleet", str(fleet), "update", "--no-validate", "--json").out)
    text = new("fleet", str(fleet), "workflow").out

    for name in set(re.findall(r"\.(status|branch|folder|to|project|refusal)\b", text)):
        assert all(name in each for each in document["projects"])
