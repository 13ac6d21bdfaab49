"""What a person at a terminal sees and does: the real program, and a real terminal's screen."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from scaffolder.catalogue import manifests
from scaffolder.commands.new.picker import ordered_templates
from scaffolder.core.template import PURPOSES

from .conftest import copy_work_tree, git
from .terminal import CTRL_C, CTRL_D, CTRL_O, DOWN, ENTER, ERASE_LINE, ESCAPE, LIMIT, ROOT, UP, Terminal

NAME = "What is the worker called?"
DESCRIPTION = "What does it do, in one sentence?"
REVIEW = "Is this right?"
FOLDER = "Which folder should it be made in?"
PICKER = "Which template?"

HELLO = ("--template", "hello", "--no-validate", "--no-git")
SHARED = (
    *("--no-validate", "--no-git", "--set", "worker_name=guest-book", "--set", "description=A guest book."),
    *("--with", ""),
)
ANSWERED = ("--template", "hello", *SHARED, "--set", "panic_unwind=no")
WITHOUT_ADDITIONS = ("--template", "hello", *SHARED[:-2], "--set", "panic_unwind=no")
ADDED = "What should be added to it?"
SPACE = " "

Start = Callable[..., Terminal]


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Return the program, as a copy without history."""
    folder = tmp_path_factory.mktemp("program")
    copy_work_tree(folder, "copier.yml", "templates", "scaffolder", "scaffold.py", "requirements.lock")
    return sys.executable, str(folder / "scaffold.py")


@pytest.fixture
def start(program: tuple[str, str], here: Path, tmp_path: Path) -> Iterator[Start]:
    """Yield a function that starts `scaffold new` in a terminal."""
    terminals: list[Terminal] = []

    def start(*words: str, columns: int = 80, rows: int = 40, **env: str) -> Terminal:
        variables = {"SCAFFOLD_CACHE": str(tmp_path / "cache"), **env}
        terminals.append(Terminal([*program, "new", *words], cwd=here, env=variables, columns=columns, rows=rows))
        return terminals[-1]

    yield start
    for terminal in terminals:
        terminal.close()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def line_of(terminal: Terminal, text: str) -> str:
    return next(line for line in terminal.lines if text in line)


def choose(terminal: Terminal, line: str) -> None:
    """Go to a line of the review page, and press enter."""
    terminal.wait_for(REVIEW, f"   {line}")
    entries = [text[3:] for text in terminal.lines[terminal.lines.index(line_of(terminal, REVIEW)) + 1 :]]
    number = next(number for number, entry in enumerate(entries) if entry.startswith(line))
    terminal.type(*[DOWN] * number, ENTER)


# --- the picker ----------------------------------------------------------------------------


def test_the_picker_shows_one_line_for_each_template_and_the_details_of_the_highlighted_one(start: Start) -> None:
    templates = ordered_templates()
    terminal = start()
    terminal.wait_for(PICKER, "type to filter")

    for template in templates:
        bindings = ", ".join(f"{binding.name} ({binding.kind})" for binding in template.bindings) or "none"
        requests, breakages = manifests.proof_size(template.id)
        assert min(requests, breakages) > 0
        details = (
            f"{template.title}. {template.summary} Bindings: {bindings}. Plan: {template.plan}; "
            f"{'a' if template.login else 'no'} login to run it locally."
        )
        proof = f"Proof: built and run; {requests} requests answered; its tests catch {breakages} breakages."
        terminal.wait_for(f" » {template.id}", template.summary, PURPOSES[template.purpose])
        terminal.wait_for_words(f"{template.id} {template.summary}", details, proof)
        terminal.type(DOWN)
    # The last one is followed by the first.
    terminal.wait_for(f" » {templates[0].id}")


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 20), (60, 12)])
def test_a_small_screen_shows_how_many_templates_it_does_not_show_and_the_pointer_stays_in_sight(
    start: Start, columns: int, rows: int
) -> None:
    terminal = start(columns=columns, rows=rows)
    terminal.wait_for(PICKER, "more below")

    seen = set()
    for _ in manifests.template_ids():
        assert len(terminal.lines) == rows
        assert all(len(line) < columns for line in terminal.lines)
        (highlighted,) = [line.split()[1] for line in terminal.lines if line.startswith(" » ")]
        seen.add(highlighted)
        shown = [
            line
            for line in terminal.lines
            if line[3:].split(" ")[0] in manifests.template_ids() and line[:3] in {" » ", "   "}
        ]
        hidden = sum(
            int(number) for number in re.findall(r"^   (\d+) more (?:above|below)$", terminal.text, re.MULTILINE)
        )
        assert len(shown) + hidden == len(manifests.template_ids())
        terminal.type(DOWN)
        terminal.wait_without(f" » {highlighted} ")
    assert seen == set(manifests.template_ids())


def test_page_and_end_keys_move_through_the_picker_and_stop_at_its_ends(start: Start) -> None:
    ids = [template.id for template in ordered_templates()]
    terminal = start(rows=24)
    terminal.wait_for(f" » {ids[0]}")

    terminal.type("\x1b[6~")
    terminal.wait_for(f" » {ids[10]}")
    for _ in ids[11::10]:
        terminal.type("\x1b[6~")
    terminal.wait_for(f" » {ids[-1]}", "more above")
    terminal.type("\x1b[H")
    terminal.wait_for(f" » {ids[0]}")
    terminal.type("\x1b[F")
    terminal.wait_for(f" » {ids[-1]}")


@pytest.mark.parametrize("locale", [{"LC_ALL": "POSIX"}, {"LANG": "C"}, {"LC_ALL": "en_US.ISO-8859-1"}])
def test_a_terminal_without_unicode_gets_ascii_alone(start: Start, locale: dict[str, str]) -> None:
    terminal = start(**{"LANG": "", "LC_ALL": "", "LC_CTYPE": "", **locale})
    terminal.wait_for(PICKER, " > hello")
    terminal.type(ENTER)
    terminal.wait_for(NAME)
    terminal.type(ENTER, ENTER, ENTER)
    terminal.wait_for("should be added")
    terminal.type(ENTER)
    terminal.wait_for(REVIEW, " > Create the project")

    assert terminal.raw.isascii()


def test_what_is_typed_at_the_picker_leaves_the_templates_that_hold_it(start: Start) -> None:
    terminal = start()
    terminal.wait_for(PICKER, "durable-sql")

    terminal.type("visitors")
    terminal.wait_without("durable-sql")

    assert " » hello" in terminal.text
    assert "/visitors..." in terminal.text
    terminal.type(ENTER)
    terminal.wait_for(NAME)
    assert "? Which template? hello" in terminal.lines


def test_the_picker_finds_a_template_by_what_it_is_bound_to(start: Start) -> None:
    terminal = start()
    terminal.wait_for(PICKER, "hello")

    terminal.type("DEAD_LETTERS")
    terminal.wait_without("hello")

    assert " » queue" in terminal.text


def test_a_filter_without_a_match_shows_that_and_enter_picks_nothing(start: Start, here: Path) -> None:
    terminal = start()
    terminal.wait_for(PICKER, "durable-sql")

    terminal.type("zzz")
    terminal.wait_for("nothing matches")
    assert "hello" not in terminal.text
    terminal.type(ENTER, DOWN, ENTER, "\x7f", "\x7f", "\x7f", "visitors")
    terminal.wait_for(" » hello", "visitors...")
    assert "nothing matches" not in terminal.text
    terminal.type(ENTER)
    terminal.wait_for("? Which template? hello", NAME)

    assert names(here) == ["neighbour"]


def test_the_picture_of_the_picker_shows_what_the_picker_shows_and_fetches_nothing() -> None:
    picture = (ROOT / "docs" / "picker.svg").read_text(encoding="utf-8")
    words = " ".join("".join(ET.fromstring(picture).itertext()).replace("\xa0", " ").split())  # noqa: S314 - we drew it

    for template in manifests.templates():
        assert all(word in words for word in (template.id, *template.summary.split())), template.id
    assert set(re.findall(r"https?://[^\"')\s]+", picture)) == {"http://www.w3.org/2000/svg"}
    assert str(ROOT) not in picture


# --- the questions -------------------------------------------------------------------------


def test_a_bad_name_is_refused_while_it_is_typed_and_can_be_corrected(start: Start, here: Path) -> None:
    terminal = start(*HELLO)
    terminal.wait_for(NAME, "my-worker")

    terminal.type(ERASE_LINE, "Bad_Name")
    terminal.wait_for("it must be 1 to 54 lower-case letters", "as in guest-book")
    terminal.type(ENTER, ERASE_LINE, "good-name")
    terminal.wait_without("it must be")
    terminal.type(ENTER)
    terminal.wait_for(DESCRIPTION)

    assert names(here) == ["neighbour"]


def test_typing_replaces_a_default_and_enter_takes_it(start: Start, here: Path) -> None:
    terminal = start(*HELLO, "--with", "", "--set", "panic_unwind=no")
    terminal.wait_for(NAME, "  my-worker")

    terminal.type("my-api")
    terminal.wait_for("  my-api")
    terminal.wait_without("my-worker")
    terminal.type(*["\x7f"] * 6)
    terminal.wait_for("  my-worker")
    terminal.type("my-api", ENTER)
    terminal.wait_for(DESCRIPTION, "  A worker in Rust.")
    terminal.type(ENTER)
    terminal.wait_for(REVIEW, "   worker_name   my-api", "   description   A worker in Rust.")
    # A current answer is a default, too.
    choose(terminal, "worker_name")
    terminal.wait_for(NAME, "  my-api")
    terminal.type("other", ENTER)
    terminal.wait_for("   worker_name   other")
    terminal.type(ENTER)

    assert terminal.end() == 0
    assert names(here) == ["neighbour", "other"]


@pytest.mark.parametrize("key", ["\t", "\x1b[C"], ids=["tab", "right"])
def test_a_default_can_be_taken_as_a_text_to_edit(start: Start, key: str) -> None:
    terminal = start(*HELLO)
    terminal.wait_for(NAME, "  my-worker")

    terminal.type(key, "-2", ENTER)

    terminal.wait_for("  my-worker-2", DESCRIPTION)


def test_a_refusal_stands_right_below_what_was_typed(start: Start) -> None:
    terminal = start(*HELLO)
    terminal.wait_for(NAME, "my-worker")

    terminal.type("Bad_Name", ENTER)
    terminal.wait_for("it must be 1 to 54", "as in guest-book")

    at = terminal.lines.index("  Bad_Name")
    reason = " ".join(line.strip() for line in terminal.lines[at + 1 :]).strip()
    assert reason.startswith("it must be 1 to 54 lower-case letters")
    assert reason.endswith("as in guest-book")


def test_a_default_that_is_not_legal_is_refused_and_still_replaced_by_typing(start: Start, here: Path) -> None:
    (here / "my-worker").mkdir()
    (here / "my-worker" / "file").touch()
    terminal = start(*HELLO, "--with", "", "--set", "panic_unwind=no", "--set", "description=x")
    terminal.wait_for(NAME)
    terminal.type("other", ENTER)
    choose(terminal, "folder")
    terminal.wait_for(FOLDER)
    (here / "other").mkdir()
    (here / "other" / "file").touch()
    terminal.type(ENTER)
    terminal.wait_for("it contains file")
    terminal.type("third", ENTER)

    terminal.wait_for(REVIEW, "/third")


@pytest.mark.parametrize("setting", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_without_colours_a_default_stands_in_brackets(start: Start, setting: dict[str, str]) -> None:
    terminal = start(*HELLO, **setting)

    terminal.wait_for(NAME[:20], "[my-worker]")


# --- a terminal that shows lines and nothing else ------------------------------------------------


def test_a_dumb_terminal_gets_every_prompt_as_lines(start: Start, here: Path) -> None:
    terminal = start("--no-validate", "--no-git", TERM="dumb", rows=100)
    terminal.wait_for("number or name [1]")
    terminal.type("nope\r")
    terminal.wait_for("there is no such entry")
    terminal.type("durable-sql\r")
    terminal.wait_for("[my-worker]")
    terminal.type("Bad\r")
    terminal.wait_for("it must be 1 to 54")
    terminal.type("guest-book\r")
    terminal.wait_for("[A worker in Rust.]")
    terminal.type("\x1b\r")
    terminal.wait_for("[guest-book]")
    terminal.type("\r")
    terminal.wait_for("[A worker in Rust.]")
    terminal.type("\r")
    terminal.wait_for("1 an hour")
    terminal.type("1\r")
    terminal.wait_for("numbers or names")
    terminal.type("kv cron\r")
    terminal.wait_for("[0 5 * * *]")
    terminal.type("\r")
    terminal.wait_for("[CACHE]")
    terminal.type("PAGES\r")
    terminal.wait_for("Create the project")
    terminal.type("\r")

    assert terminal.end() == 0
    assert b"\x1b" not in terminal.raw.replace(b"^[", b"")
    config = (here / "guest-book" / "wrangler.toml").read_text(encoding="utf-8")
    assert 'binding = "PAGES"' in config
    assert "0 5 * * *" in config


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
def test_a_dumb_terminal_is_left_by_the_same_keys(start: Start, here: Path, key: str) -> None:
    terminal = start(*HELLO, TERM="dumb")
    terminal.wait_for("[my-worker]")
    terminal.type(key)

    assert terminal.end() == 130
    assert names(here) == ["neighbour"]


# --- narrow --------------------------------------------------------------------------------------


def test_a_narrow_terminal_shows_every_prompt_within_its_width(start: Start) -> None:
    terminal = start("--no-validate", "--no-git", columns=40, rows=30)
    terminal.wait_for(PICKER, " » hello")
    terminal.type(ENTER)
    terminal.wait_for("What is the worker called?", "my-worker")
    terminal.type("Bad_")
    terminal.wait_for("end with a letter or digit, as in", "guest-book")
    terminal.type(ERASE_LINE, ENTER)
    terminal.wait_for("A worker in Rust.")
    terminal.type(ENTER)
    terminal.wait_for("(y/N)")
    terminal.type("n")
    terminal.wait_for(ADDED, "[ ] ai")
    assert max(map(len, terminal.lines)) < 40
    terminal.type(ENTER)
    terminal.wait_for("Is this right?", "with")

    assert max(map(len, terminal.lines)) < 40


def test_no_line_of_a_question_is_broken_inside_a_word(start: Start) -> None:
    terminal = start("--template", "queue-once", "--set", "worker_name=guest-book", "--set", "description=A.")
    terminal.wait_for("What is the queue called?", "guest-book-jobs")
    terminal.type(ENTER)
    terminal.wait_for("How many times")

    assert [line for line in terminal.lines if len(line) > 79] == []


def test_the_name_follows_from_the_folder_that_was_given(start: Start) -> None:
    terminal = start("My Guests", *HELLO)

    terminal.wait_for(NAME, "my-guests")


# --- the review ----------------------------------------------------------------------------


def test_every_answer_is_reviewed_before_the_project_is_made(start: Start, here: Path) -> None:
    terminal = start(*ANSWERED)
    terminal.wait_for(REVIEW, "Cancel; write nothing")
    page = terminal.lines[terminal.lines.index(line_of(terminal, REVIEW)) :][:10]

    assert page[:6] == [
        "? Is this right? (choose a line to change it)",
        " » Create the project",
        "   template      hello",
        "   worker_name   guest-book",
        "   description   A guest book.",
        "   panic_unwind  no",
    ]
    assert page[6] == "   with          nothing more"
    assert page[7].startswith("   folder        /")
    assert page[8:] == ["   validate      no", "   Cancel; write nothing"]
    assert names(here) == ["neighbour"]


def test_a_project_that_was_accepted_is_made(start: Start, here: Path) -> None:
    terminal = start(*ANSWERED)
    terminal.wait_for(REVIEW)
    terminal.type(ENTER)

    assert terminal.end() == 0
    assert "A guest book." in (here / "guest-book" / "Cargo.toml").read_text(encoding="utf-8")
    assert "  cd guest-book" in terminal.lines


def test_worker_name_can_be_changed_and_the_folder_follows(start: Start, here: Path) -> None:
    terminal = start(*ANSWERED)
    choose(terminal, "worker_name")
    terminal.wait_for(NAME)
    terminal.type(ERASE_LINE, "other-name", ENTER)
    terminal.wait_for("   worker_name   other-name")
    terminal.type(ENTER)

    assert terminal.end() == 0
    assert names(here) == ["neighbour", "other-name"]


def test_the_description_can_be_changed(start: Start, here: Path) -> None:
    terminal = start(*ANSWERED)
    choose(terminal, "description")
    terminal.wait_for(DESCRIPTION)
    terminal.type(ERASE_LINE, "Something else.", ENTER)
    terminal.wait_for("   description   Something else.")
    terminal.type(ENTER)

    assert terminal.end() == 0
    assert "Something else." in (here / "guest-book" / "Cargo.toml").read_text(encoding="utf-8")


def test_what_is_added_can_be_changed_but_not_to_what_the_template_cannot_take(start: Start, here: Path) -> None:
    terminal = start(*ANSWERED)
    choose(terminal, "with")
    terminal.wait_for(ADDED, "[ ] assets")
    terminal.type("asset", SPACE, ERASE_LINE, "cron", SPACE)
    terminal.wait_for("[x] cron")
    terminal.type(ENTER)
    terminal.wait_for("Which assets, as [FOLDER][=NAME]?", "public")
    terminal.type("src")
    terminal.wait_for("is not a valid assets folder")
    terminal.type(ENTER, ERASE_LINE, ENTER)
    terminal.wait_for("Which cron", "0 5 * * *")
    terminal.type(ENTER)
    terminal.wait_for("   with          assets, cron")
    terminal.type(ENTER)

    assert terminal.end() == 0
    assert (here / "guest-book" / "public" / "robots.txt").is_file()
    assert '["0 5 * * *"]' in (here / "guest-book" / "wrangler.toml").read_text(encoding="utf-8")


def test_what_is_added_is_asked_for_and_nothing_is_checked_at_first(start: Start, here: Path) -> None:
    terminal = start(*WITHOUT_ADDITIONS)
    terminal.wait_for(ADDED, "[ ] kv")
    assert "[x]" not in terminal.text
    terminal.type("hyperdrive", SPACE, ERASE_LINE)
    terminal.wait_for("[x] hyperdrive", "[ ] kv")
    terminal.type("kv")
    terminal.wait_without("hyperdrive")
    terminal.type(SPACE, ENTER)
    # What has no default name is refused at its own question.
    terminal.wait_for("? What should be added to it? hyperdrive, kv", "Which hyperdrive, as NAME=ID?")
    terminal.type(ENTER)
    terminal.wait_for("`hyperdrive` needs a name")
    terminal.type("STORE=0123456789abcdef0123456789abcdef", ENTER)
    terminal.wait_for("Which kv, as NAME?", "CACHE")
    terminal.type("PAGES", ENTER)
    terminal.wait_for(REVIEW, "kv:PAGES")
    terminal.type(ENTER)

    assert terminal.end() == 0
    config = (here / "guest-book" / "wrangler.toml").read_text(encoding="utf-8")
    assert 'binding = "PAGES"' in config
    assert 'binding = "STORE"' in config
    assert "--with kv:PAGES" in "".join(terminal.lines)


def test_enter_at_the_list_of_additions_adds_nothing(start: Start) -> None:
    terminal = start(*WITHOUT_ADDITIONS)
    terminal.wait_for(ADDED)
    terminal.type(ENTER)

    terminal.wait_for(REVIEW, "   with          nothing more")


def test_what_was_added_is_checked_when_the_list_is_shown_again_and_can_be_taken_out(start: Start, here: Path) -> None:
    terminal = start(*WITHOUT_ADDITIONS, "--with", "kv:PAGES,cron")
    choose(terminal, "with")
    terminal.wait_for("[x] kv:PAGES", "[x] cron", "[ ] kv ")
    terminal.type("cron", SPACE, ENTER)
    terminal.wait_for(REVIEW, "   with          kv:PAGES")
    terminal.type(ENTER)

    assert terminal.end() == 0
    assert "crons" not in (here / "guest-book" / "wrangler.toml").read_text(encoding="utf-8")


def test_a_template_that_cannot_take_what_is_checked_refuses_it_below_the_list(start: Start) -> None:
    terminal = start("--template", "leptos", *SHARED[:-2])
    terminal.wait_for(ADDED)
    terminal.type("assets", SPACE, ENTER)

    terminal.wait_for("[x] assets", "  this worker already has assets")
    terminal.type(SPACE)
    terminal.wait_without("already has")


def test_the_folder_can_be_changed_but_not_to_one_that_is_taken(start: Start, here: Path) -> None:
    terminal = start(*ANSWERED)
    choose(terminal, "folder")
    terminal.wait_for(FOLDER)
    terminal.type(ERASE_LINE, "neighbour")
    terminal.wait_for("it contains file")
    terminal.type(ERASE_LINE, "deep/down", ENTER)
    terminal.wait_for("deep/down", REVIEW)
    terminal.type(ENTER)

    assert terminal.end() == 0
    assert (here / "deep" / "down" / "Cargo.toml").is_file()
    assert "  cd deep/down" in terminal.lines


def test_a_chosen_folder_stays_when_the_worker_is_renamed_after(start: Start, here: Path) -> None:
    terminal = start(*ANSWERED)
    choose(terminal, "folder")
    terminal.wait_for(FOLDER)
    terminal.type(ERASE_LINE, "chosen", ENTER)
    choose(terminal, "worker_name")
    terminal.wait_for(NAME)
    terminal.type(ERASE_LINE, "other-name", ENTER)
    terminal.wait_for("   worker_name   other-name")
    terminal.type(ENTER)

    assert terminal.end() == 0
    assert names(here) == ["chosen", "neighbour"]


def test_the_template_can_be_changed_and_shared_answers_stay(start: Start, here: Path) -> None:
    terminal = start(*ANSWERED)
    choose(terminal, "template")
    terminal.wait_for(PICKER)
    terminal.type("durable-sql", ENTER)
    terminal.wait_for("How long may an item stay")
    terminal.type(UP, ENTER)
    terminal.wait_for(REVIEW, "   template       durable-sql", "   expires_after  an hour", "A guest book.")
    terminal.type(ENTER)

    assert terminal.end() == 0
    assert "new_sqlite_classes" in (here / "guest-book" / "wrangler.toml").read_text(encoding="utf-8")


def test_validation_is_on_at_a_terminal_and_can_be_switched_off(start: Start, here: Path) -> None:
    terminal = start(*(word for word in ANSWERED if word != "--no-validate"))
    terminal.wait_for("   validate      yes: build it, run it and test it")
    choose(terminal, "validate")
    terminal.wait_for("   validate      no")
    terminal.type(ENTER)

    assert terminal.end() == 0
    assert names(here) == ["guest-book", "neighbour"]


def test_inside_a_workspace_it_is_asked_whether_to_join_and_can_be_changed(start: Start, here: Path) -> None:
    (here / "Cargo.toml").write_text("[workspace]\n", encoding="utf-8")
    terminal = start("workers/guests", *ANSWERED)
    terminal.wait_for("Should it join the Cargo workspace", "no, stand outside of it")
    terminal.type(ENTER)
    terminal.wait_for(REVIEW, "workspace     outside")
    choose(terminal, "workspace")
    terminal.wait_for("Should it join the Cargo workspace")
    terminal.type(DOWN, ENTER)
    terminal.wait_for(REVIEW, "workspace     join")
    terminal.type(ENTER)

    assert terminal.end() == 0, terminal.text
    assert '"workers/guests"' in (here / "Cargo.toml").read_text(encoding="utf-8")
    assert not (here / "workers" / "guests" / "Cargo.lock").exists()


def test_cancel_writes_nothing(start: Start, here: Path) -> None:
    terminal = start(*ANSWERED)
    terminal.wait_for(REVIEW)
    terminal.type(UP, ENTER)

    assert terminal.end() == 130
    assert "cancelled; nothing was written" in terminal.text
    assert names(here) == ["neighbour"]


# --- leaving -------------------------------------------------------------------------------

PROMPTS: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "the picker": ((), (PICKER,)),
    "a text": (HELLO, (NAME, "my-worker")),
    "a choice": (("--template", "durable-sql", *SHARED), ("How long may an item stay",)),
    "a yes or no": (("--template", "hello", *SHARED), ("Should a panic fail",)),
    "the additions": (WITHOUT_ADDITIONS, (ADDED, "[ ] kv")),
    "the review": (ANSWERED, (REVIEW,)),
}
"""Arguments that lead to each prompt, and what it shows."""


@pytest.mark.promise("whole-or-nothing", "exit-code", "true-words", kind="signal")
@pytest.mark.parametrize(
    ("prompt", "key"), [*((prompt, CTRL_C) for prompt in PROMPTS), ("the picker", CTRL_D), ("a text", CTRL_D)]
)
def test_a_prompt_that_is_left_leaves_nothing(start: Start, here: Path, prompt: str, key: str) -> None:
    words, shown = PROMPTS[prompt]
    terminal = start(*words)
    terminal.wait_for(*shown)
    terminal.type(key)

    assert terminal.end() == 130
    assert "interrupted: stopped before it finished" in terminal.text
    assert "Traceback" not in terminal.text
    assert names(here) == ["neighbour"]


STOP = "This is the first question. Stop here?"


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("enter", ["", ENTER], ids=["", "then enter"])
def test_escape_at_the_first_prompt_asks_whether_to_stop_and_goes_on_unless_told_so(
    start: Start, here: Path, prompt: str, enter: str
) -> None:
    words, shown = PROMPTS[prompt]
    terminal = start(*words)
    terminal.wait_for(*shown)
    # Enter in the same breath is the answer to the question whether to stop, which is No.
    terminal.type(ESCAPE + enter)
    if not enter:
        terminal.wait_for(STOP)
        terminal.type("n")
    terminal.wait_for(f"{STOP} No", *shown)
    terminal.type(ESCAPE)
    terminal.wait_for(f"{STOP} (y/N)")
    terminal.type("y")

    assert terminal.end() == 130
    assert "cancelled; nothing was written" in terminal.text
    assert "you pressed Escape" in terminal.text
    assert names(here) == ["neighbour"]


@pytest.mark.parametrize("prompt", ["the picker", "a choice", "a yes or no", "the additions", "the review"])
def test_a_key_that_accepts_the_empty_text_behind_a_list_is_no_answer(start: Start, here: Path, prompt: str) -> None:
    words, shown = PROMPTS[prompt]
    terminal = start(*words)
    terminal.wait_for(*shown)
    terminal.type(CTRL_O, ENTER)
    if prompt != "the review":
        terminal.wait_for(NAME if prompt == "the picker" else REVIEW)
        terminal.type(CTRL_C)

    assert terminal.end() == (0 if prompt == "the review" else 130)
    assert "internal error" not in terminal.text
    assert names(here) == (["guest-book", "neighbour"] if prompt == "the review" else ["neighbour"])


def test_escape_goes_back_through_every_question_to_the_picker_and_keeps_what_was_answered(
    start: Start, here: Path
) -> None:
    terminal = start("--no-validate", "--no-git")
    terminal.wait_for(PICKER, "durable-sql")
    terminal.type("visitors", ENTER)
    terminal.wait_for(NAME)
    terminal.type(ERASE_LINE, "guest-book", ENTER)
    terminal.wait_for(DESCRIPTION)
    terminal.type(ERASE_LINE, "A guest book.", ENTER)
    terminal.wait_for("Should a panic fail")
    terminal.type("n")
    terminal.wait_for(ADDED)
    terminal.type("kv", SPACE, ENTER)
    terminal.wait_for("Which kv")
    terminal.type(ENTER)
    terminal.wait_for(REVIEW)
    terminal.type(ESCAPE)
    terminal.wait_for("Which kv")
    terminal.type(ESCAPE)
    terminal.wait_for(ADDED, "[x] kv")
    terminal.type(ESCAPE)
    terminal.wait_for("larger. (y/N)")
    terminal.type(ESCAPE)
    terminal.wait_without("(y/N)")
    terminal.type("!")
    terminal.wait_for("A guest book.!")
    terminal.type(ESCAPE)
    terminal.wait_without("A guest book.!")
    terminal.type("-x")
    terminal.wait_for("guest-book-x")
    terminal.type(ESCAPE)
    terminal.wait_for("type to filter", " » hello")
    terminal.type(ENTER)
    terminal.wait_for(NAME)

    terminal.type(CTRL_C)
    assert terminal.end() == 130
    assert names(here) == ["neighbour"]


def test_escape_shows_the_answer_that_was_given_before(start: Start, here: Path) -> None:
    terminal = start("guest-book", *HELLO, "--yes")
    terminal.wait_for(NAME)
    terminal.type(ERASE_LINE, "other-name", ENTER)
    terminal.wait_for(DESCRIPTION)
    terminal.type(ESCAPE)
    terminal.wait_without(DESCRIPTION)
    terminal.type("-again", ENTER)
    terminal.wait_for("other-name-again", DESCRIPTION)
    terminal.type(ENTER)
    terminal.wait_for("Should a panic fail")
    terminal.type(ENTER)
    terminal.wait_for(ADDED)
    terminal.type(ENTER)

    assert terminal.end() == 0
    assert 'name = "other-name-again"' in (here / "guest-book" / "Cargo.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "shown"),
    [("worker_name", NAME), ("panic_unwind", "Should a panic"), ("folder", FOLDER), ("with", "added")],
)
def test_escape_at_a_change_goes_back_to_the_review_and_changes_nothing(
    start: Start, here: Path, line: str, shown: str
) -> None:
    terminal = start(*ANSWERED)
    choose(terminal, line)
    terminal.wait_for(shown)
    terminal.type(ESCAPE)
    terminal.wait_for(
        REVIEW, f" » {line}", "   worker_name" if line != "worker_name" else " » worker_name   guest-book"
    )
    terminal.type(CTRL_C)

    assert terminal.end() == 130
    assert names(here) == ["neighbour"]


@pytest.mark.promise("whole-or-nothing", "exit-code", "true-words", kind="signal")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_a_prompt_leaves_nothing_and_shows_the_cursor_again(
    start: Start, here: Path, number: signal.Signals
) -> None:
    terminal = start()
    terminal.wait_for(PICKER)
    terminal.child.kill(number)

    assert terminal.end() == 130
    assert not terminal.screen.cursor.hidden
    assert names(here) == ["neighbour"]


# --- without questions ---------------------------------------------------------------------


def test_defaults_at_a_terminal_ask_nothing(start: Start, here: Path) -> None:
    terminal = start("guest-book", *HELLO, "--defaults")

    assert terminal.end() == 0
    assert "?" not in terminal.text
    assert names(here) == ["guest-book", "neighbour"]


def test_yes_asks_for_answers_but_not_for_confirmation(start: Start, here: Path) -> None:
    terminal = start("guest-book", *HELLO, "--yes")
    terminal.wait_for(NAME)
    terminal.type(ENTER)
    terminal.wait_for(DESCRIPTION)
    terminal.type(ENTER)
    terminal.wait_for("Should a panic fail")
    terminal.type(ENTER)
    terminal.wait_for(ADDED)
    terminal.type(ENTER)

    assert terminal.end() == 0
    assert REVIEW not in terminal.text
    assert names(here) == ["guest-book", "neighbour"]


def test_the_command_at_the_end_asks_nothing(start: Start) -> None:
    terminal = start("guest-book", *ANSWERED)
    terminal.wait_for(REVIEW)
    terminal.type(ENTER)
    assert terminal.end() == 0
    command = "".join(terminal.lines[terminal.lines.index("To make the same project again:") + 1 :])

    assert "--set worker_name=guest-book" in command
    assert command.endswith("--no-git --defaults --no-validate")


@pytest.mark.parametrize("stdin", [subprocess.DEVNULL, subprocess.PIPE], ids=["closed", "a pipe"])
def test_without_a_terminal_nothing_is_asked(program: tuple[str, str], here: Path, stdin: int) -> None:
    with subprocess.Popen(
        [*program, "new"], cwd=here, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        # A pipe that stays open would keep a prompt waiting; the limit would end it.
        code = running.wait(LIMIT)
        assert running.stdout is not None
        assert running.stderr is not None
        out, err = running.stdout.read(), running.stderr.read()

    assert (code, out) == (2, "")
    assert "there is no terminal to ask at" in err
    assert "\x1b" not in err
    assert names(here) == ["neighbour"]


def test_prompts_are_shown_though_the_result_goes_to_a_file(program: tuple[str, str], here: Path) -> None:
    command = shlex.join([*program, "new", *ANSWERED])
    terminal = Terminal(["/bin/sh", "-c", f"exec {command} > ../result"], cwd=here)
    terminal.wait_for(REVIEW)
    terminal.type(ENTER)

    assert terminal.end() == 0
    assert (here.parent / "result").read_text(encoding="utf-8").startswith(f"Created {here / 'guest-book'}\n")


# --- colour --------------------------------------------------------------------------------


def test_with_no_color_what_is_said_outside_of_prompts_is_plain_text(start: Start) -> None:
    terminal = start("guest-book", *HELLO, "--defaults", NO_COLOR="1")

    assert terminal.end() == 0
    assert b"guest-book" in terminal.raw
    assert b"\x1b" not in terminal.raw


def test_with_no_color_prompts_have_no_colour_either(start: Start) -> None:
    terminal = start(NO_COLOR="1")
    terminal.wait_for(PICKER, "queue")

    assert re.findall(rb"\x1b\[[0-9;]*(?:3[0-9]|4[0-9]|9[0-7])[0-9;]*m", terminal.raw) == []


# --- programs that ask -------------------------------------------------------------------------

SIGNER = """\
#!/bin/sh
printf 'Passphrase for %s: ' "$GPG_TTY" > /dev/tty
read -r answer < /dev/tty
[ "$answer" = sesame ] || exit 1
cat > /dev/null
printf '\\n[GNUPG:] SIG_CREATED D 1 8 00 0 0\\n' >&2
printf -- '-----BEGIN PGP SIGNATURE-----\\n\\nit is signed\\n-----END PGP SIGNATURE-----\\n'
"""
"""A program that signs as gpg does, and asks for a passphrase at the terminal."""


@pytest.fixture
def sign(start: Start, tmp_path: Path) -> Terminal:
    """Return a terminal in which the first commit has to be signed."""
    signer = tmp_path / "signer"
    signer.write_text(SIGNER, encoding="utf-8")
    signer.chmod(0o755)
    settings = tmp_path / "gitconfig"
    lines = (
        "[user]",
        "name = A",
        "email = a@example.com",
        "[commit]",
        "gpgsign = true",
        "[gpg]",
        f"program = {signer}",
    )
    settings.write_text("\n".join(lines), encoding="utf-8")
    words = ("made", "--template", "hello", "--defaults", "--no-validate")
    return start(*words, GIT_CONFIG_GLOBAL=str(settings), GPG_TTY="")


def test_a_signing_key_asks_for_its_passphrase_at_the_terminal(sign: Terminal, here: Path) -> None:
    sign.wait_for("Passphrase for /dev/")
    sign.type("sesame\r")

    assert sign.end() == 0
    assert "it is signed" in git(here / "made", "cat-file", "-p", "HEAD")


def test_a_wrong_passphrase_leaves_the_project_without_a_commit(sign: Terminal, here: Path) -> None:
    sign.wait_for("Passphrase for /dev/")
    sign.type("wrong\r")

    assert sign.end() == 6
    assert "git could not create the initial commit" in sign.text
    assert (here / "made" / "Cargo.toml").is_file()


def test_ctrl_c_at_the_passphrase_leaves_nothing(sign: Terminal, here: Path) -> None:
    sign.wait_for("Passphrase for /dev/")
    sign.type(CTRL_C)

    assert sign.end() == 130
    assert names(here) == ["neighbour"]
