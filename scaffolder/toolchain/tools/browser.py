"""Finds a Chromium, which only templates that serve pages with scripts are proven with.

Not here: getting it, which is the system's package manager's (`apt.py`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from scaffolder.toolchain.probes import Probes

NAME = "chromium"
"""What a manifest lists among its tools, and Debian's package."""

PROGRAMS = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
"""The names that its packages give it, and the place where macOS keeps it."""


@dataclass(frozen=True)
class Browser:
    """A browser that starts.

    Args:
        program: Where it is.
        version: Its version.
    """

    program: Path
    version: str


def find(probes: Probes) -> Browser | None:
    """Answer the first browser that tells its version; `CHROME_PATH` may name one.

    Args:
        probes: Where to ask from.
    """
    named = [os.environ["CHROME_PATH"]] if "CHROME_PATH" in os.environ else []
    for program in filter(None, map(probes.machine.find, [*named, *PROGRAMS])):
        if version := probes.version([program, "--version"]):
            return Browser(program, version)
    return None
