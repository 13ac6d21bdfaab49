"""Writes docs/rules.md from the rules: `python3 -m scaffolder.checks.rules_page`.

Not here: the text about each rule, which is the rule's own docstring.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from scaffolder.checks import evidence
from scaffolder.checks.rule import Rule
from scaffolder.checks.rule_registry import FAMILIES, rules

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "rules.md"

HEAD = """\
# The rules of `scaffold check`

Generated from the rules by `python3 -m scaffolder.checks.rules_page`. `scaffold check --explain RULE` prints the same
for one rule, given by its code or its name. An example shows only the files that matter; the others are those of a
valid worker.
"""

LANGUAGES = {".toml": "toml", ".lock": "toml", ".rs": "rust", ".json": "json", ".jsonc": "jsonc"}

STAGES = {
    "build": "the build fails",
    "dry run": "a dry run reports it",
    "dev": "the dev server reports it",
    "test": "the tests fail",
    "request": "a request fails",
    "": "nothing is reported before the deploy",
}
"""The stages of the evidence, and what it means that one of them was the first to report a breakage."""

TABLE = """
## Evidence

Measured on {date} with {versions}.

A valid worker was broken in each of these ways, and then built, deployed in a dry run, served and sent a request. The
table names the first stage that reported the breakage, and its output. The deploy column cites Cloudflare's
documentation or reports by others: a deploy needs an account, and was not measured. `python3 -m tests.truth` repeats
the measurement.

| rule | breakage | first report | output | deploy |
| --- | --- | --- | --- | --- |
"""


def page() -> str:
    """Return the whole page."""
    parts = [HEAD, _table()]
    for family, title in FAMILIES.items():
        parts.append(f"\n## {title}\n")
        parts += [_section(rule) for code, rule in rules().items() if code.startswith(family)]
    return "".join(parts)


def example(files: Mapping[str, str]) -> str:
    """Return the files of an example as text, each below its name."""
    return "\n\n".join(f"# {name}\n{text.rstrip()}" for name, text in files.items())


def effect(rule: Rule) -> str:
    """Return how the problem shows without the rule, as a phrase."""
    if rule.unmeasured:
        return f"not measured: {rule.unmeasured}"
    return ", or ".join(dict.fromkeys(STAGES[each.stage] for each in rule.evidence))


def _table() -> str:
    versions = ", ".join(f"{name} {version}" for name, version in evidence.versions().items())
    rows = [row for rule in rules().values() for row in _rows(rule)]
    return TABLE.format(date=evidence.date(), versions=versions) + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _rows(rule: Rule) -> Iterator[tuple[str, ...]]:
    link = f"[{rule.code}](#{rule.code.lower()}-{rule.name})"
    if rule.unmeasured:
        yield link, "", f"not measured: {rule.unmeasured}", "", ""
    for each in rule.evidence:
        output = each.output.replace("|", "\\|").replace("`", "'")
        yield link, each.breakage, STAGES[each.stage], f"`{output}`" if each.stage else output, each.deploy


def _section(rule: Rule) -> str:
    fixable = " `--fix` does this where the fix is certain." if rule.fixable else ""
    not_checked = f"- **Not checked:** {rule.not_checked}\n" if rule.not_checked else ""
    shown = "\n\n".join([*_fenced("Wrong", rule.wrong), *_fenced("Right", rule.right)])
    return (
        f"\n### {rule.code} {rule.name}\n\n{rule.title}\n\n- **Why:** {rule.why}\n- **Fix:** {rule.fix}{fixable}\n"
        f"- **When violated:** {effect(rule)}.\n{not_checked}\n{shown}\n"
    )


def _fenced(word: str, files: Mapping[str, str]) -> Iterator[str]:
    for name, text in files.items():
        yield f"{word}, `{name}`:\n\n```{LANGUAGES.get(Path(name).suffix, 'text')}\n{text.rstrip()}\n```"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
