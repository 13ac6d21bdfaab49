"""Plans a module with types that the `worker` crate lacks, for all bindings of a kind, and removes it with the last.

Not here: the text of a module (`workflow_modules.py`, `kinds/vectorize.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scaffolder.editing import lines
from scaffolder.editing.operations import Unclear
from scaffolder.editing.plan import Plan
from scaffolder.editing.rust import bindings_file, crate_root
from scaffolder.editing.rust.worker_api import RustText, fitting
from scaffolder.reading.project import Worker

ALLOWS = ('#![allow(dead_code, reason = "some methods may not be called yet")]', "#![allow(dead_code)]")
"""The line that keeps rustc from warning; the second one is for a release of Rust that knows no reasons of lints."""


@dataclass(frozen=True)
class TypesModule:
    """A module.

    Args:
        name: The name of the module.
        template: Its text, with `{allow}` for the line of `ALLOWS`.
        needs: The parts of the `worker` crate that it needs.
    """

    name: str
    template: str
    needs: tuple[str, ...]

    def text(self, worker: Worker) -> str:
        """Return the text for a worker.

        Raises:
            TooOld: The crate's version of `worker` lacks a part.
        """
        return fitting(self._forms if bindings_file.knows_expect(worker) else self._forms[1:], worker).text

    def write(self, worker: Worker, plan: Plan) -> None:
        """Plan the module, unless it is there.

        Raises:
            TooOld: The crate's version of `worker` lacks a part.
            Unclear: There is another module of that name.
        """
        path, text = crate_root.module_path(worker, self.name), self.text(worker)
        if not self._is_as_written(worker, path):
            create(worker, path, text, plan)
        crate_root.declare_module(worker, self.name, plan)

    def delete(self, worker: Worker, plan: Plan) -> None:
        """Plan the crate without the module, unless it was changed or is still used.

        Raises:
            Unclear: The root of the crate cannot be edited safely.
        """
        path = crate_root.module_path(worker, self.name)
        if self._is_as_written(worker, path) and not is_named(worker, self.name, plan):
            plan.change(path, path.read_bytes(), None)
            crate_root.undeclare_module(worker, self.name, plan)

    @property
    def _forms(self) -> Sequence[RustText]:
        return [RustText(self.template.replace("{allow}", allow), self.needs) for allow in ALLOWS]

    def _is_as_written(self, worker: Worker, path: Path) -> bool:
        newline = lines.newline(worker.crate.sources[0].content)
        return path.is_file() and path.read_bytes() in [
            each.text.replace("\n", newline).encode() for each in self._forms
        ]


def create(worker: Worker, path: Path, text: str, plan: Plan) -> None:
    """Plan a new file with the line ends of the crate's root.

    Raises:
        Unclear: There is such a file.
    """
    if path.exists():
        raise Unclear(path.relative_to(worker.project).as_posix())
    newline = lines.newline(worker.crate.sources[0].content)
    plan.change(path, None, text.replace("\n", newline).encode())


def is_named(worker: Worker, stem: str, plan: Plan) -> bool:
    """Return whether Rust names something in a module, once the plan is carried out."""
    named = [plan.current(worker.project / each.file, each.content) for each in worker.crate.sources]
    return any(f"{stem}::".encode() in content for content in named)
