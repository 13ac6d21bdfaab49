"""Hostile templates: none writes outside of the project, runs anything, takes a secret or hangs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scaffolder.system import bounds

from . import share, zoo
from .conftest import Scaffold, tree
from .zoo import ANIMALS, Animal

ESCAPES = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202e]")

TRIED = 36
"""How many animals one run meets."""

ADVISORIES = {
    *("CVE-2025-55201", "CVE-2025-55214", "CVE-2026-23968", "CVE-2026-23986", "CVE-2026-34726", "CVE-2026-34730"),
    *("CVE-2026-53951", "Copier 9.17.0", "Copier 9.17.1", "Copier 9.17.2", "CVE-2024-32002", "CVE-2025-48384"),
}
"""What was fixed in Copier, and in git as Copier calls it."""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the surroundings of an animal, and go to the folder in them."""
    folder = tmp_path / "sentinel"
    folder.mkdir()
    monkeypatch.chdir(zoo.surroundings(folder))
    monkeypatch.setenv("HOME", str(folder / "home"))
    monkeypatch.setattr(bounds, "SECONDS", zoo.SECONDS)
    settings = tmp_path / "copier-settings.yml"
    settings.write_text(f"trust: ['{folder}/']\n", encoding="utf-8")
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(settings))
    return folder


@pytest.mark.parametrize("animal", share.parameters(ANIMALS, TRIED), ids=lambda animal: animal.name)
def test_an_animal_does_no_harm(
    animal: Animal, scaffold: Scaffold, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place / "here")
    source = zoo.build(animal, place)
    before = tree(place)

    outcome = scaffold("new", "mine", f"--from={source}", "--defaults", *animal.words)

    assert outcome.code == animal.code, outcome.err
    after = tree(place)
    assert {path: each for path, each in after.items() if not path.startswith("here/mine")} == before
    assert (place / "here" / "mine").exists() == (animal.code == 0)
    assert not [path for path in after if Path(path).name in {"ran", "evil"}]
    assert not [
        path for path, (_, content) in after.items() if path.startswith("here/") and zoo.SECRET.encode() in content
    ]
    assert "hunter2" not in outcome.out + outcome.err
    assert not ESCAPES.search(outcome.out + outcome.err)


@pytest.mark.parametrize("command", ["list", "info", "catalogue"])
@pytest.mark.parametrize("animal", [each for each in ANIMALS if each.code == 0], ids=lambda animal: animal.name)
def test_a_look_at_what_is_harmless_until_it_is_built_runs_nothing(
    animal: Animal, command: str, scaffold: Scaffold, place: Path
) -> None:
    source = zoo.build(animal, place)
    words = ["catalogue", "add", "acme", source] if command == "catalogue" else [command, "--from", source]

    outcome = scaffold(*words)

    assert outcome.code == 0, outcome.err
    assert not list(place.rglob("ran"))
    assert not ESCAPES.search(outcome.out + outcome.err)


def test_every_advisory_has_an_animal() -> None:
    assert ADVISORIES <= {animal.advisory for animal in ANIMALS}
    assert len({animal.name for animal in ANIMALS}) == len(ANIMALS) >= 40


def test_the_page_of_hostile_templates_lists_each_with_its_exit_code() -> None:
    text = zoo.PAGE.read_text(encoding="utf-8")
    rows = [f"| {each.name} | {each.tries} | {each.advisory or '-'} | {each.code} |" for each in ANIMALS]

    measured = re.search(r"tried all \d+ of them (.+)\.\n", text)
    assert measured
    assert text == zoo.page(rows, measured[1])
