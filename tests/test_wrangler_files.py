"""Every command uses the wrangler file that wrangler reads, names those that it ignores, and refuses to guess."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from .check import BASE, write
from .conftest import Scaffold, tree
from .fakes import stage as stages
from .fakes.stage import Stage
from .terminal import LIMIT, SCAFFOLD

OTHER = '{ "name": "other", "main": "other.js", "compatibility_date": "2026-11-17" }\n'
STAGING = 'name = "{}"\nmain = "build/index.js"\ncompatibility_date = "2026-11-17"\n'
REDIRECT = ".wrangler/deploy/config.json"

PREFERRED = {
    "wrangler.json above": ({"../wrangler.json": OTHER}, "../wrangler.json"),
    "wrangler.jsonc two folders above": ({"../../wrangler.jsonc": OTHER}, "../../wrangler.jsonc"),
    "a redirection": ({REDIRECT: '{ "configPath": "../../dist/w.json" }', "dist/w.json": OTHER}, "dist/w.json"),
    "a redirection to nothing": ({REDIRECT: '{ "configPath": "../../no.json" }'}, REDIRECT),
    "a redirection without a path": ({REDIRECT: "{}"}, REDIRECT),
    "a redirection above": ({f"../{REDIRECT}": '{ "configPath": "w.json" }'}, f"../{REDIRECT}"),
}
"""The files that make wrangler read another file than the project's wrangler.toml, and the file that it then names."""

NAMING = {
    "package.json": ("package.json", '{ "scripts": { "deploy": "wrangler deploy --config FILE --env \\"\\"" } }'),
    "a script": ("scripts/deploy.sh", "cd . && npx wrangler deploy -c=FILE\n"),
    "a Makefile": ("Makefile", 'deploy:\n\twrangler deploy -c "FILE"\n'),
    "a workflow": (
        ".github/workflows/ci.yml",
        "uses: cloudflare/wrangler-action@v3\nwith:\n  command: deploy -c FILE\n",
    ),
    "GitLab": (".gitlab-ci.yml", "script:\n  - wrangler deploy --config ./FILE\n"),
}
"""Places in which a project may give a wrangler file to wrangler."""


@pytest.fixture
def project(scaffold: Scaffold, here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001 - it comes first
    folder = write(here / "around" / "notes", BASE)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def stage(scaffold: Scaffold, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:  # noqa: ARG001 - ours comes after
    return stages.set_up(tmp_path / "stage", monkeypatch)


def dev(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SCAFFOLD, "dev", *words], env=os.environ, capture_output=True, text=True, check=False, timeout=LIMIT
    )


@pytest.mark.parametrize(("files", "read"), PREFERRED.values(), ids=PREFERRED)
def test_a_file_that_wrangler_prefers_is_found_by_check_and_refused_by_edits(
    scaffold: Scaffold, project: Path, files: dict[str, str], read: str
) -> None:
    write(project, files)
    before = tree(project)

    checked, edited = scaffold("check"), scaffold("add", "kv", "CACHE")

    assert checked.code == 1
    assert f"WR128 wrangler ignores this file, and reads {read}: " in checked.out
    assert edited.code == 2
    assert f"it reads {read}: " in edited.err
    assert tree(project) == before


@pytest.mark.parametrize(("files", "read"), PREFERRED.values(), ids=PREFERRED)
def test_nothing_is_proven_or_served_where_wrangler_reads_another_file(
    scaffold: Scaffold, stage: Stage, files: dict[str, str], read: str
) -> None:
    project = stage.project(at="around/notes", dev="echo served")
    write(project, files)

    validated, served = scaffold("validate", str(project)), dev(str(project))

    assert validated.code == served.returncode == 2
    assert "proven" not in validated.out
    assert "served" not in served.stdout
    for text in (validated.err, served.stderr):
        assert "wrangler does not read wrangler.toml" in text
        assert f"{Path(os.path.relpath(project / read))}: " in text


def test_a_file_of_a_lower_rank_above_is_no_trouble(scaffold: Scaffold, project: Path) -> None:
    write(project, {"../wrangler.toml": STAGING.format("other")})

    assert scaffold("check").code == 0


def test_a_redirection_to_the_file_itself_is_no_trouble(scaffold: Scaffold, project: Path) -> None:
    write(project, {REDIRECT: '{ "configPath": "../../wrangler.toml" }'})

    assert scaffold("check").code == 0


@pytest.mark.parametrize("name", ["wrangler.json", "wrangler.jsonc"])
def test_the_file_of_a_higher_rank_beside_is_changed_and_the_other_one_named(
    scaffold: Scaffold, project: Path, name: str
) -> None:
    write(project, {name: json.dumps({"name": "notes", "main": "build/index.js", "compatibility_date": "2026-11-17"})})

    checked, added = scaffold("check", "--select", "WR128"), scaffold("add", "kv", "CACHE")

    assert checked.code == 1
    assert f"{name}:1:2 WR128 wrangler reads this file, and ignores wrangler.toml beside it" in checked.out
    assert added.code == 0, added.err
    assert f"wrangler reads {name}, and ignores wrangler.toml beside it\n" in added.err
    assert "CACHE" in (project / name).read_text(encoding="utf-8")
    assert (project / "wrangler.toml").read_text(encoding="utf-8") == BASE["wrangler.toml"]


def test_a_member_is_hidden_by_a_file_in_the_root_of_its_workspace(scaffold: Scaffold, project: Path) -> None:
    write(project / "edge", BASE)
    (project / "wrangler.toml").unlink()
    write(project, {"Cargo.toml": '[workspace]\nmembers = ["edge"]\n', "wrangler.json": OTHER})

    outcome = scaffold("check", "--select", "WR128")

    assert "edge/wrangler.toml:1:1 WR128 wrangler ignores this file, and reads wrangler.json: " in outcome.out


def test_a_file_that_is_given_is_used_whatever_wrangler_would_find(scaffold: Scaffold, stage: Stage) -> None:
    """The project's own commands may name it, too; then nothing is ignored."""
    words = stage.folder / "words"
    project = stage.project(at="around/notes", dev=f"echo $* > {words}; {stages.PLAYS['dev']}")
    write(project, {"../wrangler.json": OTHER})

    assert "\nproven: notes" in "\n" + scaffold("validate", str(project), "--config", "wrangler.toml").out
    assert "--config wrangler.toml" in words.read_text(encoding="utf-8")

    write(project, {"package.json": '{ "scripts": { "deploy": "wrangler deploy -c wrangler.toml" } }'})
    assert scaffold("check", str(project), "--select", "WR128").code == 0
    assert scaffold("add", "assets", "--project", str(project), "--dry-run").code == 0


@pytest.mark.parametrize(("path", "text"), NAMING.values(), ids=NAMING)
def test_a_file_that_a_command_gives_is_checked_too(scaffold: Scaffold, project: Path, path: str, text: str) -> None:
    write(project, {"wrangler.staging.toml": STAGING.format("No.Name")})
    assert scaffold("check").code == 0

    write(project, {path: text.replace("FILE", "wrangler.staging.toml")})

    outcome = scaffold("check", "--select", "WR115")
    assert outcome.out.startswith("wrangler.staging.toml:1:8 WR115 ")
    assert "wrangler.toml" not in outcome.out


def test_a_file_that_is_given_to_another_program_is_none_of_wranglers(scaffold: Scaffold, project: Path) -> None:
    write(
        project, {"lint.json": "{", "package.json": '{ "scripts": { "a": "lint -c lint.json", "b": "wrangler dev" } }'}
    )

    assert scaffold("check").code == 0


def test_the_file_of_a_test_that_runs_javascript_is_left_alone(scaffold: Scaffold, project: Path) -> None:
    config = '{ "name": "No.Name", "main": "tests/stub.mjs", "compatibility_date": "2026-11-17" }'
    write(
        project,
        {
            "wrangler.test.jsonc": config,
            "package.json": '{ "scripts": { "t": "wrangler dev -c wrangler.test.jsonc" } }',
        },
    )

    assert scaffold("check").code == 0


def test_one_file_of_another_name_is_enough_and_of_two_one_is_chosen(scaffold: Scaffold, project: Path) -> None:
    (project / "wrangler.toml").rename(project / "wrangler.one.toml")
    write(project, {"Makefile": "a:\n\twrangler deploy -c wrangler.one.toml\n"})
    assert scaffold("add", "kv", "CACHE").code == 0
    assert "CACHE" in (project / "wrangler.one.toml").read_text(encoding="utf-8")

    write(project, {"wrangler.two.toml": STAGING.format("two"), "b.sh": "wrangler deploy --config wrangler.two.toml\n"})
    refused = scaffold("add", "kv", "STORE")
    chosen = scaffold("add", "kv", "STORE", "--config", "wrangler.two.toml")

    assert refused.code == 2
    assert "this worker has several wrangler files" in refused.err
    assert chosen.code == 0, chosen.err
    assert "STORE" in (project / "wrangler.two.toml").read_text(encoding="utf-8")
    assert "STORE" not in (project / "wrangler.one.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", ["--config", "-c"])
def test_the_file_is_chosen_for_every_command_seen_from_the_project(
    scaffold: Scaffold, here: Path, project: Path, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    write(project, {"wrangler.staging.toml": STAGING.format("staging") + '[vars]\nTITLE = "a"\n'})
    monkeypatch.chdir(here)
    chosen, place = [word, "wrangler.staging.toml"], ["--project", str(project)]

    for words in (["add", "kv", "ONE"], ["rename", "kv", "ONE", "TWO"], ["remove", "kv", "TWO"]):
        outcome = scaffold(*words, *place, *chosen)
        assert outcome.code == 0, outcome.err
        assert "wrangler.staging.toml" in outcome.out

    assert "wrangler.staging.toml:5:1 WR107" in scaffold("check", str(project), *chosen).out.replace(
        f"{os.path.relpath(project)}/", ""
    )
    assert (project / "wrangler.toml").read_text(encoding="utf-8") == BASE["wrangler.toml"]


def test_the_dev_server_gets_the_file_that_is_chosen(stage: Stage) -> None:
    project = stage.project(dev="echo wrangler $*")
    write(project, {"wrangler.staging.toml": STAGING.format("staging")})

    usual, chosen = dev(str(project)), dev(str(project), "--port", "80", "-c", "wrangler.staging.toml", "--local")
    before = dev("--config", "wrangler.staging.toml", str(project))

    assert usual.stdout == "wrangler dev --config wrangler.toml\n"
    assert before.stdout == "wrangler dev --config wrangler.staging.toml\n"
    assert chosen.stdout == "wrangler dev --config wrangler.staging.toml --port 80 --local\n"


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ("no.toml", "there is no such file"),
        ("Cargo.lock", "wrangler reads .json, .jsonc, .toml only"),
        ("../outside.toml", "it is outside of "),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(scaffold: Scaffold, project: Path, config: str, why: str) -> None:
    write(project, {"../outside.toml": STAGING.format("outside")})

    for words in (["check"], ["add", "kv", "CACHE"], ["validate"]):
        outcome = scaffold(*words, "--config", config)
        assert outcome.code == 2
        assert why in outcome.err


def test_one_file_is_given_for_one_project_only(scaffold: Scaffold, project: Path) -> None:
    outcome = scaffold("validate", str(project), str(project), "--config", "wrangler.toml")

    assert outcome.code == 2
    assert "2 are to be validated" in outcome.err


def test_no_project_is_made_where_wrangler_would_read_another_file(scaffold: Scaffold, here: Path) -> None:
    write(here, {"wrangler.jsonc": OTHER})

    outcome = scaffold("new", "made", "--template", "hello", "--defaults", "--no-git")

    assert outcome.code == 2
    assert "wrangler would read wrangler.jsonc there" in outcome.err
    assert not (here / "made").exists()


def test_a_project_is_made_below_a_file_that_its_own_comes_before(scaffold: Scaffold, here: Path) -> None:
    write(here, {"wrangler.toml": STAGING.format("around")})

    outcome = scaffold("new", "made", "--template", "hello", "--defaults", "--no-git")

    assert outcome.code == 0, outcome.err
    assert scaffold("check", "made").code == 0


def test_a_file_in_a_folder_of_its_own_is_proven(scaffold: Scaffold, stage: Stage) -> None:
    words = stage.folder / "words"
    project = stage.project(dev=f"echo $* > {words}; {stages.PLAYS['dev']}")
    config = (project / "wrangler.toml").read_text(encoding="utf-8")
    write(project, {"config/staging.toml": f'main = "../build/index.js"\n{config}'})

    outcome = scaffold("validate", str(project), "--config", "config/staging.toml")

    assert outcome.out.startswith("proven: "), outcome.err
    assert "--config config/staging.toml" in words.read_text(encoding="utf-8")


def test_the_shells_environment_names_what_wrangler_does_not_read(
    scaffold: Scaffold, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = stage.project(at="around/notes")
    write(project, {"../wrangler.json": OTHER})
    monkeypatch.chdir(project)

    outcome = scaffold("env")

    assert outcome.code == 0
    assert "wrangler does not read wrangler.toml: it reads ../wrangler.json\n" in outcome.err
