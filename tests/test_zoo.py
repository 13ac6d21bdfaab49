"""Hostile templates: none writes outside of the project, runs anything, takes a secret or hangs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scaffolder.system import bounds

from . import share, sources, zoo
from .conftest import Scaffold, tree
from .zoo import ANIMALS, Animal

# A file that is being opened when its time is up is left to the collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

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


REACHED = {"file-address": (6,)}
"""Exit codes where an address is one for Copier, and so for an update, too."""


def made_of_the_good_version(folder: Path, source: str) -> Path:
    """Make a project as the first version of `zoo.as_next_version` renders it."""
    files = {
        path.removeprefix("skeleton/").removesuffix(".jinja"): text.replace("{{ project_name }}", "demo")
        for path, text in sources.TEMPLATE.items()
        if path.startswith("skeleton/") and "answers" not in path
    }
    record = f"_commit: v1.0.0\n_src_path: {json.dumps(source)}\nproject_name: demo\ngreeting: hello\n"
    return sources.write(folder, {**files, ".copier-answers.yml": record})


@pytest.mark.parametrize("animal", share.parameters(ANIMALS, TRIED), ids=lambda animal: animal.name)
def test_an_animal_that_a_good_template_has_become_does_no_harm(
    animal: Animal, scaffold: Scaffold, place: Path
) -> None:
    project = made_of_the_good_version(place / "here" / "mine", zoo.as_next_version(animal, place))
    before = tree(place)

    outcome = scaffold("update", "mine", *animal.words)

    # Git keeps no pipe and no socket, and an update never builds what it leaves in conflict: its files have gone.
    is_harmless = animal.code == 0 or animal.words or animal.name in {"pipe", "socket"}
    assert outcome.code in ({0, 5} if is_harmless else {animal.code, *REACHED.get(animal.name, ())}), outcome.err
    after = tree(place)
    assert after == before or is_harmless
    assert not [path for path in after if Path(path).name in {"ran", "evil"}]
    assert not [path for path, (_, content) in tree(project).items() if zoo.SECRET.encode() in content]
    assert "hunter2" not in outcome.out + outcome.err
    assert not ESCAPES.search(outcome.out + outcome.err)


OWN_FILES = {
    "releases/moved.toml": [
        '"2.0.0" = 3\n',
        '["2.0.0"]\nfiles = 3\n',
        '["2.0.0".files]\nall = 3\n',
        '["2.0.0".files.all]\n"README.md" = "../evil"\n',
        '["2.0.0".questions]\ngreeting = []\n',
        "[" * 300,
    ],
    "CHANGELOG.md": ["## 2.0.0\n\n- \x1b[2Jevil\x1b]0;evil\x07\n", "- " + "`" * 100_000 + "\n"],
    "templates/_shared/versions.yml": ["[" * 300, "catalogue_version: 3\n", "- 3\n", "!!python/name:os.system x\n"],
}
"""What an update reads of a version beside the template itself, each made to break its reader."""


@pytest.mark.parametrize(("path", "text"), [(path, text) for path, texts in OWN_FILES.items() for text in texts])
def test_a_file_about_a_version_does_no_harm_either(path: str, text: str, scaffold: Scaffold, place: Path) -> None:
    source = sources.repository(place / "template", sources.TEMPLATE, "v1.0.0")
    project = made_of_the_good_version(place / "here" / "mine", str(source))
    sources.changed(source, {path: text, "skeleton/new.txt": "new\n"}, "v2.0.0")
    before = tree(place)

    outcome = scaffold("update", "mine")

    assert outcome.code in {0, 2}, outcome.err
    assert (project / "new.txt").exists() == (outcome.code == 0)
    assert {each: found for each, found in tree(place).items() if not each.startswith("here/mine")} == {
        each: found for each, found in before.items() if not each.startswith("here/mine")
    }
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
