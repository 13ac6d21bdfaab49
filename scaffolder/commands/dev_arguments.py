"""Sorts the arguments behind the project of `scaffold dev` into those of wrangler and our own.

Not here: the options before the project (`command_line.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scaffolder.core.errors import BadInput
from scaffolder.core.requests import ANY_HASH

PASSED = "--pass-env"
TRUST = "--trust"
RELEASE = "--release"

CONFIG = {"--config", "-c"}
"""The options of `wrangler dev` that choose the wrangler file."""

STATE = {"--persist-to": "--persist-to", "--env": "--env", "-e": "--env"}
"""The options of `wrangler dev` that choose the local state, with their long names."""


@dataclass(frozen=True)
class Arguments:
    """The arguments behind the project.

    Args:
        wrangler: Those for `wrangler dev`, except for the wrangler file.
        config: The wrangler file; empty if none is named.
        passed: The variables that are let through.
        trust: The hash that is trusted, an empty text for any; None if the option is not there.
        is_release: Whether the worker is built as for a deployment.
        state: The options that choose the local state, with their values; all calls of wrangler need the same ones.
    """

    wrangler: tuple[str, ...]
    config: str
    passed: tuple[str, ...]
    trust: str | None
    is_release: bool
    state: Mapping[str, str]

    @property
    def environment(self) -> str:
        """The environment that is served; empty for the top level of the wrangler files."""
        return self.state.get("--env", "")


def parse(words: Sequence[str]) -> Arguments:
    """Sort the arguments behind the project.

    Raises:
        BadInput: `--trust` has an empty value.
    """
    passed, others = _taken(words, {PASSED})
    trusted, others = _taken(others, {TRUST})
    configs, others = _taken(others, CONFIG)
    wrangler = tuple(word for word in others if word != RELEASE)
    config, trust = next(iter(configs), ""), next(iter(trusted), None)
    if trust == "":
        raise BadInput(
            what="argument --trust: its value is empty",
            where="the command line",
            why="an empty hash is that of no source",
            fix="give the hash, or leave out the `=`",
        )
    return Arguments(
        wrangler, config, tuple(passed), "" if trust == ANY_HASH else trust, RELEASE in others, dict(_state(wrangler))
    )


def _taken(words: Sequence[str], options: set[str]) -> tuple[list[str], list[str]]:
    """Return the values of options among the arguments, and the other arguments."""
    values, others = [], []
    rest = iter(words)
    for word in rest:
        option, equals, value = word.partition("=")
        if option in options:
            values.append(value if equals else next(rest, ""))
        else:
            others.append(word)
    return values, others


def _state(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    for at, word in enumerate(arguments):
        option, equals, value = word.partition("=")
        if option in STATE:
            yield STATE[option], value if equals else next(iter(arguments[at + 1 : at + 2]), "")
