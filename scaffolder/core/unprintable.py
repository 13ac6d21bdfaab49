"""Recognises characters that a terminal would act on, or that make a reader see another text than a program does.

Not here: how they are shown (`console.py`).
"""

from __future__ import annotations

import re

UNPRINTABLE = re.compile(
    # Control characters, but neither tabs nor line feeds.
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f"
    # What changes the direction of the text around it, or ends a line.
    r"\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f"
    # What has no width, except the joiners that some scripts are written with.
    r"\u00ad\u180e\u200b\u2060-\u2065\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
    # Bytes of a path that are no UTF-8.
    r"\ud800-\udfff]"
)
"""Such characters."""


def without_unprintable(text: str) -> str:
    """Return a text of others in which each of them is an escape, so that a prompt can show it."""
    return UNPRINTABLE.sub(lambda found: escape(found[0]), text)


def escape(character: str) -> str:
    """Return a character as Python escapes it."""
    return character.encode("unicode_escape").decode("ascii")
