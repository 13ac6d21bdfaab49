"""Writes docs/rules.md from the rules: `python -m scaffolder.checks.page`.

Not here: what the page says; each rule says it of itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from scaffolder.checks.book import FAMILIES, rules
from scaffolder.checks.rule import Rule

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "rules.md"

HEAD = """\
# The rules of `scaffold check`

Written from the rules themselves by `python -m scaffolder.checks.page`. `scaffold check --explain CODE` tells the same.
An example leaves out what is in order.
"""

LANGUAGES = {".toml": "toml", ".lock": "toml", ".rs": "rust", ".json": "json", ".jsonc": "jsonc"}

SEEN = {
    "build": "the build stops",
    "dry run": "a dry run tells",
    "dev": "the dev server tells",
    "request": "a request fails",
    "": "nothing tells before the deploy or later",
}


def page() -> str:
    """Answer the whole page."""
    parts = [HEAD]
    for family, title in FAMILIES.items():
        parts.append(f"\n## {title}\n")
        parts += [_section(rule) for code, rule in rules().items() if code.startswith(family)]
    return "".join(parts)


def example(files: Mapping[str, str]) -> str:
    """Answer the files of an example, each under its name."""
    return "\n\n".join(f"# {name}\n{text.rstrip()}" for name, text in files.items())


def _section(rule: Rule) -> str:
    mended = " `--fix` mends it where that is certain." if rule.fixable else ""
    left = f"- **Not looked at:** {rule.left_alone}\n" if rule.left_alone else ""
    shown = "\n\n".join([*_fenced("Wrong", rule.wrong), *_fenced("Right", rule.right)])
    return (
        f"\n### {rule.code}\n\n{rule.title}\n\n- **Why:** {rule.why}\n- **Fix:** {rule.fix}{mended}\n"
        f"- **Without this rule:** {SEEN[rule.seen_by]}.\n{left}\n{shown}\n"
    )


def _fenced(word: str, files: Mapping[str, str]) -> Iterator[str]:
    for name, text in files.items():
        yield f"{word}, `{name}`:\n\n```{LANGUAGES.get(Path(name).suffix, 'text')}\n{text.rstrip()}\n```"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
