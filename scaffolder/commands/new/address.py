"""Recognises the address of a catalogue where a folder is expected.

Not here: the folder (`staging.py`).
"""

from __future__ import annotations

import re

from scaffolder.core.errors import BadInput
from scaffolder.system.source_address import masked

HOSTS = "github.com|gitlab.com|bitbucket.org|codeberg.org|git.sr.ht"

ADDRESS = re.compile(
    rf"""
    [a-z]{{2}}:                          # Copier's short forms, such as gh:owner/name
    | [a-z][a-z0-9+.-]+:/                # a URL; the second slash is lost if it was a path for a moment
    | git\+
    | [\w.-]+@[\w.-]+:                   # ssh, as git writes it
    | [\w.-]+:.*\.git/?$
    | (www\.)?({HOSTS})/[^/]+/[^/]+
    """,
    re.VERBOSE | re.IGNORECASE,
)


def refuse_source(text: str) -> None:
    """Refuse the address of a repository as the folder of a project.

    Raises:
        BadInput: It is one.
    """
    if ADDRESS.match(text):
        shown = masked(text)
        raise BadInput(
            what=f"`{shown}` is a source, not a folder",
            where="DEST",
            why="DEST is the folder to make the project in",
            fix=f"--from {shown}, and name a folder; write ./{shown} if you mean a folder of that name",
        )
