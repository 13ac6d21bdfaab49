"""`scaffold new --with`, and the documentation of the kinds."""

from __future__ import annotations

import json
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest

from scaffolder.catalogue import manifests
from scaffolder.commands import kind_help

from .conftest import Scaffold, git, tree

HELLO = ("--template", "hello", "--defaults")


def wrangler(project: Path) -> dict[str, object]:
    return tomllib.loads((project / "wrangler.toml").read_text(encoding="utf-8"))


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_is_added_is_in_the_first_commit(scaffold: Scaffold, here: Path) -> None:
    outcome = scaffold("new", "guest-book", *HELLO, "--with", "cron,assets,queue-consumer")

    assert outcome.code == 0, outcome.err
    project = here / "guest-book"
    assert git(project, "status", "--porcelain", "--ignored") == ""
    assert len(git(project, "log", "--format=%s").splitlines()) == 1
    assert wrangler(project)["triggers"] == {"crons": ["0 5 * * *"]}
    assert "public/robots.txt" in git(project, "ls-files").split()
    assert "robots.txt" in outcome.out
    assert "wrangler queues create jobs" in outcome.out


def test_names_are_given_in_the_syntax_of_add_and_a_cron_keeps_its_commas(scaffold: Scaffold, here: Path) -> None:
    additions = ("--with", "cron:0,30 * * * *,kv:PAGES,var:GREETING=Hello, World", "--with", "cron:5 5 * * *")

    outcome = scaffold("new", "guest-book", *HELLO, *additions, "--json")

    assert outcome.code == 0, outcome.err
    assert outcome.document["additions"] == [
        "cron:0,30 * * * *",
        "kv:PAGES",
        "var:GREETING=Hello, World",
        "cron:5 5 * * *",
    ]
    config = wrangler(here / "guest-book")
    assert config["triggers"] == {"crons": ["0,30 * * * *", "5 5 * * *"]}
    assert config["kv_namespaces"] == [{"binding": "PAGES"}]
    assert config["vars"] == {"GREETING": "Hello, World"}


def test_a_consumer_without_a_name_takes_the_queue_that_is_sent_to(scaffold: Scaffold, here: Path) -> None:
    assert scaffold("new", "guest-book", *HELLO, "--with", "queue-producer,queue-consumer").code == 0

    queues = wrangler(here / "guest-book")["queues"]
    assert queues["consumers"][0]["queue"] == queues["producers"][0]["queue"]  # type: ignore[index]


def test_an_environment_that_was_added_before_gets_what_comes_after(scaffold: Scaffold, here: Path) -> None:
    assert scaffold("new", "guest-book", *HELLO, "--with", "environment,kv").code == 0

    staging = wrangler(here / "guest-book")["env"]["staging"]  # type: ignore[index]
    assert staging["kv_namespaces"] == [{"binding": "CACHE"}]


def test_of_several_workers_the_first_is_added_to(scaffold: Scaffold, here: Path) -> None:
    assert scaffold("new", "shop", "--template", "rpc", "--defaults", "--with", "cron").code == 0

    assert "triggers" in wrangler(here / "shop" / "client")
    assert "triggers" not in wrangler(here / "shop" / "server")


def test_the_command_that_is_printed_adds_the_same_again(scaffold: Scaffold, here: Path) -> None:
    first = scaffold("new", "guest-book", *HELLO, "--no-git", "--with", "cron:0,30 * * * *,assets:site")
    before = tree(here / "guest-book", without="")
    shutil.rmtree(here / "guest-book")

    second = scaffold(*shlex.split(first.out.strip().splitlines()[-1])[1:])

    assert second.code == 0, second.err
    assert tree(here / "guest-book", without="") == before


def test_a_dry_run_shows_the_files_with_what_is_added(scaffold: Scaffold, here: Path) -> None:
    outcome = scaffold("new", "guest-book", *HELLO, "--with", "assets", "--dry-run", "--json")

    assert "public/robots.txt" in outcome.document["files"]
    assert names(here) == {"neighbour"}


@pytest.mark.parametrize(
    ("words", "code", "what"),
    [
        ("hello kvs", 2, "there is no kind `kvs`"),
        ("hello cron,kvs", 2, "there is no kind `kvs`"),
        ("hello kv:pages", 2, "`pages` is not a valid binding name"),
        ("hello var", 2, "`var` needs a name"),
        ("hello cron:every day", 2, "the cron `every day` has 2 fields instead of five"),
        ("leptos assets", 5, "this worker already has assets"),
        ("bindings version-metadata:BUILD", 5, "this worker already has version-metadata"),
    ],
)
def test_what_cannot_be_added_is_refused_before_a_tool_is_looked_for(
    scaffold: Scaffold, here: Path, words: str, code: int, what: str
) -> None:
    template, _, additions = words.partition(" ")

    # There is no tool in the tests' cache, so a refusal that came later would be about that, with code 3.
    making = ("new", "guest-book", "--template", template, "--defaults", "--validate")
    outcome = scaffold(*making, "--with", additions, "--json")

    assert outcome.code == code
    refusal = outcome.document["refusal"]
    assert refusal["what"].startswith(what)
    assert refusal["where"].startswith("--with")
    assert names(here) == {"neighbour"}


def test_a_fix_is_written_in_the_syntax_of_the_option(scaffold: Scaffold) -> None:
    outcome = scaffold("new", "guest-book", *HELLO, "--with", "kv:pages", "--json")

    assert outcome.document["refusal"]["fix"] == "--with kv:PAGES"


def test_the_page_of_the_kinds_is_up_to_date() -> None:
    written = kind_help.PAGE.read_text(encoding="utf-8")

    assert written == kind_help.page(), "run: python3 -m scaffolder.commands.kind_help"


@pytest.mark.parametrize("words", [("add",), ("add", "--list"), ("remove", "--list")])
def test_the_kinds_are_listed_with_their_limits(scaffold: Scaffold, here: Path, words: tuple[str, ...]) -> None:
    outcome = scaffold(*words, "--json")

    kinds = {each["kind"]: each for each in outcome.document["kinds"]}
    assert outcome.code == 0
    assert kinds["kv"]["usual"] == "CACHE"
    assert "needs a login" in kinds["ai"]["limits"][0]
    assert "localConnectionString" in kinds["hyperdrive"]["limits"][0]
    assert names(here) == {"neighbour"}


def test_info_shows_a_template_and_a_kind_of_the_same_name(scaffold: Scaffold) -> None:
    outcome = scaffold("info", "d1")

    assert "migrations/0001_initial.sql" in outcome.out
    assert "scaffold new my-worker --template d1" in outcome.out
    assert "scaffold add d1 NAME[=DATABASE]" in outcome.out


def test_info_shows_the_changes_of_a_kind(scaffold: Scaffold) -> None:
    outcome = scaffold("info", "ai")

    assert outcome.code == 0
    assert "needs a login" in outcome.out
    assert "pub ai: Option<worker::Ai>," in outcome.out


def test_info_of_a_template_by_the_name_of_a_kind_is_the_templates(scaffold: Scaffold) -> None:
    assert json.loads(scaffold("info", "d1", "--json").out)["template"]["id"] == "d1"
    assert "d1" in manifests.template_ids()


def test_the_help_of_add_names_the_kinds(scaffold: Scaffold) -> None:
    outcome = scaffold("add", "--help")

    assert outcome.code == 0
    assert "queue-consumer" in outcome.out
