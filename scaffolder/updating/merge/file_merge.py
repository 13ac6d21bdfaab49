"""Merges three versions of one file: by its structure where it has a known one, else line by line.

Not here: modes, links, and files that were moved (`tree_merge.py`).
"""

from __future__ import annotations

from collections.abc import Collection

from scaffolder.editing import lines
from scaffolder.updating.merge import config_merge, line_merge, rust_merge, script_merge
from scaffolder.updating.merge.line_merge import ByteLines, Chunk
from scaffolder.updating.merge.outcome import Merged

LOCKS = ("Cargo.lock", "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock")
"""The names of files that a tool writes from a manifest."""

LISTS = {
    ".dev.vars.example",
    ".dockerignore",
    ".gitattributes",
    ".gitignore",
    ".ignore",
    ".npmignore",
    ".prettierignore",
}
"""The names of files in which each line stands for itself: where both sides add some, the result is all of them."""

LARGEST = 2**20
"""Bytes of a text that is merged; what takes longer is rarely written by hand."""

STAYS_DELETED = "stays deleted, although the new template changes it"


def merge_file(
    path: str, base: bytes | None, theirs: bytes | None, ours: bytes | None, *, used_tags: Collection[str] = ()
) -> Merged:
    """Merge three versions of a file.

    Args:
        path: Its path in the project, by which its structure is known.
        base: Its bytes in the old template; None if it had no such file.
        theirs: Its bytes in the new template, or None.
        ours: Its bytes in the project, or None.
        used_tags: Further tags that a new migration must not get, such as those of older versions of the file.
    """
    if theirs in {base, ours}:
        return Merged(ours)
    # A migration that was applied stays as it is even in a wrangler file that nobody edited here.
    if ours == base and (base is None or theirs is None or config_merge.keeps_log(path, base, theirs)):
        return Merged(theirs)
    if ours is None:
        return Merged(None, notes=(STAYS_DELETED,))
    if theirs is None:
        return Merged(ours, ("deleted by the new template, changed by you",))
    return _changed(path, base or b"", theirs, ours, used_tags)


def _changed(path: str, base: bytes, theirs: bytes, ours: bytes, used_tags: Collection[str]) -> Merged:
    """Merge a file that both sides have."""
    if path.rpartition("/")[2] in LOCKS:
        return _lock(base, theirs, ours)
    if any(b"\0" in each for each in (base, theirs, ours)):
        return Merged(ours, ("a binary file that both sides changed",))
    if max(map(len, (base, theirs, ours))) > LARGEST:
        return Merged(ours, ("a large file that both sides changed",))
    return _structured(path, base, theirs, ours, used_tags) or _text(path, base, theirs, ours)


def _lock(base: bytes, theirs: bytes, ours: bytes) -> Merged:
    """Return the template's lock file if the project's differs from the old one in its line ends alone."""
    if lines.with_newline(ours, "\n") != lines.with_newline(base, "\n"):
        return Merged(ours, is_stale=True)
    return Merged(lines.with_newline(theirs, lines.newline(ours)))


def _structured(path: str, base: bytes, theirs: bytes, ours: bytes, used_tags: Collection[str]) -> Merged | None:
    """Return the result by the structure of a file; None if it has none that is known, or is not as it should be."""
    if config_merge.is_known(path):
        return config_merge.merged(path, base, theirs, ours, used_tags)
    if script_merge.is_tests(path):
        return script_merge.merged(base, theirs, ours)
    return rust_merge.merged(base, theirs, ours) if path.endswith(".rs") else None


def _text(path: str, base: bytes, theirs: bytes, ours: bytes) -> Merged:
    text = line_merge.merged(base, theirs, ours, joined=_both if path.rpartition("/")[2] in LISTS else _neither)
    return Merged(text.content, tuple(map(phrase, text.conflicts)))


def _both(chunk: Chunk) -> ByteLines | None:
    if any(line.strip() for line in chunk.base):
        return None
    return [line for line in chunk.theirs if line not in chunk.ours]


def _neither(_: Chunk) -> None:
    return None


def phrase(lines: tuple[int, int]) -> str:
    """Return a range of lines as a phrase."""
    return f"lines {lines[0]} to {lines[1]}"
