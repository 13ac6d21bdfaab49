"""Reads a project that is about to be changed, built or run, and refuses one that is not as it seems.

Not here: the check, which reports the same as findings (`checks/`).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from scaffolder.reading import config_choice
from scaffolder.reading import project as reading
from scaffolder.reading.project import Project


def read(folder: Path, config: Path | None, on_note: Callable[[str], None], worker: Path | None = None) -> Project:
    """Read a project whose wrangler file is the one that wrangler reads.

    Args:
        folder: The project's folder.
        config: The only wrangler file that is meant, as `config_search.given` returns it.
        on_note: Called with a sentence on each wrangler file that is not used.
        worker: The folder of the only worker that is meant; None for all.

    Raises:
        BadInput: There is no Rust Worker, a file does not parse, or wrangler reads another file.
    """
    project = reading.read(folder, config)
    meant = [each for each in project.workers if worker in {None, each.folder}]
    chosen = Project(project.folder, meant, project.variants)
    config_choice.refuse_unclear(chosen)
    for sentence in config_choice.notes(chosen):
        on_note(sentence)
    return project
