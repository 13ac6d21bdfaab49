"""The command `scaffold check`: reads a project, runs the rules, fixes what is certain, and reports the rest.

Copier is never imported on the way, so that an editor or a git hook can run this often.

Not here: the rules (`checks/`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scaffolder.catalogue.manifests import pins
from scaffolder.checks import autofix, policy_file, policy_findings, rule_registry, rules_page
from scaffolder.checks.engine import examine_folder, unanalyzed
from scaffolder.checks.rule import Rule
from scaffolder.core.errors import IOFailure
from scaffolder.core.findings import Finding, Span
from scaffolder.core.invocation import program
from scaffolder.core.requests import CheckRequest
from scaffolder.editing.exclusive_change import exclusive_change
from scaffolder.reading.config import config_search
from scaffolder.reading.project import Project
from scaffolder.system import transaction
from scaffolder.ui import sarif
from scaffolder.ui.console import one_line
from scaffolder.ui.report import Report
from scaffolder.updating import unfinished

SHOWN = 3
"""Places of Rust that could not be analyzed, of which at most this many are shown."""

ROUNDS = 10
"""Rounds of fixing at most: a fix may have to wait for one that is next to it."""


def check(request: CheckRequest, report: Report) -> int:
    """Check a project, and return 1 if there are findings that were not fixed.

    Raises:
        BadInput: The project is no Rust Worker, one of its files does not parse, or a rule does not exist.
        Conflict: An update of the project is unfinished.
        IOFailure: A fix or the SARIF file cannot be written.
    """
    rules = rule_registry.choose(request.select, request.ignore)
    config = config_search.given(request.project, request.config) if request.config else None
    unfinished.refuse(request.project)
    if request.fix:
        with exclusive_change(request.project, report.note):
            project, findings, fixed = _fix(request.project, config, rules)
    else:
        if left := transaction.unfinished(request.project):
            report.note(left)
        (project, findings), fixed = examine_folder(request.project, rules, config), 0
    if request.policy is not None:
        findings = [*findings, *policy_findings.findings(project, policy_file.read(request.policy))]
    _show(project, findings, fixed, report)
    if request.sarif is not None:
        _write_sarif(request.sarif, project, rules, findings)
    return 1 if findings else 0


def _fix(folder: Path, config: Path | None, rules: Sequence[Rule]) -> tuple[Project, list[Finding], int]:
    """Fix what is certain, and return the project with the findings that are left and the number of those fixed."""
    fixed = 0
    for _ in range(ROUNDS):
        project, findings = examine_folder(folder, rules, config)
        if not (count := autofix.fix(project, findings)):
            return project, findings, fixed
        fixed += count
    return *examine_folder(folder, rules, config), fixed


def explain(word: str, report: Report) -> int:
    """Describe one rule in full, or list several.

    Raises:
        BadInput: There is no such rule.
    """
    rules = rule_registry.to_explain(word)
    if len(rules) > 1:
        return _list(rules, report)
    (rule,) = rules
    report.line(f"[bold]{rule.code}[/] [bold]{rule.name}[/]\n{rule.title}\n")
    not_checked = f"\nnot checked  {rule.not_checked}" if rule.not_checked else ""
    report.plain(f"why  {rule.why}\nfix  {rule.fix}{not_checked}\n")
    report.plain("\n".join(_evidence(rule)))
    report.plain(f"\nwrong:\n\n{rules_page.example(rule.wrong)}\n\nright:\n\n{rules_page.example(rule.right)}")
    report.result(rule=_rule(rule))
    return 0


def _list(rules: Sequence[Rule], report: Report) -> int:
    rows = [[rule.code, rule.name, rule.title, "--fix" if rule.fixable else ""] for rule in rules]
    report.rows(["rule", "name", "requirement", ""], rows)
    report.line(f"\nFor one in full: {program()} check --explain {rules[0].code}")
    report.result(rules=[_rule(rule) for rule in rules])
    return 0


def _show(project: Project, findings: Sequence[Finding], fixed: int, report: Report) -> None:
    for finding in findings:
        report.finding(finding, _place(project, finding.span))
    for finding in findings:
        text = f"{finding.message}\n{finding.why}\nfix: {finding.fix}"
        report.annotation(_in_repository(project, finding), finding.span.line, finding.span.column, finding.code, text)
    unknown = unanalyzed(project)
    for fact in unknown[:SHOWN]:
        report.plain(one_line(f"{_place(project, fact.span)} could not be analyzed: {fact.reason}"))
    report.line(_summary(len(findings), fixed, len(unknown)))
    report.result(
        project=str(project.folder),
        findings=[_document(finding) for finding in findings],
        fixed=fixed,
        unanalyzed=[{**asdict(fact.span), "reason": fact.reason} for fact in unknown],
    )


def _summary(findings: int, fixed: int, unknown: int) -> str:
    """Format the last line."""
    parts = ["1 finding" if findings == 1 else f"{findings or 'no'} findings"]
    if fixed:
        parts.append(f"{fixed} fixed")
    if unknown:
        places = "1 place" if unknown == 1 else f"{unknown} places"
        parts.append(f"{places} in the Rust could not be analyzed, so code that seems to be missing was not reported")
    return ", ".join(parts)


def _document(finding: Finding) -> dict[str, Any]:
    span = finding.span
    return {
        "code": finding.code,
        "name": finding.name,
        "message": finding.message,
        "why": finding.why,
        "fix": finding.fix,
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "start": span.start,
        "end": span.end,
        "environment": finding.environment,
        "fixable": bool(finding.edits),
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "title": rule.title,
        "why": rule.why,
        "fix": rule.fix,
        "evidence": [asdict(each) for each in rule.evidence],
        "unmeasured": rule.unmeasured,
        "not_checked": rule.not_checked,
        "fixable": rule.fixable,
        "wrong": dict(rule.wrong),
        "right": dict(rule.right),
    }


def _evidence(rule: Rule) -> Iterator[str]:
    """Yield a line for each piece of evidence, and one below it for what is known of the deploy."""
    if rule.unmeasured:
        yield f"not measured  {rule.unmeasured}"
    for each in rule.evidence:
        yield f"evidence  {each.breakage}: {rules_page.STAGES[each.stage]}{': ' + each.output if each.output else ''}"
        if each.deploy:
            yield f"          deploy (documented or reported, not measured): {each.deploy}"


def _place(project: Project, span: Span) -> str:
    return f"{_from_here(project, span)}:{span.line}:{span.column}"


def _from_here(project: Project, span: Span) -> str:
    """Return the path of a span's file relative to the current directory."""
    return Path(os.path.relpath(project.folder / span.file)).as_posix()


def _in_repository(project: Project, finding: Finding) -> str:
    """Return the path of a finding's file relative to the repository that GitHub Actions has checked out."""
    base = os.environ.get("GITHUB_WORKSPACE", ".")
    return Path(os.path.relpath(project.folder / finding.span.file, base)).as_posix()


def _write_sarif(path: Path, project: Project, rules: Sequence[Rule], findings: Sequence[Finding]) -> None:
    described = [sarif.Described(rule.code, rule.name, rule.title, f"{rule.why} {rule.fix}") for rule in rules]
    placed = [(_from_here(project, each.span), each) for each in findings]
    text = sarif.document(pins().catalogue_version, described, placed)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise IOFailure(
            what="cannot write the findings",
            where=f"--sarif {path}",
            why=error.strerror or str(error),
            fix="choose a file in a writable folder",
        ) from error
