"""Measures what users wait for, and writes the figures into the README: `python3 benchmarks`.

Everything is measured from nothing: in an empty cache, with a clone of what is committed.
It takes about a quarter of an hour on two cores.

Not here: tests; nothing is asserted.
"""

import datetime as dt
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import page  # noqa: E402 - found only now

HELLO = ["new", "hello-worker", "--template", "hello", "--defaults", "--validate", "--yes"]


def main() -> int:
    """Measure, keep the results, and write them into the README."""
    with tempfile.TemporaryDirectory() as place:
        results = measure(Path(place))
    (ROOT / "benchmarks" / "results.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    page.write(ROOT / "README.md", results)
    return 0


def measure(place: Path) -> dict[str, object]:
    """Run every command that is measured, in an empty cache."""
    clone = place / "templates"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    runs = Runs(clone, place)
    environment, _ = runs.run(["--version"])
    setup, _ = runs.run(["setup", "--yes"])
    first, transcript = runs.run(HELLO)
    listed = runs.document(["list"])["templates"]
    runs.run(["setup", "--yes", *(word for each in listed if each["tools"] for word in ("--for", each["id"]))])
    cold = runs.document(["validate", "--all"])
    warm = runs.document(["validate", "--all"])
    plain, _ = runs.run(["new", "plain", "--template", "hello", "--defaults"])
    tools = runs.document(["doctor"])["tools"]
    return {
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}",
        "seconds": {"environment": environment, "setup": setup, "first": first, "plain": plain},
        "tools": {tool["name"]: tool["found"] for tool in tools},
        "transcript": transcript.replace(str(place), "~"),
        "cold": [figures_of(proof) for proof in cold["proofs"]],
        "warm": [figures_of(proof) for proof in warm["proofs"]],
        "whole": [{name: run[name] for name in ("seconds", "seconds_each")} for run in (cold, warm)],
    }


def figures_of(proof: dict[str, object]) -> dict[str, object]:
    """Keep what the page shows of a proof; the rest names places on this machine."""
    return {name: proof[name] for name in ("project", "seconds", "wasm_bytes", "wasm_gzip_bytes")}


class Runs:
    """The scaffolder of a clone, with a cache of its own.

    Args:
        clone: The clone.
        place: The folder to work in.
    """

    def __init__(self, clone: Path, place: Path) -> None:
        self._front = [sys.executable, str(clone / "scaffold.py")]
        self._place = place
        self._variables = {**os.environ, "SCAFFOLD_CACHE": str(place / "cache")}

    def run(self, arguments: list[str]) -> tuple[float, str]:
        """Run a command; answer its seconds and all that it said."""
        started = time.monotonic()
        ran = subprocess.run(
            [*self._front, *arguments],
            cwd=self._place,
            env=self._variables,
            check=True,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return round(time.monotonic() - started, 1), re.sub(r"\n{3,}", "\n\n", ran.stdout)

    def document(self, arguments: list[str]) -> dict[str, Any]:
        """Run a command with `--json`; answer its document."""
        ran = subprocess.run(
            [*self._front, *arguments, "--json"],
            cwd=self._place,
            env=self._variables,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        document: dict[str, Any] = json.loads(ran.stdout)
        return document


if __name__ == "__main__":
    raise SystemExit(main())
