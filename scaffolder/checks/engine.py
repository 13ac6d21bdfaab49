"""Runs rules on a project, and leaves out the findings that a comment silences.

Not here: which rules are run (`rule_registry.py`), and fixing (`autofix.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from scaffolder.checks.rule import Rule
from scaffolder.checks.suppressions import is_silenced
from scaffolder.core.findings import Finding
from scaffolder.reading import project as reading
from scaffolder.reading.project import Project, Worker
from scaffolder.reading.rust.facts import Unanalyzed
from scaffolder.system.conflict_markers import Conflicted


def examine(project: Project, rules: Sequence[Rule]) -> list[Finding]:
    """Return the findings of rules in a project, in the order of files and lines.

    A finding that several environments share is returned once, with all their names; one that the top level shares
    too has no name of an environment.
    """
    found: dict[tuple[object, ...], Finding] = {
        (each.code, each.span, each.message): each for rule in rules for each in rule.check_folder(project.folder)
    }
    for worker in project.configured:
        for finding in _of_worker(worker, rules):
            key = (finding.code, finding.span, finding.message)
            found[key] = _merged(found[key], finding) if key in found else finding
    return sorted(found.values(), key=lambda finding: (finding.span, finding.code))


def examine_folder(folder: Path, rules: Sequence[Rule], config: Path | None = None) -> tuple[Project, list[Finding]]:
    """Read a project, and return it with the findings; those of its folder if a conflict is in it.

    Args:
        folder: The project's folder.
        rules: The rules.
        config: The only wrangler file that is meant, as `config_search.given` returns it.

    Raises:
        BadInput: It cannot be read, for a reason that no rule reports.
    """
    try:
        project = reading.read(folder, config)
        return project, examine(project, rules)
    except Conflicted:
        found = [finding for rule in rules for finding in rule.check_folder(folder.resolve())]
        if not found:
            raise
        return Project(folder.resolve(), []), found


def unanalyzed(project: Project) -> list[Unanalyzed]:
    """Return the parts of a project's Rust that could not be analyzed."""
    return [fact for worker in project.workers for crate in worker.crates for fact in crate.unanalyzed]


def _merged(one: Finding, other: Finding) -> Finding:
    names = [*one.environment.split(", "), other.environment]
    return replace(one, environment="" if "" in names else ", ".join(dict.fromkeys(names)))


def _of_worker(worker: Worker, rules: Sequence[Rule]) -> list[Finding]:
    findings = [finding for rule in rules for finding in rule.check(worker)]
    # To list the sources parses the Rust, which many selections of rules do without.
    sources = {source.file: source for source in worker.sources} if findings else {}
    return [
        finding
        for finding in findings
        if finding.span.file not in sources or not is_silenced(finding, sources[finding.span.file])
    ]
