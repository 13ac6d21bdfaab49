"""`scaffold dev`: which workers it serves, and which databases it brings up to date, with fake tools."""

from __future__ import annotations

import json
import os
import shutil
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
            "run": "sh plays/build",
            "folder": str(project.resolve()),
            "main": str(project.resolve() / "build" / "worker" / "shim.mjs"),
            "is_output": True,
            "objects": ["Room"],
            "workflows": ["Flow"],
            "entrypoints": ["Admin"],
        }
    ]
    assert (builds[1][0]["main"], builds[1][0]["is_output"]) == (str(project.resolve() / "src" / "entry.js"), False)


# --- the user's variables ----------------------------------------------------------------------

THEIRS = {
    "CLOUDFLARE_API_TOKEN": "token",
    "GITHUB_TOKEN": "token",
    "SSH_AUTH_SOCK": "socket",
    "AWS_SECRET_ACCESS_KEY": "key",
    "STRIPE_API_KEY": "key",
}
SETTINGS = {
    "AWS_CA_BUNDLE": "bundle",
    "AWS_REGION": "region",
    "GH_PAGER": "less",
    "CLOUDFLARE_ENV": "staging",
    "CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_DB": "postgres://localhost",
}


def served(stage: Stage, config: dict[str, object], *words: str, first: tuple[str, ...] = ()) -> tuple[set[str], str]:
    """Serve a worker, and return which of the user's variables wrangler gets, and what is noted."""
    project = stage.project(dev="env")
    (project / "wrangler.toml").unlink()
    (project / "wrangler.json").write_text(json.dumps({"name": "guest-book", **config}), encoding="utf-8")
    ran = dev(*first, str(project), *words)
    assert ran.returncode == 0, ran.stderr
    return {line.partition("=")[0] for line in ran.stdout.splitlines()} & {*THEIRS, *SETTINGS}, ran.stderr


@pytest.fixture
def theirs(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    for name, value in (THEIRS | SETTINGS).items():
        monkeypatch.setenv(name, value)
    return stage


def test_a_worker_that_is_served_locally_gets_no_login_and_settings_are_none(theirs: Stage) -> None:
    got, noted = served(theirs, {"kv_namespaces": [{"binding": "PAGES"}]})

    assert got == set(SETTINGS)
    (line,) = [line for line in noted.splitlines() if line.startswith("withheld from wrangler: ")]
    names, _, command = line.removeprefix("withheld from wrangler: ").partition("; to let one through: ")
    assert set(THEIRS) <= set(names.split(", "))
    assert set(SETTINGS).isdisjoint(names.split(", "))
    assert command.endswith(f"dev --pass-env {names.split(', ')[0]}")


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"kv_namespaces": [{"binding": "PAGES", "remote": True}]}, ()),
        ({"ai": {"binding": "AI"}}, ()),
        ({"env": {"live": {"services": [{"binding": "S", "service": "s", "remote": True}]}}}, ("--env", "live")),
        ({}, ("--remote",)),
    ],
)
def test_wrangler_gets_the_login_to_cloudflare_alone_if_it_calls_cloudflare(
    theirs: Stage, config: dict[str, object], words: tuple[str, ...]
) -> None:
    got, noted = served(theirs, config, *words)

    assert got == {*SETTINGS, "CLOUDFLARE_API_TOKEN"}
    assert "CLOUDFLARE_API_TOKEN" not in noted


def test_wrangler_gets_the_secrets_that_the_worker_requires_by_name(theirs: Stage) -> None:
    got, _ = served(theirs, {"secrets": {"required": ["STRIPE_API_KEY"]}})

    assert got == {*SETTINGS, "STRIPE_API_KEY"}


@pytest.mark.parametrize("words", [("--pass-env", "GITHUB_TOKEN"), ("--pass-env=GITHUB_TOKEN",)])
def test_a_variable_is_let_through_by_name_before_and_after_the_project(theirs: Stage, words: tuple[str, ...]) -> None:
    for options in ({"first": words}, {}):
        got, noted = served(theirs, {}, *(() if options else words), **options)
        assert got == {*SETTINGS, "GITHUB_TOKEN"}
        assert "GITHUB_TOKEN" not in noted
        shutil.rmtree(theirs.folder / "guest-book")


def test_a_variable_that_is_not_there_cannot_be_let_through(theirs: Stage) -> None:
    ran = dev(str(theirs.project()), "--pass-env", "NOWHERE")

    assert ran.returncode == 2
    assert "`NOWHERE` cannot be let through" in ran.stderr


@pytest.mark.parametrize(
    ("command", "run"),
    [
        ("cargo install -q worker-build@0.8.7 --locked && worker-build --release", "worker-build --dev"),
        ("node client.mjs && worker-build --features a --release -- x", "&& worker-build --features a --dev -- x"),
        ("worker-build --release && npm run pack --release", "worker-build --dev && npm run pack --release"),
        ("cargo build --release", "cargo build --release"),
        ("worker-build", "worker-build"),
    ],
)
@pytest.mark.parametrize("release", [[], ["before"], ["behind"]])
def test_a_build_takes_the_dev_profile_unless_a_release_is_asked_for(
    stage: Stage, command: str, run: str, release: list[str]
) -> None:
    project = stage.project(dev="echo builds $SCAFFOLD_DEV_BUILDS and $*")
    config = {"name": "guest-book", "main": "build/index.js", "build": {"command": command}}
    (project / "wrangler.toml").unlink()
    (project / "wrangler.json").write_text(json.dumps(config), encoding="utf-8")
    before, behind = (["--release"] if place in release else [] for place in ("before", "behind"))

    served = dev(*before, str(project), *behind)

    told, _, arguments = served.stdout.partition("builds ")[2].rpartition(" and ")
    (build,) = json.loads(told)
    assert build["command"] == command
    assert build["run"] == command if release else build["run"].endswith(run)
    assert "--release" not in arguments
