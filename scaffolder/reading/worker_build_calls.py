"""Sees through a build command to the call of worker-build that ends it, where nothing else may write the result.

Not here: which worker-build that is (`installs.py`).
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from scaffolder.reading.installs import INSTALL
from scaffolder.reading.project import Worker
from scaffolder.system.untrusted_files import searchable

HARMLESS = re.compile(r"cd\s+\S+|echo\b.*|(?:rustup|true|:)\b.*|npm\s+(?:ci|i|install)\b.*")
"""Steps before the call that write no entry point of a worker; `cargo install` is another."""

SCRIPTS_RUN = re.compile(r"(?:npm|pnpm|bun)\s+run\s+(?:-s\s+|--silent\s+)?([\w:.-]+)|yarn\s+(?:run\s+)?([\w:.-]+)")
"""A script of package.json, without further arguments."""

OF_THE_CATALOGUE = "// Builds the worker in the current folder into build/"
"""How the build script began that the catalogue's projects had at first; it passes its arguments on to worker-build."""

DEEPEST = 4
"""How often a script may name another one."""


def last_call(worker: Worker, command: str, depth: int = 0) -> list[str]:
    """Return the words of the worker-build that ends a build command; empty where something is unclear.

    Args:
        worker: The worker.
        command: The build command.
        depth: How many scripts led to it.
    """
    *before, last = [step.strip() for step in re.split(r"&&|;", command.strip().removesuffix(";"))]
    if depth > DEEPEST or not all(INSTALL.fullmatch(step) or HARMLESS.fullmatch(step) for step in before):
        return []
    script = SCRIPTS_RUN.fullmatch(last)
    if script is not None:
        named = worker.package.get("scripts", script[1] or script[2]) if worker.package else None
        return last_call(worker, named, depth + 1) if isinstance(named, str) else []
    words = _words(last)
    if words[:1] == ["worker-build"]:
        return words
    if words[:1] == ["node"] and len(words) > 1 and _is_ours(worker, words[1]):
        return ["worker-build", "--release", *words[2:]]
    return []


def out_dir(words: list[str]) -> str:
    """Return the folder that a call of worker-build writes into, seen from the crate."""
    found = re.search(r"(?:^|\s)(?:--out-dir(?:=|\s+)|-d(?:=|\s+)?)(\S+)", " ".join(words))
    return found[1] if found else "build"


def _words(step: str) -> list[str]:
    try:
        words = shlex.split(step)
    except ValueError:
        return []
    while words and re.match(r"[A-Za-z_]\w*=", words[0]):
        words = words[1:]
    # Anything that a shell would interpret may redirect the result, or run something else.
    return [] if any(character in step for character in "|<>`$(){}&*") else words


def _is_ours(worker: Worker, script: str) -> bool:
    paths = [folder / Path(script) for folder in (worker.folder, worker.project)]
    return any(searchable(path).startswith(OF_THE_CATALOGUE) for path in paths)
