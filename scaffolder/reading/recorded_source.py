"""Reads and writes where a project is from that was made from other people's catalogue.

It is a file of this program's own, since a template can write whatever it likes into Copier's. Without it, a project
counts as its owner's.

Not here: the consent to run what is in such a project (`consent.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scaffolder.core.errors import BadInput
from scaffolder.system import untrusted_files

FILE = ".scaffold-source.toml"

HEAD = """\
# Where this project is from. `scaffold` asks before it builds or runs it, until you trust that source and version.
# Commit it.
"""

KEYS = ("source", "version", "hash", "template", "catalogue")


@dataclass(frozen=True)
class RecordedSource:
    """Where a project is from.

    Args:
        source: The catalogue's address.
        version: Its tag or branch; empty for none.
        hash: Its full hash.
        template: The template's id.
        catalogue: The version of the bundled catalogue beneath an organisation's own template; empty for no such
            template, and where it is not known.
    """

    source: str
    version: str
    hash: str
    template: str
    catalogue: str = ""

    @property
    def address(self) -> str:
        """The address with its version, as `--from` takes it."""
        return f"{self.source}@{self.version}" if self.version else self.source


def read(project: Path) -> RecordedSource | None:
    """Return where a project is from, or None if it is its owner's, or from the bundled catalogue.

    Args:
        project: Its folder, or one of its workers'.

    Raises:
        BadInput: The file cannot be read.
    """
    path = next((each / FILE for each in _up(project.resolve()) if (each / FILE).exists()), None)
    if path is None:
        return None
    try:
        data = untrusted_files.toml(untrusted_files.content(path).decode())
    except (OSError, ValueError) as error:
        raise _refusal(path, str(error)) from error
    texts = {key: data.get(key, "") for key in KEYS}
    if not all(isinstance(text, str) for text in texts.values()) or not texts["hash"]:
        raise _refusal(path, f"{', '.join(KEYS)} are texts, and there is a hash")
    return RecordedSource(**texts)


def _up(folder: Path) -> Iterator[Path]:
    """Yield a folder and those around it, up to the root of its repository."""
    for each in (folder, *folder.parents):
        yield each
        if (each / ".git").exists():
            return


def text(found: RecordedSource) -> str:
    """Return the text of the file."""
    lines = [f"{key} = {json.dumps(getattr(found, key), ensure_ascii=False)}\n" for key in KEYS if getattr(found, key)]
    return HEAD + "".join(lines)


def _refusal(path: Path, why: str) -> BadInput:
    return BadInput(
        what="the source of the project cannot be read", where=str(path), why=why, fix="restore the file from git"
    )
