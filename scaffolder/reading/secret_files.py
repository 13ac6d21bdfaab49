"""The files in which a worker's secrets are kept on one machine.

Not here: whether git ignores them (`gitignore.py`).
"""

from __future__ import annotations

import re

VALUES = re.compile(r"\.(?:dev\.vars|env)(?!.*\.(?:example|sample|template|dist)$)(?:\..*)?", re.IGNORECASE)
"""The names of files with values, but not of the examples that document them."""

EXAMPLES = {".dev.vars.example": ".dev.vars", ".env.example": ".env"}
"""The examples of files that the dev server reads, with the names that it reads; the first takes precedence."""


def is_secret_file(name: str) -> bool:
    """Return whether a file of this name holds the values of secrets."""
    return VALUES.fullmatch(name) is not None
