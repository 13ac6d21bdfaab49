"""What `scaffold check` does: reads a project, asks the rules, mends what is certain, and tells what is left.

Copier is not imported on the way, so that an editor or a hook can afford to run this.

Not here: the rules (`checks/`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scaffolder.catalogue.manifests import pins
from scaffolder.checks import rule_registry, rules_page
from scaffolder.checks.autofix import mend
from scaffolder.checks.engine import examine, unread
from scaffolder.checks.rule import Rule
from scaffolder.core.errors import IOFailure
from scaffolder.core.findings import Finding, Span
from scaffolder.core.invocation import program
from scaffolder.core.requests import CheckRequest
from scaffolder.reading import project as reading
from scaffolder.reading.project import Project
from scaffolder.ui import sarif
from scaffolder.ui.report import Report

SHOWN = 3
"""How many places of Rust that is not understood are named."""

ROUNDS = 10
"""Times that mending is tried: what is mended at one place may wait for its neighbour."""


def check(request: CheckRequest, report: Report) -> int:
    """Check a project; answer 1 if there are findings."""
    rules = rule_registry.choose(request.select, request.ignore)
    project = reading.read(request.project)
    findings = examine(project, rules)
    mended = 0
    for _ in range(ROUNDS if request.fix else 0):
        if not (done := mend(project, findings)):
            break
        mended += done
        project = reading.read(request.project)
        findings = examine(project, rules)
    _tell(project, findings, mended, report)
    if request.sarif is not None:
        _write_sarif(request.sarif, project, rules, findings)
    return 1 if findings else 0


def explain(word: str, report: Report) -> int:
    """Tell all about one rule, or list several."""
    meant = rule_registry.meant(word)
    if len(meant) > 1:
        return _list(meant, report)
    (rule,) = meant
    report.line(f"[bold]{rule.code}[/] {rule.title}\n")
    left = f"\nnot looked at  {rule.left_alone}" if rule.left_alone else ""
    report.plain(f"why  {rule.why}\nfix  {rule.fix}{left}\n")
    report.plain("\n".join(_told(rule)))
    report.plain(f"\nwrong:\n\n{rules_page.example(rule.wrong)}\n\nright:\n\n{rules_page.example(rule.right)}")
    report.result(rule=_rule(rule))
    return 0


def _list(rules: Sequence[Rule], report: Report) -> int:
    report.rows(["rule", "what is right", ""], [[r.code, r.title, "--fix" if r.fixable else ""] for r in rules])
    report.line(f"\nTell all about one: {program()} check --explain {rules[0].code}")
    report.result(rules=[_rule(rule) for rule in rules])
    return 0


def _tell(project: Project, findings: Sequence[Finding], mended: int, report: Report) -> None:
    for finding in findings:
        report.finding(finding, f"{_from_here(project, finding.span)}:{finding.span.line}:{finding.span.column}")
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for finding in findings:
            report.plain(_annotation(project, finding))
    for fact in unread(project)[:SHOWN]:
        where = f"{_from_here(project, fact.span)}:{fact.span.line}:{fact.span.column}"
        report.plain(f"{where} is not understood: {fact.reason}")
    report.line(_count(len(findings), mended, len(unread(project))))
    report.result(
        project=str(project.folder),
        findings=[_document(finding) for finding in findings],
        fixed=mended,
        unread=[{**asdict(fact.span), "reason": fact.reason} for fact in unread(project)],
    )


def _count(findings: int, mended: int, unread_places: int) -> str:
    """Word the last line."""
    words = ["1 finding" if findings == 1 else f"{findings or 'no'} findings"]
    if mended:
        words.append(f"{mended} fixed")
    if unread_places:
        words.append(f"not all Rust is understood ({unread_places}), so nothing was looked for that it may lack")
    return ", ".join(words)


def _document(finding: Finding) -> dict[str, Any]:
    span = finding.span
    return {
        "code": finding.code,
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
        "title": rule.title,
        "why": rule.why,
        "fix": rule.fix,
        "seen": [asdict(each) for each in rule.seen],
        "unmeasured": rule.unmeasured,
        "left_alone": rule.left_alone,
        "fixable": rule.fixable,
        "wrong": dict(rule.wrong),
        "right": dict(rule.right),
    }


def _told(rule: Rule) -> Iterator[str]:
    """Word what was seen without the rule."""
    if rule.unmeasured:
        yield f"not measured  {rule.unmeasured}"
    for each in rule.seen:
        yield f"seen  {each.what}: {rules_page.TOLD[each.level]}{': ' + each.seen if each.seen else ''}"
        if each.deploy:
            yield f"      not seen, but documented or reported of the deploy: {each.deploy}"


def _from_here(project: Project, span: Span) -> str:
    """Answer the file as the user would name it."""
    return Path(os.path.relpath(project.folder / span.file)).as_posix()


def _annotation(project: Project, finding: Finding) -> str:
    """Word a finding as GitHub Actions wants it, with files seen from the repository."""
    base = os.environ.get("GITHUB_WORKSPACE", ".")
    file = Path(os.path.relpath(project.folder / finding.span.file, base)).as_posix()
    span = f"file={_escaped(file, ':,')},line={finding.span.line},col={finding.span.column}"
    text = _escaped(f"{finding.message}\n{finding.why}\nfix: {finding.fix}", "")
    return f"::error {span},title={finding.code}::{text}"


def _escaped(text: str, further: str) -> str:
    for letter in f"%\r\n{further}":
        text = text.replace(letter, f"%{ord(letter):02X}")
    return text


def _write_sarif(path: Path, project: Project, rules: Sequence[Rule], findings: Sequence[Finding]) -> None:
    known = [sarif.Described(rule.code, rule.title, f"{rule.why} {rule.fix}") for rule in rules]
    placed = [(_from_here(project, each.span), each) for each in findings]
    text = sarif.document(pins().catalogue_version, known, placed)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise IOFailure(
            what="the findings cannot be written",
            where=f"--sarif {path}",
            why=error.strerror or str(error),
            fix="name a file in a folder that you may write to",
        ) from error
