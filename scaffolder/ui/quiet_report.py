"""A report that prints nothing: the document of a command that another command runs.

Not here: what is printed (`report.py`).
"""

from __future__ import annotations

from typing import Any

from scaffolder.ui.report import Report


class QuietReport(Report):
    """The output of a command that is part of another one.

    Args:
        command: The command's name.
    """

    def __init__(self, command: str) -> None:
        super().__init__(command, as_json=True)

    @property
    def document(self) -> dict[str, Any]:
        """What the command has added to its JSON document."""
        return self._document

    def note(self, text: str) -> None:
        """Keep a message to oneself."""
