"""`scaffold dev`: which workers it serves, and which databases it brings up to date, with fake tools."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from .conftest import Scaffold
from .fakes import stage as stages
from .fakes.stage import Stage
from .terminal import LIMIT, SCAFFOLD

DATABASES = {
    "name": "guest-book",
    "d1_databases": [{"binding": "TOP", "migrations_dir": "sql"}],
    "env": {"staging": {"d1_databases": [{"binding": "STAGED", "migrations_dir": "sql"}]}},
}


@pytest.fixture
def stage(scaffold: Scaffold, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:  # noqa: ARG001 - ours comes after
    return stages.set_up(tmp_path / "stage", monkeypatch)


def with_databases(stage: Stage, dev: str = "") -> Path:
    """Make a project with a JSONC file, whose wrangler prints its arguments."""
    project = stage.project(dev=dev or "echo wrangler $*")
    (project / "wrangler.toml").unlink()
    (project / "wrangler.jsonc").write_text(f"// Databases.\n{json.dumps(DATABASES)}\n", encoding="utf-8")
    (project / "sql").mkdir()
    return project


def dev(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the real program, as `dev` takes the place of the process that runs it."""
    return subprocess.run(
        [*SCAFFOLD, "dev", *words], env=os.environ, capture_output=True, text=True, check=False, timeout=LIMIT
    )


@pytest.mark.parametrize(
    ("arguments", "database", "state"),
    [
        ([], "TOP", ""),
        (["--env", "staging"], "STAGED", " --env=staging"),
        (["-e", "staging"], "STAGED", " --env=staging"),
        (["--env=staging", "--persist-to", "x"], "STAGED", " --env=staging --persist-to=x"),
        (["--env", "nowhere"], "TOP", " --env=nowhere"),
        (["--port", "80"], "TOP", ""),
    ],
)
def test_the_databases_of_the_environment_are_brought_up_to_date_before_it_is_served(
    stage: Stage, arguments: list[str], database: str, state: str
) -> None:
    ran = dev(str(with_databases(stage)), *arguments)

    assert ran.returncode == 0, ran.stderr
    assert [line for line in ran.stdout.splitlines() if line.startswith("wrangler ")] == [
        f"wrangler d1 migrations apply {database} --local --config wrangler.jsonc{state}",
        " ".join(["wrangler dev --config wrangler.jsonc", *arguments]),
    ]


def test_a_migration_that_fails_is_refused_and_nothing_is_served(stage: Stage) -> None:
    ran = dev(str(with_databases(stage, dev="echo wrangler $*; exit 1")))

    assert ran.returncode == 1
    assert "a D1 migration failed" in ran.stderr
    assert "wrangler dev" not in ran.stdout


def test_a_folder_without_a_wrangler_file_is_refused(stage: Stage) -> None:
    project = stage.project()
    (project / "wrangler.toml").unlink()

    ran = dev(str(project))

    assert ran.returncode == 2
    assert "has a wrangler file" in ran.stderr


def test_wrangler_is_told_which_builds_to_survive_and_what_each_worker_has_to_export(stage: Stage) -> None:
    project = stage.project(dev="echo builds $SCAFFOLD_DEV_BUILDS")
    (project / "wrangler.toml").unlink()
    config = {
        "name": "guest-book",
        "main": "./build/worker/shim.mjs",
        "build": {"command": "sh plays/build", "cwd": "."},
        "durable_objects": {
            "bindings": [
                {"name": "ROOMS", "class_name": "Room"},
                {"name": "THEIRS", "class_name": "Theirs", "script_name": "other"},
                {"name": "BAD", "class_name": "no; class"},
            ]
        },
        "workflows": [{"name": "flow", "binding": "FLOW", "class_name": "Flow"}],
        "services": [{"binding": "SELF", "service": "guest-book", "entrypoint": "Admin"}],
        "env": {"staging": {"main": "src/entry.js"}},
    }
    (project / "wrangler.json").write_text(json.dumps(config), encoding="utf-8")

    told = {name: dev(str(project), *words) for name, words in {"": [], "staging": ["--env", "staging"]}.items()}

    builds = [json.loads(each.stdout.partition("builds ")[2]) for each in told.values()]
    assert builds[0] == [
        {
            "command": "sh plays/build",
            "folder": str(project.resolve()),
            "main": str(project.resolve() / "build" / "worker" / "shim.mjs"),
            "is_output": True,
            "objects": ["Room"],
            "workflows": ["Flow"],
            "entrypoints": ["Admin"],
        }
    ]
    assert (builds[1][0]["main"], builds[1][0]["is_output"]) == (str(project.resolve() / "src" / "entry.js"), False)
