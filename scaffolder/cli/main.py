"""Runs one command, and turns its result or its error into an exit code.

Not here: the arguments (`command_line.py`), and the commands (`commands/`).
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from scaffolder.cli.command_line import parser
from scaffolder.core.errors import Refusal, interrupted
from scaffolder.core.unexpected_errors import internal_error, io_failure
from scaffolder.system import git_variables, paths, signals
from scaffolder.ui.console import open_standard_streams
from scaffolder.ui.report import Report


def main(given: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        given: The command line without the program's name; `sys.argv` if not given.

    Returns:
        The exit code.
    """
    if "_ARGCOMPLETE" in os.environ:
        from scaffolder.cli import completers  # noqa: PLC0415 - only a shell that completes words needs it

        completers.complete(parser())
    words = list(sys.argv[1:] if given is None else given) or ["help"]
    open_standard_streams()
    git_variables.forget_caller()
    signals.raise_on_ctrl_c()
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGHUP, _stop)
    report = Report(_command_of(words), as_json="--json" in words)
    try:
        options = parser().parse_args(words)
        return report.close(options.run(options, report))
    except Refusal as refusal:
        return report.close(report.refuse(refusal))
    except KeyboardInterrupt:
        # What was done before the signal came is done, and its exit code shows it.
        return report.close(report.refuse(interrupted()) if report.settled is None else report.settled)
    except OSError as error:
        return report.close(report.refuse(paths.trouble(error) or io_failure(error)))
    except Exception as error:  # noqa: BLE001 - the one place that reports bugs of our own
        return report.close(report.refuse(internal_error(error)))


def _command_of(words: list[str]) -> str:
    return next((word for word in words if not word.startswith("-")), "")


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
