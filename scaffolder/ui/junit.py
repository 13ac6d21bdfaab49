"""Writes proofs as JUnit XML: a suite for each project, a case for each step.

Not here: proofs as text (`report.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from scaffolder.core.errors import BadInput
from scaffolder.core.proof import Proof, StepResult


def document(proofs: Sequence[Proof]) -> bytes:
    """Return the document for some proofs."""
    suites = ET.Element("testsuites")
    for proof in proofs:
        failed = sum(step.status == "failed" for step in proof.steps)
        skipped = sum(step.status in {"none", "not run"} for step in proof.steps)
        suite = ET.SubElement(
            suites,
            "testsuite",
            name=_legal(proof.project),
            tests=str(len(proof.steps)),
            failures=str(failed),
            errors="0",
            skipped=str(skipped),
            time=f"{proof.seconds:.2f}",
        )
        for step in proof.steps:
            _add_case(suite, proof.project, step)
    return bytes(ET.tostring(suites, encoding="utf-8", xml_declaration=True))


def _legal(text: str) -> str:
    """Replace the characters that XML cannot contain, even escaped; tools print any."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\N{REPLACEMENT CHARACTER}", text)


def _add_case(suite: ET.Element, project: str, step: StepResult) -> None:
    case = ET.SubElement(suite, "testcase", classname=_legal(project), name=step.name, time=f"{step.seconds:.2f}")
    if step.status == "failed":
        failure = ET.SubElement(case, "failure", message=_legal(step.summary))
        failure.text = _legal("\n".join(step.details))
    elif step.status != "ok":
        ET.SubElement(case, "skipped", message=_legal(step.summary or step.status))


def check(path: Path | None) -> None:
    """Refuse a JUnit file that cannot be written, before minutes are spent on the results; None is no file.

    Raises:
        BadInput: The file is a folder, or its folder is missing.
    """
    if path is None:
        return
    if path.is_dir() or not path.parent.is_dir():
        why = "it is a folder" if path.is_dir() else f"there is no folder {path.parent}"
        raise _bad_junit(path, why)


def write(path: Path | None, proofs: Sequence[Proof]) -> None:
    """Write the results as JUnit XML, if there is a file for them.

    Raises:
        BadInput: The file cannot be written.
    """
    if path is None:
        return
    try:
        path.write_bytes(document(proofs))
    except OSError as error:
        raise _bad_junit(path, error.strerror or str(error)) from error


def _bad_junit(path: Path, why: str) -> BadInput:
    return BadInput(
        what="the JUnit file cannot be written",
        where=f"--junit {path}",
        why=why,
        fix="name a file in an existing folder",
    )
