"""Asks for the user's consent before anything is run that is not from the bundled catalogue.

What is shown is the source, its full hash, and each command. Without a terminal, `--trust` gives the consent, with the
hash for exactly what was looked at; a catalogue that was added with `--trust` has it at the hash that it is pinned to.

Not here: which variables a build does not get even then (`withheld.py`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from scaffolder.catalogue import current
from scaffolder.catalogue.sources import registered
from scaffolder.core.errors import TrustRefused
from scaffolder.core.foreign import Foreign
from scaffolder.core.requests import Consent
from scaffolder.reading import executed_files, recorded_source
from scaffolder.reading.recorded_source import RecordedSource
from scaffolder.toolchain.withheld import withheld
from scaffolder.ui import prompts
from scaffolder.ui.report import Report

SHORTEST = 12
"""Digits of a hash that is given for consent."""

Source = Foreign | RecordedSource


def to_render(foreign: Foreign, consent: Consent, report: Report) -> None:
    """Get the consent to render templates that run something of their own, if this catalogue's do.

    Raises:
        TrustRefused: The user does not give it.
    """
    if foreign.runs:
        _require(foreign, "making a project", foreign.runs, consent, report)
        current.allow_to_run()


def to_build(source: Source, folder: Path, consent: Consent, report: Report, *, doing: str) -> None:
    """Get the consent to build and run a project.

    Args:
        source: Where it is from.
        folder: Its files.
        consent: What the user has given already.
        report: Where the commands are shown.
        doing: The command, for the question.

    Raises:
        TrustRefused: The user does not give it.
    """
    if not _is_given(source, consent):
        _require(source, doing, executed_files.found(folder), consent, report)


def for_projects(folders: Sequence[Path], consent: Consent, report: Report, *, doing: str) -> None:
    """Get the consent to build and run projects; those of the bundled catalogue, and the user's own, need none.

    Raises:
        TrustRefused: The user does not give it.
        BadInput: The record of a project's source cannot be read.
    """
    for folder in folders:
        if source := recorded_source.read(folder):
            to_build(source, folder, consent, report, doing=doing)


def task_environment() -> dict[str, str]:
    """Return the environment of a template's tasks: the user's own, without what a build does not get."""
    kept_back = set(withheld(os.environ))
    return {name: value for name, value in os.environ.items() if name not in kept_back}


def _require(source: Source, doing: str, commands: Sequence[str], consent: Consent, report: Report) -> None:
    if _is_given(source, consent):
        return
    if consent.given is None and consent.interactive:
        report.note(f"{doing} runs what others wrote:")
        for line in (f"source  {source.address}", f"hash    {source.hash}", *(f"runs    {each}" for each in commands)):
            report.note(f"  {line}")
        if prompts.confirm("Run this on your machine?", default=False):
            return
    raise _refusal(source, doing, commands, consent)


def _is_given(source: Source, consent: Consent) -> bool:
    if consent.given is not None:
        return _is_hash(consent.given, source.hash)
    known = registered.read().values()
    return any(each.trusted and each.hash == source.hash for each in known)


def _is_hash(given: str, full: str) -> bool:
    return not given or (len(given) >= SHORTEST and full.startswith(given.lower()))


def _refusal(source: Source, doing: str, commands: Sequence[str], consent: Consent) -> TrustRefused:
    if consent.given:
        why = f"the hash that was given, {consent.given}, is not that of the source"
    else:
        why = f"{doing} runs commands that are not from the bundled catalogue, and nobody has agreed to that"
    return TrustRefused(
        what=f"{source.address} is not trusted",
        where=source.address,
        why=why,
        fix=f"read what it runs, and then give the hash: --trust {source.hash}",
        details=[f"hash {source.hash}", *(f"runs {each}" for each in commands)],
    )
