"""An organisation's policy for its workers, as the `[policy]` table of a file.

Not here: the findings about a project (`policy_findings.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scaffolder.core.errors import BadInput

KEYS = {"templates": list, "kinds": list, "observability": bool, "names": str}

TITLES: dict[type, str] = {list: "a list of texts", bool: "true or false", str: "a text"}


@dataclass(frozen=True)
class Policy:
    """What an organisation wants of each of its workers.

    Args:
        templates: The templates that it may be made from; None for any.
        kinds: The kinds of bindings and triggers that it may have; None for any.
        observability: Whether its logs have to be kept.
        names: The expression that its name has to match as a whole; empty for any name.
    """

    templates: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    observability: bool = False
    names: str = ""

    def refuses_name(self, name: str) -> bool:
        """Return whether a worker must not have a name."""
        return bool(self.names) and re.fullmatch(self.names, name) is None


def policy_of(table: Mapping[str, Any], where: str) -> Policy:
    """Return the policy of a table.

    Args:
        table: The table.
        where: Its file.

    Raises:
        BadInput: A key is not known, or its value is not of the right type.
    """
    for key, value in table.items():
        if key not in KEYS:
            raise _refusal(where, f"`{key}` is none of {', '.join(KEYS)}")
        if not isinstance(value, KEYS[key]) or (isinstance(value, list) and not all(isinstance(v, str) for v in value)):
            raise _refusal(where, f"`{key}` is not {TITLES[KEYS[key]]}")
    names = str(table.get("names", ""))
    try:
        re.compile(names)
    except re.error as error:
        raise _refusal(where, f"`names` is no expression: {error}") from error
    lists = {key: tuple(table[key]) if key in table else None for key in ("templates", "kinds")}
    return Policy(observability=bool(table.get("observability")), names=names, **lists)


def _refusal(where: str, why: str) -> BadInput:
    return BadInput(what="the policy cannot be used", where=where, why=why, fix="correct its [policy]")
