"""Both doors to the catalogue, `scaffold new` and plain Copier, write the same trees."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from copier import Settings, run_update

from scaffolder.catalogue import manifests

from .conftest import IDENTITY, Scaffold, Tree, commit_all, copy_plainly, git, start_repository, tree

SOURCE = manifests.pins().catalogue_source
VERSION = manifests.pins().catalogue_version
FORK = "https://example.com/fork/templates.git"


@pytest.fixture
def from_clone(scaffold: Scaffold, clone: Path, monkeypatch: pytest.MonkeyPatch) -> Scaffold:
    """Return the command with the catalogue of a clone."""
    monkeypatch.setattr(manifests, "INSIDE_WHEEL", clone)
    return scaffold


@pytest.fixture
def tagged(clone: Path, tmp_path: Path) -> Path:
    """Return a clone whose commit is the released version."""
    folder = tmp_path / "tagged"
    shutil.copytree(clone, folder)
    git(folder, "tag", f"v{VERSION}")
    return folder


def serve(repository: Path, address: str) -> None:
    """Let git find a repository on this disk at an address on the network."""
    settings = Path(os.environ["GIT_CONFIG_GLOBAL"])
    settings.write_text(f'{IDENTITY}[url "{repository.as_uri()}"]\ninsteadOf = {address}\n', encoding="utf-8")


def recorded(project: Path) -> dict[str, Any]:
    answers: dict[str, Any] = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    return answers


@pytest.mark.parametrize("id_", manifests.template_ids())
def test_both_doors_write_the_same_bytes_and_modes(from_clone: Scaffold, clone: Path, here: Path, id_: str) -> None:
    made = from_clone("new", "made", "--template", id_, "--defaults", "--no-git", "--set", "worker_name=guest-book")
    copy_plainly(clone, here / "plain", template=id_, worker_name="guest-book")

    assert made.code == 0, made.err
    assert tree(here / "made") == tree(here / "plain")


def test_a_project_in_the_clone_of_the_catalogue_is_told_nothing_about_workflows_in_its_root(
    scaffold: Scaffold, tagged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifests, "INSIDE_WHEEL", tagged)

    outcome = scaffold("new", str(tagged / "mine"), "--template", "hello", "--defaults", "--json")

    assert outcome.code == 0, outcome.err
    assert "root_workflow" not in outcome.document


def test_a_wheel_writes_what_the_released_clone_writes(scaffold: Scaffold, tagged: Path, here: Path) -> None:
    made = scaffold("new", "made", "--template", "queue-once", "--defaults", "--no-git")
    copy_plainly(tagged, here / "plain", template="queue-once", worker_name="made")

    assert made.code == 0, made.err
    assert tree(here / "made") == tree(here / "plain")
    assert recorded(here / "made")["_commit"] == f"v{VERSION}"


def test_both_doors_name_a_worker_after_its_folder(from_clone: Scaffold, clone: Path, here: Path) -> None:
    from_clone("new", "My Guest Book!", "--template", "hello", "--defaults", "--no-git")
    copy_plainly(clone, here / "plain" / "My Guest Book!", template="hello")

    assert recorded(here / "My Guest Book!")["worker_name"] == "my-guest-book"
    assert tree(here / "My Guest Book!") == tree(here / "plain" / "My Guest Book!")


def test_the_same_answers_give_the_same_tree_again(from_clone: Scaffold, here: Path) -> None:
    for place in ("one", "two"):
        from_clone("new", f"{place}/guest-book", "--template", "queue-once", "--defaults", "--no-git")

    assert tree(here / "one") == tree(here / "two")


# --- the recorded source -------------------------------------------------------------------


def test_a_local_clone_records_the_canonical_source_and_its_version(
    from_clone: Scaffold, clone: Path, here: Path
) -> None:
    from_clone("new", "made", "--template", "hello", "--defaults", "--no-git")

    assert recorded(here / "made")["_src_path"] == SOURCE
    assert recorded(here / "made")["_commit"] == git(clone, "describe", "--tags", "--always").strip()


@pytest.mark.parametrize("spelling", ["{clone}", "./{clone.name}", "{clone.parent}/./{clone.name}/"])
def test_plain_copier_never_records_a_path_of_this_machine(
    clone: Path, here: Path, spelling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(clone.parent)

    copy_plainly(spelling.format(clone=clone), here / "plain", template="hello")

    assert recorded(here / "plain")["_src_path"] == SOURCE
    for path, (_, content) in tree(here / "plain").items():
        assert f"/{clone.name}".encode() not in content, path


@pytest.mark.parametrize("prefix", ["git+", ""])
def test_an_address_of_this_machine_that_copier_was_given_is_recorded_and_can_be_updated_from(
    clone: Path, here: Path, prefix: str
) -> None:
    git(here, "clone", "--quiet", "--bare", str(clone), "bare.git")
    address = f"{prefix}{(here / 'bare.git').as_uri()}"

    copy_plainly(address, here / "plain", template="hello")

    assert recorded(here / "plain")["_src_path"] == address
    readme = (here / "plain" / "README.md").read_text(encoding="utf-8")
    assert f"generated from `{address}`" in readme
    assert "\ncopier update\n" in readme


@pytest.mark.parametrize(
    ("address", "served_at"),
    [
        (FORK, FORK),
        ("git@example.com:fork/templates.git", "git@example.com:fork/templates.git"),
        ("deploy.bot@example.com:fork/templates.git", "deploy.bot@example.com:fork/templates.git"),
        ("ssh://git@example.com/fork/templates.git", "ssh://git@example.com/fork/templates.git"),
        ("git+https://example.com/fork/templates", "https://example.com/fork/templates"),
        ("git+ssh://git@example.com/fork/templates", "ssh://git@example.com/fork/templates"),
        ("example.com:fork/templates.git", "example.com:fork/templates.git"),
        ("gh:fork/templates", "https://github.com/fork/templates.git"),
    ],
)
def test_an_address_that_copier_was_given_is_recorded_as_it_is(
    clone: Path, here: Path, address: str, served_at: str
) -> None:
    serve(clone, served_at)

    copy_plainly(address, here / "plain", template="hello")

    assert recorded(here / "plain")["_src_path"] == address
    readme = (here / "plain" / "README.md").read_text(encoding="utf-8")
    assert f"generated from `{address}`" in readme
    assert "\ncopier update\n" in readme


@pytest.mark.parametrize("prefix", ["", "git+"])
def test_a_password_in_an_address_is_not_recorded(clone: Path, here: Path, prefix: str) -> None:
    secret = FORK.replace("https://", "https://me:secret@")
    serve(clone, secret)

    copy_plainly(f"{prefix}{secret}", here / "plain", template="hello")

    assert recorded(here / "plain")["_src_path"] == f"{prefix}{FORK}"
    assert "me:secret" not in (here / "plain" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["ssh", "git+ssh", "git+git"])
def test_a_password_in_another_address_is_not_recorded_but_the_user_is(clone: Path, here: Path, scheme: str) -> None:
    address = f"{scheme}://me:secret@example.com/fork.git"
    serve(clone, address.removeprefix("git+"))

    copy_plainly(address, here / "plain", template="hello")

    assert recorded(here / "plain")["_src_path"] == f"{scheme}://me@example.com/fork.git"


@pytest.mark.parametrize("id_", ["hello", "queue", "rpc"])
def test_while_the_source_is_a_placeholder_no_update_is_promised(scaffold: Scaffold, here: Path, id_: str) -> None:
    assert SOURCE == manifests.PLACEHOLDER
    assert scaffold("new", "made", "--template", id_, "--defaults", "--no-git").code == 0

    readme = (here / "made" / "README.md").read_text(encoding="utf-8")
    assert "copier update" not in readme
    assert "generated from a catalogue that is not published" in readme
    assert "`_src_path` in `.copier-answers.yml` is a placeholder" in readme


def test_with_a_published_source_the_update_is_promised_again(scaffold: Scaffold, edited: Path, here: Path) -> None:
    edit(edited / "templates" / "_shared" / "versions.yml", f'"{SOURCE}"', '"gh:acme/workers"')
    assert scaffold(*NEW_HELLO).code == 0

    assert "\ncopier update\n" in (here / "made" / "README.md").read_text(encoding="utf-8")
    assert recorded(here / "made")["_src_path"] == "gh:acme/workers"


# --- the working tree ----------------------------------------------------------------------


@pytest.fixture
def edited(clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scaffold: Scaffold) -> Path:  # noqa: ARG001 - it sets the usual catalogue first
    """Return a clone that a test may edit, which the command then uses as its catalogue."""
    folder = tmp_path / "edited"
    shutil.copytree(clone, folder)
    monkeypatch.setattr(manifests, "INSIDE_WHEEL", folder)
    return folder


NEW_HELLO = ("new", "made", "--template", "hello", "--defaults", "--no-git")


def test_uncommitted_edits_are_in_the_project_which_records_the_commit_without_them(
    scaffold: Scaffold, edited: Path, here: Path
) -> None:
    skeleton = edited / "templates" / "hello" / "skeleton"
    edit(skeleton / "src" / "lib.rs", "//!", "//! Edited.\n//!")
    (skeleton / "untracked.txt").write_text("new\n", encoding="utf-8")
    (skeleton / "README.md.jinja").unlink()

    outcome = scaffold(*NEW_HELLO)

    assert outcome.code == 0, outcome.err
    assert recorded(here / "made")["_commit"] == git(edited, "rev-parse", "--short", "HEAD").strip()
    assert (here / "made" / "src" / "lib.rs").read_text(encoding="utf-8").startswith("//! Edited.\n")
    assert (here / "made" / "untracked.txt").read_text(encoding="utf-8") == "new\n"
    assert not (here / "made" / "README.md").exists()
    note = next(line for line in outcome.out.splitlines() if "uncommitted edits of the catalogue" in line)
    assert "copier update" not in outcome.out
    for name in ("README.md.jinja", "src/lib.rs", "untracked.txt"):
        assert f"templates/hello/skeleton/{name}" in note


def test_a_project_with_uncommitted_edits_is_updated_from_the_commit_that_it_records(
    scaffold: Scaffold, edited: Path, here: Path
) -> None:
    serve(edited, "https://github.com/org/templates.git")
    edit(edited / "templates" / "hello" / "skeleton" / "src" / "lib.rs", "//!", "//! Edited.\n//!")
    assert scaffold(*NEW_HELLO[:-1]).code == 0
    git(edited, "checkout", "--quiet", ".")
    release(edited, "v0.2.0")

    run_update(here / "made", defaults=True, overwrite=True, quiet=True, unsafe=False, settings=Settings())

    assert recorded(here / "made")["_commit"] == "v0.2.0"
    assert 'compatibility_date = "2027-01-01"' in (here / "made" / "wrangler.toml").read_text(encoding="utf-8")
    assert (here / "made" / "src" / "lib.rs").read_text(encoding="utf-8").startswith("//! Edited.\n")


def test_edits_of_other_files_than_the_templates_are_not_reported(scaffold: Scaffold, edited: Path) -> None:
    (edited / "README.md").write_text("mine\n", encoding="utf-8")
    (edited / "templates" / "queue" / "skeleton" / "untracked.txt").touch()

    outcome = scaffold(*NEW_HELLO, "--json")

    assert outcome.code == 0, outcome.err
    assert outcome.document["notes"] == []


def test_what_a_clone_would_not_have_is_not_rendered(scaffold: Scaffold, edited: Path, here: Path) -> None:
    (edited / ".gitignore").write_text("/templates/hello/skeleton/ignored\n*.swp\n", encoding="utf-8")
    commit_all(edited)
    skeleton = edited / "templates" / "hello" / "skeleton"
    (skeleton / "empty").mkdir()
    for name in ("ignored/one.txt", "ignored/deep/two.txt.jinja", "src/lib.rs.swp"):
        (skeleton / name).parent.mkdir(parents=True, exist_ok=True)
        (skeleton / name).write_text("{{ nothing that renders }}\n", encoding="utf-8")

    outcome = scaffold(*NEW_HELLO, "--json")
    copy_plainly(edited, here / "plain", template="hello", worker_name="made")

    assert outcome.code == 0, outcome.err
    assert tree(here / "made") == tree(here / "plain")
    assert outcome.document["notes"] == []


def test_a_file_gets_the_permissions_of_a_new_file_whatever_those_of_the_catalogue_are(
    scaffold: Scaffold, edited: Path, here: Path
) -> None:
    program = edited / "templates" / "hello" / "skeleton" / "run.sh"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    commit_all(edited)
    for path in edited.rglob("skeleton/**/*"):
        if path.is_file():
            path.chmod(0o700 if path == program else 0o400)

    outcome = scaffold(*NEW_HELLO)
    copy_plainly(edited, here / "plain", template="hello", worker_name="made")

    assert outcome.code == 0, outcome.err
    assert tree(here / "made") == tree(here / "plain")


def test_the_repository_is_not_cloned(
    from_clone: Scaffold, clone: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Copier makes this folder for each clone.
    monkeypatch.setattr("copier._template.mkdtemp", lambda **_: pytest.fail("it is cloned"))

    outcome = from_clone(*NEW_HELLO)

    assert outcome.code == 0, outcome.err
    assert recorded(here / "made")["_commit"] == git(clone, "describe", "--tags", "--always").strip()


# --- releases and updates ------------------------------------------------------------------


def test_plain_copier_takes_the_newest_release_unasked(tagged: Path, here: Path) -> None:
    (tagged / "templates" / "hello" / "skeleton" / "unreleased.txt").write_text("later\n", encoding="utf-8")
    commit_all(tagged)

    copy_plainly(tagged, here / "plain", ref=None, template="hello")

    assert recorded(here / "plain")["_commit"] == f"v{VERSION}"
    assert not (here / "plain" / "unreleased.txt").exists()


@pytest.mark.parametrize("door", ["scaffold", "plain"])
def test_a_project_is_updated_to_the_next_release_and_keeps_its_owners_edits(
    scaffold: Scaffold, tagged: Path, here: Path, door: str
) -> None:
    project = here / "guest-book"
    address = SOURCE if door == "scaffold" else FORK
    serve(tagged, "https://github.com/org/templates.git" if door == "scaffold" else FORK)
    if door == "scaffold":
        words = ("--template", "queue-once", "--defaults", "--set", "max_attempts=10", "--with", "cron,assets")
        assert scaffold("new", "guest-book", *words).code == 0
    else:
        copy_plainly(FORK, project, ref=None, template="queue-once", max_attempts=10)
        start_repository(project)
    edit(project / "src" / "lib.rs", "//!", "//! Mine.\n//!")
    edit(project / "wrangler.toml", "[observability]", "# My own remark.\n[observability]")
    commit_all(project)
    release(tagged, "v0.2.0")

    run_update(project, defaults=True, overwrite=True, quiet=True, unsafe=False, settings=Settings())

    assert recorded(project)["_commit"] == "v0.2.0"
    assert recorded(project)["_src_path"] == address
    assert recorded(project)["max_attempts"] == 10
    wrangler = (project / "wrangler.toml").read_text(encoding="utf-8")
    assert 'compatibility_date = "2027-01-01"' in wrangler
    assert "# My own remark." in wrangler
    assert ('crons = ["0 5 * * *"]' in wrangler) == (door == "scaffold")
    assert (project / "public" / "robots.txt").is_file() == (door == "scaffold")
    assert (project / "src" / "lib.rs").read_text(encoding="utf-8").startswith("//! Mine.\n")
    assert "UU" not in git(project, "status", "--porcelain")
    assert not [path for path in tree(project) if path.endswith(".rej")]


def test_what_was_added_is_not_in_conflict_with_later_versions_of_the_pinned_crates(
    scaffold: Scaffold, tagged: Path, here: Path
) -> None:
    serve(tagged, "https://github.com/org/templates.git")
    words = ("--template", "hello", "--defaults", "--no-validate", "--with", "kv,cron,d1")
    assert scaffold("new", "guest-book", *words).code == 0
    project = here / "guest-book"
    worker = tomllib.loads((project / "Cargo.toml").read_text(encoding="utf-8"))["dependencies"]["worker"]
    pins, versions = manifests.pins(), tagged / "templates" / "_shared" / "versions.yml"
    for name, version in ("worker", pins.worker_version), ("wasm_bindgen", pins.wasm_bindgen_version):
        edit(versions, f'&{name} "{version}"', f'&{name} "{version}9"')
    release(tagged, "v0.2.0")

    run_update(project, defaults=True, overwrite=True, quiet=True, unsafe=False, settings=Settings())

    after = tomllib.loads((project / "Cargo.toml").read_text(encoding="utf-8"))["dependencies"]
    assert after["worker"] == {**worker, "version": f"={pins.worker_version}9"}
    assert after["wasm-bindgen"] == f"={pins.wasm_bindgen_version}9"
    assert "UU" not in git(project, "status", "--porcelain")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def release(repository: Path, tag: str) -> None:
    """Make the next release, in which a pinned version has moved."""
    versions = repository / "templates" / "_shared" / "versions.yml"
    edit(versions, manifests.pins().compatibility_date, "2027-01-01")
    edit(versions, f'"{VERSION}"', f'"{tag[1:]}"')
    commit_all(repository)
    git(repository, "tag", tag)


# --- the machine ---------------------------------------------------------------------------


def run_front_door(clone: Path, folder: Path, *, umask: int = 0o022, **variables: str) -> Tree:
    """Make a project with the clone's own `scaffold.py`, in an environment of its own."""
    folder.mkdir()
    words = ("new", "made", "--template", "hello", "--defaults", "--no-git", "--set", "description=Ça va, 日本.")
    subprocess.run(
        [sys.executable, str(clone / "scaffold.py"), *words],
        cwd=folder,
        env={**os.environ, **variables},
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        umask=umask,
    )
    return tree(folder / "made")


@pytest.fixture(scope="module")
def usual(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return run_front_door(clone, tmp_path_factory.mktemp("usual") / "here", LANG="C.UTF-8", TZ="UTC")


def test_neither_umask_nor_time_zone_nor_locale_nor_settings_matter(clone: Path, usual: Tree, here: Path) -> None:
    settings = here / "settings.yml"
    settings.write_text("defaults:\n  worker_name: theirs\n", encoding="utf-8")

    odd = run_front_door(
        clone, here / "odd", umask=0o077, LC_ALL="C", TZ="Asia/Kathmandu", COPIER_SETTINGS_PATH=str(settings)
    )

    assert {path: content for path, (_, content) in odd.items()} == {
        path: content for path, (_, content) in usual.items()
    }


def test_the_front_door_and_plain_copier_write_the_same(clone: Path, usual: Tree, here: Path) -> None:
    copy_plainly(clone, here / "made", template="hello", description="Ça va, 日本.")

    assert tree(here / "made") == usual
