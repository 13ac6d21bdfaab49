"""Evaluates a `cfg` for a Worker, whose target is wasm32-unknown-unknown or, rarely, wasm32-unknown-emscripten.

Not here: finding the attributes (`parser.py`).
"""

from __future__ import annotations

import re

KNOWN: dict[str, bool | None] = {
    "test": False,
    "windows": False,
    "doc": False,
    "doctest": False,
    'target_arch="wasm32"': True,
    'target_family="wasm"': True,
    # A Worker that is built with `--emscripten` has that system, which belongs to Rust's family of Unixes.
    "unix": None,
    'target_family="unix"': None,
    'target_os="emscripten"': None,
    'target_os="unknown"': None,
    'target_pointer_width="32"': True,
}
"""The predicates that are known for a Worker; those about any other target do not hold."""

TOKEN = re.compile(r'\w+(?:\s*=\s*"[^"]*")?|[(),]')


def holds(condition: str) -> bool | None:
    """Return whether the predicate of a `cfg(...)` holds for a Worker; None if that depends on its build."""
    tokens = [re.sub(r"\s", "", token) for token in TOKEN.findall(condition)]
    return _predicate(tokens) if tokens else None


def _predicate(tokens: list[str]) -> bool | None:
    """Evaluate one predicate, and remove it from the front of the tokens."""
    word = tokens.pop(0)
    if not (tokens and tokens[0] == "(" and word in {"all", "any", "not"}):
        return _single(word)
    tokens.pop(0)
    inner: list[bool | None] = []
    while tokens and tokens[0] != ")":
        if tokens[0] == ",":
            tokens.pop(0)
            continue
        inner.append(_predicate(tokens))
    if tokens:
        tokens.pop(0)
    return _combined(word, inner)


def _single(word: str) -> bool | None:
    if word.startswith(("target_arch=", "target_family=", "target_os=")):
        return KNOWN.get(word, False)
    return KNOWN.get(word)


def _combined(word: str, inner: list[bool | None]) -> bool | None:
    if word == "not":
        return None if inner[:1] in ([None], []) else not inner[0]
    decisive = word == "any"
    if decisive in inner:
        return decisive
    return None if None in inner else not decisive
