"""Unresolved merge conflicts.

Not here: how they are found (`conflicted_files.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.reading import conflicted_files


class PJ320(Rule):
    """No file has an unresolved merge conflict.

    Why: the build or the tool that reads the file fails at the first marker; and a file of secrets or a script is read
    with the markers and with both sides.

    Fix: keep one side or both, and delete the markers.

    Not checked: Markdown, and markers within a string of several lines in Rust, TOML or JavaScript.
    """

    name = "merge-conflict"
    wrong = {".dev.vars": "<<<<<<< HEAD\nTOKEN=one\n=======\nTOKEN=two\n>>>>>>> ideas\n"}
    right = {".dev.vars": "TOKEN=two\n"}

    def check_folder(self, folder: Path) -> Iterator[Finding]:
        """Yield the conflicts in all files of the project."""
        for span, conflict in conflicted_files.conflicts(folder):
            yield self.found(span, f"unresolved merge conflict, with markers on {conflict}")
