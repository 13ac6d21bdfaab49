"""The argument parser of the program and of each command: its help, and its errors as refusals.

Not here: which commands and options there are (`command_line.py`).
"""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from scaffolder.core.errors import BadInput
from scaffolder.core.requests import ANY_HASH
from scaffolder.core.suggestions import did_you_mean, near_names
from scaffolder.ui.report import Report

NO_REASON = "the arguments cannot be parsed"

HASH = re.compile(r"[0-9a-fA-F]{7,64}")

EPILOG = """\
exit codes: 0 done, 1 build, test or check failed, 2 bad input, 3 missing or old tool,
4 trust refused, 5 conflict, 6 input/output, 7 internal error, 130 interrupted"""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are refusals like any other."""

    more: Callable[[], str] = staticmethod(str)  # computed only when the help is shown
    passes_to = ""  # the program that gets the arguments that this one leaves
    is_inner = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse arguments and the options between them. `--trust` takes the next word only if it looks like a hash."""
        words = list(sys.argv[1:] if args is None else args)
        for at, word in enumerate(words):
            if word == "--trust" and not HASH.fullmatch("".join(words[at + 1 : at + 2])):
                words[at] = f"--trust={ANY_HASH}"
        if self.is_inner:
            return super().parse_known_args(words, namespace)
        known, unknown = self._parse(words, namespace)
        if unknown:
            self._refuse_unknown(unknown, words)
        return known, unknown

    def _parse(self, words: list[str], namespace: Any) -> Any:
        if "--" in words or not self._may_lack_a_later_argument():
            return super().parse_known_args(words, namespace)
        self.is_inner = True
        try:
            return self.parse_known_intermixed_args(words, namespace)
        finally:
            self.is_inner = False

    def _may_lack_a_later_argument(self) -> bool:
        """Return whether an argument may be left out behind another: argparse takes it so if an option comes first."""
        counts = [action.nargs for action in self._actions if not action.option_strings]
        return "?" in counts[1:] and set(counts) <= {None, "?"}

    def format_help(self) -> str:
        """Return the help text."""
        return super().format_help() + self.more()

    def _print_message(self, message: str, file: object = None) -> None:  # noqa: ARG002 - argparse passes it
        """Print the help or the version like any other result; argparse would not notice a full disk."""
        report = Report("", as_json=False)
        report.plain(message.rstrip("\n"))
        raise SystemExit(report.close(0))

    def error(self, message: str) -> NoReturn:
        """Refuse arguments that cannot be parsed, and suggest the command that was probably meant."""
        what, _, listed = message.partition(" (choose from ")
        choices = re.findall(r"[\w-]+", listed)
        near = near_names(what.rpartition(": ")[2].strip("'").lower(), choices, limit=2)
        why = f"the choices are {', '.join(choices)}" if choices else NO_REASON
        raise self._refusal(what, why, did_you_mean(near, f"{self.prog} --help"))

    def _refuse_unknown(self, unknown: list[str], words: list[str]) -> NoReturn:
        """Refuse what no option or position takes, and suggest the option that was probably meant."""
        what = f"unrecognized arguments: {' '.join(unknown)}"
        near = near_names(unknown[0].partition("=")[0], self._option_string_actions)
        if self.passes_to and not near:
            at = words.index(unknown[0])
            command = f"{self.prog} {shlex.join([*words[:at], '.', *words[at:]])}"
            raise self._refusal(what, f"{self.passes_to} gets what stands behind the project", command)
        raise self._refusal(what, NO_REASON, did_you_mean(near, f"{self.prog} --help"))

    def _refusal(self, what: str, why: str, fix: str) -> BadInput:
        return BadInput(what=what, where="the command line", why=why, fix=fix)


def add_command(commands: Any, name: str, help_: str, run: Callable[[argparse.Namespace, Report], int]) -> Parser:
    """Add a command with the options that all have, and return its parser."""
    command: Parser = commands.add_parser(
        name, help=help_, description=help_, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    command.add_argument("--json", action="store_true", help="print one JSON document")
    command.set_defaults(run=run)
    return command
