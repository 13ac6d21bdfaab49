"""The command of a clone: `python3 scaffold.py new my-worker`.

It needs nothing but Python: its dependencies are installed into a private environment on first use.
An installed wheel provides the same command as `scaffold`.
"""

import signal
import sys
from pathlib import Path


def exit_silently_on_ctrl_c() -> None:
    """End the process without a traceback on Ctrl-C, until the command can report it."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


exit_silently_on_ctrl_c()

from scaffolder.system import bootstrap  # noqa: E402 - an import can be interrupted


def main() -> int:
    """Make the dependencies available, run the command and return its exit code."""
    lock = Path(__file__).resolve().with_name("requirements.lock")
    if (code := bootstrap.enter(lock, sys.argv)) is not None:
        return code
    # `enter` has installed the handler that raises; the imports below take a moment, too.
    exit_silently_on_ctrl_c()
    from scaffolder.cli.main import main as run  # noqa: PLC0415 - its dependencies are not importable before

    return run()


if __name__ == "__main__":
    raise SystemExit(main())
