"""Formats findings as SARIF 2.1.0, which code hosts and editors read.

Not here: the rules and their findings (`checks/`).
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
    """A rule, as SARIF describes it to the readers of findings."""

    code: str
    name: str
    title: str
    help: str


def document(version: str, rules: Sequence[Described], findings: Sequence[tuple[str, Finding]]) -> str:
    """Return the findings of one run as a SARIF document.

    Args:
        version: The version of the scaffolder.
        rules: The rules that were run.
        findings: Their findings, each with its file relative to the folder in which the command was started.
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
    return {"id": rule.code, "name": rule.name, "shortDescription": {"text": rule.title}, "help": {"text": rule.help}}


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
