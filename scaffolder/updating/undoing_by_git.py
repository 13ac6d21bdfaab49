"""Undoes an update that is not committed yet by git alone, where the cache has no copy of it any more.

Before an update no tracked file of the project had a change, so the current commit has them all. A new file of the
update is one that the commit lacks and that is as the new version of the template has it.

Not here: the usual way (`undoing.py`).
"""

from __future__ import annotations

from pathlib import Path
from shutil import rmtree

from scaffolder.editing import record as additions_record
from scaffolder.editing.record import ANSWERS, FILE
from scaffolder.system import file_writer, git_worktree, paths
from scaffolder.system.scratch import scratch
from scaffolder.updating import origin_record, preparation, rendering, saved_copies, trees
from scaffolder.updating.version_numbers import numbers


def undo(project: Path) -> tuple[tuple[str, ...], Path] | None:
    """Restore the files of the current commit, and remove the new ones of the update.

    Args:
        project: The project's real folder.

    Returns:
        The restored files, and the folder with what they were; None if no update is to be undone.

    Raises:
        Refusal: git failed, or the new version cannot be rendered.
    """
    if not git_worktree.is_versioned(project) or not git_worktree.state(project).head:
        return None
    committed = git_worktree.committed(project, ANSWERS)
    if committed is None or not _is_updated(committed, project):
        return None
    changed, new = git_worktree.state(project).changed, _new_files(project)
    names = git_worktree.names_here(project, changed)
    kept = _kept(project, [*names, *new])
    git_worktree.restore(project)
    for path in new:
        (project / path).unlink(missing_ok=True)
    return (*names, *new), kept


def _is_updated(committed: bytes, project: Path) -> bool:
    """Return whether the project has a later version of its template than the commit, and not an earlier one again."""
    from scaffolder.system import git_repository  # noqa: PLC0415 - its library, which few updates need, loads slowly

    with scratch() as place:
        (place / ANSWERS).write_bytes(committed)
        before, now = origin_record.read(place).commit, origin_record.read(project).commit
    if numbers(before) != numbers(now):
        return numbers(before) < numbers(now)
    # Commits without a release have no order; one that the project had before is what an undone update leaves.
    answers = (project / ANSWERS).read_bytes()
    versions = git_repository.committed_versions(project, ANSWERS, revisions=git_repository.IN_HEAD)
    return before != now and all(content != answers for _, _, content in versions)


def _new_files(project: Path) -> list[str]:
    """Return the files of the new version that the commit does not have, and that are as the template has them."""
    record = origin_record.read(project)
    with scratch(paths.work()) as place:
        side = preparation.old_side(record, place)
        rendering.rendered(side, additions_record.read(project) or (), place / "new")
        template = trees.of_template(place / "new")
        return [
            path
            for path in (*template, FILE)
            if git_worktree.committed(project, path) is None
            and (project / path).is_file()
            and (path == FILE or trees.entry_at(project, path) == template[path])
        ]


def _kept(project: Path, names: list[str]) -> Path:
    """Keep the files as they are now, since the owner may have changed them after the update."""
    folder = saved_copies.home_of(project) / "before-undo-by-git"
    rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    for name in names:
        content = file_writer.content(project, name)
        if content is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    return folder
