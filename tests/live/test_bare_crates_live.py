"""Every kind compiles in a crate that depends on `worker` alone, with each line of versions that projects use."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffolder.catalogue import manifests
from scaffolder.cli import main
from scaffolder.editing.kind import Kind
from scaffolder.editing.kind_registry import kinds
from tests.covering import name_of

NOT_THERE = {
    "0.5.0": {"analytics", "container", "email", "secret-store", "send-email", "workflow"},
    "0.6.7": {"email", "send-email"},
    "0.7.5": {"email", "send-email"},
    manifests.pins().worker_version: set(),
}
"""The newest release of each line, and the kinds that it has no Rust for."""

MANIFEST = """\
[package]
name = "bare"
version = "0.1.0"
edition = "2021"

[lib]
crate-type = ["cdylib"]

[dependencies]
worker = "={}"
"""
WRANGLER = 'name = "bare"\nmain = "build/index.js"\ncompatibility_date = "2026-11-17"\n'
ROOT = """\
use worker::*;

#[event(fetch)]
async fn fetch(_request: Request, _env: Env, _context: Context) -> Result<Response> {
    Response::ok("hello")
}
"""

LOCKS = Path(__file__).with_name("locks")
"""The locks of crates with older versions, with the wasm-bindgen of their time: 0.6.7 does not compile with today's."""

KINDS = sorted(kinds().values(), key=lambda kind: kind.is_environment)
Add = Callable[[Path, list[Kind]], set[str]]
Cargo = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def cargo(tool_environment: dict[str, str]) -> Cargo:
    """Return a function that runs Cargo in a folder."""

    def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["cargo", *words], cwd=folder, env=tool_environment, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture
def bare(fresh: Callable[[str], Path], tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that makes a crate with a version of `worker`, with a lock; the pinned one has a template's."""

    def make(version: str) -> Path:
        folder = tmp_path / f"bare-{version}"
        locks = [LOCKS / f"{version}.lock", fresh("hello") / "Cargo.lock"]
        lock = next(path for path in locks if path.exists()).read_text(encoding="utf-8")
        files = {
            "Cargo.lock": lock,
            "Cargo.toml": MANIFEST.format(version),
            "wrangler.toml": WRANGLER,
            "src/lib.rs": ROOT,
        }
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    return make


@pytest.fixture
def add(capsys: pytest.CaptureFixture[str]) -> Add:
    """Return a function that adds kinds to a project and returns those that its version of `worker` cannot have."""

    def add_kinds(project: Path, tried: list[Kind]) -> set[str]:
        refused = set()
        for kind in tried:
            code = main.main(["add", kind.name, name_of(kind), "--project", str(project)])
            shown = capsys.readouterr().err
            assert code == 0 or (code == 5 and "has no `" in shown), shown
            refused |= {kind.name} if code else set()
        return refused

    return add_kinds


@pytest.mark.parametrize("version", NOT_THERE)
def test_all_kinds_at_once_compile_without_a_warning(
    add: Add, cargo: Cargo, bare: Callable[[str], Path], version: str
) -> None:
    project = bare(version)

    refused = add(project, KINDS)
    ran = cargo(project, "check", "--target", "wasm32-unknown-unknown")

    assert refused == NOT_THERE[version]
    assert ran.returncode == 0, ran.stderr
    assert "`bare` (lib) generated" not in ran.stderr, ran.stderr


@pytest.mark.long
@pytest.mark.parametrize("version", NOT_THERE)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_kind_alone_compiles_without_a_warning(
    add: Add, cargo: Cargo, bare: Callable[[str], Path], kind: Kind, version: str
) -> None:
    project = bare(version)

    refused = add(project, [kind])
    ran = cargo(project, "check", "--target", "wasm32-unknown-unknown")

    assert (kind.name in refused) == (kind.name in NOT_THERE[version])
    assert ran.returncode == 0, ran.stderr
    assert "`bare` (lib) generated" not in ran.stderr, ran.stderr
