"""Checks and edits the whole corpus, and writes the results into docs/corpus.md: `python3 -m benchmarks.corpus`.

It takes half a minute on two cores. With `--words` nothing is run, and the page is written from the saved results.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from scaffolder.system import bootstrap  # noqa: E402 - the line above makes it importable


def main() -> int:
    """Install the dependencies if necessary, run everything, and return the exit code."""
    if (code := bootstrap.enter(ROOT / "requirements-dev.lock", [__file__, *sys.argv[1:]])) is not None:
        return code
    from benchmarks.corpus import measuring, page  # noqa: PLC0415 - their dependencies are installed only now

    page.write(page.load() if "--words" in sys.argv[1:] else measuring.measure())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
