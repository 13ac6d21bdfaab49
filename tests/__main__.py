"""Runs the tests: `python3 tests`; those that take long besides: `python3 tests -m long`; or `-m "not live"`.

It needs nothing but Python, as `scaffold.py` does; arguments are pytest's.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# All of them would take about an hour on two cores, which is what CI has.
USUAL = ["-m", "not long"]

# An idle process takes over what another one has not begun: a few tests are most of the time.
SIDE_BY_SIDE = ["--numprocesses=auto", "--maxprocesses=4", "--dist=worksteal"]

# In place of this folder, whose modules could hide those of Python that have their name.
sys.path[0] = str(ROOT)

from scaffolder.system import bootstrap  # noqa: E402 - found only now


def main() -> int:
    """Make sure of the dependencies, then run pytest; answer its exit code."""
    lock = ROOT / "requirements-dev.lock"
    if (code := bootstrap.enter(lock, [str(ROOT / "tests"), *sys.argv[1:]])) is not None:
        return code
    import pytest  # noqa: PLC0415 - it is there only now

    os.chdir(ROOT)
    chosen = [] if "-m" in sys.argv else USUAL
    return int(pytest.main([*SIDE_BY_SIDE, *chosen, *sys.argv[1:]]))


if __name__ == "__main__":
    raise SystemExit(main())
