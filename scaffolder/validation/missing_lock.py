"""Makes the Cargo.lock that a copy lacks before its build would, so that the versions in it are known in time.

Not here: what follows from the versions (`toolchain/project_tools.py`).
"""

from __future__ import annotations

from scaffolder.reading import project as reader
from scaffolder.reading.project import Worker
from scaffolder.system import process
from scaffolder.validation.context import PipelineContext

LIMIT = 120.0
"""Seconds after which the build is left to make it, and to fail."""


def make(context: PipelineContext) -> bool:
    """Make it, and return whether there is a new one; why that may fail is reported by the build."""
    lacking = [worker for worker in _workers(context) if worker.lock is None]
    cargo = process.which("cargo", context.environment["PATH"])
    for worker in lacking if cargo else ():
        process.run(
            [str(cargo), "generate-lockfile"],
            cwd=worker.crate_folder or worker.folder,
            env=context.environment,
            limit=LIMIT,
            log=context.logs / "lock.log",
            on_line=lambda line: context.on_progress("install", line),
            stop=context.stop,
        )
    # Read anew, as a worker reads each file once.
    return bool(lacking) and any(worker.lock for worker in _workers(context))


def _workers(context: PipelineContext) -> list[Worker]:
    return reader.read(context.folder, context.config).workers
