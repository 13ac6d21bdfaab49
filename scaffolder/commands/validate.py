"""The steps of `scaffold validate`, and of the validation at the end of `scaffold new`.

Not here: what a single project goes through (`pipeline.py`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from scaffolder.catalogue import manifests, render
from scaffolder.core.errors import BadInput, BuildOrTestFailed
from scaffolder.core.invocation import program
from scaffolder.core.proof import Proof
from scaffolder.core.tool import Toolchain
from scaffolder.system import parallel
from scaffolder.toolchain import build_env, provision
from scaffolder.ui import junit as junit_xml
from scaffolder.ui.progress import Board
from scaffolder.ui.report import Report
from scaffolder.validation import pipeline, working_copy
from scaffolder.validation.context import PipelineContext


def run(projects: Sequence[Path], ids: Sequence[str], report: Report, *, keep: bool, junit: Path | None) -> int:
    """Prove projects, and templates rendered with their default answers."""
    for id_ in ids:
        manifests.template(id_)
    named = [(name, project.absolute()) for name, project in zip(_names(projects, ids), projects, strict=True)]
    options = [option for project in projects for option in provision.options(project)]
    if junit is not None:
        check_junit(junit)
    toolchain = provision.find_tools([*ids, *options])
    with rendered(ids, report) as made:
        proofs = validate([*named, *made], toolchain, report, keep=keep)
    if junit is not None:
        write_junit(junit, proofs)
    refuse_failures(proofs)
    return 0


def validate(projects: Sequence[tuple[str, Path]], toolchain: Toolchain, report: Report, *, keep: bool) -> list[Proof]:
    """Prove projects, as many side by side as the machine can, and show each step as it ends.

    Args:
        projects: Name and folder of each.
        toolchain: The tools.
        report: Where to say what is seen.
        keep: Whether the folders that they were built in stay.
    """
    max_workers = min(parallel.worker_count(), len(projects))
    started = time.monotonic()
    if len(projects) == 1:
        report.note(f"validating {projects[0][0]}")
        proofs = [_validate_one(*projects[0], toolchain, report, keep=keep)]
    else:
        report.note(f"validating {len(projects)} projects, {max_workers} at once")
        proofs = _validate_some(projects, toolchain, report, max_workers, keep=keep)
    for proof in proofs:
        report.proof(proof)
    _tell_cost(proofs, time.monotonic() - started, report)
    report.result(proofs=[document(proof) for proof in proofs])
    return proofs


def refuse_failures(proofs: Sequence[Proof]) -> None:
    """Refuse a validation in which something failed.

    Raises:
        BuildOrTestFailed: It names the first step that failed, and its log.
    """
    for proof in proofs:
        for step in proof.steps:
            if step.status == "failed":
                raise BuildOrTestFailed(
                    what=f"{proof.project} failed at {step.name}: {step.summary}",
                    where=step.log or proof.project,
                    why="a project is proven only if every step is passed",
                    fix=f"mend what is named below, then: {program()} validate",
                    details=list(step.details),
                )


def document(proof: Proof) -> dict[str, object]:
    """Answer a proof as it stands in the JSON document."""
    return {**asdict(proof), "verdict": proof.verdict, "seconds": round(proof.seconds, 2)}


@contextmanager
def rendered(ids: Sequence[str], report: Report) -> Iterator[list[tuple[str, Path]]]:
    """Render templates with their default answers; they are gone when the block is left."""
    if not ids:
        # The folder is one for all, and whoever holds it lets others wait.
        yield []
        return
    with working_copy.template_folder(report.note) as place:
        made = []
        for id_ in ids:
            folder = place / manifests.template(id_).id
            interview = render.interview(id_, folder, {})
            render.render(id_, interview.answers, folder)
            made.append((id_, folder))
        yield made


def check_junit(path: Path) -> None:
    """See to it that a file can be written, before minutes are spent on what goes into it.

    Raises:
        BadInput: It cannot.
    """
    if path.is_dir() or not path.parent.is_dir():
        why = "it is a folder" if path.is_dir() else f"there is no folder {path.parent}"
        raise _bad_junit(path, why)


def write_junit(path: Path, proofs: Sequence[Proof]) -> None:
    """Write the results for a CI that reads JUnit's XML.

    Raises:
        BadInput: The file cannot be written.
    """
    try:
        path.write_bytes(junit_xml.document(proofs))
    except OSError as error:
        raise _bad_junit(path, error.strerror or str(error)) from error


def _bad_junit(path: Path, why: str) -> BadInput:
    return BadInput(
        what="the JUnit file cannot be written",
        where=f"--junit {path}",
        why=why,
        fix="name a file in a folder that is there",
    )


def _validate_one(name: str, project: Path, toolchain: Toolchain, report: Report, *, keep: bool) -> Proof:
    with report.board([name], list(pipeline.STEPS)) as board, report.progress() as going_on:
        watched = Watched(name, toolchain, board, report.note, going_on, threading.Event())
        return _prove(project, watched, keep=keep)


def _validate_some(
    projects: Sequence[tuple[str, Path]], toolchain: Toolchain, report: Report, max_workers: int, *, keep: bool
) -> list[Proof]:
    stop = threading.Event()
    names = [name for name, _ in projects]
    with report.board(names, list(pipeline.STEPS)) as board:

        def work(name: str, project: Path) -> Callable[[], Proof]:
            watched = Watched(name, toolchain, board, report.note, lambda step, _: board.begin(name, step), stop)
            return lambda: _prove(project, watched, keep=keep)

        return parallel.run_all(stop, [work(*project) for project in projects], max_workers)


@dataclass(frozen=True)
class Watched:
    """A validation, and who is told of it.

    Args:
        name: What the report calls the project.
        toolchain: The tools.
        board: Told of each step that is over.
        note: Told what else is worth a line.
        going_on: Told a step's name and the newest word on it.
        stop: Once set, everything that was begun is ended.
    """

    name: str
    toolchain: Toolchain
    board: Board
    note: Callable[[str], None]
    going_on: Callable[[str, str], None]
    stop: threading.Event


def _prove(project: Path, watched: Watched, *, keep: bool) -> Proof:
    toolchain = provision.fitted(watched.toolchain, provision.options(project))
    with working_copy.copy_of(project, keep=keep, on_wait=watched.note, stop=watched.stop) as folder:
        context = PipelineContext(
            folder=folder,
            logs=working_copy.log_folder(folder.name),
            toolchain=toolchain,
            environment=_environment(toolchain),
            pins=manifests.pins(),
            on_progress=watched.going_on,
            on_step=lambda result: watched.board.end(watched.name, result),
            stop=watched.stop,
        )
        proof = pipeline.prove(watched.name, context)
    return replace(proof, kept=str(folder) if keep else "")


def _tell_cost(proofs: Sequence[Proof], seconds: float, report: Report) -> None:
    """Tell what several validations cost together, and each of them on the average."""
    if len(proofs) > 1:
        proven = sum(proof.is_proven for proof in proofs)
        each = seconds / len(proofs)
        report.line(f"{proven} of {len(proofs)} proven in {seconds:.0f} s, {each:.1f} s for each")
        report.result(seconds=round(seconds, 1), seconds_each=round(each, 1))


def _environment(toolchain: Toolchain) -> dict[str, str]:
    """Answer the environment of a validation, whose dependencies are compiled once for all.

    Only a validation may share the build folder: `working_copy.py` sees to it that no two crates
    of one name are in it at the same moment.
    """
    shared = {"CARGO_BUILD_BUILD_DIR": str(toolchain.target)}
    return build_env.environment(toolchain) | shared


def _names(projects: Sequence[Path], ids: Sequence[str]) -> list[str]:
    """Answer what a report calls each project: its folder's name, or the whole path where another bears that."""
    names = [project.resolve().name for project in projects]
    taken = [*names, *ids]
    return [
        name if taken.count(name) == 1 else str(project.resolve())
        for name, project in zip(names, projects, strict=True)
    ]
