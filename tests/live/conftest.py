"""Real tools for the live tests: installed by `scaffold setup` itself, and never faked or skipped.

All live tests run in one process, which shares what it built; a validation uses the other cores by itself, and the fast
tests run beside it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from scaffolder.catalogue import manifests
from scaffolder.cli import main
from scaffolder.commands import validate
from scaffolder.core.proof import Proof
from scaffolder.core.tool import Toolchain
from scaffolder.toolchain import provision
from scaffolder.ui.report import Report
from tests import share

ROOT = Path(__file__).resolve().parent.parent.parent

QUICK = {
    "CARGO_PROFILE_RELEASE_OPT_LEVEL": "0",
    "CARGO_PROFILE_RELEASE_LTO": "off",
    "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
    "WASM_OPT_BIN": str(Path(__file__).with_name("no-wasm-opt")),
}
"""The environment of a build that is not optimised, which takes a third of the time.

Every template is also built as it is deployed, in `test_templates_live.py`.
"""

Scaffold = Callable[..., "Outcome"]
Item = TypeVar("Item")
Pick = Callable[[Sequence[Item], int, Callable[[Item], str]], list[Item]]
Prove = Callable[..., list[Proof]]


class Outcome:
    """How a run of `scaffold --json` ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.err = err
        self.document: dict[str, Any] = json.loads(out)


def run_scaffold(*arguments: object, cwd: Path | None = None) -> Outcome:
    """Run the real program with `--json`, and read its document."""
    ran = subprocess.run(
        [sys.executable, str(ROOT / "scaffold.py"), *map(str, arguments), "--json"],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Outcome(ran.returncode, ran.stdout, ran.stderr)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder as live."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.live)


@pytest.fixture(scope="session")
def scaffold() -> Scaffold:
    """Return the real program, with every tool that it needs in place."""
    wanted = [word for template in manifests.templates() if template.tools for word in ("--for", template.id)]
    outcome = run_scaffold("setup", "--yes", *wanted)
    assert outcome.code == 0, outcome.err
    return run_scaffold


@pytest.fixture(scope="session")
def quick(scaffold: Scaffold) -> Toolchain:
    """Return the tools, set up for builds that are not optimised."""
    assert scaffold("doctor").code == 0
    toolchain = provision.find_tools([template.id for template in manifests.templates() if template.tools])
    return replace(toolchain, variables=toolchain.variables | QUICK)


@pytest.fixture(scope="session")
def prove(quick: Toolchain) -> Prove:
    """Return a function that proves projects side by side, in builds that are not optimised."""

    def prove_projects(projects: Sequence[Path], goal: str = "") -> list[Proof]:
        named = [(project.name, project) for project in projects]
        return validate.validate(named, quick, Report("validate", as_json=True), keep=False, goal=goal)

    return prove_projects


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., int]]:
    """Yield the command `scaffold`; a program of its own for each kind would take as long as the builds."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}

    def run_here(*words: str) -> int:
        code = main.main(words)
        capsys.readouterr()
        return code

    yield run_here
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture(scope="session")
def tool_environment(scaffold: Scaffold, quick: Toolchain) -> dict[str, str]:
    """Return what `scaffold env` gives to a shell, for quick builds that share the dependencies of the validations."""
    shared = {"CARGO_BUILD_BUILD_DIR": str(quick.target)}
    return {**os.environ, **scaffold("env").document["environment"], **QUICK, **shared}


@pytest.fixture(scope="session")
def touched(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the templates that the change touches."""
    return share.touched(ROOT, manifests.template_ids(), tmp_path_factory.mktemp("touched"))


@pytest.fixture(params=["a share", pytest.param("all", marks=pytest.mark.long)])
def pick(request: pytest.FixtureRequest, touched: set[str]) -> Pick[Any]:
    """Return a function that picks what is tried of something that grows with the catalogue; with `-m long`, all."""

    def pick_items(items: Sequence[Any], size: int, template: Callable[[Any], str]) -> list[Any]:
        number = len(items) if request.param == "all" else size
        return share.share(items, number, share.turn(ROOT), lambda item: template(item) in touched)

    return pick_items


@pytest.fixture(scope="session")
def fresh(scaffold: Scaffold, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that makes a project of a template with default answers, once; nobody may change it."""
    place = tmp_path_factory.mktemp("fresh")

    def fresh_project(template: str) -> Path:
        folder = place / template
        if not folder.exists():
            outcome = scaffold("new", folder, "--template", template, "--defaults")
            assert outcome.code == 0, outcome.err
        return folder

    return fresh_project


@pytest.fixture
def copy_of(fresh: Callable[[str], Path], tmp_path: Path) -> Callable[..., Path]:
    """Return a function that copies the fresh project of a template, with its repository."""

    def copy_project(template: str, name: str = "") -> Path:
        # `copy` gives every file a new time: cargo takes an older one for what it built last of a crate of that name.
        return shutil.copytree(fresh(template), tmp_path / (name or template), copy_function=shutil.copy)

    return copy_project


@pytest.fixture
def make(scaffold: Scaffold, tmp_path: Path) -> Callable[..., Path]:
    """Return a function that makes a project of a template and returns its folder."""

    def make_project(template: str, name: str, **answers: object) -> Path:
        folder = tmp_path / name
        given = [word for key, value in answers.items() for word in ("--set", f"{key}={value}")]
        outcome = scaffold("new", folder, "--template", template, "--defaults", *given)
        assert outcome.code == 0, outcome.err
        return folder

    return make_project
