"""The argument of `scaffold add`: the syntax of a binding's name, and of the value after `=`.

Not here: arguments of another syntax, which their kinds check themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.editing.target import EditTarget

BINDING_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
RESERVED = re.compile(r"ASSETS|CLOUDFLARE_.*|WRANGLER_.*")


@dataclass(frozen=True, kw_only=True)
class Value:
    """The value that a kind takes after `=`.

    Args:
        key: The key of the wrangler file that it is written to; empty if it is not the value of a key.
        default: Returns the value of a target that has none; without a default, the key is left out.
        pattern: What the value has to match as a whole; None if any text will do.
        noun: What the value is, such as `bucket name`.
        rule: The pattern in words.
        example: A value that matches.
    """

    key: str = ""
    default: Callable[[EditTarget], str] | None = None
    pattern: re.Pattern[str] | None = None
    noun: str = ""
    rule: str = ""
    example: str = ""


def validate_binding_name(target: EditTarget, kind: str) -> None:
    """Check the name of a binding.

    Raises:
        BadInput: It is not valid.
    """
    if BINDING_NAME.fullmatch(target.name) and not RESERVED.fullmatch(target.name):
        return
    better = re.sub(r"[^A-Z0-9]+", "_", target.name.upper()).strip("_")
    is_good = BINDING_NAME.fullmatch(better) and better != target.name
    raise BadInput(
        what=f"`{target.name}` is not a valid binding name",
        where="NAME",
        why="a binding name has capitals, digits and underscores; ASSETS, CLOUDFLARE_* and WRANGLER_* are reserved",
        fix=f"{program()} add {kind} {better}" if is_good else "choose another name",
    )


def validate_value(value: Value, target: EditTarget, where: str, kind: str) -> None:
    """Check a value after `=`.

    Raises:
        BadInput: It is not valid.
    """
    if value.pattern is not None and not value.pattern.fullmatch(target.value):
        raise BadInput(
            what=f"`{target.value}` is not a valid {value.noun}",
            where=where,
            why=value.rule,
            fix=f"{program()} add {kind} {target.name}={value.example}",
        )
