"""The front door of a clone: `python3 scaffold.py new my-worker`.

It needs nothing but Python; its dependencies are installed into an environment of its own.
An installed wheel provides the same as the command `scaffold`.
"""

import signal
import sys
from pathlib import Path


def end_quietly() -> None:
    """Let Ctrl-C end the program silently until something is loaded that can report it."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


end_quietly()

from scaffolder.system import bootstrap  # noqa: E402 - an import can be interrupted as well


def main() -> int:
    """Make sure that the dependencies can be imported, run the command, and return its exit code."""
    lock = Path(__file__).resolve().with_name("requirements.lock")
    if (code := bootstrap.enter(lock, sys.argv)) is not None:
        return code
    end_quietly()
    from scaffolder.cli.main import main as run  # noqa: PLC0415 - its dependencies are there only now

    return run()


if __name__ == "__main__":
    raise SystemExit(main())
