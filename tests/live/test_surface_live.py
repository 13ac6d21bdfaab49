"""What the pinned `worker` crate lets a worker read and handle is shown by a template or by a kind of `scaffold add`.

Templates and kinds are proven elsewhere: `test_templates_live.py` and `test_kinds_live.py`.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffolder.catalogue import manifests
from scaffolder.reading.rust.binding_calls import ACCESSORS
from scaffolder.reading.rust.handlers import KINDS
from tests.covering import ROWS

from .conftest import ROOT

EXCUSED: dict[str, str] = {}
"""What nothing shows, with the reason; two at most."""

MOST = 2

ACCESSOR = re.compile(r"^    pub (?:async )?fn (\w+)(?:<[^>]+>)?\(&self, \w+: &str\)", re.MULTILINE)
VARIANT = re.compile(r"^    (\w+),$", re.MULTILINE)
CALL = re.compile(r"\b(?:env\s*\.\s*|Env::)(\w+)\b(?!::\w)")
EVENT = re.compile(r"#\[(?:worker::)?event\((\w+)")


@pytest.fixture(scope="module")
def sources(fresh: Callable[[str], Path], tool_environment: dict[str, str]) -> dict[str, Path]:
    """Return the folders of the packages that a fresh project is built from, which Cargo downloads if it has to."""
    ran = subprocess.run(
        ["cargo", "metadata", "--locked", "--format-version", "1"],
        cwd=fresh("hello"),
        env=tool_environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return {each["name"]: Path(each["manifest_path"]).parent for each in json.loads(ran.stdout)["packages"]}


def surface(sources: dict[str, Path]) -> set[str]:
    """Return the accessors of `Env` and the kinds of events."""
    env = (sources["worker"] / "src" / "env.rs").read_text(encoding="utf-8")
    own = env[env.index("impl Env {") :].partition("\n}\n")[0]
    event = (sources["worker-macros"] / "src" / "event.rs").read_text(encoding="utf-8")
    variants = event[event.index("enum HandlerType {") :].partition("\n}\n")[0]
    return {f"Env::{name}" for name in ACCESSOR.findall(own)} | {
        f"event {name.lower()}" for name in VARIANT.findall(variants)
    }


def shown(rust: str) -> set[str]:
    """Return the accessors that some Rust calls, and the events that it handles."""
    return {f"Env::{name}" for name in CALL.findall(rust)} | {f"event {name}" for name in EVENT.findall(rust)}


def shown_by_templates() -> set[str]:
    folders = [ROOT / "templates" / id_ / "skeleton" for id_ in manifests.template_ids()]
    files = [path for folder in folders for path in folder.rglob("*.rs*") if path.suffix in {".rs", ".jinja"}]
    return {each for path in files for each in shown(path.read_text(encoding="utf-8"))}


def shown_by_kinds() -> set[str]:
    tried = [kind for row in ROWS for kind in row.kinds]
    calls = {each for kind in tried if kind.accessor for each in shown(kind.accessor.expression)}
    return calls | {f"event {kind.handler}" for kind in tried if kind.handler}


def test_a_template_or_a_kind_shows_each_accessor_and_event_of_the_worker_crate(sources: dict[str, Path]) -> None:
    whole = surface(sources)
    assert {"Env::kv", "Env::object_var", "event fetch", "event queue"} <= whole

    lacking = whole - shown_by_templates() - shown_by_kinds()

    assert lacking == set(EXCUSED)
    assert len(EXCUSED) <= MOST


def test_check_knows_each_accessor_and_event(sources: dict[str, Path]) -> None:
    known = {f"Env::{name}" for name in ACCESSORS} | {f"event {name}" for name in KINDS}

    assert known == surface(sources)
