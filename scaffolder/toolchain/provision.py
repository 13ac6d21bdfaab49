"""Finds the tools that a command needs, and installs those that are missing if the user agrees.

Not here: how each is found and installed (`inventory.py`, `setup_plan.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from scaffolder.catalogue import manifests, yaml_documents
from scaffolder.core.errors import BadInput, ToolMissing
from scaffolder.core.invocation import program
from scaffolder.core.suggestions import did_you_mean, near_names
from scaffolder.core.tool import Toolchain
from scaffolder.reading.project import Project
from scaffolder.toolchain import inventory, setup_plan
from scaffolder.toolchain.tools import nightly
from scaffolder.ui import prompts
from scaffolder.ui.report import Report

OPTIONS = {nightly.OPTION: (nightly.NAME,)}
"""Options of worker-build, and the tools that a project needs that is built with one."""


def find_tools(ids: Collection[str] = ()) -> Toolchain:
    """Find every tool that a validation needs.

    Args:
        ids: The templates that are to be validated, and the options of projects.

    Raises:
        ToolMissing: A tool is missing or has the wrong version.
    """
    return toolchain_of(inventory.examine(manifests.pins(), extras=extras(ids)), ids=ids)


def toolchain_of(
    examination: inventory.Inventory, *, ids: Collection[str] = (), otherwise: str = "", is_shown: bool = False
) -> Toolchain:
    """Return the toolchain of a machine that was examined, which takes a second or two.

    Args:
        examination: What the doctor found.
        ids: The templates and options that it was made for.
        otherwise: Another way out than installing the tools.
        is_shown: Whether the user already sees which tools are missing.

    Raises:
        ToolMissing: A tool is missing or has the wrong version.
    """
    if examination.toolchain is not None:
        return examination.toolchain
    missing = [tool for tool in examination.tools if tool.is_needed and not tool.is_ok]
    several = f"{len(missing)} tools are missing or will not do"
    details = [f"{tool.name}: needed {tool.needed}, found {tool.found or 'none'}" for tool in missing]
    raise ToolMissing(
        what="1 tool is missing or will not do" if len(missing) == 1 else several,
        where="this machine",
        why="a worker is built and run with them",
        fix=f"{program()} setup{_for(ids)}{otherwise}",
        details=[] if is_shown else details,
    )


def get_tools(report: Report, ids: Collection[str], *, yes: bool, interactive: bool) -> Toolchain:
    """Find the tools, and install those that are missing if the user agrees.

    Args:
        report: Where the question is shown.
        ids: The templates that are to be validated, and the options of projects.
        yes: Whether the user has agreed already.
        interactive: Whether a user is there to agree.

    Raises:
        ToolMissing: A tool is missing, and the user did not agree to install it.
    """
    pins = manifests.pins()
    with report.working("looking at the tools"):
        examination = inventory.examine(pins, extras=extras(ids))
    if examination.toolchain is not None:
        return examination.toolchain
    planned = setup_plan.plan(pins, extras=extras(ids))
    if not yes and not (interactive and _agrees(report, planned)):
        otherwise = ", or make the project without a validation: --no-validate"
        return toolchain_of(examination, ids=ids, otherwise=otherwise)
    acquire(report, planned)
    return find_tools(ids)


def acquire(report: Report, planned: Sequence[setup_plan.InstallStep]) -> None:
    """Install the planned tools, with a line of progress."""
    for acquisition in planned:
        report.note(f"getting {acquisition.title}")
    with report.progress() as on_progress:
        setup_plan.install(manifests.pins(), planned, on_progress)


def extras(ids: Collection[str]) -> set[str]:
    """Return the tools that some templates and options need beyond the usual ones."""
    return {tool for id_ in ids for tool in _tools_for(id_)}


def options(project: Project) -> list[str]:
    """Return the options of a project, and its template, that need a tool beyond the usual ones."""
    words = {word for worker in project.workers for word in worker.build_command.split()}
    return [*(option for option in OPTIONS if f"--{option}" in words), *_template(project.folder)]


def _template(project: Path) -> list[str]:
    """Return the template that a project records, if that needs more than the usual tools."""
    try:
        given, _ = yaml_documents.answers(project / ".copier-answers.yml")
        id_ = given.get("template")
        return [str(id_)] if manifests.template(str(id_)).tools else []
    except BadInput:
        return []


def chosen(answers: Mapping[str, Any]) -> list[str]:
    """Return the options of a project that is still to be made, as its answers choose them."""
    return [option for option in OPTIONS if answers.get(option.replace("-", "_"))]


def fitted(toolchain: Toolchain, ids: Collection[str]) -> Toolchain:
    """Return the tools as some options need them."""
    return toolchain.unwinding or toolchain if nightly.OPTION in ids else toolchain


def _tools_for(id_: str) -> tuple[str, ...]:
    if id_ in OPTIONS:
        return OPTIONS[id_]
    try:
        return manifests.template(id_).tools
    except BadInput as refusal:
        # Only `--for` names a template that nobody has looked up before.
        refusal.where = f"--for {id_}"
        refusal.why = f"it is neither an option ({', '.join(OPTIONS)}) nor a template: {refusal.why}"
        refusal.fix = did_you_mean(near_names(id_, OPTIONS), refusal.fix)
        raise


def _for(ids: Collection[str]) -> str:
    return "".join(f" --for {id_}" for id_ in dict.fromkeys(ids) if _tools_for(id_))


def _agrees(report: Report, planned: Sequence[setup_plan.InstallStep]) -> bool:
    report.note("These tools are missing:")
    for acquisition in planned:
        report.note(f"  {acquisition.title}")
        if acquisition.needs_root:
            report.note(f"    as root: {acquisition.command}")
    return prompts.confirm("Get them now?", default=True)
