"""Words proofs as JUnit's XML: a suite for each project, a case for each step.

Not here: writing the file (`validation.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from scaffolder.records import Proof, StepResult


def document(proofs: Sequence[Proof]) -> bytes:
    """Answer the whole document."""
    suites = ET.Element("testsuites")
    for proof in proofs:
        failed = sum(step.status == "failed" for step in proof.steps)
        skipped = sum(step.status in {"none", "not run"} for step in proof.steps)
        suite = ET.SubElement(
            suites, "testsuite", name=proof.project, tests=str(len(proof.steps)),
            failures=str(failed), skipped=str(skipped), time=f"{proof.seconds:.2f}",
        )  # fmt: skip
        for step in proof.steps:
            _add_case(suite, proof.project, step)
    return bytes(ET.tostring(suites, encoding="utf-8", xml_declaration=True))


def _add_case(suite: ET.Element, project: str, step: StepResult) -> None:
    case = ET.SubElement(
        suite, "testcase", classname=project, name=step.name, time=f"{step.seconds:.2f}"
    )
    if step.status == "failed":
        failure = ET.SubElement(case, "failure", message=step.summary)
        failure.text = "\n".join(step.details)
    elif step.status != "ok":
        ET.SubElement(case, "skipped", message=step.summary or step.status)
