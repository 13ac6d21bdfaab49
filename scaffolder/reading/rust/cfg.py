"""Says of a `cfg` whether a Worker meets it, which runs as wasm32-unknown-unknown or, seldom, as emscripten's wasm32.

Not here: where the attributes are (`parser.py`).
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
    # Built with `--emscripten`, a Worker has that system, which Rust counts among the Unixes.
    "unix": None,
    'target_family="unix"': None,
    'target_os="emscripten"': None,
    'target_os="unknown"': None,
    'target_pointer_width="32"': True,
}
"""What is known of a Worker; other targets are known not to hold."""

TOKEN = re.compile(r'\w+(?:\s*=\s*"[^"]*")?|[(),]')


def holds(condition: str) -> bool | None:
    """Return whether a Worker meets the inside of a `cfg(...)`; None where that depends on how it is built."""
    tokens = [re.sub(r"\s", "", token) for token in TOKEN.findall(condition)]
    return _any_of(tokens) if tokens else None


def _any_of(tokens: list[str]) -> bool | None:
    """Take one predicate off the front of the tokens."""
    word = tokens.pop(0)
    if not (tokens and tokens[0] == "(" and word in {"all", "any", "not"}):
        return _single(word)
    tokens.pop(0)
    inner: list[bool | None] = []
    while tokens and tokens[0] != ")":
        if tokens[0] == ",":
            tokens.pop(0)
            continue
        inner.append(_any_of(tokens))
    if tokens:
        tokens.pop(0)
    return _together(word, inner)


def _single(word: str) -> bool | None:
    if word.startswith(("target_arch=", "target_family=", "target_os=")):
        return KNOWN.get(word, False)
    return KNOWN.get(word)


def _together(word: str, inner: list[bool | None]) -> bool | None:
    if word == "not":
        return None if inner[:1] in ([None], []) else not inner[0]
    decisive = word == "any"
    if decisive in inner:
        return decisive
    return None if None in inner else not decisive
