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
"""Called with a step's name and the newest word on it."""


@dataclass
class PipelineContext:
    """What the steps of one validation share.

    Args:
        folder: The copy that is worked in.
        logs: The folder for the logs.
        toolchain: The tools.
        environment: The environment of everything that is run.
        pins: The tuple that the catalogue was tested with.
        on_progress: Told what is going on.
        on_step: Told of each step that is over.
        stop: Once set, everything that was begun is ended.
        stack: Ends what was started, the worker first of all.
        port: The running worker's port.
        wasm: The wasm file of the worker that clients reach.
    """

    folder: Path
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


class StepFailed(Exception):
    """A step found something wrong.

    Args:
        summary: One phrase.
        details: The lines that explain it.
    """

    def __init__(self, summary: str, details: list[str]) -> None:
        super().__init__(summary)
        self.summary = summary
        self.details = tuple(details)


class NothingToRun(Exception):
    """A project has nothing for a step, and need not have."""
