"""Writes findings as SARIF 2.1.0, which code hosts and editors read.

Not here: what is found (`checks/`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from scaffolder.core.findings import Finding


@dataclass(frozen=True)
class Described:
    """A rule, as a reader of findings is told of it."""

    code: str
    title: str
    help: str


def document(version: str, rules: Sequence[Described], findings: Sequence[tuple[str, Finding]]) -> str:
    """Answer the findings of one run.

    Args:
        version: Of the scaffolder.
        rules: The rules that were asked.
        findings: What they found, each with its file as seen from where the run was started.
    """
    driver = {"name": "scaffold", "version": version, "rules": [_rule(rule) for rule in rules]}
    codes = [rule.code for rule in rules]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(file, finding, codes) for file, finding in findings],
    }
    return json.dumps({"version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Described) -> dict[str, Any]:
    return {"id": rule.code, "shortDescription": {"text": rule.title}, "help": {"text": rule.help}}


def _result(file: str, finding: Finding, codes: Sequence[str]) -> dict[str, Any]:
    span = finding.span
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "byteOffset": span.start,
        "byteLength": span.end - span.start,
    }
    location = {"artifactLocation": {"uri": quote(file)}, "region": region}
    return {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": "error",
        "message": {"text": f"{finding.message}. {finding.why}. Fix: {finding.fix}."},
        "locations": [{"physicalLocation": location}],
    }
