"""The documents are true: their links resolve, their commands parse, their tables are those of the catalogue."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import measures, page
from docs import tables
from scaffolder.cli import command_line

from .conftest import ROOT, Scaffold
from .reliability import counting
from .reliability import page as reliability

DOCS = ROOT / "docs"
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md")), *sorted((ROOT / "scaffolder").rglob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(
    r"""^(?:eval\ "\$\()?                                  # its output goes to a shell
        (?:(?:uvx\ --from|pipx\ run\ --spec)\ \S+\ )?      # it is fetched first
        (?:python3\ \S*scaffold\.py|scaffold|rust-worker-scaffold)\ (.+?)
        (?:\)"|\ \|\ source)?$""",
    re.VERBOSE,
)
PROGRAM = re.compile(r"^python3? (-m )?([\w./]+)")

LEFT_OUT = {"rename": ["KIND", "OLD", "NEW"], "new --with": ["KINDS"]}
"""What prose may leave out of a command that it names."""


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def shown(text: str) -> Iterator[str]:
    """Yield each line of a fenced block and each code span."""
    for _, block in FENCE.findall(text):
        yield from (line.strip() for line in block.replace("\\\n", " ").splitlines())
    yield from re.findall(r"`([^`\n]+)`", FENCE.sub("", text))


def arguments(text: str) -> Iterator[list[str]]:
    """Yield the arguments of each command of the scaffolder that a document shows, without those in brackets."""
    for line in shown(text):
        if found := COMMAND.match(line):
            yield shlex.split(re.sub(r"\[[^]]*\]", "", found[1]), comments=True)


def anchors(path: Path) -> set[str]:
    """Return the anchors that a code host gives to the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", read(path)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def is_there(program: re.Match[str]) -> bool:
    if not program[1]:
        return (ROOT / program[2]).exists()
    return importlib.util.find_spec(program[2]) is not None


def broken(path: Path) -> Iterator[str]:
    """Yield the relative links of a document that lead nowhere."""
    for link in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", FENCE.sub("", read(path)))):
        target, _, anchor = link.partition("#")
        if re.match(r"\w+:", link):
            continue
        there = (path.parent / target) if target else path
        if not there.exists() or (anchor and anchor not in anchors(there)):
            yield link


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_relative_link_of_a_document_resolves(path: Path) -> None:
    assert list(broken(path)) == []


def test_a_link_that_leads_nowhere_is_seen(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# One `two`, three\n", encoding="utf-8")
    links = "[a](other.md#one-two-three) [b](https://example.com/x) [c](missing.md) [d](other.md#four) [e](#five)"
    (tmp_path / "page.md").write_text(f"{links}\n```text\n[f](nowhere.md)\n```\n", encoding="utf-8")

    assert list(broken(tmp_path / "page.md")) == ["missing.md", "other.md#four", "#five"]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_of_a_document_parses(path: Path) -> None:
    for each in arguments(read(path)):
        command_line.parser().parse_args([*each, *LEFT_OUT.get(" ".join(each), [])])


def test_the_commands_of_the_readme_are_found() -> None:
    found = list(arguments(read(ROOT / "README.md")))

    assert ["new", "my-api"] in found
    assert ["new", "hello-worker", "--template", "hello", "--defaults", "--validate", "--yes"] in found
    assert list(arguments('`eval "$(scaffold env)"` and `scaffold validate [PROJECT ...]`')) == [["env"], ["validate"]]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_program_of_this_repository_that_a_document_names_is_there(path: Path) -> None:
    programs = [found for line in shown(read(path)) if (found := PROGRAM.match(line))]

    assert [found[0] for found in programs if not is_there(found)] == []


def test_the_index_of_the_documentation_lists_every_page() -> None:
    linked = set(re.findall(r"\]\(([^)#]+\.md)\)", read(DOCS / "README.md")))

    assert linked == {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")} - {"README.md"}


def test_the_tables_are_those_of_the_catalogue_and_the_code(scaffold: Scaffold) -> None:
    listed, kinds = scaffold("list", "--json"), scaffold("add", "--list", "--json")

    for path, name, table in (
        (tables.README, "templates", tables.templates(listed.document)),
        (tables.STARTERS, "starters", tables.starters(listed.document)),
        (tables.EDITS, "kinds", tables.kinds(kinds.document)),
        (tables.VALIDATION, "withheld", tables.withheld()),
    ):
        assert f"<!-- {name} -->\n{table}\n<!-- /{name} -->" in read(path)
    rows = [f"| `{each['id']}` | {each['summary']} |" for each in listed.document["templates"]]
    assert [row for row in rows if row not in read(tables.README)] == []


def test_a_table_is_replaced_and_nothing_beside_it() -> None:
    text = "before\n<!-- a -->\n\\1 old\n<!-- /a -->\nafter\n"

    assert tables.replaced(text, "a", "\\2 new") == "before\n<!-- a -->\n\\2 new\n<!-- /a -->\nafter\n"


def test_the_pages_of_figures_are_those_of_the_last_measurement(scaffold: Scaffold) -> None:
    results = page.load()
    ids = {each["id"] for each in scaffold("list", "--json").document["templates"]}

    assert list(measures.MEASURES) == list(page.TABLES) == list(results)
    assert {proof["project"] for proof in results["templates"]["warm"]} <= ids
    for path, text in page.pages(results).items():
        assert read(path) == text


def test_the_page_of_reliability_lists_the_promises_and_the_cases_of_the_tests(tmp_path: Path) -> None:
    tests, results = counting.collected(tmp_path / "promises.json"), reliability.load()

    # `python3 -m tests.reliability --list` writes the list again, and the command without it runs all cases, too.
    assert tests == results["tests"]
    assert read(reliability.PAGE) == reliability.text(tests, results)


def test_all_cases_of_the_promises_passed_when_they_were_run() -> None:
    results = reliability.load()["results"]

    assert [name for name, result in results.items() if result["passed"] < result["ran"]] == []


@pytest.mark.parametrize(("kind", "least"), [("bad input", 300), ("kill point", 100), ("full disk", 10), ("crowd", 5)])
def test_enough_cases_of_each_kind_were_run(kind: str, least: int) -> None:
    data = reliability.load()

    assert sum(data["results"][name]["ran"] for name, test in data["tests"].items() if test["kind"] == kind) >= least


def test_every_measured_table_names_its_day_its_commit_and_its_machine() -> None:
    day, commit, machine = r"\d{4}-\d\d-\d\d", r"`[0-9a-f]{7,}(?:-dirty)?`", r"\(\d+ cores, .+\)"
    sentence = rf"^Measured by `python3 benchmarks \S+` on {day} at commit {commit} {machine}"
    pages = read(page.FIGURES) + read(page.SIZE)
    measured = re.findall(sentence, pages, re.MULTILINE)

    assert len(measured) == len(page.TABLES) == pages.count("\n## ")


def test_nothing_suggests_that_a_name_on_a_public_index_is_ours() -> None:
    from_an_index = re.compile(r"(?:install|uvx|pipx run|--from|--spec) (?:rust-worker-scaffold|scaffold)\b")

    assert [path.name for path in DOCUMENTS if from_an_index.search(read(path))] == []
    assert from_an_index.search("uvx rust-worker-scaffold new")
