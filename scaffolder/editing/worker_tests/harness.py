"""Finds the test file of a worker, and the expression by which its tests reach the worker.

A test file is one in `tests` or `test` that imports `assert`, `test` and `createTestHarness`, creates a
harness of the worker's wrangler file at its top level, and has it listen.

Not here: the tests that are written into it (`test_cases.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from scaffolder.reading.project import Worker
from scaffolder.reading.source import Source
from scaffolder.system import untrusted_files

IMPORTS = (
    rb'^import assert from "node:assert(?:/strict)?";',
    rb'^import \{[^}]*\btest\b[^}]*\} from "node:test";',
    rb'^import \{[^}]*\bcreateTestHarness\b[^}]*\} from "(?:wrangler|\./stubbed-wrangler\.mjs)";',
)
HARNESS = re.compile(rb"^const (\w+) = createTestHarness\(\{(.*?)\}\);", re.MULTILINE | re.DOTALL)
CONFIG = re.compile(rb'configPath: "(?:\./)?([^"]+)"')


@dataclass(frozen=True)
class Harness:
    """A test file with a harness of a worker.

    Args:
        source: The file.
        worker: The expression for the worker in it.
    """

    source: Source
    worker: str


def harness_of(worker: Worker) -> Harness | None:
    """Return the first test file with a harness of the worker, or None."""
    for source in test_files(worker):
        if all(re.search(each, source.even, re.MULTILINE) for each in IMPORTS) and (
            expression := _expression(worker, source)
        ):
            return Harness(source, expression)
    return None


def test_files(worker: Worker) -> Iterator[Source]:
    """Yield the test files of a worker, and those of the workspace that it is in."""
    for folder in dict.fromkeys((worker.folder, worker.project)):
        for path in sorted(each for name in ("tests", "test") for each in (folder / name).glob("*.test.mjs")):
            yield Source(path.relative_to(worker.project).as_posix(), untrusted_files.content(path))


def _expression(worker: Worker, source: Source) -> str:
    for name, options in HARNESS.findall(source.even):
        configs = [each.decode() for each in CONFIG.findall(options)]
        is_started = re.search(rb"\b" + name + rb"\.listen\(", source.even)
        if worker.config.file in configs and is_started and b"env:" not in options:
            named = "" if configs[0] == worker.config.file else json.dumps(str(worker.config.get("name")))
            return f"{name.decode()}.getWorker({named})"
    return ""
