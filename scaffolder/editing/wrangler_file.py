"""Plans changes of a worker's wrangler file.

Not here: how its text is changed (`toml_splices.py`, `jsonc_splices.py`), and the proof of that (`verify.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from scaffolder.editing.config.rename_in_config import renamed
from scaffolder.editing.operations import Insert, KeyPath, Remove
from scaffolder.editing.plan import Plan
from scaffolder.editing.verify import applied, reread
from scaffolder.reading.project import Worker


def change(worker: Worker, operations: Sequence[Insert | Remove], plan: Plan) -> None:
    """Plan operations on the wrangler file as the plan has it so far.

    Raises:
        Unclear: The file is written in a way that cannot be edited safely.
    """
    path, on_disk = worker.project / worker.config.file, worker.config.source.content
    document = reread(worker.config, plan.current(path, on_disk))
    plan.change(path, on_disk, applied(document, operations))


def change_text(worker: Worker, path: KeyPath, text: str, plan: Plan) -> None:
    """Plan another text at a path of the wrangler file as the plan has it so far.

    Raises:
        Unclear: The file is written in a way that cannot be edited safely.
    """
    file, on_disk = worker.project / worker.config.file, worker.config.source.content
    document = reread(worker.config, plan.current(file, on_disk))
    plan.change(file, on_disk, renamed(document, path, text, is_key=False).source.content)
