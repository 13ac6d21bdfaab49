"""The GitHub workflow of a generated project: it matches the schema, and a linter finds nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from copier import Settings, run_copy

from scaffolder.catalogue import manifests

from .conftest import ROOT, Scaffold, start_repository

CASES: list[dict[str, object]] = [{"template": id_} for id_ in manifests.template_ids()]
CASES.append({"template": "hello", "panic_unwind": True})


@pytest.fixture(scope="module", params=CASES, ids=lambda case: " ".join(map(str, case.values())))
def workflow(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the rendered workflow of each template, and of the one with nightly Rust."""
    folder = tmp_path_factory.mktemp("workflow") / "my-worker"
    run_copy(str(ROOT), folder, data=request.param, defaults=True, vcs_ref="HEAD", quiet=True, settings=Settings())
    return folder / ".github" / "workflows" / "ci.yml"


@pytest.fixture(params=["apps/edge", "a folder/it's: #1"])
def in_a_subfolder(request: pytest.FixtureRequest, scaffold: Scaffold, here: Path) -> Path:
    """Return the workflow for the root of a repository, in place, with a project of a subfolder."""
    start_repository(here)
    made = scaffold("new", request.param, "--template", "hello", "--set", "worker_name=edge", "--defaults", "--json")
    workflow = Path(made.document["root_workflow"]["path"])
    workflow.parent.mkdir(parents=True)
    workflow.write_text(made.document["root_workflow"]["text"], encoding="utf-8")
    return workflow


def run(*argv: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, argv)], capture_output=True, text=True, check=False)


def test_the_workflow_matches_githubs_schema(workflow: Path) -> None:
    ran = run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", workflow)

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_linter_finds_nothing_in_the_workflow(workflow: Path) -> None:
    ran = run(Path(sys.executable).with_name("zizmor"), "--offline", "--no-progress", workflow)

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_action_is_pinned_by_its_hash(workflow: Path) -> None:
    uses = re.findall(r"uses: (\S+)", workflow.read_text(encoding="utf-8"))

    assert uses
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", use) for use in uses)


def test_the_workflow_for_the_root_of_a_repository_passes_the_same_checks(in_a_subfolder: Path) -> None:
    test_the_workflow_matches_githubs_schema(in_a_subfolder)
    test_a_linter_finds_nothing_in_the_workflow(in_a_subfolder)


def test_the_workflow_for_the_root_names_the_projects_folder_wherever_it_names_a_file(in_a_subfolder: Path) -> None:
    root = in_a_subfolder.parents[2]
    workflow = yaml.safe_load(in_a_subfolder.read_text(encoding="utf-8"))
    folder = workflow["defaults"]["run"]["working-directory"]
    steps = [step["with"] for job in workflow["jobs"].values() for step in job["steps"] if "with" in step]
    locks = {step["cache-dependency-path"] for step in steps if "cache-dependency-path" in step}
    keys = {step["key"] for step in steps if "key" in step}

    assert (root / folder / "Cargo.toml").is_file()
    assert locks == {f"{folder}/package-lock.json"}
    assert all(f"{folder}/Cargo.lock" in key.replace("''", "'") for key in keys)
    assert all(f"{folder}/target\n" in step["path"] for step in steps if "key" in step)
    assert workflow[True]["push"]["paths"] == [f"{folder}/**"]


@pytest.mark.usefixtures("here")
def test_a_project_at_the_root_of_its_repository_needs_no_other_workflow(scaffold: Scaffold) -> None:
    made = scaffold("new", "edge", "--template", "hello", "--defaults", "--json")

    assert "root_workflow" not in made.document
