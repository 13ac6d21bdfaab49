"""Older versions of a wrangler file, as git has them: migrations that a deploy may have applied, and states before.

Not here: git (`git_repository.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from scaffolder.core.errors import BadInput, IOFailure
from scaffolder.editing.config.lifecycle_edits import Lifecycle, lifecycles, tags
from scaffolder.editing.plan import Plan
from scaffolder.editing.verify import reread
from scaffolder.reading.config.config_search import CONFIGS
from scaffolder.reading.config.document import Document
from scaffolder.reading.project import Worker
from scaffolder.reading.source import Source


def lifecycles_of(worker: Worker) -> list[Lifecycle]:
    """Return the lifecycles of a worker, which give no tag again that its history knows."""

    @cache
    def known_tags() -> frozenset[str]:
        with suppress(IOFailure):
            return used_tags(worker)
        return frozenset()

    return lifecycles(worker.config, known_tags)


def note_forgotten_tags(worker: Worker, plan: Plan) -> None:
    """Note the migration tags of older versions that a file with migrations no longer has, or that they are unknown."""
    if any(each.is_by_exports for each in lifecycles(worker.config)):
        return
    try:
        forgotten = sorted({*_used_tags(worker)} - {*tags(worker.config.data)})
    except IOFailure as error:
        plan.notes.append(f"the tags of older migrations are not known: {error.why}")
        return
    if forgotten:
        named = ", ".join(f"`{tag}`" for tag in forgotten)
        plan.notes.append(
            f"migrations of the git history are no longer in {worker.config.file}: {named}; if the last one that was "
            "deployed is among them, put it back, or wrangler applies all migrations again"
        )


def state_before(worker: Worker, wants: Callable[[dict[str, Any]], bool]) -> Callable[[Path], bytes | None] | None:
    """Return a function that reads files as they were right before the wrangler file began to want something.

    Args:
        worker: The worker.
        wants: Returns whether the data of a version does.

    Returns:
        The function; where the first version wants it already, there was nothing before. None if git has no version.
    """
    from scaffolder.system import git_repository  # noqa: PLC0415 - its library, which few edits need, loads slowly

    names, revisions, later = _names(worker), git_repository.STEP_BY_STEP, ""
    with suppress(IOFailure):
        for commit, name, content in git_repository.committed_versions(worker.folder, *names, revisions=revisions):
            document = parsed(name, content)
            if document is not None and not wants(document.data):
                return git_repository.before_commit(worker.folder, later)
            later = commit
        return (lambda _: None) if later else None
    return None


def used_tags(worker: Worker) -> frozenset[str]:
    """Return the tags of migrations that any version of a worker's wrangler file in the history of HEAD had.

    Raises:
        IOFailure: git cannot read it, or only a part of it is there.
    """
    return frozenset(_used_tags(worker))


def _used_tags(worker: Worker) -> Iterator[str]:
    """Yield the tags of the history of HEAD.

    Raises:
        IOFailure: git cannot read it, or only a part of it is there.
    """
    from scaffolder.system import git_repository  # noqa: PLC0415 - likewise

    names, revisions = _names(worker), git_repository.IN_HEAD
    for _, name, content in git_repository.committed_versions(worker.folder, *names, revisions=revisions):
        yield from _tags(name, content)
    for name, content in git_repository.versions_under_any_name(worker.file):
        yield from _tags(name, content)


def _names(worker: Worker) -> tuple[str, ...]:
    """Return the names under which the folder may have had the file; one with a name of its own is another worker's."""
    return CONFIGS if worker.file.name in CONFIGS else (worker.file.name,)


def _tags(name: str, content: bytes) -> Iterator[str]:
    document = parsed(name, content) if b"migrations" in content else None
    yield from tags(document.data) if document else ()


def parsed(name: str, content: bytes) -> Document | None:
    """Parse a version of a wrangler file; return None for one that does not parse."""
    try:
        source = Source(name, content)
        return reread(Document(source, {}, {}), content)
    except (BadInput, UnicodeDecodeError):
        return None


def commit_that_creates(name: str, lifecycle: Lifecycle, worker: Worker) -> tuple[str, str]:
    """Return a commit on any branch in which a class lives, and the tag that creates it there; else two empty texts.

    A life of the class that the file still tells of, and that ended, is another one.

    Raises:
        IOFailure: git failed, or the clone is shallow.
    """
    from scaffolder.system import git_repository  # noqa: PLC0415 - likewise

    own = lifecycle.tag_of(name)
    ended = {*tags(worker.config.data)} - {own}
    for commit, file, content in git_repository.committed_versions(worker.folder, *_names(worker)):
        document = parsed(file, content)
        if document is None:
            # One that does not parse may have been deployed with an older wrangler.
            found = {own or name} if (own or name).encode() in content else set[str]()
        else:
            living = [each for each in lifecycles(document) if name in each.living]
            found = {each.tag_of(name) for each in living} - ended
        if found:
            return commit[:12], min(found)
    return "", ""
