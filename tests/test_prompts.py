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

from .conftest import copy_work_tree
from .terminal import CTRL_C, CTRL_D, CTRL_O, DOWN, ENTER, ERASE_LINE, ESCAPE, LIMIT, ROOT, UP, Terminal

NAME = "What is the worker called?"
DESCRIPTION = "What does it do, in one sentence?"
REVIEW = "Is this right?"
FOLDER = "Which folder should it be made in?"
PICKER = "Which template?"

HELLO = ("--template", "hello", "--no-validate", "--no-git")
SHARED = ("--no-validate", "--no-git", "--set", "worker_name=guest-book", "--set", "description=A guest book.")
ANSWERED = ("--template", "hello", *SHARED, "--set", "panic_unwind=no")

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

    def start(*words: str, **env: str) -> Terminal:
        variables = {"SCAFFOLD_CACHE": str(tmp_path / "cache"), **env}
        terminals.append(Terminal([*program, "new", *words], cwd=here, env=variables))
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


def test_the_picker_shows_title_sentence_and_bindings_of_every_template(start: Start) -> None:
    terminal = start()
    terminal.wait_for(PICKER, "type to filter")

    shown = " ".join(terminal.text.split())

    for template in manifests.templates():
        bindings = ", ".join(f"{binding.name} ({binding.kind})" for binding in template.bindings) or "none"
        assert f"{template.id} {template.title}. {template.summary} Bindings: {bindings}." in shown


def test_what_is_typed_at_the_picker_leaves_the_templates_that_hold_it(start: Start) -> None:
    terminal = start()
    terminal.wait_for(PICKER, "durable-sql")

    terminal.type("visitors")
    terminal.wait_without("durable-sql")

    assert " » hello" in terminal.text
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
        assert all(word in words for word in (template.id, template.title, *template.summary.split())), template.id
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


def test_no_line_of_a_question_is_broken_inside_a_word(start: Start) -> None:
    terminal = start("--template", "queue", "--set", "worker_name=guest-book", "--set", "description=A.")
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
    terminal.wait_for("What should be added to it?")
    terminal.type("assets:src")
    terminal.wait_for("is not a valid assets folder")
    terminal.type(ERASE_LINE, "assets,cron", ENTER)
    terminal.wait_for("   with          assets, cron")
    terminal.type(ENTER)

    assert terminal.end() == 0
    assert (here / "guest-book" / "public" / "robots.txt").is_file()
    assert '["0 5 * * *"]' in (here / "guest-book" / "wrangler.toml").read_text(encoding="utf-8")


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
    "the review": (ANSWERED, (REVIEW,)),
}
"""Arguments that lead to each prompt, and what it shows."""


@pytest.mark.parametrize(
    ("prompt", "key"), [*((prompt, CTRL_C) for prompt in PROMPTS), ("the picker", CTRL_D), ("a text", CTRL_D)]
)
def test_a_prompt_that_is_left_leaves_nothing(start: Start, here: Path, prompt: str, key: str) -> None:
    words, shown = PROMPTS[prompt]
    terminal = start(*words)
    terminal.wait_for(*shown)
    if prompt == "a text":
        terminal.type(ERASE_LINE)
        terminal.wait_for("guest-book")
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


@pytest.mark.parametrize("prompt", ["the picker", "a choice", "a yes or no", "the review"])
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
    terminal.wait_for(REVIEW)
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
