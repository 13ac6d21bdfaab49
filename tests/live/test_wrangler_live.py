"""What the rules of `scaffold check` take from wrangler is what the pinned wrangler has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scaffolder.reading.config.environments import NOT_INHERITED
from scaffolder.toolchain import provision

from .conftest import ROOT, Scaffold


@pytest.fixture(scope="module")
def wrangler(scaffold: Scaffold) -> Path:
    """Return the folder of the pinned wrangler."""
    assert scaffold("doctor").code == 0
    return provision.find_tools().node_modules / "wrangler"


def test_the_schema_is_the_pinned_wranglers(wrangler: Path) -> None:
    ours = ROOT / "scaffolder" / "checks" / "wrangler_schema" / "config-schema.json"

    assert ours.read_bytes() == (wrangler / "config-schema.json").read_bytes()


def test_the_keys_that_an_environment_must_repeat_are_wranglers(wrangler: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in (wrangler / "wrangler-dist").glob("*.js")]
    calls = re.compile(r'\bnotInheritable\(\s*.{0,200}?"(\w+)"', re.DOTALL)

    assert {key for text in texts for key in calls.findall(text)} == NOT_INHERITED
