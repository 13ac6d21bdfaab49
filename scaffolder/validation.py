"""The steps of `scaffold validate`, and of the validation at the end of `scaffold new`.

Not here: what a single project goes through (`proving.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from scaffolder import catalogue, junit, prompts, proving, render, workshop
from scaffolder.errors import BadInput, BuildOrTestFailed, ToolMissing
from scaffolder.front import program
from scaffolder.records import Proof, Toolchain
from scaffolder.report import Report
from scaffolder.toolchain import doctor, environment, setup


def find_tools() -> Toolchain:
    """Find everything that a validation needs.

    Raises:
        ToolMissing: Something is not there, or will not do.
    """
    return toolchain_of(doctor.examine(catalogue.pins()))


def toolchain_of(examination: doctor.Examination, *, otherwise: str = "") -> Toolchain:
    """Answer the toolchain of a machine that was examined, which takes a second or two.

    Args:
        examination: What the doctor found.
        otherwise: What else than getting the tools would help.

    Raises:
        ToolMissing: Something is not there, or will not do.
    """
    if examination.toolchain is not None:
        return examination.toolchain
    missing = [tool for tool in examination.tools if tool.is_needed and not tool.is_ok]
    raise ToolMissing(
        what=f"{len(missing)} tools are missing or will not do", where="this machine",
        why="a worker is built and run with them", fix=f"{program()} setup{otherwise}",
        details=[f"{tool.name}: needed {tool.needed}, found {tool.found or 'none'}" for tool in missing],
    )  # fmt: skip


def get_tools(report: Report, *, yes: bool, interactive: bool) -> Toolchain:
    """Find the tools, and get those that are missing if the user agrees.

    Raises:
        ToolMissing: They are missing, and were not to be got.
    """
    pins = catalogue.pins()
    examination = doctor.examine(pins)
    if examination.toolchain is not None:
        return examination.toolchain
    planned = setup.plan(pins)
    if not yes and not (interactive and _agrees(report, planned)):
        return toolchain_of(examination, otherwise=", or make the project without a validation: --no-validate")
    acquire(report, planned)
    return find_tools()


def acquire(report: Report, planned: Sequence[setup.Acquisition]) -> None:
    """Get what was planned, with a line of progress."""
    for acquisition in planned:
        report.note(f"getting {acquisition.title}")
    with report.progress():
        setup.acquire(catalogue.pins(), planned, report.going_on)


def validate(projects: Sequence[tuple[str, Path]], toolchain: Toolchain, report: Report, *, keep: bool) -> list[Proof]:
    """Prove projects one after the other, and show each step as it ends.

    Args:
        projects: Name and folder of each.
        toolchain: The tools.
        report: Where to say what is seen.
        keep: Whether the folders that they were built in stay.
    """
    proofs = []
    for name, project in projects:
        report.note(f"validating {name}")
        with workshop.copy_of(project, keep=keep, on_wait=report.note) as folder:
            proof = _prove(name, folder, toolchain, report)
        proofs.append(replace(proof, kept=str(folder) if keep else ""))
        report.proof(proofs[-1])
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
                )  # fmt: skip


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
    with workshop.template_folder(report.note) as place:
        made = []
        for id_ in ids:
            folder = place / catalogue.template(id_).id
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
        path.write_bytes(junit.document(proofs))
    except OSError as error:
        raise _bad_junit(path, error.strerror or str(error)) from error


def _bad_junit(path: Path, why: str) -> BadInput:
    return BadInput(
        what="the JUnit file cannot be written", where=f"--junit {path}",
        why=why, fix="name a file in a folder that is there",
    )  # fmt: skip


def _prove(name: str, folder: Path, toolchain: Toolchain, report: Report) -> Proof:
    bench = proving.Bench(
        folder=folder, logs=workshop.log_folder(folder.name), toolchain=toolchain,
        environment=_environment(toolchain), pins=catalogue.pins(),
        on_progress=report.going_on, on_step=report.step,
    )  # fmt: skip
    with report.progress():
        return proving.prove(name, bench)


def _environment(toolchain: Toolchain) -> dict[str, str]:
    """Answer the environment of a validation, whose dependencies are compiled once for all.

    Only a validation may share the build folder: `workshop.py` sees to it that no two crates
    of one name are in it at the same moment.
    """
    shared = {"CARGO_BUILD_BUILD_DIR": str(toolchain.target)}
    return environment.environment(toolchain) | shared


def _agrees(report: Report, planned: Sequence[setup.Acquisition]) -> bool:
    report.note("These tools are missing:")
    for acquisition in planned:
        report.note(f"  {acquisition.title}")
        if acquisition.needs_root:
            report.note(f"    as root: {acquisition.command}")
    return prompts.confirm("Get them now?", default=True)
