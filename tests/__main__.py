"""Runs the tests: `python3 tests`; every template in every live test: `python3 tests -m long`; or `-m "not live"`.

It needs nothing but Python, as `scaffold.py` does; arguments are pytest's.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# A share of the live tests: with all of them, a run would grow with the catalogue.
USUAL = ["-m", "not long"]

# `tests/conftest.py` gives all live tests to one process, which shares what they build.
SIDE_BY_SIDE = ["--numprocesses=auto", "--maxprocesses=4", "--dist=loadscope"]

# What takes long is seen before anybody has to ask why CI does.
SLOWEST = ["--durations=10"]

# In place of this folder, whose modules could hide those of Python that have their name.
sys.path[0] = str(ROOT)

from scaffolder.system import bootstrap  # noqa: E402 - the path has just been set


def main() -> int:
    """Install the dependencies if need be, then run pytest; return its exit code."""
    lock = ROOT / "requirements-dev.lock"
    if (code := bootstrap.enter(lock, [str(ROOT / "tests"), *sys.argv[1:]])) is not None:
        return code
    import pytest  # noqa: PLC0415 - it may just have been installed

    os.chdir(ROOT)
    chosen = [] if "-m" in sys.argv else USUAL
    return int(pytest.main([*SIDE_BY_SIDE, *SLOWEST, *chosen, *sys.argv[1:]]))


if __name__ == "__main__":
    raise SystemExit(main())
