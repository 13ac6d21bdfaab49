"""Proves projects in copies, as many side by side as the machine can.

Not here: which projects (`validate.py`), and the steps of one (`pipeline.py`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scaffolder.catalogue import manifests
from scaffolder.core.proof import Proof
from scaffolder.core.tool import Toolchain
from scaffolder.reading import project as reader
from scaffolder.reading.project import Project
from scaffolder.system import parallel
from scaffolder.toolchain import child_environment, project_tools, provision
from scaffolder.ui.progress import Board
from scaffolder.ui.report import Report
from scaffolder.validation import missing_lock, pipeline, working_copy
from scaffolder.validation.context import OnProgress, PipelineContext


@dataclass(frozen=True)
class Run:
    """What all projects of one validation share.

    Args:
        toolchains: The tools of each project.
        report: Where the steps are shown.
        stop: Once set, everything that was started is ended.
        keep: Whether the folders that the projects were built in stay.
        goal: The one step that matters, or empty for all of them.
        passed: The withheld variables that are let through to the steps.
        config: The wrangler file of the only project; None for the one that wrangler finds.
    """

    toolchains: Mapping[Path, Toolchain]
    report: Report
    stop: threading.Event
    keep: bool
    goal: str
    passed: Sequence[str]
    config: Path | None = None


def prove(projects: Sequence[tuple[str, Path]], run: Run) -> list[Proof]:
    """Prove projects, and show each step as it ends.

    Args:
        projects: Name and folder of each.
        run: What they share.

    Returns:
        A proof of each project, in the order of the projects.

    Raises:
        Cancelled: The user asked for the end.
        Refusal: A copy cannot be made, or a tool that it asks for cannot be had.
    """
    return [_prove_one(*projects[0], run)] if len(projects) == 1 else _prove_some(projects, run)


def fitted(toolchain: Toolchain, project: Project, report: Report, on_progress: OnProgress) -> Toolchain:
    """Return the tools as a project needs them, in the versions that it asks for.

    Args:
        toolchain: The tools in their pinned versions.
        project: The project.
        report: Where each installation is named.
        on_progress: Shows its progress.

    Raises:
        Refusal: A version cannot be had, or two do not go together.
    """
    fit = provision.fitted(toolchain, provision.options(project))
    return project_tools.fitted(fit, project, report, on_progress)


def _prove_one(name: str, project: Path, run: Run) -> Proof:
    run.report.note(f"validating {name}")
    with run.report.board([name], list(pipeline.STEPS)) as board, run.report.progress() as on_progress:
        return _prove(name, project, run, board, on_progress)


def _prove_some(projects: Sequence[tuple[str, Path]], run: Run) -> list[Proof]:
    at_once = min(parallel.worker_count(), len(projects))
    run.report.note(f"validating {len(projects)} projects, {at_once} at once")
    with run.report.board([name for name, _ in projects], list(pipeline.STEPS)) as board:

        def work(name: str, project: Path) -> Callable[[], Proof]:
            return lambda: _prove(name, project, run, board, lambda step, _: board.begin(name, step))

        return parallel.run_all(run.stop, [work(*project) for project in projects], at_once)


def _prove(name: str, project: Path, run: Run, board: Board, on_progress: OnProgress) -> Proof:
    toolchain = run.toolchains[project]
    with working_copy.copy_of(project, keep=run.keep, on_wait=run.report.note, stop=run.stop) as copy:
        context = PipelineContext(
            origin=project.resolve(),
            folder=copy.folder,
            root=copy.root,
            logs=working_copy.log_folder(project.resolve().name),
            toolchain=toolchain,
            environment=child_environment.variables(toolchain, run.passed),
            pins=manifests.pins(),
            on_progress=on_progress,
            on_step=lambda result: board.end(name, result),
            stop=run.stop,
            config=copy.folder / run.config.relative_to(project.resolve()) if run.config else None,
        )
        if missing_lock.make(context):
            _fit(context, run)
        proof = pipeline.prove(name, context, run.goal)
    return replace(proof, kept=str(copy.folder) if run.keep else "")


def _fit(context: PipelineContext, run: Run) -> None:
    """Choose the tools anew for the copy, whose Cargo.lock is new."""
    project, on_progress = reader.read(context.folder, context.config), context.on_progress
    installing: OnProgress = lambda _, line: on_progress("install", line)  # noqa: E731 - a step is shown, not a tool
    context.toolchain = fitted(context.toolchain, project, run.report, installing)
    context.environment = child_environment.variables(context.toolchain, run.passed)
