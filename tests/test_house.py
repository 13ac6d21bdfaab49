"""The house rules that a machine can hold: style, types, one door per library, one direction."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from .conftest import ROOT

PACKAGE = ROOT / "scaffolder"
MODULES = sorted(PACKAGE.rglob("*.py"))

DOORS = {
    "copier": {"catalogue.copier_worker", "catalogue.render"},
    "filelock": {"validation.working_copy", "toolchain.setup_lock"},
    "git": {"system.git_repository"},
    "jsonschema": {"checks.rules.wrangler.schema"},
    "platformdirs": {"system.paths"},
    "questionary": {"ui.prompts"},
    "rich": {"ui.console", "ui.progress", "ui.report"},
    "subprocess": {"system.process"},
    "tomlkit": {"reading.config.toml_parser", "validation.wrangler_cli"},
    "tree_sitter": {"reading"},
    "tree_sitter_json": {"reading"},
    "tree_sitter_rust": {"reading"},
    "tree_sitter_toml": {"reading"},
    "yaml": {"catalogue.yaml_documents"},
}
"""Which modules may import a library; a package stands for all of its modules."""

LAYERS = [
    {"cli", "__main__"},
    {"commands"},
    {"editing", "checks", "validation", "toolchain"},
    {"reading", "catalogue", "ui"},
    {"system"},
    {"core"},
]
"""The packages from the front door inwards: each may import from its own line or a later one."""


def imports(path: Path) -> set[str]:
    """Answer the full names of what a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def layer_of(name: str) -> int:
    return next(number for number, names in enumerate(LAYERS) if name in names)


def own_name(path: Path) -> str:
    """Answer a module's name below the package, with dots."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def is_door(path: Path, doors: set[str]) -> bool:
    return any(f"{own_name(path)}.".startswith(f"{door}.") for door in doors)


@pytest.mark.parametrize("tool", [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]], ids=" ".join)
def test_a_tool_that_reads_the_code_finds_nothing(tool: list[str]) -> None:
    ran = subprocess.run([sys.executable, "-m", *tool], cwd=ROOT, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_library_is_imported_by_its_own_door_alone(path: Path) -> None:
    libraries = {name.partition(".")[0] for name in imports(path)}

    assert [name for name in libraries & DOORS.keys() if not is_door(path, DOORS[name])] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    package = own_name(path).partition(".")[0]
    if package == "__init__":
        return
    names = {name.split(".")[1] if name.count(".") else "" for name in imports(path) if name.startswith("scaffolder.")}

    outward = {name for name in names if name and layer_of(name) < layer_of(package)}

    assert outward == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_is_small_and_so_are_its_functions(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    long = [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.end_lineno and node.end_lineno - node.lineno >= 40
    ]

    assert len(text.splitlines()) <= 250
    assert long == []


def test_the_package_and_the_catalogue_bear_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = (ROOT / "templates" / "_shared" / "versions.yml").read_text(encoding="utf-8")

    assert f'choices: [&catalogue_version "{project["version"]}"]' in versions


def test_the_locks_hold_what_pyproject_asks_for_and_nothing_names_an_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8")
