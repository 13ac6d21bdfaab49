"""The data on packages that do not work in a worker: each entry leads to a finding, and no other edge does."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from scaffolder.checks import rule_registry, wasm_crates
from scaffolder.checks.engine import examine
from scaffolder.reading import project as reading

from .check import CARGO, write
from .check import laid_over as files_of

TABLES: dict[str, list[dict[str, Any]]] = tomllib.loads(wasm_crates.FILE.read_text(encoding="utf-8"))
NEEDS = TABLES["needs"]
CULPRITS = {table["name"] for table in TABLES["crate"]}
RULES = [rule for code, rule in rule_registry.rules().items() if code in {"PJ309", "RS206"}]

VERSIONS = {"getrandom": ["0.2.15", "0.3.4", "0.4.3"], "openssl-sys": ["0.9.117"], "tokio": ["1.42.0"]}
"""A version in the range of each entry on a package that others bring in."""


def locked(name: str, version: str, *needs: str) -> str:
    listed = ", ".join(f'"{each}"' for each in needs)
    return f'[[package]]\nname = "{name}"\nversion = "{version}"\nsource = "registry+x"\ndependencies = [{listed}]\n'


def found(folder: Path, requirement: str, lock: str, rust: str = "") -> list[str]:
    manifest = CARGO.replace('worker = "0.8.7"\n', f'worker = "0.8.7"\n{requirement}\n')
    files = {"Cargo.toml": manifest, "Cargo.lock": f"{lock}{locked('worker', '0.8.7')}", "src/lib.rs": rust}
    return [each.message for each in examine(reading.read(write(folder, files_of(files))), RULES)]


def chain(table: dict[str, Any], last: str) -> str:
    """Return a lock in which the package of an entry needs the ones that it adds."""
    names = [table["name"], *table["adds"]]
    versions = [table["versions"][0], *["1.0.0"] * (len(names) - 2), last]
    links = zip(names, versions, [*([name] for name in names[1:]), []], strict=True)
    return "".join(locked(name, version, *needs) for name, version, needs in links)


@pytest.mark.parametrize("table", NEEDS, ids=lambda table: f"{table['name']} {table['versions'][0]}")
def test_a_package_brings_in_what_its_entry_adds(table: dict[str, Any], tmp_path: Path) -> None:
    name, version, last = table["name"], table["versions"][0], table["adds"][-1]

    for feature in table.get("features", ["default"]):
        written = "" if feature == "default" else f', default-features = false, features = ["{feature}"]'
        lock = chain(table, VERSIONS[last][0])
        (message,) = found(tmp_path / feature, f'{name} = {{ version = "{version}"{written} }}', lock)
        assert message.startswith(f"`{name}` needs {last} {VERSIONS[last][0]}")


@pytest.mark.parametrize(
    "table", [each for each in NEEDS if "features" in each], ids=lambda table: f"{table['name']} {table['versions'][0]}"
)
def test_a_package_without_the_feature_brings_in_nothing(table: dict[str, Any], tmp_path: Path) -> None:
    name, last = table["name"], table["adds"][-1]
    requirement = f'{name} = {{ version = "{table["versions"][0]}", default-features = false }}'

    assert found(tmp_path, requirement, chain(table, VERSIONS[last][0])) == []


@pytest.mark.parametrize("table", NEEDS, ids=lambda table: f"{table['name']} {table['versions'][0]}")
def test_a_package_outside_of_the_versions_brings_in_nothing(table: dict[str, Any], tmp_path: Path) -> None:
    others = [each["versions"] for each in NEEDS if each["name"] == table["name"]]
    lock = chain({**table, "versions": ["99.0.0"]}, VERSIONS[table["adds"][-1]][0])

    assert ["99.0.0", ""] not in others
    assert found(tmp_path, f'{table["name"]} = "99"', lock) == []


@pytest.mark.parametrize("version", VERSIONS["getrandom"])
def test_each_version_of_getrandom_lacks_javascript_in_its_own_way(version: str, tmp_path: Path) -> None:
    rand = locked("rand", "0.10.0", "getrandom")

    (message,) = found(tmp_path / "without", 'rand = "0.10"', rand + locked("getrandom", version, "cfg-if"))
    assert f"getrandom {version}, which does not build for a worker without its" in message
    assert found(tmp_path / "with", 'rand = "0.10"', rand + locked("getrandom", version, "js-sys")) == []


@pytest.mark.parametrize("call", TABLES["call"], ids=lambda call: call["path"])
def test_a_clock_panics_without_javascript(call: dict[str, Any], tmp_path: Path) -> None:
    name, version = call["name"], f"{call['versions'][0]}.1"
    rust = f"pub fn now() {{ {call['path']}(); }}\n"

    (message,) = found(tmp_path / "without", f'{name} = "*"', locked(name, version), rust)
    assert message == f"{call['path']} panics in a worker without the `{call['feature']}` feature of {name}"
    assert found(tmp_path / "with", f'{name} = "*"', locked(name, version, "js-sys"), rust) == []
    assert found(tmp_path / "unlocked", f'{name} = "*"', "", rust) == []


def test_each_entry_has_a_source_and_each_package_an_entry_that_brings_it_in() -> None:
    sources = [table["source"] for kind in ("crate", "call") for table in TABLES[kind]]

    assert all(source.startswith("https://docs.rs/") for source in sources)
    assert {table["adds"][-1] for table in NEEDS} == CULPRITS - {"uuid"}
    assert {*VERSIONS} == CULPRITS - {"uuid"}
