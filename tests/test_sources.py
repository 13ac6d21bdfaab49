"""Other people's catalogues: where they are from, what is taken, and what needs the user's consent."""

from __future__ import annotations

import json
import os
import shutil
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from scaffolder.commands import dev_arguments
from scaffolder.core.tool import CompletedProgram
from scaffolder.system import process

from . import sources
from .conftest import Outcome, Scaffold, git, tree
from .terminal import ENTER, SCAFFOLD, Terminal

GITHUB = "https://github.com/acme/templates.git"

ADDRESSES = {
    "gh:acme/templates": GITHUB,
    "gl:acme/group/templates": "https://gitlab.com/acme/group/templates.git",
    "https://git.example.com/acme/templates.git": "https://git.example.com/acme/templates.git",
    "git@git.example.com:acme/templates.git": "git@git.example.com:acme/templates.git",
    "ssh://git@git.example.com/acme/templates": "ssh://git@git.example.com/acme/templates",
}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """Return a repository with a template of Copier, which GitHub has as well."""
    made = sources.repository(tmp_path / "template", sources.TEMPLATE, "v1.0.0")
    sources.stands_for(made, GITHUB)
    return made


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """Return a folder with a catalogue."""
    return sources.write(tmp_path / "catalogue", sources.CATALOGUE)


def recorded(project: str) -> dict[str, str]:
    found: dict[str, str] = tomllib.loads(Path(project, ".scaffold-source.toml").read_text(encoding="utf-8"))
    return found


def refused(outcome: Outcome, code: int) -> str:
    """Return the text of a refusal, which must have an exit code."""
    assert outcome.code == code, outcome.err
    return outcome.err


# --- addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "url"), ADDRESSES.items())
def test_a_template_is_taken_from_wherever_git_gets_it(
    given: str, url: str, tmp_path: Path, scaffold: Scaffold
) -> None:
    made = sources.repository(tmp_path / "template", sources.TEMPLATE)
    sources.stands_for(made, url)

    assert scaffold("new", "mine", "--from", given, "--defaults").code == 0

    assert Path("mine/README.md").read_text(encoding="utf-8") == "# demo: hello\n"
    assert recorded("mine") == {"source": given, "hash": sources.head(made), "template": "templates"}


def test_a_bundle_and_a_bare_repository_are_sources(template: Path, tmp_path: Path, scaffold: Scaffold) -> None:
    git(template, "bundle", "create", "--quiet", str(tmp_path / "all.bundle"), "--all")
    git(tmp_path, "clone", "--quiet", "--bare", str(template), "bare.git")

    for name, source in (("one", tmp_path / "all.bundle"), ("two", tmp_path / "bare.git")):
        assert scaffold("new", name, "--from", str(source), "--defaults").code == 0
        assert recorded(name)["hash"] == sources.head(template)


def test_a_folder_without_a_history_is_taken_as_it_lies(tmp_path: Path, scaffold: Scaffold) -> None:
    folder = sources.write(tmp_path / "plain", sources.TEMPLATE)

    assert scaffold("new", "one", "--from", str(folder), "--defaults").code == 0
    (folder / "skeleton" / "README.md.jinja").write_text("other\n", encoding="utf-8")
    assert scaffold("new", "two", "--from", str(folder), "--defaults").code == 0

    assert Path("two/README.md").read_text(encoding="utf-8") == "other\n"
    assert recorded("one")["hash"] != recorded("two")["hash"]


@pytest.mark.parametrize(("ref", "greeting"), [("", "hello"), ("@v0.9.0", "old"), ("@next", "new"), ("@HASH", "old")])
def test_a_version_is_a_tag_a_branch_or_a_hash_and_the_newest_tag_without_one(
    ref: str, greeting: str, tmp_path: Path, scaffold: Scaffold
) -> None:
    old = {**sources.TEMPLATE, "skeleton/README.md.jinja": "old\n"}
    made = sources.repository(tmp_path / "template", old, "v0.9.0")
    first = sources.head(made)
    sources.changed(made, {"skeleton/README.md.jinja": "hello\n"}, "v0.10.0")
    git(made, "checkout", "--quiet", "-b", "next")
    sources.changed(made, {"skeleton/README.md.jinja": "new\n"}, "v1.0.0-rc1")
    sources.stands_for(made, GITHUB)

    assert scaffold("new", "mine", "--from", f"gh:acme/templates{ref.replace('HASH', first)}", "--defaults").code == 0

    assert Path("mine/README.md").read_text(encoding="utf-8") == f"{greeting}\n"


@pytest.mark.usefixtures("template")
def test_copier_itself_can_update_the_project_later(scaffold: Scaffold) -> None:
    assert scaffold("new", "mine", "--from", "gh:acme/templates", "--defaults").code == 0

    answers = Path("mine/.copier-answers.yml").read_text(encoding="utf-8")
    assert "_commit: v1.0.0\n" in answers
    assert "_src_path: gh:acme/templates\n" in answers
    assert "project_name: demo" in answers


@pytest.mark.parametrize(
    "address",
    [
        "ext::sh -c touch% pwned",
        "--upload-pack=touch pwned",
        "file:///etc",
        "git://example.com/a/b",
        "http://example.com/a/b",
        "https://example.com/a/%2e%2e/b",
        "https://example.com/a/../b",
        "gh:../../etc",
        "gh:acme/templates@--output=pwned",
        "gh:acme/templates@a..b",
        "gh:acme/templates@v1 --exec",
        "gh:acme/templates@refs/heads/../x",
        "https://example.com/a/b\n[core]",
        "./missing",
        "missing",
        "",
    ],
)
def test_what_is_no_address_is_refused(address: str, here: Path, scaffold: Scaffold) -> None:
    before = tree(here)

    assert "not the source of a catalogue" in refused(scaffold("new", "mine", f"--from={address}", "--defaults"), 2)

    assert tree(here) == before


@pytest.mark.parametrize(
    "address",
    [
        "https://me:hunter2@github.com/acme/templates",
        "https://hunter2@github.com/acme/templates",
        "ssh://me:hunter2@github.com/acme/templates",
        "https://github.com/acme/templates?token=hunter2",
    ],
)
@pytest.mark.parametrize("command", [["new", "mine", "--defaults", "--from"], ["catalogue", "add", "acme"], ["new"]])
def test_a_password_in_an_address_is_refused_and_never_shown(
    address: str, command: list[str], here: Path, scaffold: Scaffold
) -> None:
    outcome = scaffold(*command, address)

    assert "hunter2" not in refused(outcome, 2) + outcome.out
    found = [path for path in [here.parent, Path(os.environ["XDG_CONFIG_HOME"])] if path.exists()]
    assert not any(b"hunter2" in content for folder in found for _, content in tree(folder).values())


def test_a_password_in_a_message_of_git_is_not_shown(scaffold: Scaffold) -> None:
    settings = Path(os.environ["GIT_CONFIG_GLOBAL"])
    rule = '[url "https://me:hunter2@localhost:1/"]\n\tinsteadOf = https://github.com/\n'
    settings.write_text(settings.read_text(encoding="utf-8") + rule, encoding="utf-8")

    error = refused(scaffold("new", "mine", "--from", "gh:acme/templates", "--defaults"), 6)

    assert "cannot be fetched" in error
    assert "hunter2" not in error


@pytest.mark.usefixtures("template")
def test_a_repository_that_is_not_there_and_a_version_that_is_not_there_are_refused(
    tmp_path: Path, scaffold: Scaffold
) -> None:
    sources.stands_for(tmp_path / "nowhere", "https://github.com/acme/gone.git")

    assert "cannot be fetched" in refused(scaffold("list", "--from", "gh:acme/gone"), 6)
    assert "no version `v9`" in refused(scaffold("list", "--from", "gh:acme/templates@v9"), 2)
    assert "no version" in refused(scaffold("list", "--from", f"gh:acme/templates@{'0' * 40}"), 2)


def test_a_folder_that_is_no_template_is_refused(here: Path, scaffold: Scaffold) -> None:
    assert "there is no copier.yml" in refused(scaffold("list", "--from", str(here)), 2)


# --- any template, and any catalogue --------------------------------------------------------------


def test_the_questions_of_any_template_are_asked_and_judged(template: Path, scaffold: Scaffold) -> None:
    source = ["--from", "gh:acme/templates"]

    assert "no answer to project_name, greeting" in refused(scaffold("new", "mine", *source), 2)
    assert "not one of hello, goodbye" in refused(scaffold("new", "mine", *source, "--set", "greeting=hey"), 2)
    assert "no such question" in refused(scaffold("new", "mine", *source, "--set", "greting=hello", "--defaults"), 2)
    described = scaffold("info", *source, "--json").document
    assert [question["name"] for question in described["questions"]] == ["project_name", "greeting"]
    assert described["catalogue"]["hash"] == sources.head(template)


def test_a_question_without_a_default_has_to_be_answered(tmp_path: Path, scaffold: Scaffold) -> None:
    questions = "name: {type: str}\nmail: {type: str, default: '', validator: '{% if not mail %}needed{% endif %}'}\n"
    folder = sources.write(tmp_path / "plain", {"copier.yml": questions, "a.txt.jinja": "{{ name }} {{ mail }}\n"})
    words = ["new", "mine", "--from", str(folder), "--defaults", "--set"]

    assert "no answer to mail" in refused(scaffold(*words, "name=a"), 2)
    assert scaffold(*words, "name=a", "--set", "mail=b").code == 0
    assert Path("mine/a.txt").read_text(encoding="utf-8") == "a b\n"


def test_a_catalogue_has_a_list_descriptions_and_questions_of_each_template(
    catalogue: Path, scaffold: Scaffold
) -> None:
    source = ["--from", str(catalogue)]

    listed = scaffold("list", *source, "--json").document["templates"]
    two = scaffold("info", "two", *source, "--json").document

    assert [(each["id"], each["summary"], each["from"]) for each in listed] == [
        ("one", "The first.", str(catalogue)),
        ("two", "The second.", str(catalogue)),
    ]
    assert [question["name"] for question in two["questions"]] == ["worker_name", "colour"]
    assert "colour.txt" in two["files"]
    assert "no template given" in refused(scaffold("new", "mine", *source, "--defaults"), 2)
    assert "the catalogue has one, two" in refused(scaffold("new", "mine", *source, "--template", "hello"), 2)
    made = ["new", "mine", *source, "--template", "two", "--defaults", "--set", "colour=blue", "--with", "kv"]
    assert scaffold(*made).code == 0
    assert Path("mine/colour.txt").read_text(encoding="utf-8") == "blue\n"
    assert "kv_namespaces" in Path("mine/wrangler.toml").read_text(encoding="utf-8")
    assert recorded("mine")["template"] == "two"


def test_the_command_that_makes_the_project_again_names_its_source(catalogue: Path, scaffold: Scaffold) -> None:
    made = scaffold("new", "mine", "--from", str(catalogue), "--template", "one", "--defaults", "--json").document
    shutil.rmtree("mine")

    assert f"--from {catalogue} --template one" in made["command_again"]
    assert scaffold(*made["command_again"].split()[1:]).code == 0


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"templates/one/template.toml": "title = 3\n"}, "`title` is not a str"),
        ({"templates/one/template.toml": "titel = 'x'\n"}, "no key `titel`"),
        ({"templates/one/template.toml": "purpose = 'x'\n"}, "`purpose` is none of"),
        ({"templates/one/template.toml": "bindings = [1]\n"}, "`bindings` has a `kind`"),
        ({"templates/one/template.toml": "\x00"}, "no usable manifest"),
        ({"copier.yml": "a: [\n"}, "cannot be used"),
        ({"copier.yml": "- 1\n"}, "cannot be used"),
    ],
)
def test_a_catalogue_that_is_broken_is_refused_with_the_place(
    files: dict[str, str], why: str, catalogue: Path, scaffold: Scaffold
) -> None:
    sources.write(catalogue, files)

    assert why in refused(scaffold("list", "--from", str(catalogue)), 2)


# --- consent --------------------------------------------------------------------------------------


def test_rendering_what_runs_something_needs_the_consent_that_names_source_hash_and_command(
    tmp_path: Path, here: Path, scaffold: Scaffold
) -> None:
    runs = (
        '_tasks: ["touch ran", {command: [touch, also], when: "{{ project_name }}"}]\n_migrations: [{command: x y}]\n'
    )
    files = {**sources.TEMPLATE, "copier.yml": runs + sources.TEMPLATE["copier.yml"]}
    made = sources.repository(tmp_path / "template", files)
    hash_ = sources.head(made)
    sources.stands_for(made, GITHUB)
    words, before = ["new", "mine", "--from", "gh:acme/templates", "--defaults"], tree(here)

    error = refused(scaffold(*words), 4)
    assert tree(here) == before
    for each in ("gh:acme/templates", hash_, "touch ran", "touch also", "x y", f"--trust {hash_}"):
        assert each in error
    assert "is not that of the source" in refused(scaffold(*words, "--trust", "0" * 40), 4)
    assert "is not that of the source" in refused(scaffold(*words, "--trust", hash_[:7]), 4)
    assert scaffold(*words, "--trust", hash_).code == 0
    assert Path("mine/ran").exists()
    assert Path("mine/also").exists()


@pytest.mark.parametrize("given", [["--trust"], ["--trust", "HASH12"]])
def test_the_consent_may_be_for_whatever_is_there_or_for_the_beginning_of_a_hash(
    given: list[str], tmp_path: Path, scaffold: Scaffold
) -> None:
    made = sources.repository(tmp_path / "template", {"copier.yml": "_tasks: [touch ran]\nname: x\n"})
    words = [word.replace("HASH12", sources.head(made)[:12]) for word in given]

    assert scaffold("new", "--defaults", "--from", str(made), *words, "mine").code == 0

    assert Path("mine/ran").exists()


def test_a_task_gets_no_secret_of_the_user_and_its_failure_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scaffold: Scaffold
) -> None:
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", "hunter2")
    monkeypatch.setenv("HARMLESS", "kept")
    made = sources.write(tmp_path / "one", {"copier.yml": "_tasks: ['env > env.txt']\nname: x\n"})
    failing = sources.write(tmp_path / "two", {"copier.yml": "_tasks: ['echo no >&2; exit 3']\nname: x\n"})

    assert scaffold("new", "mine", "--from", str(made), "--trust", "--defaults", "--no-git").code == 0
    error = refused(scaffold("new", "other", "--from", str(failing), "--trust", "--defaults"), 1)

    found = Path("mine/env.txt").read_text(encoding="utf-8")
    assert "HARMLESS=kept" in found
    assert "hunter2" not in found
    assert "ended with code 3" in error
    assert not Path("other").exists()


def test_a_dry_run_and_a_look_run_nothing(tmp_path: Path, here: Path, scaffold: Scaffold) -> None:
    files = {"copier.yml": f"_tasks: [touch {here}/ran]\nname: x\n", "a.txt": "a\n"}
    made = sources.write(tmp_path / "template", files)

    assert scaffold("new", "mine", "--from", str(made), "--trust", "--defaults", "--dry-run").code == 0
    assert scaffold("info", "--from", str(made), "--trust").code == 0
    assert scaffold("list", "--from", str(made)).code == 0
    assert not Path("ran").exists()


def test_building_what_is_from_others_needs_the_consent_before_anything_is_written(
    template: Path, here: Path, scaffold: Scaffold
) -> None:
    before = tree(here)

    words = ["new", "mine", "--from", "gh:acme/templates", "--defaults", "--validate"]
    error = refused(scaffold(*words), 4)

    assert tree(here) == before
    for each in (sources.head(template), "worker-build --release && ./after.sh", "node steal.mjs", "build.rs"):
        assert each in error


def test_a_project_of_others_asks_again_whenever_it_is_built_or_served(template: Path, scaffold: Scaffold) -> None:
    assert scaffold("new", "mine", "--from", "gh:acme/templates", "--defaults").code == 0

    for words in (["validate", "mine"], ["dev", "mine"], ["validate", "mine/src"]):
        error = refused(scaffold(*words), 4)
        assert sources.head(template) in error
        assert "gh:acme/templates@v1.0.0" in error
    assert "is not that of the source" in refused(scaffold("validate", "mine", "--trust", "a" * 40), 4)
    assert "is not that of the source" in refused(scaffold("dev", "mine", "--port", "1", "--trust", "a" * 40), 4)


def test_an_update_asks_for_the_consent_to_its_new_version(template: Path, scaffold: Scaffold) -> None:
    assert scaffold("new", "mine", "--from", "gh:acme/templates", "--defaults").code == 0
    old = sources.head(template)
    new = sources.changed(template, {"skeleton/build.rs": "fn main() { evil() }\n"}, "v1.1.0")

    assert new in refused(scaffold("update", "mine"), 4)
    assert "is not that of the source" in refused(scaffold("update", "mine", "--trust", old), 4)
    assert recorded("mine")["hash"] == old
    assert scaffold("update", "mine", "--dry-run").code == 0
    outcome = scaffold("update", "mine", "--trust", new)
    assert outcome.code == 0, outcome.err
    assert recorded("mine") == {
        "source": "gh:acme/templates",
        "version": "v1.1.0",
        "hash": new,
        "template": "templates",
    }


def test_a_project_of_the_bundled_catalogue_and_one_of_the_user_need_no_consent(
    scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scaffold("new", "mine", "--template", "hello", "--defaults").code == 0
    assert not Path("mine/.scaffold-source.toml").exists()
    monkeypatch.setenv("PATH", "/nowhere")

    assert "missing" in refused(scaffold("validate", "mine"), 3)


def test_the_templates_of_others_are_validated_with_the_consent(
    catalogue: Path, scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["validate", "--from", str(catalogue), "--template", "two"]
    monkeypatch.setattr("scaffolder.toolchain.provision.find_tools", lambda _: None)

    assert "./after.sh" in refused(scaffold(*words), 4)


def test_a_dev_server_takes_the_consent_from_its_arguments() -> None:
    for words in (["--port=1", "--trust=abc", "--live-reload"], ["--port=1", "--trust", "abc", "--live-reload"]):
        given = dev_arguments.parse(words)

        assert (given.trust, given.wrangler) == ("abc", ("--port=1", "--live-reload"))
    assert dev_arguments.parse(["--port=1"]).trust is None


@pytest.mark.promise("exit-code", "no-byte-lost", kind="bad input")
@pytest.mark.parametrize(
    "words",
    [
        ("validate", "mine", "--trust="),
        ("dev", "mine", "--trust="),
        ("dev", "--trust=", "mine"),
        ("update", "mine", "--to", ""),
        ("diff", "mine", "--to="),
        ("fleet", "list.txt", "--to", ""),
    ],
    ids=" ".join,
)
def test_the_empty_value_of_a_variable_that_is_unset_stands_for_nothing(
    template: Path, scaffold: Scaffold, words: tuple[str, ...]
) -> None:
    assert template
    assert scaffold("new", "mine", "--from", "gh:acme/templates", "--defaults").code == 0
    before = tree(Path("mine"))

    assert "empty" in refused(scaffold(*words), 2)

    assert tree(Path("mine")) == before


def test_at_a_terminal_others_have_picker_questions_review_and_a_question_that_shows_each_command(
    catalogue: Path, here: Path, tmp_path: Path
) -> None:
    env = {"SCAFFOLD_CACHE": str(tmp_path / "cache")}
    terminal = Terminal([*SCAFFOLD, "new", "mine", "--from", str(catalogue)], cwd=here, env=env, columns=120)
    terminal.wait_for("Which template?", "The second.", "nobody has proven it here")
    terminal.type("two", ENTER)
    terminal.wait_for("Name?")
    terminal.type(ENTER)
    terminal.wait_for("colour")
    terminal.type(ENTER)
    terminal.wait_for("What should be added")
    terminal.type(ENTER)
    terminal.wait_for("Is this right?", "colour", "red")
    terminal.type(ENTER)
    terminal.wait_for(str(catalogue), "hash", "worker-build --release && ./after.sh", "Run this on your machine?")
    terminal.type("n")
    terminal.wait_for("the project is made without a validation")

    assert terminal.end() == 0
    assert (here / "mine" / "colour.txt").read_text(encoding="utf-8") == "red\n"


def test_at_a_terminal_a_task_is_run_if_the_user_agrees_and_not_otherwise(here: Path, tmp_path: Path) -> None:
    made = sources.write(tmp_path / "tasks", {"copier.yml": "_tasks: [touch ran]\nname: x\n"})
    env = {"SCAFFOLD_CACHE": str(tmp_path / "cache")}
    for name, key, code in (("one", "n", 4), ("two", "y", 0)):
        words = ["new", name, "--from", str(made), "--no-validate", "--yes"]
        terminal = Terminal([*SCAFFOLD, *words], cwd=here, env=env, columns=120)
        terminal.wait_for("task: touch ran", "Run this on your machine?")
        terminal.type(key)
        if key == "y":
            terminal.wait_for("name")
            terminal.type(ENTER)
            terminal.wait_for("What should be added")
            terminal.type(ENTER)
        assert terminal.end() == code
        assert (here / name / "ran").exists() == (code == 0)


# --- names ----------------------------------------------------------------------------------------


def test_a_catalogue_gets_a_name_and_is_pinned_by_its_hash(template: Path, scaffold: Scaffold) -> None:
    pinned = sources.head(template)

    assert scaffold("catalogue", "add", "acme", "gh:acme/templates@v1.0.0").code == 0
    sources.changed(template, {"skeleton/README.md.jinja": "new\n"}, "v1.1.0")

    listed = scaffold("catalogue", "list", "--json").document["catalogues"]
    assert listed == [
        {
            "name": "acme",
            "source": "gh:acme/templates@v1.0.0",
            "ref": "refs/tags/v1.0.0",
            "hash": pinned,
            "trusted": False,
        }
    ]
    assert scaffold("new", "mine", "--from", "acme", "--defaults").code == 0
    assert recorded("mine")["hash"] == pinned
    found = {(each["id"], each["from"]) for each in scaffold("list", "--json").document["templates"]}
    assert {("hello", "bundled"), ("templates", "acme")} <= found
    assert scaffold("catalogue", "remove", "acme").code == 0
    assert "no catalogue named `acme`" in refused(scaffold("catalogue", "remove", "acme"), 2)
    assert scaffold("catalogue", "list", "--json").document["catalogues"] == []


def test_a_tag_that_was_moved_or_is_gone_stops(template: Path, here: Path, scaffold: Scaffold) -> None:
    assert scaffold("catalogue", "add", "acme", "gh:acme/templates").code == 0
    moved = sources.changed(template, {"skeleton/README.md.jinja": "evil\n"}, "v1.0.0")
    before = tree(here)

    for words in (["new", "mine", "--from", "acme", "--defaults"], ["catalogue", "add", "acme", "gh:acme/templates"]):
        assert moved in refused(scaffold(*words), 4)
    git(template, "tag", "--delete", "v1.0.0")
    assert "is not what it was" in refused(scaffold("info", "--from", "acme"), 4)
    assert tree(here) == before


def test_a_branch_stays_where_it_was_pinned_until_it_is_added_again(template: Path, scaffold: Scaffold) -> None:
    add = ["catalogue", "add", "acme", "gh:acme/templates@main", "--json"]
    first = scaffold(*add).document["catalogue"]["hash"]
    later = sources.changed(template, {"skeleton/README.md.jinja": "new\n"})
    shutil.rmtree(Path(os.environ["SCAFFOLD_CACHE"], "sources"))

    assert scaffold("new", "one", "--from", "acme", "--defaults").code == 0
    assert scaffold(*add).document["catalogue"]["hash"] == later
    assert scaffold("new", "two", "--from", "acme", "--defaults").code == 0

    assert [recorded(name)["hash"] for name in ("one", "two")] == [first, later]


def test_a_folder_that_has_changed_since_it_was_added_stops(catalogue: Path, scaffold: Scaffold) -> None:
    assert scaffold("catalogue", "add", "acme", str(catalogue)).code == 0
    assert scaffold("list", "--from", "acme").code == 0
    sources.write(catalogue, {"templates/one/skeleton/new.txt": "new\n"})

    assert "is not what it was" in refused(scaffold("list", "--from", "acme"), 4)
    assert scaffold("catalogue", "add", "acme", str(catalogue)).code == 0
    assert scaffold("list", "--from", "acme").code == 0


def test_a_named_catalogue_works_without_its_source(template: Path, scaffold: Scaffold) -> None:
    assert scaffold("catalogue", "add", "acme", "gh:acme/templates").code == 0
    template.rename(template.with_name("gone"))

    outcome = scaffold("new", "mine", "--from", "acme", "--defaults")

    assert outcome.code == 0
    assert "could not be asked whether its tag has moved" in outcome.err


def test_the_consent_can_be_given_for_a_named_catalogue_at_its_hash(
    tmp_path: Path, scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {**sources.TEMPLATE, "copier.yml": "_tasks: [touch ran]\n" + sources.TEMPLATE["copier.yml"]}
    made = sources.repository(tmp_path / "template", files, "v1")
    sources.stands_for(made, GITHUB)
    add = ["catalogue", "add", "acme", "gh:acme/templates@main"]

    assert "has another hash" in refused(scaffold(*add, "--trust", "0" * 40), 4)
    assert scaffold(*add, "--trust", sources.head(made)).code == 0
    assert scaffold("new", "mine", "--from", "acme", "--defaults").code == 0
    assert Path("mine/ran").exists()
    sources.changed(made, {"copier.yml": "_tasks: [touch evil]\nname: x\n"})
    assert "touch evil" in refused(scaffold("new", "other", "--from", "gh:acme/templates@main", "--defaults"), 4)
    monkeypatch.setenv("PATH", "/nowhere")
    assert refused(scaffold("validate", "mine"), 3)


@pytest.mark.parametrize("name", ["bundled", "Acme", "../acme", "-x", "a" * 41, "a.b"])
def test_a_name_that_cannot_be_one_is_refused(name: str, catalogue: Path, scaffold: Scaffold) -> None:
    assert "cannot be the name" in refused(scaffold("catalogue", "add", "--", name, str(catalogue)), 2)


def test_a_name_that_is_taken_is_not_given_to_another_source(
    catalogue: Path, tmp_path: Path, scaffold: Scaffold
) -> None:
    other = sources.write(tmp_path / "other", sources.TEMPLATE)
    assert scaffold("catalogue", "add", "acme", str(catalogue)).code == 0

    assert "named acme already" in refused(scaffold("catalogue", "add", "acme", str(other)), 5)


def test_a_list_of_catalogues_that_cannot_be_read_is_refused(catalogue: Path, scaffold: Scaffold) -> None:
    assert scaffold("catalogue", "add", "acme", str(catalogue)).code == 0
    place = Path(os.environ["XDG_CONFIG_HOME"], "rust-worker-scaffold", "catalogues.toml")

    for text in ("[catalogue", "[catalogue.acme]\nsource = 1\n", "catalogue = 1\n", '[catalogue.a]\nx = "y"\n'):
        place.write_text(text, encoding="utf-8")
        assert str(place) in refused(scaffold("catalogue", "list"), 2)


# --- what git does --------------------------------------------------------------------------------


@pytest.mark.usefixtures("template")
def test_git_gets_hashes_and_full_names_and_obeys_nothing_that_it_reads(
    scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []
    run = process.run

    def noted(argv: Sequence[str], **rest: Any) -> CompletedProgram:
        ran.append(list(argv))
        return run(argv, **rest)

    monkeypatch.setattr(process, "run", noted)

    assert scaffold("list", "--from", "gh:acme/templates@v1.0.0").code == 0

    ours = [argv[argv.index("--") :] for argv in ran if "--" in argv]
    assert ours == [["--", GITHUB], ["--", GITHUB, "refs/tags/v1.0.0"]]
    assert all("core.hooksPath=/dev/null" in argv for argv in ran if any("git" in word for word in argv[:7]))


def test_a_source_is_fetched_once_and_then_found_by_its_hash(template: Path, scaffold: Scaffold) -> None:
    assert scaffold("list", "--from", "gh:acme/templates").code == 0
    (kept,) = Path(os.environ["SCAFFOLD_CACHE"], "sources").iterdir()
    assert kept.name == sources.head(template)
    listed = json.loads(scaffold("clean", "--older-than", "1m", "--dry-run", "--json").out)
    assert listed["exit_code"] == 0
