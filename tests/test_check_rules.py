"""The rules themselves: each is documented, has an example that holds, and cases with and without findings.

The data on packages that do not work in a worker: each entry leads to a finding, and no other edge does.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from scaffolder.catalogue import manifests
from scaffolder.checks import rule_registry, rules_page, wasm_crates
from scaffolder.checks.engine import examine
from scaffolder.checks.rule import Rule
from scaffolder.checks.rules.wrangler import schema
from scaffolder.reading import project as reading

from . import casebook
from .check import CARGO, laid_over, write
from .conftest import ROOT, copy_plainly
from .test_house import imports

CASES = casebook.CASES / "check"
RULES = list(rule_registry.rules().values())

TABLE = {
    "WR101": "a bound Durable Object class is created",
    "WR102": "a bound class is a struct",
    "WR103": "a class that exists is a struct",
    "RS201": "a Durable Object struct is declared",
    "WR104": "migrations or exports, not both",
    "WR105": "migration tags are unique and migrations can be replayed",
    "WR106": "a class that uses SQL has SQLite storage",
    "RS202": "the attribute's argument matches the alarm and websocket methods",
    "RS203": "every binding that Rust looks up exists in each environment",
    "WR107": "every binding is used",
    "PJ301": "the worker crate has the features that the Rust needs",
    "WR108": "consumers and crons have handlers, and handlers have them",
    "RS204": "queue names in Rust belong to consumers",
    "WR109": "a dead letter queue does not lead back",
    "WR110": "queue names and settings are within the server's limits",
    "RS205": "no retry after an ack",
    "WR111": "the compatibility date is valid",
    "WR112": "there is a compatibility date",
    "WR113": "main is a file that worker-build writes",
    "WR114": "the build command is pinned and portable",
    "PJ302": "Cargo.lock, worker and worker-build match",
    "PJ303": "the crate is a cdylib with a valid name",
    "WR115": "the worker's name is valid",
    "WR116": "binding names are unique",
    "WR117": "every key is known and in the right table",
    "WR118": "environments repeat bindings and variables",
    "WR119": "variables have the type that Rust reads, and hold no secret",
    "PJ304": "secrets are documented, and git ignores their files",
    "WR120": "crons, bucket names and rate limits are well formed",
    "WR121": "D1 migrations exist and create the tables",
    "WR122": "the assets folder exists",
    "WR123": "Hyperdrive has an id and a complete connection string",
    "WR124": "a service binding uses the other worker's name",
    "WR125": "always-remote bindings are replaced in tests",
    "RS206": "nothing that panics or does not compile on wasm",
    "RS207": "routes use the syntax of their router",
    "RS209": "the routes of a router do not conflict",
    "RS208": "one handler of each kind, and settings that allow unwinding",
    "RS211": "variables are not read from a process's environment",
    "RS213": "logs are printed where they are seen",
    "RS215": "native tests need no JavaScript runtime",
    "WR126": "watch_dir covers what the build reads",
    "WR127": "tests give Miniflare the options of its version",
    "PJ305": "there is a release profile",
    "PJ306": "package.json pins wrangler and requires Node",
    "PJ309": "every crate in the lock builds for wasm",
    "PJ307": "an ignore comment has a reason",
    "PJ310": "a crate below a workspace is a member of it, or left out",
    "PJ320": "no file has an unresolved merge conflict",
    "PJ322": "a crate that inherits is in a workspace",
    "WR130": "a main in JavaScript exports the classes and handlers",
    "WR128": "wrangler reads the only wrangler file",
}
"""The subject of each rule, by its code: a code never changes its meaning."""


def test_every_rule_is_in_the_table() -> None:
    assert {rule.code for rule in RULES} <= TABLE.keys()


def test_each_rule_has_a_name_of_its_own_in_kebab_case() -> None:
    """A name has a dash, so that no word of a comment's reason, such as `because`, is taken for one."""
    names = [rule.name for rule in RULES]

    assert [name for name in names if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name)] == []
    assert len(set(names)) == len(names) == len(TABLE)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_has_a_title_a_reason_and_a_fix(rule: Rule) -> None:
    assert rule.title.endswith(".")
    assert rule.why
    assert rule.fix
    assert bool(rule.unmeasured) != bool(rule.evidence)
    assert rules_page.effect(rule)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_wrong_example_is_found_and_the_right_one_is_not(rule: Rule, tmp_path: Path) -> None:
    wrong = reading.read(write(tmp_path / "wrong", laid_over(rule.wrong)))
    right = reading.read(write(tmp_path / "right", laid_over(rule.right)))

    assert {found.code for found in examine(wrong, [rule])} == {rule.code}
    assert examine(right, [rule]) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_has_a_case_that_it_finds_and_one_that_it_does_not(rule: Rule) -> None:
    cases = casebook.read(CASES / f"{rule.code}.md", casebook.bases())
    texts = [case.steps[0].printed for case in cases]

    assert any(rule.code in text for text in texts)
    assert any(rule.code not in text for text in texts)
    assert not rule.fixable or any(step.changes for case in cases for step in case.steps)


def test_every_document_of_cases_is_a_rules() -> None:
    assert {path.name for path in CASES.iterdir()} == {f"{rule.code}.md" for rule in RULES}


def test_the_page_of_rules_is_up_to_date() -> None:
    written = rules_page.PAGE.read_text(encoding="utf-8")

    assert written == rules_page.page(), "run python3 -m scaffolder.checks.rules_page"


@pytest.mark.parametrize("id_", manifests.template_ids())
def test_a_template_gives_nothing_to_find(id_: str, bundle: Path, tmp_path: Path) -> None:
    copy_plainly(bundle, tmp_path / "made", ref=None, template=id_, worker_name="made")

    assert examine(reading.read(tmp_path / "made"), RULES) == []


def test_the_schema_is_the_pinned_wranglers_and_knows_every_binding() -> None:
    readme = (ROOT / "scaffolder" / "checks" / "wrangler_schema" / "README.md").read_text(encoding="utf-8")

    assert f"version {manifests.pins().wrangler_version}," in readme
    assert schema.top_keys() >= {"kv_namespaces", "durable_objects", "exports"}


def test_rules_import_nothing_from_other_rules() -> None:
    """A reader that two rules need is in `scaffolder/reading`, so that each rule can be understood on its own."""
    folder = ROOT / "scaffolder" / "checks" / "rules"

    crossing = [
        (path.relative_to(folder).as_posix(), name)
        for path in sorted(folder.rglob("*.py"))
        for name in imports(path)
        if name.startswith("scaffolder.checks.rules.")
    ]

    assert crossing == []


TABLES: dict[str, list[dict[str, Any]]] = tomllib.loads(wasm_crates.FILE.read_text(encoding="utf-8"))
NEEDS = TABLES["needs"]
CULPRITS = {table["name"] for table in TABLES["crate"]}
ABOUT_CRATES = [rule for code, rule in rule_registry.rules().items() if code in {"PJ309", "RS206"}]

VERSIONS = {"getrandom": ["0.2.15", "0.3.4", "0.4.3"], "openssl-sys": ["0.9.117"], "tokio": ["1.42.0"]}
"""A version in the range of each entry on a package that others bring in."""


def locked(name: str, version: str, *needs: str) -> str:
    listed = ", ".join(f'"{each}"' for each in needs)
    return f'[[package]]\nname = "{name}"\nversion = "{version}"\nsource = "registry+x"\ndependencies = [{listed}]\n'


def found(folder: Path, requirement: str, lock: str, rust: str = "") -> list[str]:
    manifest = CARGO.replace('worker = "0.8.7"\n', f'worker = "0.8.7"\n{requirement}\n')
    files = {"Cargo.toml": manifest, "Cargo.lock": f"{lock}{locked('worker', '0.8.7')}", "src/lib.rs": rust}
    return [each.message for each in examine(reading.read(write(folder, laid_over(files))), ABOUT_CRATES)]


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
