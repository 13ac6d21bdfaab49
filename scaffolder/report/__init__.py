"""What the user is shown: results, progress and refusals. `Report` is the door.

Not here: questions to a person (`prompts.py`).
"""

from scaffolder.report.board import Board
from scaffolder.report.talk import Report

__all__ = ["Board", "Report"]
