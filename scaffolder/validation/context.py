"""The state that the steps of one validation share, and the ways in which a step ends.

Not here: the steps (`pipeline.py`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from scaffolder.core.proof import StepResult
from scaffolder.core.template import Pins
from scaffolder.core.tool import Toolchain

OnProgress = Callable[[str, str], None]
"""Called with the name of a step and its newest line of output."""


@dataclass
class PipelineContext:
    """The state that the steps of one validation share.

    Args:
        origin: The project's own folder.
        folder: The copy of the project.
        root: The whole copy, with what the project needs outside of its folder.
        logs: The folder for the logs.
        toolchain: The tools.
        environment: The environment of every program that is run.
        pins: The tuple that the catalogue was tested with.
        on_progress: Called while a step runs.
        on_step: Called with the result of each step.
        stop: Once set, every program that was started is ended.
        stack: Ends the programs that still run, the worker first.
        port: The running worker's port.
        wasm: The wasm file of the worker that clients reach.
        config: The wrangler file in the copy; None for the one that wrangler finds.
        versions: The version of each tool that was used.
    """

    origin: Path
    folder: Path
    root: Path
    logs: Path
    toolchain: Toolchain
    environment: dict[str, str]
    pins: Pins
    on_progress: OnProgress
    on_step: Callable[[StepResult], None]
    stop: threading.Event = field(default_factory=threading.Event)
    stack: ExitStack = field(default_factory=ExitStack)
    port: int = 0
    wasm: Path | None = None
    config: Path | None = None
    versions: dict[str, str] = field(default_factory=dict)


class StepFailed(Exception):
    """A step failed.

    Args:
        summary: One phrase for the report.
        details: The lines that explain it.
    """

    def __init__(self, summary: str, details: list[str]) -> None:
        super().__init__(summary)
        self.summary = summary
        self.details = tuple(details)


class NothingToRun(Exception):
    """A project has no input for a step that is optional."""
