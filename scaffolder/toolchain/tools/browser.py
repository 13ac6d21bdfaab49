"""Finds Chromium, which is needed only to validate templates that serve pages with scripts.

Not here: its installation by the system's package manager (`apt.py`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from scaffolder.toolchain.probes import Probes

NAME = "chromium"
"""The name among a manifest's tools, and of the Debian package."""

PROGRAMS = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
"""The program's names in various packages, and its path on macOS."""


@dataclass(frozen=True)
class Browser:
    """A browser that runs.

    Args:
        program: The path of the program.
        version: Its version.
    """

    program: Path
    version: str


def find(probes: Probes) -> Browser | None:
    """Return the first browser that prints its version, starting with `CHROME_PATH`.

    Args:
        probes: Runs the browsers.
    """
    named = [os.environ["CHROME_PATH"]] if "CHROME_PATH" in os.environ else []
    for program in filter(None, map(probes.machine.find, [*named, *PROGRAMS])):
        if version := probes.version([program, "--version"]):
            return Browser(program, version)
    return None
