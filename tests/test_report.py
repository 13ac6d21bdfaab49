"""The output: one block for a refusal, plain text without a terminal, one JSON document."""

from __future__ import annotations

import itertools
import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from scaffolder.core import errors
from scaffolder.core.errors import BadInput, Refusal
from scaffolder.core.findings import Finding, Span
from scaffolder.core.proof import Proof, StepResult
from scaffolder.ui import progress
from scaffolder.ui.report import Report

from .conftest import Scaffold
from .terminal import ROOT, SCAFFOLD, Terminal

STEP = StepResult("build", "ok", 1.5, "wasm 1,004 bytes")

BLOCK = """\
{kind}: nothing works
  where  this place
  why    it cannot
  fix    repair it
  | the first line
  |   the second
"""


def refusal(class_: type[Refusal] = BadInput, **words: str) -> Refusal:
    texts = {"what": "nothing works", "where": "this place", "why": "it cannot", "fix": "repair it", **words}
    return class_(**texts, details=["the first line", "  the second"])


@pytest.mark.parametrize(
    ("class_", "code", "kind"),
    [
        (errors.BuildOrTestFailed, 1, "failed"),
        (errors.BadInput, 2, "refused"),
        (errors.ToolMissing, 3, "missing tool"),
        (errors.TrustRefused, 4, "not trusted"),
        (errors.Conflict, 5, "conflict"),
        (errors.IOFailure, 6, "input/output"),
        (errors.InternalError, 7, "internal error"),
        (errors.Interrupted, 130, "interrupted"),
    ],
)
def test_a_refusal_is_one_block_and_has_its_own_exit_code(
    capsys: pytest.CaptureFixture[str], class_: type[Refusal], code: int, kind: str
) -> None:
    assert Report("new", as_json=False).refuse(refusal(class_)) == code
    assert capsys.readouterr() == ("", BLOCK.format(kind=kind))


def test_every_refusal_has_a_code_of_its_own() -> None:
    classes = Refusal.__subclasses__()

    assert sorted(class_.exit_code for class_ in classes) == [1, 2, 3, 4, 5, 6, 7, 130]
    assert len({class_.kind for class_ in classes}) == len(classes)


def test_further_lines_of_a_text_are_printed_below_its_first(capsys: pytest.CaptureFixture[str]) -> None:
    Report("new", as_json=False).refuse(refusal(fix="one\ntwo", what="a\nname"))

    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "refused: a name"
    assert lines[3:5] == ["  fix    one", "         two"]


def test_a_long_text_stays_on_one_line_so_that_it_can_be_copied(capsys: pytest.CaptureFixture[str]) -> None:
    command = " ".join(["scaffold", *["--set=some_name=some-value"] * 40])

    Report("new", as_json=False).refuse(refusal(fix=command))

    assert f"  fix    {command}" in capsys.readouterr().err.splitlines()


@pytest.mark.parametrize("text", ["[red]", "[/]", "[bold]x[/bold]", "[", "\\[red]", "[link=a]b[/link]", ":smile:"])
def test_text_from_outside_is_printed_literally(capsys: pytest.CaptureFixture[str], text: str) -> None:
    report = Report("new", as_json=False)

    report.refuse(Refusal(what=text, where=text, why=text, fix=text, details=[text]))
    with report.board([text], ["build"]) as board:
        board.end(text, StepResult("build", "failed", summary=text))
    report.proof(Proof(text, (STEP,), kept=text))
    report.rows(["a"], [[text]])
    report.tree(text, ["file"])
    report.plain(text)
    report.note(text)

    out, err = capsys.readouterr()
    assert out.count(text) == 5
    assert err.count(text) == 7


def test_control_characters_are_not_passed_to_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    report, text = Report("new", as_json=False), "a\x1b[31mb\x07c\x9bd"

    report.refuse(Refusal(what=text, where=text, why=text, fix=text, details=[text]))
    report.proof(Proof(text, (STEP,)))
    report.plain(text)
    report.note(text)
    report.tree(text, [text])

    out, err = capsys.readouterr()
    assert not {"\x1b", "\x07", "\x9b"} & set(out + err)


SHOWN = {
    "\x1b[31m": "\\x1b[31m",
    "\x9b1m": "\\x9b1m",
    "\r": "\\r",
    "\x07": "\\x07",
    "\u202e": "\\u202e",
    "\u2066": "\\u2066",
    "\u200f": "\\u200f",
    "\u061c": "\\u061c",
    "\u200b": "\\u200b",
    "\ufeff": "\\ufeff",
    "\u2028": "\\u2028",
    "\U000e0041": "\\U000e0041",
    "\udcff": "\\udcff",
}


@pytest.mark.parametrize("text", SHOWN)
def test_what_is_unprintable_is_shown_as_an_escape(capsys: pytest.CaptureFixture[str], text: str) -> None:
    show_everywhere(Report("new", as_json=False), f"a{text}b")

    out, err = capsys.readouterr()
    assert text not in out + err
    assert (out.count(f"a{SHOWN[text]}b"), err.count(f"a{SHOWN[text]}b")) == (9, 7)


@pytest.mark.parametrize(
    "text",
    ["caf\u00e9", "\u65e5\u672c", "\u0645\u0631\u062d\u0628\u0627", "a\tb", "\U0001f469\u200d\U0001f4bb", "\\x1b"],
)
def test_what_is_printable_is_shown_as_it_is(capsys: pytest.CaptureFixture[str], text: str) -> None:
    Report("new", as_json=False).plain(text)

    assert capsys.readouterr().out.replace(" ", "") == f"{text.expandtabs()}\n".replace(" ", "")


@pytest.mark.parametrize("on_github", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "a\n::error::b",
        "::error::b",
        "  ::set-output name=a::b",
        "a\n\t::add-mask::b",
        "a ##[error]b",
        "##[add-path]b",
        "###[error]",
        "a\r::error::b",
        "a\u2028::error::b",
    ],
)
def test_a_name_never_becomes_a_workflow_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, text: str, *, on_github: bool
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true" if on_github else "false")

    show_everywhere(Report("new", as_json=False), text)
    document = Report("new", as_json=True)
    document.result(name=text)
    shown = "".join(capsys.readouterr())
    document.close(0)
    written = capsys.readouterr().out

    if on_github:
        assert not any(line.strip().startswith("::") or "##[" in line for line in (shown + written).splitlines())
    assert json.loads(written)["name"] == text


def test_a_line_feed_in_a_name_begins_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    report, name = Report("validate", as_json=False), "a\nproven: b"

    report.note(f"validating {name}")
    with report.board([name, "c"], ["build"]) as board:
        board.end(name, StepResult("build", "ok", summary=name))
    report.proof(Proof(name, (STEP,), kept=name))
    report.finding(Finding("WR111", name, name, name, Span("x", 1, 1, 0, 0)), f"{name}:1:1")
    report.rows(["name"], [[name]])
    report.tree(name, [name])
    report.refuse(refusal(where=name))

    assert not any(line.strip().startswith("proven: b") for line in "".join(capsys.readouterr()).splitlines())


def show_everywhere(report: Report, text: str) -> None:
    """Show a text by everything that takes one: nine times as a result, and seven times beside it."""
    report.proof(Proof(text, (STEP,), kept=text))
    report.finding(Finding("WR111", text, text, text, Span("x", 1, 1, 0, 0)), text)
    report.plain(text)
    report.rows(["name"], [[text]])
    report.tree("files", [text])
    report.note(text)
    report.refuse(Refusal(what=text, where=text, why=text, fix=text, details=[text]))
    with report.board(["project"], ["build"]) as board:
        board.end("project", StepResult("build", "failed", summary=text))


@pytest.mark.parametrize("words", [["new", "x", "--template", "[red]"], ["validate", "[red]"], ["[red]"]])
def test_markup_in_an_argument_is_printed_literally(scaffold: Scaffold, words: list[str]) -> None:
    outcome = scaffold(*words)

    assert outcome.code == 2
    assert "[red]" in outcome.err


# --- proofs --------------------------------------------------------------------------------


def test_a_proof_shows_the_verdict_the_seconds_and_the_sizes(capsys: pytest.CaptureFixture[str]) -> None:
    Report("validate", as_json=False).proof(Proof("guest-book", (STEP, STEP), 80039, 30211, "1.96.0", "1.96.0"))

    assert capsys.readouterr().out == "proven: guest-book in 3.0 s, wasm 80,039 bytes (30,211 gzipped)\n"


def test_a_proof_by_another_rustc_than_the_pinned_one_names_both(capsys: pytest.CaptureFixture[str]) -> None:
    Report("validate", as_json=False).proof(Proof("guest-book", (STEP,), rust_release="1.95.0", rust_pinned="1.96.0"))

    assert "  by rustc 1.95.0; the catalogue was tested with 1.96.0\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("statuses", "verdict"),
    [
        (["ok", "ok"], "proven"),
        (["ok", "ok", "ok", "none"], "no worker test"),
        (["ok", "none", "ok", "ok"], "no smoke test"),
        (["ok", "ok", "none", "none"], "no Rust test and no worker test"),
        (["ok", "none", "none", "none"], "started, not proven"),
        (["ok", "failed"], "failed"),
        (["ok", "none", "failed"], "failed"),
        (["failed", "not run"], "failed"),
    ],
)
def test_only_a_project_that_passed_every_step_is_proven(statuses: list[str], verdict: str) -> None:
    names = ("build", "smoke", "rust-tests", "worker-tests")
    steps = tuple(StepResult(name, status) for name, status in zip(names, statuses, strict=False))
    assert Proof("x", steps).verdict == verdict


def test_the_columns_of_the_steps_are_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report("validate", as_json=False)
    with report.board(["one", "the-other"], ["worker-tests"]) as board:
        for name, status in itertools.product(["one", "the-other"], ["ok", "failed", "none", "not run"]):
            board.end(name, StepResult("worker-tests", status, 100.0, "summary"))

    lines = capsys.readouterr().err.splitlines()
    assert len({line.index("worker-tests") for line in lines}) == 1
    assert len({line.index("summary") for line in lines}) == 1


def test_a_terminal_shows_several_validations_in_one_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    report = Report("validate", as_json=False)
    with report.board(["one", "other"], ["build", "start"]) as board:
        board.begin("one", "build")
        board.end("one", StepResult("build", "ok", 1.5, "wasm"))
        board.begin("one", "start")
        board.end("other", StepResult("build", "failed", 2.5, "error"))

    last = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", capsys.readouterr().err).splitlines()[-3:]
    assert [line.split() for line in last] == [["build", "start"], ["one", "1.5", "s", "..."], ["other", "failed"]]


def test_info_lists_the_additional_tools_that_validating_a_template_needs(scaffold: Scaffold) -> None:
    assert "Validation also needs chromium: scaffold setup --for leptos" in scaffold("info", "leptos").out
    assert "Validation also needs" not in scaffold("info", "hello").out


# --- JSON ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["list", "--json"], 0),
        (["info", "hello", "--json"], 0),
        (["info", "nope", "--json"], 2),
        (["new", "--json"], 2),
        (["new", "made", "--template", "hello", "--defaults", "--no-git", "--json"], 0),
        (["new", "made", "--template", "hello", "--defaults", "--dry-run", "--json"], 0),
        (["validate", "nowhere", "--json"], 2),
        (["list", "--json", "--nonsense"], 2),
    ],
)
def test_json_is_one_document_with_schema_command_and_exit_code(
    scaffold: Scaffold, words: list[str], code: int
) -> None:
    outcome = scaffold(*words)

    document = outcome.document
    assert outcome.code == code
    assert (document["schema"], document["command"], document["exit_code"]) == (1, words[0], code)
    assert ("refusal" in document) == (code != 0)


def test_a_refusal_in_json_has_every_part(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report("new", as_json=True)
    report.close(report.refuse(refusal()))

    assert json.loads(capsys.readouterr().out)["refusal"] == {
        "what": "nothing works",
        "where": "this place",
        "why": "it cannot",
        "fix": "repair it",
        "kind": "refused",
        "details": ["the first line", "  the second"],
    }


def test_with_json_nothing_else_is_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report("new", as_json=True)
    report.line("a")
    report.plain("b")
    report.rows(["c"], [["d"]])
    report.tree("e", ["f"])
    report.proof(Proof("g", (STEP,)))
    report.close(0)

    assert json.loads(capsys.readouterr().out) == {"schema": 1, "command": "new", "exit_code": 0}


# --- terminals -----------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["list"], ["info", "queue"], ["new", "x", "--template", "nope"], ["nonsense"]])
@pytest.mark.parametrize("forced", ["", "1"], ids=["", "FORCE_COLOR"])
def test_without_a_terminal_there_are_no_control_codes(
    scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch, words: list[str], forced: str
) -> None:
    if forced:
        monkeypatch.setenv("FORCE_COLOR", forced)

    outcome = scaffold(*words)

    assert "\x1b" not in outcome.out + outcome.err


def test_a_terminal_gets_colour_and_the_same_text(here: Path) -> None:
    terminal = Terminal([*SCAFFOLD, "new", "x", "--template", ":smile:"], cwd=here)

    assert terminal.end() == 2
    assert "no template named `:smile:`" in terminal.text
    assert b"\x1b[1;31mrefused" in terminal.raw


def test_a_terminal_with_no_color_gets_no_colour(here: Path) -> None:
    terminal = Terminal([*SCAFFOLD, "new", "x", "--template", "nope"], cwd=here, env={"NO_COLOR": "1"})

    assert terminal.end() == 2
    assert b"\x1b" not in terminal.raw


def test_a_narrow_terminal_gets_tables_that_fit(here: Path) -> None:
    terminal = Terminal([*SCAFFOLD, "list"], cwd=here, columns=60, rows=100)

    assert terminal.end() == 0
    assert any(line.startswith("durable-sql  ") for line in terminal.lines)


@pytest.mark.parametrize("words", [["info", "queue"], ["check", "--explain", "--json"]], ids=" ".join)
def test_a_broken_pipe_ends_a_command_quietly_with_the_code_of_sigpipe(here: Path, words: list[str]) -> None:
    with subprocess.Popen(
        [*SCAFFOLD, *words], cwd=here, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        err = program.stderr.read()

    assert (program.returncode, err) == (128 + signal.SIGPIPE, "")


# --- progress ----------------------------------------------------------------------------------

PROGRESS = """
import sys, threading, tty
sys.path.insert(0, sys.argv[1])
from scaffolder.ui import progress
from scaffolder.ui.report import Report

progress.DELAY = float(sys.argv[2])
report = Report("check", as_json="--json" in sys.argv)
shown = threading.Event()
show = progress.Waiting._show
progress.Waiting._show = lambda self: (show(self), shown.set())
with report.working("checking [a] project"):
    if progress.DELAY < 1:
        shown.wait(10)
    if "--end" not in sys.argv:
        # The echo of a key would move the cursor.
        tty.setcbreak(0)
        sys.stdin.read(1)
    report.line("a result")
report.close(0)
"""
"""Work that is longer than the delay if that is short, and ends at a key."""


def work(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRESS, str(ROOT), *words, "--end"]
    return subprocess.run(command, capture_output=True, text=True, check=True)


def test_work_that_takes_long_is_one_plain_line_without_a_terminal_and_what_is_quick_none() -> None:
    slow, quick = work("0.01"), work("60")

    assert (slow.stdout, slow.stderr) == ("a result\n", "checking [a] project ...\n")
    assert (quick.stdout, quick.stderr) == ("a result\n", "")


def test_work_that_takes_long_shows_nothing_with_json() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRESS.replace("shown.wait(10)", "pass"), str(ROOT), "0", "--json", "--end"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stderr == ""
    assert json.loads(ran.stdout)["exit_code"] == 0


@pytest.mark.parametrize("setting", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}, {"LC_ALL": "POSIX"}])
def test_work_that_takes_long_is_shown_at_a_terminal_until_there_is_a_result(
    here: Path, setting: dict[str, str]
) -> None:
    terminal = Terminal([sys.executable, "-c", PROGRESS, str(ROOT), "0.01"], cwd=here, env=setting)
    terminal.wait_for("checking [a] project")
    terminal.type("x")
    terminal.wait_for("a result")

    assert terminal.end() == 0
    assert terminal.raw.isascii()
    if not setting or "LC_ALL" in setting:
        # The moving line is gone, and the cursor is back.
        assert "checking" not in terminal.text
        assert not terminal.screen.cursor.hidden
    else:
        assert b"\x1b" not in terminal.raw


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("check",), "checking the project"),
        (("add", "kv", "PAGES", "--dry-run"), "reading the project"),
        (("new", "made", "--template", "hello", "--defaults", "--dry-run"), "making the project"),
        (("doctor",), "looking at the tools"),
        (("validate",), "looking at the tools"),
    ],
)
def test_each_command_that_may_take_long_names_its_work(
    scaffold: Scaffold, here: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], shown: str
) -> None:
    titles: list[str] = []
    begin = progress.Waiting.__init__

    def remember(self: progress.Waiting, console: Console, title: str) -> None:
        titles.append(title)
        begin(self, console, title)

    monkeypatch.setattr(progress.Waiting, "__init__", remember)
    (here / "project").mkdir()
    if words[0] != "new":
        (here / "wrangler.toml").write_text('name = "notes"\nmain = "build/index.js"\n', encoding="utf-8")
        (here / "Cargo.toml").write_text('[package]\nname = "notes"\n', encoding="utf-8")

    scaffold(*words)

    assert titles[0] == shown
