"""Reads YAML documents. The only module that imports `yaml`.

Not here: their meaning; Copier reads its own configuration itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from scaffolder.core.errors import BadInput
from scaffolder.system import untrusted_files

LARGEST = 2**18
"""Bytes of an answers file; the parser takes seconds for each million."""


def first(path: Path) -> dict[str, Any]:
    """Return the first document of a file of the catalogue."""
    with path.open(encoding="utf-8") as stream:
        document: dict[str, Any] = next(yaml.load_all(stream, Loader=yaml.SafeLoader))
    return document


def answers(path: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """Read an answers file, such as the one that Copier writes; its private keys are left out.

    Returns:
        The answers, and the line on which each of them begins.

    Raises:
        BadInput: There is no such file, it is not YAML, not a mapping, has two answers to a question, or exceeds a
            bound.
    """
    document, lines = _mapping(path, f"--answers {path}", takes_pipes=True)
    return {name: value for name, value in document.items() if not name.startswith("_")}, lines


def plain(text: str) -> Any:
    """Return what a text of a stranger holds; None if it cannot be read."""
    try:
        return untrusted_files.parsed(yaml.safe_load, text, yaml.YAMLError) if len(text) <= LARGEST else None
    except (yaml.YAMLError, untrusted_files.Unparsable):
        return None


def recorded(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read the answers that a project records.

    Returns:
        The answers, and Copier's private keys.

    Raises:
        BadInput: As of `answers`.
    """
    document, _ = _mapping(path, str(path))
    private = {name: value for name, value in document.items() if name.startswith("_")}
    return {name: value for name, value in document.items() if name not in private}, private


def line_of(key: str, value: str) -> str:
    """Return the line that gives a key a text, in quotes where YAML would read it as something else."""
    return yaml.safe_dump({key: value}, width=1000, allow_unicode=True).rstrip("\n")


def _mapping(path: Path, where: str, *, takes_pipes: bool = False) -> tuple[dict[str, Any], dict[str, int]]:
    try:
        text = untrusted_files.content(path, largest=LARGEST, takes_pipes=takes_pipes).decode("utf-8-sig")
        document, lines = untrusted_files.parsed(_loaded, text, yaml.YAMLError)
    except BadInput as error:
        raise _refuse(where, error.why) from error
    except OSError as error:
        raise _refuse(where, error.strerror or str(error), "name a file that can be read") from error
    except UnicodeDecodeError as error:
        raise _refuse(where, str(error)) from error
    except untrusted_files.Unparsable as error:
        raise _refuse(where, str(error)) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise _refuse(where, f"it is not YAML{line}: {getattr(error, 'problem', error)}") from error
    if not isinstance(document, dict):
        raise _refuse(where, "it is not a mapping: each line must have a name, a colon and an answer")
    for first_line, second_line, name in _twice(lines):
        raise _refuse(where, f"it answers `{name}` twice, on lines {first_line} and {second_line}")
    return {str(name): value for name, value in document.items()}, dict(lines)


def _loaded(text: str) -> tuple[Any, list[tuple[str, int]]]:
    """Parse a document, and return it with the line of each of its keys; the parser itself keeps one of two."""
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None, []
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        lines = [(str(key.value), key.start_mark.line + 1) for key, _ in pairs]
        return loader.construct_document(node), lines
    finally:
        loader.dispose()


def _twice(lines: list[tuple[str, int]]) -> Iterator[tuple[int, int, str]]:
    """Yield the two lines of each key that is there twice, and the key."""
    seen: dict[str, int] = {}
    for name, line in lines:
        if name in seen:
            yield seen[name], line, name
        seen[name] = line


def _refuse(where: str, why: str, fix: str = "write one answer per line, such as worker_name: guest-book") -> BadInput:
    return BadInput(what="cannot read the answers file", where=where, why=why, fix=fix)
