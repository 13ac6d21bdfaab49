"""The command `scaffold validate`, and the validation at the end of `scaffold new`.

Not here: running the validations side by side (`proving.py`), and the steps of one project (`pipeline.py`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from scaffolder.catalogue import current, manifests, render
from scaffolder.commands import consent as asking
from scaffolder.commands import proving
from scaffolder.commands.proving import Run
from scaffolder.core.errors import BuildOrTestFailed
from scaffolder.core.invocation import program
from scaffolder.core.proof import Proof
from scaffolder.core.requests import Consent
from scaffolder.core.tool import Toolchain
from scaffolder.reading import project as reader
from scaffolder.reading import usable_project
from scaffolder.reading.config import config_search
from scaffolder.reading.project import Project
from scaffolder.system import transaction
from scaffolder.toolchain import child_environment, provision
from scaffolder.ui import junit as junit_xml
from scaffolder.ui.report import Report
from scaffolder.updating import unfinished
from scaffolder.validation import working_copy

NONE = Consent()


def run(
    projects: Sequence[Path],
    ids: Sequence[str],
    report: Report,
    *,
    keep: bool,
    junit: Path | None,
    passed: Sequence[str] = (),
    config: Path | None = None,
    strict: bool = False,
    consent: Consent = NONE,
) -> int:
    """Prove projects, and templates rendered with their default answers.

    Args:
        projects: The folders of projects.
        ids: The templates.
        report: Where the steps and verdicts are shown.
        keep: Whether the folders that they were built in stay.
        junit: The file for results as JUnit XML, or None.
        passed: The withheld variables that are let through to the steps.
        config: The wrangler file of the only project, seen from there; None for the one that wrangler finds.
        strict: Whether a project that is not proven is refused, though nothing failed.
        consent: The consent to build what is not from the bundled catalogue.

    Raises:
        BadInput: A folder has no Rust Worker, a file does not parse, or an option cannot be followed.
        BuildOrTestFailed: A step failed, or a project lacks tests and `strict` is given.
        Refusal: A tool is missing, or the consent.
    """
    _require(ids, passed)
    chosen = config_search.given(projects[0], config) if config else None
    asking.for_projects(projects, consent, report, doing="validating the project")
    options = [option for project in _read(projects, chosen, report) for option in provision.options(project)]
    junit_xml.check(junit)
    with rendered(ids, report, consent) as made:
        tools = provision.find_tools([*ids, *options])
        proofs = validate([*_named(projects, ids), *made], tools, report, keep=keep, passed=passed, config=chosen)
    junit_xml.write(junit, proofs)
    return refuse_failures(proofs, strict=strict)


def validate(
    projects: Sequence[tuple[str, Path]],
    toolchain: Toolchain,
    report: Report,
    *,
    keep: bool,
    goal: str = "",
    passed: Sequence[str] = (),
    config: Path | None = None,
) -> list[Proof]:
    """Prove projects, as many side by side as the machine can, and show each step as it ends.

    Args:
        projects: Name and folder of each.
        toolchain: The tools.
        report: Where the steps are shown.
        keep: Whether the folders that they were built in stay.
        goal: The one step that matters, for the tests of breakages; see `pipeline.prove`.
        passed: The withheld variables that are let through to the steps.
        config: The wrangler file of the only project; None for the one that wrangler finds.

    Returns:
        A proof of each project, in the order of the projects.

    Raises:
        Cancelled: The user asked for the end.
    """
    started = time.monotonic()
    tools = _tools(projects, config, toolchain, report)
    proofs = proving.prove(projects, Run(tools, report, threading.Event(), keep, goal, passed, config))
    for proof in proofs:
        report.proof(proof)
    _show_cost(proofs, time.monotonic() - started, report)
    # What is set is the same for all of several projects, but for the versions that one of them asks for.
    shown = tools[projects[0][1]] if len(projects) == 1 else toolchain
    child_environment.show(shown, passed, tools, report)
    report.result(proofs=[document(proof) for proof in proofs])
    return proofs


def refuse_failures(proofs: Sequence[Proof], *, strict: bool = False) -> int:
    """Refuse a validation in which something failed, or return the exit code 0.

    Args:
        proofs: Its results.
        strict: Whether a project that is not proven is refused, though nothing failed.

    Raises:
        BuildOrTestFailed: It names the first step that failed, and its log, or what the project lacks.
    """
    for proof in proofs:
        for step in proof.steps:
            if step.status == "failed":
                raise BuildOrTestFailed(
                    what=f"{proof.project} failed at {step.name}: {step.summary}",
                    where=step.log or proof.project,
                    why="a project is proven only if every step passes",
                    fix=f"fix the error below, then: {program()} validate",
                    details=list(step.details),
                )
    if strict:
        _refuse_unproven(proofs)
    return 0


def _refuse_unproven(proofs: Sequence[Proof]) -> None:
    for proof in proofs:
        if not proof.is_proven:
            raise BuildOrTestFailed(
                what=f"{proof.project} is not proven: {proof.verdict}",
                where=proof.project,
                why="with --strict, a project without tests and exchanges of its own has failed",
                fix="add exchanges to tests/smoke.toml, Rust tests, and a script `test` to package.json",
            )


def document(proof: Proof) -> dict[str, object]:
    """Return a proof as the JSON document shows it."""
    return {**asdict(proof), "verdict": proof.verdict, "seconds": round(proof.seconds, 2)}


@contextmanager
def rendered(ids: Sequence[str], report: Report, consent: Consent = NONE) -> Iterator[list[tuple[str, Path]]]:
    """Render templates with their default answers; the projects are deleted at the end of the block.

    Args:
        ids: The templates.
        report: Where the commands of others are shown.
        consent: The consent to build what is not from the bundled catalogue.
    """
    if not ids:
        # All validations render into one folder, and wait for the one that holds it.
        yield []
        return
    with working_copy.template_folder(report.note) as place:
        made = []
        for id_ in ids:
            folder = place / manifests.template(id_).id
            interview = render.interview(id_, folder, {})
            tasks = asking.task_environment() if current.may_run() else None
            render.render(id_, interview.answers, folder, task_environment=tasks)
            made.append((id_, folder))
            if foreign := current.foreign():
                asking.to_build(foreign, folder, consent, report, doing=f"validating the template {id_}")
        yield made


def _tools(
    projects: Sequence[tuple[str, Path]], config: Path | None, toolchain: Toolchain, report: Report
) -> dict[Path, Toolchain]:
    """Return the tools of each project: before anything is built, and in turn, as two may ask for the same version."""
    read = {project: reader.read(project, config) for _, project in projects}
    with report.progress() as on_progress:
        return {folder: proving.fitted(toolchain, each, report, on_progress) for folder, each in read.items()}


def _require(ids: Sequence[str], passed: Sequence[str]) -> None:
    child_environment.refuse_passed(passed)
    for id_ in ids:
        manifests.template(id_)


def _read(projects: Sequence[Path], config: Path | None, report: Report) -> list[Project]:
    """Read projects, with a note on each edit that was interrupted.

    Raises:
        Conflict: An update of one of them is unfinished.
    """
    for project in projects:
        unfinished.refuse(project)
        if left := transaction.unfinished(project):
            report.note(left)
    return [usable_project.read(project, config, report.note) for project in projects]


def _show_cost(proofs: Sequence[Proof], seconds: float, report: Report) -> None:
    """Show how long several validations took together, and each of them on average."""
    if len(proofs) > 1:
        proven = sum(proof.is_proven for proof in proofs)
        each = seconds / len(proofs)
        report.line(f"{proven} of {len(proofs)} proven in {seconds:.0f} s, {each:.1f} s for each")
        report.result(seconds=round(seconds, 1), seconds_each=round(each, 1))


def _named(projects: Sequence[Path], ids: Sequence[str]) -> list[tuple[str, Path]]:
    """Return each project with its name in the report: its folder's, or the whole path if two folders share a name."""
    names = [project.resolve().name for project in projects]
    taken = [*names, *ids]
    return [
        (name if taken.count(name) == 1 else str(project.resolve()), project.absolute())
        for name, project in zip(names, projects, strict=True)
    ]
