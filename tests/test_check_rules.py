"""The rules themselves: each is documented, has an example that holds, and cases with and without findings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scaffolder.catalogue import manifests
from scaffolder.checks import rule_registry, rules_page
from scaffolder.checks.engine import examine
from scaffolder.checks.rule import Rule
from scaffolder.checks.rules.wrangler import schema
from scaffolder.reading import project as reading

from . import casebook
from .check import laid_over, write
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

    assert written == rules_page.page(), "run python -m scaffolder.checks.rules_page"


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
