"""The scripts in JavaScript and TypeScript that may be a worker's tests.

Not here: what they mean (`checks/rules/`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from scaffolder.reading.source import Source, relative
from scaffolder.system.untrusted_files import searchable

TESTS = ("tests", "test", "spec", "e2e", ".")
SCRIPT = re.compile(r".*\.[cm]?[jt]s")
"""The folders and the names of scripts that may be tests."""


def test_scripts(project: Path, homes: Iterable[Path]) -> list[Source]:
    """Return the scripts beside a worker and in its folders of tests, as far as they are text."""
    folders = [home / place for home in dict.fromkeys(homes) for place in TESTS]
    paths = [path for folder in folders for path in sorted(folder.glob("*")) if SCRIPT.fullmatch(path.name)]
    return [Source(relative(project, path), searchable(path).encode(), project) for path in paths]
