"""The GitHub workflow of a generated project: it matches the schema, and a linter finds nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from copier import Settings, run_copy

from scaffolder.catalogue import manifests

from .conftest import ROOT

CASES: list[dict[str, object]] = [{"template": id_} for id_ in manifests.template_ids()]
CASES.append({"template": "hello", "panic_unwind": True})


@pytest.fixture(scope="module", params=CASES, ids=lambda case: " ".join(map(str, case.values())))
def workflow(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the rendered workflow of each template, and of the one with nightly Rust."""
    folder = tmp_path_factory.mktemp("workflow") / "my-worker"
    run_copy(str(ROOT), folder, data=request.param, defaults=True, vcs_ref="HEAD", quiet=True, settings=Settings())
    return folder / ".github" / "workflows" / "ci.yml"


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
