"""Measures a build as Workers Builds does it: on a machine without Rust, by the commands that a README gives.

Its machines fetch wasm-bindgen, wasm-opt and esbuild from GitHub and npm. Here those are the pinned ones, and what a
deployment would upload is written by a dry run.

Not here: the table (`page.py`), and the proof that the commands work (`tests/live/test_workers_builds_live.py`).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.builds import Builds

if TYPE_CHECKING:
    from benchmarks.measures import Runs


def workers_builds(runs: Runs) -> dict[str, Any]:
    """Measure the commands in an empty home, with nothing downloaded or built before."""
    builds = Builds(runs.span / "workers-builds", ["hello"])
    project, home = builds.made("hello", "hello"), runs.span / "home"
    home.mkdir()
    environment, load = without_rust(builds.variables, home), round(os.getloadavg()[0])
    seconds = [_seconds(command, project, environment) for command in commands(project)]
    return {"tools": builds.tools, "load": load, "seconds": seconds}


def commands(project: Path) -> list[str]:
    """Return the commands: what is run before all builds, the build command, and a dry run of the deploy command."""
    readme = (project / "README.md").read_text(encoding="utf-8")
    build, deploy = re.findall(r"```sh\n *(.*)\n", readme.partition("Workers Builds")[2])[:2]
    return ["npm ci", build, f"{deploy} -- --dry-run"]


def without_rust(variables: Mapping[str, str], home: Path) -> dict[str, str]:
    """Return the environment of a machine that has Node, but no Rust, with an empty home."""
    node = Path(str(shutil.which("node", path=variables["PATH"]))).parent
    kept = {name: value for name, value in variables.items() if not name.startswith(("CARGO", "RUST"))}
    path = os.pathsep.join([str(node), "/usr/bin", "/bin"])
    return kept | {"HOME": str(home), "PATH": path, "CI": "true"}


def _seconds(command: str, project: Path, environment: Mapping[str, str]) -> float:
    started = time.monotonic()
    subprocess.run(["sh", "-c", command], cwd=project, env=environment, check=True, stdout=subprocess.DEVNULL)
    return round(time.monotonic() - started, 1)
