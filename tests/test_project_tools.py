"""The versions of tools that a project asks for build it, and each is compiled once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scaffolder.reading.installs import Install, in_text

from .conftest import Scaffold
from .fakes import stage as stages
from .fakes.stage import Stage
from .test_dev import dev

BUILT = f"worker-build --version > built-by; worker-build; {stages.PLAYS['build']}"


@pytest.fixture
def stage(scaffold: Scaffold, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:  # noqa: ARG001 - ours comes after
    return stages.set_up(tmp_path / "stage", monkeypatch)


def installing(stage: Stage, install: str, **plays: str) -> Path:
    """Make a project whose build command first installs worker-build, and then writes the version that it runs."""
    project = stage.project(build=BUILT, **plays)
    command = f"{install}\nsh plays/build"
    config = f'name = "guest-book"\n\n[build]\ncommand = """{command}"""\n'
    (project / "wrangler.toml").write_text(config, encoding="utf-8")
    return project


def proved(scaffold: Scaffold, project: Path) -> tuple[dict[str, Any], str]:
    """Validate a project; return its proof, and the version of worker-build that built it."""
    outcome = scaffold("validate", str(project), "--json", "--keep")
    assert outcome.document.get("proofs"), outcome.err
    (proof,) = outcome.document["proofs"]
    return proof, (Path(proof["kept"]) / "built-by").read_text(encoding="utf-8").split()[-1]


# --- which installations are seen --------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "requirement"),
    [
        ('cargo install -q "worker-build@^0.8" && worker-build --release', "^0.8"),
        ("cargo install -q worker-build && worker-build --release", "*"),
        ("cargo install -q --version 0.8.5 worker-build; worker-build --release", "=0.8.5"),
        ("cargo install -q worker-build --vers=^0.7 ; worker-build", "^0.7"),
        ("cargo install worker-build@0.8.5 --locked && worker-build", "=0.8.5"),
        ("cargo +stable install --force worker-build@0.8.5", "=0.8.5"),
        ("cargo install 'worker-build@>=0.7, <0.9' && worker-build", ">=0.7, <0.9"),
        ("cargo install -F one wasm-opt worker-build@0.8.5", "=0.8.5"),
        ("cargo binstall -y worker-build@0.8.5 && worker-build", "=0.8.5"),
        ("command -v worker-build || cargo install worker-build@0.8.5", "=0.8.5"),
        ('execSync("cargo install worker-build@0.8.5");', "=0.8.5"),
        ('spawnSync("cargo", ["install", "-q", "worker-build@0.8.5"]);', "=0.8.5"),
        ("cargo install --git https://example.com/workers-rs worker-build", ""),
        ("cargo install --root .tools worker-build@0.8.5", ""),
    ],
)
def test_an_installation_is_seen_whatever_its_form(text: str, requirement: str) -> None:
    assert list(in_text(text)) == [Install(requirement)]


@pytest.mark.parametrize(
    "text",
    [
        "worker-build --release",
        "cargo install wasm-opt && worker-build --release",
        "cargo install --list && worker-build --release",
        "# cargo install worker-build@0.1.2\nworker-build --release",
        "// cargo install worker-build@0.1.2",
        "cargo install worker-build@$VERSION && worker-build",
    ],
)
def test_what_installs_no_certain_version_is_none(text: str) -> None:
    assert list(in_text(text)) == []


# --- the version that is asked for builds ------------------------------------------------------


@pytest.mark.parametrize(
    ("install", "version"),
    [
        ("cargo install -q worker-build@0.8.5 --locked", "0.8.5"),
        ("cargo install -q --version 0.7.5 worker-build", "0.7.5"),
        ("cargo install -q 'worker-build@^0.8'", "0.8.9"),
        ("cargo install -q worker-build", "0.8.9"),
    ],
)
def test_the_version_that_is_installed_builds_and_is_compiled_once(
    scaffold: Scaffold, stage: Stage, install: str, version: str
) -> None:
    project = installing(stage, install)

    first, second = proved(scaffold, project), proved(scaffold, project)

    assert (first[0]["verdict"], first[1], second[1]) == ("proven", version, version)
    assert stage.compiled() == [f"worker-build {version}"]
    assert not (stage.registry / "global").exists()


def test_a_script_that_the_command_names_is_read_too(scaffold: Scaffold, stage: Stage) -> None:
    project = stage.project(build=f"cargo install -q worker-build@0.8.5 && {BUILT}")
    (project / "build.sh").write_text((project / "plays" / "build").read_text(encoding="utf-8"), encoding="utf-8")
    (project / "wrangler.toml").write_text(
        'name = "guest-book"\n\n[build]\ncommand = "sh build.sh"\n', encoding="utf-8"
    )

    assert proved(scaffold, project)[1] == "0.8.5"
    assert stage.compiled() == ["worker-build 0.8.5"]


def test_the_version_in_package_json_counts_for_a_script_that_compares_it(scaffold: Scaffold, stage: Stage) -> None:
    project = stage.project(build=BUILT)
    (project / "build.mjs").write_text('const wanted = manifest.config["worker-build"];\n', encoding="utf-8")
    (project / "package.json").write_text('{"config": {"worker-build": "0.8.5"}}\n', encoding="utf-8")
    config = 'name = "guest-book"\n\n[build]\ncommand = ": build.mjs; sh plays/build"\n'
    (project / "wrangler.toml").write_text(config, encoding="utf-8")

    assert proved(scaffold, project)[1] == "0.8.5"


def test_a_build_that_installs_something_unseen_writes_into_no_folder_of_others(
    scaffold: Scaffold, stage: Stage
) -> None:
    hidden = installing(stage, 'V=0.7.5; cargo install -q "worker-build@$V"')
    plain = stage.project("plain", build=BUILT)

    assert proved(scaffold, hidden)[1] == "0.7.5"
    assert proved(scaffold, hidden)[1] == "0.7.5"
    assert proved(scaffold, plain)[1] == "0.8.7"
    assert stage.compiled() == ["worker-build 0.7.5"]
    assert not (stage.registry / "global").exists()


def test_a_range_is_built_offline_with_what_was_installed_before(scaffold: Scaffold, stage: Stage) -> None:
    project = installing(stage, "cargo install -q 'worker-build@^0.8'")
    proved(scaffold, project)
    (stage.registry / "no-network").touch()

    proof, version = proved(scaffold, project)

    assert (proof["verdict"], version) == ("proven", "0.8.9")
    assert stage.compiled() == ["worker-build 0.8.9"]


def test_an_exact_version_asks_no_registry(scaffold: Scaffold, stage: Stage) -> None:
    project = installing(stage, "cargo install -q worker-build@0.8.5 --locked")
    proved(scaffold, project)
    for name in ("no-network", "no-crates"):
        (stage.registry / name).touch()

    assert proved(scaffold, project)[0]["verdict"] == "proven"


def test_a_version_that_cannot_be_installed_is_refused_before_anything_is_built(
    scaffold: Scaffold, stage: Stage
) -> None:
    project = installing(stage, "cargo install -q worker-build@0.8.5")
    (stage.registry / "no-crates").touch()

    outcome = scaffold("validate", str(project))

    assert outcome.code == 6
    assert "could not install worker-build" in outcome.err
    assert "build" not in [line.split()[1] for line in outcome.err.splitlines() if line.startswith("ok ")]


def test_a_requirement_that_no_version_fulfils_is_refused(scaffold: Scaffold, stage: Stage) -> None:
    outcome = scaffold("validate", str(installing(stage, "cargo install -q 'worker-build@^7'")))

    assert outcome.code == 2
    assert "no worker-build fulfils `^7`" in outcome.err


# --- a shell and the dev server ----------------------------------------------------------------


def test_a_shell_gets_the_pinned_version_and_in_a_project_the_one_that_it_asks_for(
    scaffold: Scaffold, stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project = installing(stage, "cargo install -q worker-build@0.8.5")
    monkeypatch.chdir(tmp_path)
    elsewhere = scaffold("env", "--json").document["environment"]
    monkeypatch.chdir(project / "src")
    inside = scaffold("env", "--json").document["environment"]

    for variables, version in ((elsewhere, "0.8.7"), (inside, "0.8.5")):
        assert Path(variables["CARGO_INSTALL_ROOT"]).name == f"worker-build-{version}"
        assert variables["PATH"].startswith(f"{variables['CARGO_INSTALL_ROOT']}/bin:")


@pytest.mark.parametrize(("words", "version"), [([], "0.8.5"), (["--env", "staging"], "0.7.5")])
def test_the_dev_server_gets_the_version_of_the_environment_that_it_serves(
    stage: Stage, words: list[str], version: str
) -> None:
    project = stage.project(dev="echo root $CARGO_INSTALL_ROOT")
    (project / "wrangler.toml").unlink()
    build = {"command": "cargo install -q worker-build@0.8.5 && worker-build"}
    staging = {"build": {"command": "cargo install -q worker-build@0.7.5 && worker-build"}}
    config = {"name": "guest-book", "build": build, "env": {"staging": staging}}
    (project / "wrangler.json").write_text(json.dumps(config), encoding="utf-8")

    ran = dev(str(project), *words)

    assert ran.returncode == 0, ran.stderr
    assert f"worker-build-{version}\n" in ran.stdout
    assert stage.compiled() == [f"worker-build {version}"]
