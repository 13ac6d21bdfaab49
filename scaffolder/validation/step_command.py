"""Runs a program for a step of a validation.

Not here: the steps (`pipeline.py`).
"""

from __future__ import annotations

from pathlib import Path

from scaffolder.core.tool import CompletedProgram
from scaffolder.system import process
from scaffolder.validation.context import PipelineContext, StepFailed


def run(
    context: PipelineContext, name: str, argv: list[str], limit: float, folder: Path | None = None
) -> CompletedProgram:
    """Run a program until it ends.

    Args:
        context: The state of the validation.
        name: The name of the step, and of its log.
        argv: The program's name and its arguments.
        limit: The time limit in seconds.
        folder: The working directory, if it is not the project's copy.

    Raises:
        StepFailed: There is no such program.
        Cancelled: The user asked for the end meanwhile.
    """
    program = process.which(argv[0], context.environment["PATH"])
    if program is None:
        raise StepFailed(f"{argv[0]} is not on the search path", [])
    return process.run(
        [program, *argv[1:]],
        cwd=folder or context.folder,
        env=context.environment,
        limit=limit,
        log=context.logs / f"{name}.log",
        on_line=lambda line: context.on_progress(name, line),
        stop=context.stop,
    )
