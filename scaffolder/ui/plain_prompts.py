"""The prompts of a terminal that can show lines and nothing else, such as the one inside an editor.

An Escape that is typed into a line goes back, as the key does elsewhere.

Not here: the prompts of other terminals (`prompts.py`).
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence

from scaffolder.ui import terminal_traits
from scaffolder.ui.list_entries import Entry, cut
from scaffolder.ui.prompt_style import Judge
from scaffolder.ui.went_back import WentBack
from scaffolder.ui.wrapping import wrapped

ESCAPE = "\x1b"


def ask_text(message: str, default: str, judge: Judge) -> str:
    """Ask until the text is legal, and return it.

    Raises:
        WentBack: The user typed an Escape.
    """
    _show(f"? {message}")
    while True:
        text = _read(f"  [{default}] " if default else "  ") or default
        if not (trouble := judge(text)):
            return text
        _show(f"  {trouble}")


def pick(title: str, entries: Sequence[Entry], default: str) -> str:
    """Let the user pick an entry by its number or its name.

    Raises:
        WentBack: The user typed an Escape.
    """
    _show(f"? {title}")
    _show_entries(entries)
    number = next((str(at) for at, entry in enumerate(entries, 1) if entry.value == default), "1")
    while True:
        found = _entry(entries, _read(f"  number or name [{number}] ") or number)
        if found:
            return found.value
        _show("  there is no such entry")


def check(title: str, entries: Sequence[Entry], checked: Collection[str], judge: Judge) -> list[str]:
    """Let the user check any number of entries by their numbers or names.

    Raises:
        WentBack: The user typed an Escape.
    """
    _show(f"? {title}")
    _show_entries(entries)
    before = " ".join(entry.value for entry in entries if entry.value in checked)
    while True:
        words = (_read(f"  numbers or names, or - for none [{before or '-'}] ") or before).replace(",", " ").split()
        found = [_entry(entries, word) for word in words if word != "-"]
        answer = [entry.value for entry in entries if entry in found]
        trouble = "there is no such entry" if None in found else judge(answer)
        if not trouble:
            return answer
        _show(f"  {trouble}")


def confirm(message: str, *, default: bool) -> bool:
    """Ask a yes-or-no question.

    Raises:
        WentBack: The user typed an Escape.
    """
    while True:
        text = _read(f"? {message} ({'Y/n' if default else 'y/N'}) ").lower()
        if text in {"", "y", "yes", "n", "no"}:
            return text.startswith("y") if text else default
        _show("  answer y or n")


def _entry(entries: Sequence[Entry], word: str) -> Entry | None:
    number = int(word) - 1 if word.isdecimal() else -1
    if 0 <= number < len(entries):
        return entries[number]
    return next((entry for entry in entries if word in {entry.value, entry.label}), None)


def _show_entries(entries: Sequence[Entry]) -> None:
    width = max(len(entry.label) for entry in entries)
    for number, entry in enumerate(entries, 1):
        line = f"  {number:>2} {entry.label:<{width}}  {entry.sentence}".rstrip()
        sys.stderr.write(f"{cut(line, terminal_traits.columns() - 1)}\n")


def _show(text: str) -> None:
    sys.stderr.write(f"{wrapped(text, indent=2)}\n")


def _read(prompt: str) -> str:
    sys.stderr.write(prompt)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise KeyboardInterrupt
    if ESCAPE in line:
        raise WentBack
    return line.strip()
