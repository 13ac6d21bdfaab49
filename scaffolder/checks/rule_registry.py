"""The book of rules: every class of `rules/`, by its code, and which of them a command asked for.

A rule is in it as soon as its class is written.

Not here: asking them (`engine.py`).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from functools import cache

from scaffolder.checks import rules as shelf
from scaffolder.checks.rule import Rule
from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.core.suggestions import did_you_mean, near_names

FAMILIES = {"WR": "The wrangler file", "RS": "Rust", "PJ": "Cargo and the project"}
"""The first two letters of a code, and what its rules are about."""

EVERY = "all"
"""The word that means every rule."""


@cache
def rules() -> dict[str, Rule]:
    """Answer every rule, by its code, in order."""
    for module in pkgutil.walk_packages(shelf.__path__, f"{shelf.__name__}."):
        importlib.import_module(module.name)
    found = {kind.__name__: kind() for kind in Rule.__subclasses__()}
    return {code: found[code] for family in FAMILIES for code in sorted(found) if code.startswith(family)}


def meant(word: str) -> list[Rule]:
    """Answer the rules that are to be explained: one by its code, a family by its letters, or all of them.

    Raises:
        BadInput: There is no such rule.
    """
    codes = list(rules()) if word == EVERY else _known(word, "--explain")
    return [rules()[code] for code in codes]


def choose(select: Sequence[str], ignore: Sequence[str]) -> list[Rule]:
    """Answer the rules that are selected, or all, without those that are ignored; a family's letters mean all of it.

    Raises:
        BadInput: A code means nothing.
    """
    chosen = {code for word in select for code in _known(word, "--select")} or set(rules())
    left_out = {code for word in ignore for code in _known(word, "--ignore")}
    return [each for code, each in rules().items() if code in chosen - left_out]


def _known(word: str, option: str) -> list[str]:
    found = [code for code in rules() if word and code.startswith(word)]
    if word not in {*FAMILIES, *rules()}:
        near = near_names(word.upper(), [*FAMILIES, *rules()], limit=2, cutoff=0.5)
        raise BadInput(
            what=f"there is no rule `{word}`",
            where=option,
            why="a rule has a code such as WR101, and a family two letters",
            fix=did_you_mean(near, f"see: {program()} check --explain"),
        )
    return found
