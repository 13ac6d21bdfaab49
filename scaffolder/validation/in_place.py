"""Asks Cargo whether it accepts a project where it lies: a copy lies elsewhere, and Cargo reads what is around a crate.

Not here: what is copied of that (`neighbours.py`), and the build (`pipeline.py`).
"""

from __future__ import annotations

from scaffolder.reading import project as reader
from scaffolder.system import program_output as outputs
from scaffolder.validation import step_command
from scaffolder.validation.context import PipelineContext, StepFailed

LIMIT = 300.0
"""Seconds for Cargo, which may have to download the dependencies."""

METADATA = ["cargo", "metadata", "--quiet", "--format-version", "1"]
MANIFESTS = ["--no-deps", "--offline"]
RESOLVED = ["--locked", "--filter-platform", "wasm32-unknown-unknown"]
"""What is asked of a crate without a lock, and of one with a lock, which must fit. Neither writes into the project."""


def ask_cargo(context: PipelineContext) -> None:
    """Ask Cargo for the metadata of each worker's crate in the project's own folder.

    Args:
        context: The state of the validation.

    Raises:
        StepFailed: Cargo refuses one; the details are its words.
    """
    config = context.config and context.origin / context.config.relative_to(context.folder)
    for worker in reader.read(context.origin, config).workers:
        if worker.crate_folder is not None:
            words = RESOLVED if worker.lock else MANIFESTS
            argv = [*METADATA, *words, "--manifest-path", str(worker.crate_folder / "Cargo.toml")]
            ran = step_command.run(context, "metadata", argv, LIMIT, worker.build_folder)
            if not ran.is_ok:
                where = f"cargo refuses {worker.crate_folder}, where the project lies"
                raise StepFailed(where, outputs.last_lines(ran.output))
