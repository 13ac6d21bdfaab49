"""Runs all cases of all promises, and writes docs/reliability.md: `python3 -m tests.reliability`.

With `--list` nothing is run: the page gets the promises and cases as they are now, and keeps the results of the last
run. With arguments of pytest, such as `-k killed`, the tests that they choose are run, and the others keep their
results.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.stamp import stamp

from . import page
from .counting import collected, run_pytest

LIBRARIES = ("pytest", "copier", "GitPython", "filelock", "tree-sitter")


def main(words: list[str]) -> int:
    """Run or list the cases, and write the page; return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        counted = Path(folder) / "promises.json"
        if words == ["--list"]:
            page.write({**page.load(), "tests": collected(counted)})
            return 0
        kept = page.load()["results"] if words else {}
        data: dict[str, Any] = {"stamp": stamp(), "versions": versions()}
        code = run_pytest("--numprocesses=2", "--dist=load", "-m", "promise", f"--promises={counted}", *words)
        tests = collected(counted.with_name("listed.json"))
        results = json.loads(counted.read_text(encoding="utf-8"))["results"]
        own = {name: {**result, "commit": data["stamp"]["commit"]} for name, result in results.items()}
        page.write({**data, "tests": tests, "results": {**kept, **own}})
    return code


def versions() -> dict[str, str]:
    """Return the versions of what the cases were run with."""
    git = subprocess.run(["git", "--version"], check=True, capture_output=True, text=True).stdout.split()[2]
    own = {"Python": platform.python_version(), "Linux": platform.release(), "git": git}
    return own | {name: version(name) for name in LIBRARIES}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
