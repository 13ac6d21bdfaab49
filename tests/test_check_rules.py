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
    "WR102": "a bound class is a Rust struct",
    "WR103": "a class that a lifecycle keeps alive is a Rust struct",
    "RS201": "a Durable Object struct is declared and bound",
    "WR104": "migrations or exports, not both",
    "WR105": "migration tags are unique and their replay is valid",
    "WR106": "new classes are SQLite, and SQL is asked of no other",
    "RS202": "alarm and websocket methods and the attribute's argument agree",
    "RS203": "what Rust asks for is bound, as that kind, in each environment",
    "WR107": "what is bound is asked for",
    "PJ301": "the features of the worker crate",
    "WR108": "consumers, crons and handlers belong together",
    "RS204": "queue names in Rust are those of consumers and producers",
    "WR109": "a dead letter queue is another queue, and consumed",
    "WR110": "queue names and limits are what the server takes",
    "RS205": "no retry after an ack",
    "WR111": "the compatibility date is real, and within the runtime's",
    "WR112": "there is a compatibility date",
    "WR113": "main is what worker-build makes",
    "WR114": "the build command is sound and pinned",
    "PJ302": "Cargo.lock, worker and worker-build go together",
    "PJ303": "the crate is a cdylib with a legal name",
    "WR115": "the worker's name is legal",
    "WR116": "binding names are unique and upper snake case",
    "WR117": "no unknown keys, and none below the wrong header",
    "WR118": "environments repeat what they do not inherit",
    "WR119": "variables have the type that Rust reads, and hold no secret",
    "PJ304": "secrets are named for local use, and their files are ignored by git",
    "WR120": "rate limits, buckets, AI and crons are well formed",
    "WR121": "D1 migrations are there and complete",
    "WR122": "the assets folder is there",
    "WR123": "hyperdrive has an id and a local connection",
    "WR124": "a bound service is there",
    "WR125": "bindings that are remote alone are stubbed in tests",
    "RS206": "nothing that panics or does not build on wasm",
    "RS207": "routes are in the syntax of their router",
    "RS208": "one handler a kind, and unwinding is prepared for",
    "WR126": "watch_dir covers what the build reads",
    "PJ305": "a release profile, and a size within the budget",
    "PJ306": "package.json pins wrangler and names Node",
    "PJ307": "an ignore has its reason",
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
