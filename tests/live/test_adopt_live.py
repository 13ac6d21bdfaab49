"""Untouched workers of upstream's four templates are proven by a validation once they are adopted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scaffolder.adopting import recognition
from tests import upstream

from .conftest import Pick, Prove, Scaffold

GENERATED = [
    (template, upstream.newest(template, minor)) for template in upstream.TEMPLATES for minor in ("0.4", "0.6", "0.8")
]


ADOPTED = 2
"""How many workers one run adopts: each has dependencies of its own, which take minutes the first time."""


def mapped(generated: tuple[str, str]) -> str:
    return recognition.MAPPED[generated[0]]


def test_an_adopted_worker_is_proven(scaffold: Scaffold, prove: Prove, pick: Pick[Any], tmp_path: Path) -> None:
    made = []
    for template, version in pick(GENERATED, ADOPTED, mapped):
        folder = upstream.made(tmp_path / f"{template}-{version}", template, version, name="my-app")
        assert scaffold("adopt", folder, "--yes").code == 0
        made.append(folder)

    proofs = prove(made)

    assert [(proof.project, proof.verdict) for proof in proofs] == [(folder.name, "proven") for folder in made]


@pytest.mark.long
@pytest.mark.parametrize("template", upstream.TEMPLATES)
def test_an_adopted_worker_is_clean(scaffold: Scaffold, tmp_path: Path, template: str) -> None:
    folder = upstream.made(tmp_path / "app", template, upstream.newest(template, "0.8"))
    assert scaffold("adopt", folder, "--yes").code == 0

    assert scaffold("check", folder).code == 0
