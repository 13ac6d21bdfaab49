"""Measures what users wait for, and writes it into docs/figures.md and docs/size.md: `python3 benchmarks [NAME ...]`.

Without a name everything is measured, which takes about three quarters of an hour on two cores; with names, those
tables alone, and the others keep what they have.

Not here: tests; nothing is asserted.
"""

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import measures, page  # noqa: E402 - found only now
from benchmarks.stamp import stamp  # noqa: E402


def main() -> int:
    """Measure what was named, keep the results, and write the pages."""
    parser = argparse.ArgumentParser(prog="python3 benchmarks", description="Measure what users wait for.")
    parser.add_argument("names", metavar="NAME", nargs="*", help=f"any of {', '.join(measures.MEASURES)}")
    names = parser.parse_args().names
    if unknown := set(names) - measures.MEASURES.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    stamped = stamp()
    with tempfile.TemporaryDirectory() as place:
        runs = measures.Runs(ROOT, Path(place))
        for name, measure in measures.MEASURES.items():
            if not names or name in names:
                # Each is kept as soon as it is there, so that a failure later on costs only the rest.
                page.write({**page.load(), name: {"stamp": stamped, **measure(runs)}})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
