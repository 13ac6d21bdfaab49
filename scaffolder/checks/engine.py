"""Asks rules about a project, and leaves out what a comment silences.

Not here: which rules (`rule_registry.py`), and mending (`autofix.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scaffolder.checks.rule import Rule
from scaffolder.checks.suppressions import is_silenced
from scaffolder.core.findings import Finding
from scaffolder.reading.project import Project, Worker
from scaffolder.reading.rust.facts import Unread


def examine(project: Project, rules: Sequence[Rule]) -> list[Finding]:
    """Answer what rules find in a project, in the order of files and lines.

    What is wrong with one line in several environments is found once, with all their names; what is wrong at the
    top level, too, goes without any.
    """
    found: dict[tuple[object, ...], Finding] = {}
    for worker in project.workers:
        for finding in _of_worker(worker, rules):
            key = (finding.code, finding.span, finding.message)
            found[key] = _together(found[key], finding) if key in found else finding
    return sorted(found.values(), key=lambda finding: (finding.span, finding.code))


def unread(project: Project) -> list[Unread]:
    """Answer the parts of a project's Rust that were not understood."""
    return [fact for worker in project.workers for crate in worker.crates for fact in crate.unread]


def _together(one: Finding, other: Finding) -> Finding:
    names = [*one.environment.split(", "), other.environment]
    return replace(one, environment="" if "" in names else ", ".join(dict.fromkeys(names)))


def _of_worker(worker: Worker, rules: Sequence[Rule]) -> list[Finding]:
    findings = [finding for rule in rules for finding in rule.check(worker)]
    sources = {source.file: source for source in worker.sources} if findings else {}
    return [
        finding
        for finding in findings
        if finding.span.file not in sources or not is_silenced(finding, sources[finding.span.file])
    ]
