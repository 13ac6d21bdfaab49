"""The registry of rules: every class of `rules/` by its code, and the rules that a command selects.

A rule is registered as soon as its class is written.

Not here: running rules (`engine.py`).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from functools import cache

from scaffolder.checks import rules as package
from scaffolder.checks.rule import Rule
from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.core.suggestions import did_you_mean, near_names

FAMILIES = {"WR": "The wrangler file", "RS": "Rust", "PJ": "Cargo and the project"}
"""The first two letters of a code, and the subject of its rules."""

EVERY = "all"
"""The word that means every rule."""


@cache
def rules() -> dict[str, Rule]:
    """Return every rule, by its code, in order."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    found = {kind.__name__: kind() for kind in Rule.__subclasses__()}
    return {code: found[code] for family in FAMILIES for code in sorted(found) if code.startswith(family)}


def names() -> dict[str, str]:
    """Return the code of every rule, by the rule's name."""
    return {rule.name: code for code, rule in rules().items()}


def to_explain(word: str) -> list[Rule]:
    """Return the rules to explain: one by its code or name, a family by its letters, or all of them.

    Raises:
        BadInput: There is no such rule.
    """
    codes = list(rules()) if word == EVERY else _codes(word, "--explain")
    return [rules()[code] for code in codes]


def choose(select: Sequence[str], ignore: Sequence[str]) -> list[Rule]:
    """Return the rules that are selected, or all, without those that are ignored.

    Args:
        select: Codes, names, or a family's letters for all of its rules; if empty, every rule is selected.
        ignore: The same, of rules to leave out.

    Raises:
        BadInput: There is no such rule.
    """
    chosen = {code for word in select for code in _codes(word, "--select")} or set(rules())
    left_out = {code for word in ignore for code in _codes(word, "--ignore")}
    return [each for code, each in rules().items() if code in chosen - left_out]


def suggested(word: str, *, limit: int = 2) -> list[str]:
    """Return the codes, families and names that may have been meant by a word."""
    codes = near_names(word.upper(), [*FAMILIES, *rules()], limit=limit, cutoff=0.5)
    return [*codes, *near_names(word.lower(), names(), limit=limit)][:limit]


def _codes(word: str, option: str) -> list[str]:
    if word in names():
        return [names()[word]]
    if word not in {*FAMILIES, *rules()}:
        raise BadInput(
            what=f"unknown rule `{word}`",
            where=option,
            why="give a code or a name, such as WR101 or durable-object-not-created, or the two letters of a family",
            fix=did_you_mean(suggested(word), f"see: {program()} check --explain"),
        )
    return [code for code in rules() if code.startswith(word)]
