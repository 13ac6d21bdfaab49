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
SURROGATE = re.compile(r"[\ud800-\udfff]")
"""What Python makes of a byte of the command line that is not UTF-8."""
RESERVED = re.compile(r"ASSETS|CLOUDFLARE_.*|WRANGLER_.*")


@dataclass(frozen=True, kw_only=True)
class Value:
    """The value that a kind takes after `=`.

    Args:
        key: The key of the wrangler file that it is written to; empty if it is not the value of a key.
        default: Returns the value of a target that has none; without a default, the key is left out.
        accepts: Returns whether the value is valid; the rules of `check` call the same function.
        noun: What the value is, such as `bucket name`.
        rule: What is accepted, in words.
        example: A value that is accepted.
    """

    key: str = ""
    default: Callable[[EditTarget], str] | None = None
    accepts: Callable[[str], object] = bool
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
    text = target.value or (value.default(target) if value.default else "")
    if text and SURROGATE.search(text):
        raise BadInput(
            what="the value is not UTF-8", where=where, why="no file can have it", fix="give a text in UTF-8"
        )
    if text and not value.accepts(text):
        raise BadInput(
            what=f"`{text}` is not a valid {value.noun}",
            where=where,
            why=value.rule,
            fix=f"{program()} add {kind} {target.name}={value.example}",
        )
