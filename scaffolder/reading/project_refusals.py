"""The refusals of folders that are no project.

Not here: finding the workers (`project.py`).
"""

from __future__ import annotations

from pathlib import Path

from scaffolder.core.errors import BadInput


def no_folder(folder: Path) -> BadInput:
    """Return the refusal of what is not a folder."""
    return BadInput(
        what="project not found",
        where=str(folder),
        why="it is a file" if folder.is_file() else "the folder does not exist",
        fix="give the folder of a worker project",
    )


def no_worker(folder: Path, configs: list[Path]) -> BadInput:
    """Return the refusal of a folder without a Rust Worker.

    Args:
        folder: The folder.
        configs: The wrangler files that were found in it.
    """
    lacks = "neither the folder nor a member of its Cargo workspace has a wrangler file"
    named = ", ".join(dict.fromkeys(path.name for path in configs))
    return BadInput(
        what="this is not a Rust Worker",
        where=str(folder),
        why=f"it has {named}, but its build leads to no Cargo.toml with a package" if configs else lacks,
        fix="give the folder of a worker project",
    )
