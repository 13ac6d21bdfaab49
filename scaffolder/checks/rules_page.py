"""Writes docs/rules.md from the rules: `python -m scaffolder.checks.rules_page`.

Not here: what the page says; each rule says it of itself.
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

Written from the rules themselves by `python -m scaffolder.checks.rules_page`; `scaffold check --explain CODE` prints
the same. An example leaves out what is in order.
"""

LANGUAGES = {".toml": "toml", ".lock": "toml", ".rs": "rust", ".json": "json", ".jsonc": "jsonc"}

TOLD = {
    "build": "the build stops",
    "dry run": "a dry run tells",
    "dev": "the dev server tells",
    "test": "the tests fail",
    "request": "a request fails",
    "": "nothing tells before the deploy",
}
"""What each stage of the record means."""

TABLE = """
## What each rule was seen to prevent

Measured on {date} with {versions}.

A worker that was in order was broken in each of these ways, and then built, deployed in a dry run, served and asked.
The first that told is named, with its own words. What is said of the deploy is what Cloudflare's documents say, or
others report: it takes an account, and was not seen. `python -m tests.truth` measures again.

| rule | what was wrong | what told | in which words | of the deploy |
| --- | --- | --- | --- | --- |
"""


def page() -> str:
    """Answer the whole page."""
    parts = [HEAD, _table()]
    for family, title in FAMILIES.items():
        parts.append(f"\n## {title}\n")
        parts += [_section(rule) for code, rule in rules().items() if code.startswith(family)]
    return "".join(parts)


def example(files: Mapping[str, str]) -> str:
    """Answer the files of an example, each under its name."""
    return "\n\n".join(f"# {name}\n{text.rstrip()}" for name, text in files.items())


def told(rule: Rule) -> str:
    """Word how the trouble shows without the rule."""
    if rule.unmeasured:
        return f"not measured: {rule.unmeasured}"
    return ", or ".join(dict.fromkeys(TOLD[each.level] for each in rule.seen))


def _table() -> str:
    versions = ", ".join(f"{name} {version}" for name, version in evidence.versions().items())
    rows = [row for rule in rules().values() for row in _rows(rule)]
    return TABLE.format(date=evidence.date(), versions=versions) + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _rows(rule: Rule) -> Iterator[tuple[str, ...]]:
    link = f"[{rule.code}](#{rule.code.lower()})"
    if rule.unmeasured:
        yield link, "", f"not measured: {rule.unmeasured}", "", ""
    for each in rule.seen:
        words = each.seen.replace("|", "\\|").replace("`", "'")
        yield link, each.what, TOLD[each.level], f"`{words}`" if each.level else words, each.deploy


def _section(rule: Rule) -> str:
    mended = " `--fix` mends it where that is certain." if rule.fixable else ""
    left = f"- **Not looked at:** {rule.left_alone}\n" if rule.left_alone else ""
    shown = "\n\n".join([*_fenced("Wrong", rule.wrong), *_fenced("Right", rule.right)])
    return (
        f"\n### {rule.code}\n\n{rule.title}\n\n- **Why:** {rule.why}\n- **Fix:** {rule.fix}{mended}\n"
        f"- **Without this rule:** {told(rule)}.\n{left}\n{shown}\n"
    )


def _fenced(word: str, files: Mapping[str, str]) -> Iterator[str]:
    for name, text in files.items():
        yield f"{word}, `{name}`:\n\n```{LANGUAGES.get(Path(name).suffix, 'text')}\n{text.rstrip()}\n```"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
