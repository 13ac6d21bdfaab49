"""An update writes Cargo.lock anew by the real Cargo, without a network."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scaffolder.catalogue import manifests
from tests import two_versions
from tests.conftest import start_repository

TEMPLATES = {"hello": "kv,cron,d1", "d1": "queue-producer,r2", "chatroom": "durable-object,d1,queue-consumer"}
"""The templates that are updated, with what is added to them."""

OWN, THEIRS = "itoa", "ryu"
"""What the owner and the template depend on later; the lock of every template has both."""


@pytest.fixture
def cargo(tool_environment: dict[str, str], tmp_path: Path) -> Callable[..., str]:
    """Return a function that runs Cargo in the project, and returns its output."""

    def run_cargo(*words: str) -> str:
        ran = subprocess.run(
            ["cargo", *words],
            cwd=tmp_path / "project",
            env=tool_environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    return run_cargo


@pytest.fixture
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, Path]]:
    """Yield two versions of the catalogue that pin the same crates, of which the later one depends on another one."""
    old, new = tmp_path / "old", tmp_path / "new"
    monkeypatch.setattr(manifests, "INSIDE_WHEEL", old)
    two_versions.make_old(old)
    two_versions.make_new(new, old)
    pins = Path("templates") / "_shared" / "versions.yml"
    edit(new / pins, f'&worker "{two_versions.worker(new)}"', f'&worker "{two_versions.worker(old)}"')
    for id_ in TEMPLATES:
        template = new / "templates" / id_
        lock = (old / "templates" / id_ / "Cargo.lock").read_text(encoding="utf-8")
        own = next(block for block in lock.split("\n\n") if "{{ worker_name }}" in block)
        longer = own.replace(' "wasm-bindgen"', f' "{THEIRS}",\n "wasm-bindgen"')
        (template / "Cargo.lock").write_text(lock.replace(own, longer), encoding="utf-8")
        edit(template / "skeleton" / "Cargo.toml.jinja", "[dependencies]\n", f'[dependencies]\n{THEIRS} = "1"\n')
    yield old, new
    manifests.pins.cache_clear()


@pytest.mark.long
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_lock_that_both_changed_fits_the_manifest_of_the_update(
    run: Callable[..., int], cargo: Callable[..., str], catalogues: tuple[Path, Path], tmp_path: Path, template: str
) -> None:
    project = tmp_path / "project"
    words = ("--template", template, "--with", TEMPLATES[template], "--defaults", "--no-git", "--no-validate")
    two_versions.use(catalogues[0])
    assert run("new", str(project), *words) == 0
    cargo("fetch", "--locked")
    edit(project / "Cargo.toml", "wasm-bindgen =", f'{OWN} = "1"\nwasm-bindgen =')
    cargo("update", "--workspace", "--offline")
    start_repository(project)
    before = (project / "Cargo.lock").read_bytes()

    two_versions.use(catalogues[1])
    assert run("update", str(project)) == 0

    assert (project / "Cargo.lock").read_bytes() != before
    tree = cargo("tree", "--locked", "--offline", "--depth=1", "--prefix=none")
    assert {OWN, THEIRS} <= {line.split()[0] for line in tree.splitlines()}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
