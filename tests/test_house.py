"""The house rules that a machine can hold: style, types, one door per library, one direction."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from .conftest import ROOT

PACKAGE = ROOT / "scaffolder"
MODULES = sorted(PACKAGE.rglob("*.py"))
SOURCES = sorted(
    path for folder in ("scaffolder", "tests", "benchmarks", "docs") for path in (ROOT / folder).rglob("*.py")
)
SOURCES.append(ROOT / "scaffold.py")

DOORS = {
    "argcomplete": {"cli.completers", "commands.completion"},
    "copier": {
        "catalogue.copier_errors",
        "catalogue.copier_worker",
        "catalogue.render",
        "catalogue.template_configuration",
    },
    "filelock": {"system.file_lock"},
    "fcntl": {"system.bootstrap"},
    "git": {"system.git_repository"},
    "jsonschema": {"checks.rules.wrangler.schema"},
    "prompt_toolkit": {"ui.list_prompt", "ui.prompt_keys", "ui.prompt_style", "ui.text_prompt"},
    "questionary": {"ui.list_prompt", "ui.prompt_style", "ui.prompts", "ui.text_prompt"},
    "rich": {"ui.console", "ui.progress", "ui.report"},
    "subprocess": {"system.process"},
    "tomlkit": {"reading.config.toml_parser"},
    "tree_sitter": {"reading"},
    "tree_sitter_json": {"reading"},
    "tree_sitter_rust": {"reading"},
    "tree_sitter_toml": {"reading"},
    "yaml": {"catalogue.yaml_documents"},
}
"""Which modules may import a library; a package stands for all of its modules."""

LAYERS = [
    {"__main__"},
    {"cli"},
    {"commands"},
    {"adopting", "updating"},
    {"editing", "checks", "validation", "toolchain"},
    {"reading", "catalogue", "ui"},
    {"system"},
    {"core"},
]
"""The packages from the front door inwards: each may import from its own line or a later one."""


PRIVATE_VERBS = r"(Answers?|Tells?|Mends?|Says?|Words?|Brings?|See to)\b"
"""Verbs that a docstring does not begin with: the field writes Return, Yield, Fix, Print, Format, Ensure."""

PROSE = re.compile(r"`((?:\w+/)*\w+\.py)`|-m (scaffolder(?:\.\w+)+)")
"""A module that a text names: by its file, or as `python -m` starts it."""


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    """Return the full names of what a module imports."""
    found: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def own_name(path: Path) -> str:
    """Return a module's name below the package, with dots."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def package_of(path: Path) -> str:
    return own_name(path).partition(".")[0]


def is_door(path: Path, doors: set[str]) -> bool:
    return any(f"{own_name(path)}.".startswith(f"{door}.") for door in doors)


def reachable(package: str) -> set[str]:
    """Return the packages that one package may import from."""
    at = next(number for number, names in enumerate(LAYERS) if package in names)
    return {package}.union(*LAYERS[at + 1 :])


@pytest.mark.parametrize("tool", [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]], ids=" ".join)
def test_a_tool_that_reads_the_code_finds_nothing(tool: list[str]) -> None:
    ran = subprocess.run([sys.executable, "-m", *tool], cwd=ROOT, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_library_is_imported_by_its_own_door_alone() -> None:
    intruders = [
        f"{own_name(path)} imports {library}"
        for path in MODULES
        for library in {name.partition(".")[0] for name in imports(path)} & DOORS.keys()
        if not is_door(path, DOORS[library])
    ]

    assert intruders == []


def test_imports_go_one_way() -> None:
    outward = [
        f"{own_name(path)} imports {name}"
        for path in MODULES
        if package_of(path) != "__init__"
        for name in imports(path)
        if name.startswith("scaffolder.") and name.split(".")[1] not in reachable(package_of(path))
    ]

    assert outward == []


def test_every_module_is_small_and_so_are_its_functions() -> None:
    functions = [
        f"{own_name(path)}.{node.name}"
        for path in MODULES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef) and node.end_lineno and node.end_lineno - node.lineno >= 40
    ]

    assert functions == []
    assert [own_name(path) for path in MODULES if len(path.read_text(encoding="utf-8").splitlines()) > 250] == []


def test_no_two_modules_bear_one_name() -> None:
    names = Counter(path.stem for path in MODULES if not path.stem.startswith("__"))

    assert [name for name, count in names.items() if count > 1] == []


def test_a_docstring_begins_with_a_verb_of_the_field() -> None:
    private = [
        f"{path.relative_to(ROOT)}: {text.splitlines()[0]}"
        for path in SOURCES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        if re.match(PRIVATE_VERBS, text := ast.get_docstring(node) or "")
    ]

    assert private == []


def test_every_module_that_a_text_names_exists() -> None:
    files = [path.relative_to(ROOT).as_posix() for path in SOURCES]
    modules = {name.removesuffix(".py").replace("/", ".") for name in files}
    documents = [ROOT / "CONTRIBUTING.md", ROOT / "README.md", *(ROOT / "docs").glob("*.md")]

    unknown = [
        f"{text.relative_to(ROOT)}: {named or started}"
        for text in (*SOURCES, *documents)
        for named, started in PROSE.findall(text.read_text(encoding="utf-8"))
        if not (any(f"/{name}".endswith(f"/{named}") for name in files) if named else started in modules)
    ]

    assert unknown == []


def test_the_package_and_the_catalogue_bear_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = (ROOT / "templates" / "_shared" / "versions.yml").read_text(encoding="utf-8")

    assert f'choices: [&catalogue_version "{project["version"]}"]' in versions


def test_the_locks_hold_what_pyproject_asks_for_and_nothing_names_an_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8")
