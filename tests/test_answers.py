"""Which answers are legal: one table of bad ones, refused by both doors with the same sentence."""

from __future__ import annotations

import random
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from copier import run_copy
from jinja2 import Environment

from scaffolder.catalogue import copier_worker, manifests

from .conftest import ROOT, Scaffold, copy_plainly, tree

SHAPE = (
    "it must be 1 to 54 lower-case letters, digits and single dashes, start with a letter "
    "and end with a letter or digit, as in guest-book"
)
KEPT = "`{}` is a name that Rust or Cargo reserves; try my-{}"
DEVICE = "`{}` is the name of a device on Windows; try my-{}"
CRATE = "`{}` is a crate that the template hello depends on; try my-{}"
LINE = (
    "it must be one line of 1 to 120 characters without quotes, backslashes, backticks, "
    "angle brackets or braces, as in A guest book for the village fair."
)

BAD_NAMES = [
    *(
        (name, SHAPE)
        for name in (
            "",
            "9lives",
            "-",
            "-a",
            "a-",
            "a--b",
            "A",
            "Guest",
            "guest_book",
            "guest book",
            "a.b",
            "a/b",
            "../a",
            "héllo",
            "日本",
            "ⅷ",
            "a" * 55,
            "a" * 300,
            "guest\n",
            "guest\r\n",
            "\nguest",
            " guest",
            "guest ",
            "a\0b",
            "{{ 7*7 }}",
            'a"b',
        )
    ),
    *(
        (name, KEPT.format(name, name))
        for name in (
            "async",
            "gen",
            "self",
            "true",
            "try",
            "dyn",
            "test",
            "deps",
            "build",
            "examples",
            "incremental",
            "core",
            "std",
            "alloc",
            "proc-macro",
        )
    ),
    *((name, DEVICE.format(name, name)) for name in ("con", "nul", "aux", "prn", "com1", "lpt9")),
    *((name, CRATE.format(name, name)) for name in ("worker", "worker-macros")),
]
BAD_SENTENCES = [
    "",
    " ",
    " leading",
    "trailing ",
    "two\nlines",
    "ending\n",
    "\n",
    'a "quoted" word',
    "back\\slash",
    "back`tick",
    "{{ 7*7 }}",
    "{% raw %}",
    "{",
    "<b>",
    "nul\0",
    "bell\a",
    "tab\t",
    "escape\x1b[31m",
    "delete\x7f",
    "next\x85line",
    "line\u2028separator",
    "half a character \udcff",
    "x" * 121,
    'end"\n[build]\ncommand = "rm',
]
COMPUTED = [
    name
    for file in ("versions.yml", "files.yml")
    for name, details in yaml.safe_load((ROOT / "templates" / "_shared" / file).read_text()).items()
    if details
]


def refused_plainly(source: Path, folder: Path, **answers: Any) -> str:
    """Copy with plain Copier, which must refuse, and return its sentence."""
    with pytest.raises(ValueError, match=r"Validation error|Invalid choice") as refusal:
        copy_plainly(source, folder, template="hello", **answers)
    return " ".join(str(refusal.value).partition("': ")[2].split())


@pytest.mark.promise("exit-code", "whole-or-nothing", kind="bad input")
@pytest.mark.parametrize(
    ("name", "answer", "sentence"),
    [
        *(("worker_name", name, sentence) for name, sentence in BAD_NAMES),
        *(("description", sentence, LINE) for sentence in BAD_SENTENCES),
    ],
)
def test_a_bad_answer_is_refused_by_both_doors_in_one_sentence_and_leaves_nothing(
    scaffold: Scaffold, bundle: Path, here: Path, *, name: str, answer: str, sentence: str
) -> None:
    before = tree(here)

    outcome = scaffold("new", "made", "--template", "hello", "--defaults", "--set", f"{name}={answer}", "--json")
    plain = refused_plainly(bundle, here / "made", **{name: answer})

    assert outcome.code == 2
    assert outcome.document["refusal"]["why"] == sentence
    assert plain == sentence
    assert tree(here) == before


def test_no_computed_answer_can_be_set_on_the_command_line(scaffold: Scaffold, here: Path) -> None:
    before = tree(here)
    words = [word for name in COMPUTED for word in ("--set", f"{name}=9.9.9")]

    outcome = scaffold("new", "made", "--template", "hello", "--defaults", *words)

    assert outcome.code == 2
    for name in COMPUTED:
        assert f"{name}: it does not apply to this template, or is computed and cannot be set" in outcome.err
    assert tree(here) == before


@pytest.mark.parametrize("name", COMPUTED)
def test_no_computed_answer_can_be_set_through_plain_copier(bundle: Path, here: Path, name: str) -> None:
    before = tree(here)

    sentence = refused_plainly(bundle, here / "made", **{name: "9.9.9"})

    assert sentence.startswith("'9.9.9' is not in [")
    assert tree(here) == before


@pytest.mark.parametrize("name", ["worker_version", "shared_files"])
def test_a_computed_answer_in_the_users_settings_is_refused_by_plain_copier_and_has_no_effect_on_scaffold(
    scaffold: Scaffold, bundle: Path, here: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    settings = here / "settings.yml"
    settings.write_text(f'defaults:\n  {name}: "9.9.9"\n  description: "Theirs."\n', encoding="utf-8")
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(settings))

    with pytest.raises(ValueError, match=f"Invalid choice for '{name}'"):
        run_copy(str(bundle), here / "plain", data={"template": "hello"}, defaults=True, quiet=True)
    outcome = scaffold("new", "made", "--template", "hello", "--defaults", "--no-git")

    assert outcome.code == 0
    assert not (here / "plain").exists()
    cargo = (here / "made" / "Cargo.toml").read_text(encoding="utf-8")
    assert "9.9.9" not in cargo
    assert "Theirs." not in cargo


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("a", "."),
        ("z9", "x" * 120),
        ("a" * 54, "Ça va: é, ñ, 日本, 🙂."),
        ("a-b-c-1", "It's the owner's; 100% of $5 & more | [x](y) # 7*7"),
        ("zzz-9", "'single' = not TOML's quote"),
        ("testing", "=1+1"),
        ("worker2", "- a dash: and a colon"),
    ],
)
def test_a_good_answer_is_taken_by_both_doors(
    scaffold: Scaffold, bundle: Path, here: Path, name: str, description: str
) -> None:
    answers = {"worker_name": name, "description": description}

    words = [word for pair in answers.items() for word in ("--set", "=".join(pair))]
    outcome = scaffold("new", "made", "--template", "hello", "--no-git", *words, "--set", "panic_unwind=no")
    copy_plainly(bundle, here / "plain", template="hello", **answers)

    assert outcome.code == 0, outcome.err
    assert tree(here / "made") == tree(here / "plain")
    package = tomllib.loads((here / "made" / "Cargo.toml").read_text(encoding="utf-8"))["package"]
    assert (package["name"], package["description"]) == (name, description)
    recorded = yaml.safe_load((here / "made" / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert {key: recorded[key] for key in answers} == answers


def test_an_unknown_answer_is_refused_with_the_nearest_name(scaffold: Scaffold, here: Path) -> None:
    before = tree(here)

    outcome = scaffold("new", "made", "--template", "hello", "--defaults", "--set", "wroker_name=guest-book")

    assert outcome.code == 2
    assert "did you mean worker_name?" in outcome.err
    assert tree(here) == before


def test_an_answer_to_another_templates_question_is_refused(scaffold: Scaffold, here: Path) -> None:
    outcome = scaffold("new", "made", "--template", "hello", "--defaults", "--set", "max_attempts=3")

    assert outcome.code == 2
    assert "does not apply to this template" in outcome.err
    assert not (here / "made").exists()


def test_every_bad_answer_is_named_at_once(scaffold: Scaffold, here: Path) -> None:
    before = tree(here)

    outcome = scaffold(
        "new",
        "made",
        "--template",
        "queue-once",
        "--defaults",
        "--json",
        "--set",
        "worker_name=Bad",
        "--set",
        "description=",
        "--set",
        "max_attempts=4",
        "--set",
        "colour=red",
        "--set",
        "rust_version=1",
    )

    refusal = outcome.document["refusal"]
    named = " ".join([refusal["what"], refusal["why"], *refusal["details"]])
    assert outcome.code == 2
    for name in ("5 answers", "worker_name", "description", "max_attempts", "colour", "rust_version"):
        assert name in named
    assert tree(here) == before


@pytest.mark.parametrize("value", ["4", "five", "", "3.7", "true"])
def test_an_answer_that_is_no_choice_is_refused_by_both_doors_and_the_choices_are_named(
    scaffold: Scaffold, bundle: Path, here: Path, value: str
) -> None:
    outcome = scaffold("new", "made", "--template", "queue-once", "--defaults", "--set", f"max_attempts={value}")
    with pytest.raises(ValueError, match=r"Invalid choice|invalid literal"):
        copy_plainly(bundle, here / "made", template="queue-once", max_attempts=value)

    assert outcome.code == 2
    assert "is not one of 3, 5, 10" in outcome.err
    assert not (here / "made").exists()


@pytest.mark.parametrize("words", [["worker_name"], ["=guest-book"], [""]])
def test_an_answer_without_its_question_is_refused(scaffold: Scaffold, here: Path, words: list[str]) -> None:
    outcome = scaffold("new", "made", "--template", "hello", "--defaults", "--set", *words)

    assert outcome.code == 2
    assert "is not KEY=VALUE" in outcome.err
    assert not (here / "made").exists()


def test_the_last_of_two_answers_to_one_question_counts(scaffold: Scaffold) -> None:
    words = ("--set", "worker_name=one", "--set", "worker_name=two=2")

    outcome = scaffold("new", "--template", "hello", "--defaults", "--dry-run", *words)

    assert outcome.code == 2
    assert "guest-book" in outcome.err


# --- answers files -------------------------------------------------------------------------


@pytest.mark.promise("exit-code", "true-words", kind="bad input")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, ["No such file"]),
        (b"worker_name: guest-book\ndescription: [1, 2\n", ["not YAML", "line 3"]),
        (b"worker_name: one\n\tdescription: two\n", ["not YAML", "line 2"]),
        (b"- worker_name\n- description\n", ["not a mapping"]),
        (b"just words\n", ["not a mapping"]),
        (b"", ["not a mapping"]),
        (b"\xff\xfe\x00", ["can't decode byte 0xff"]),
        (b"worker_name: !!python/object/apply:os.system ['true']\n", ["not YAML", "line 1"]),
        (b"worker_name: one\n---\nworker_name: two\n", ["not YAML", "line 2"]),
        (b"worker_name: one\n# Again.\n'worker_name': two\n", ["answers `worker_name` twice, on lines 1 and 3"]),
    ],
)
def test_an_answers_file_that_cannot_be_read_is_refused(
    scaffold: Scaffold, here: Path, text: bytes | None, words: list[str]
) -> None:
    if text is not None:
        (here / "answers.yml").write_bytes(text)
    before = tree(here)

    outcome = scaffold("new", "made", "--template", "hello", "--defaults", "--answers", "answers.yml")

    assert outcome.code == 2
    assert "cannot read the answers file\n" in outcome.err
    assert "--answers answers.yml" in outcome.err
    for word in words:
        assert word in outcome.err
    assert tree(here) == before


@pytest.mark.promise("exit-code", "true-words", kind="bad input")
@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("worker_name: 7", SHAPE),
        ("worker_name: no", SHAPE),
        ("worker_name:", "it must be a text"),
        ("worker_name: [a, b]", "it must be a text"),
        ("worker_name: {a: b}", "it must be a text"),
        ("description: 2026-01-01", "it must be a text"),
        ("max_attempts: 4", "4 is not one of 3, 5, 10"),
        ("max_attempts: 3.7", "3.7 is not one of 3, 5, 10"),
        ("max_attempts: true", "True is not one of 3, 5, 10"),
        ("max_attempts: [3]", "[3] is not one of 3, 5, 10"),
    ],
)
def test_an_answer_of_the_wrong_type_in_a_file_is_refused(
    scaffold: Scaffold, here: Path, line: str, sentence: str
) -> None:
    (here / "answers.yml").write_text(f"{line}\n", encoding="utf-8")

    outcome = scaffold("new", "made", "--template", "queue-once", "--defaults", "--answers", "answers.yml")

    assert outcome.code == 2
    assert sentence in outcome.err
    assert not (here / "made").exists()


@pytest.mark.promise("exit-code", "true-words", kind="bad input")
@pytest.mark.parametrize(
    ("text", "key", "line", "sentence"),
    [
        ("# A comment.\nworker_name: 7\n", "worker_name", 2, SHAPE),
        ("worker_name: guest-book\ndescription: [a]\n", "description", 2, "it must be a text"),
        ("worker_name: guest-book\ndescription:\n  - a\n  - b\n", "description", 2, "it must be a text"),
        ("wroker_name: guest-book\n", "wroker_name", 1, "there is no such question; did you mean worker_name?"),
        ("rust_version: 1\n", "rust_version", 1, "it does not apply to this template, or is computed"),
        ("\n\nmax_attempts: 4\n", "max_attempts", 3, "4 is not one of 3, 5, 10"),
        ("queue_name: A\n", "queue_name", 1, "it must be 1 to 59 lower-case letters"),
        ("7: seven\n", "7", 1, "there is no such question"),
    ],
)
def test_a_fault_in_an_answers_file_names_the_file_the_line_and_the_key(
    scaffold: Scaffold, here: Path, *, text: str, key: str, line: int, sentence: str
) -> None:
    (here / "my answers.yml").write_text(text, encoding="utf-8")

    outcome = scaffold("new", "made", "--template", "queue-once", "--defaults", "--answers", "my answers.yml", "--json")

    refusal = outcome.document["refusal"]
    assert outcome.code == 2
    assert refusal["what"] == f"the answer for {key} is not legal"
    assert refusal["where"] == f"--answers my answers.yml, line {line}"
    assert refusal["why"].startswith(sentence)
    assert refusal["fix"] == f"correct `{key}` in the file"
    assert not (here / "made").exists()


def test_several_faults_in_an_answers_file_and_on_the_command_line_are_named_each_with_its_place(
    scaffold: Scaffold, here: Path
) -> None:
    text = "worker_name: Bad\nmax_attempts: four\nqueue_name: jobs\ncolour: red\n"
    (here / "answers.yml").write_text(text, encoding="utf-8")

    outcome = scaffold(
        "new",
        "made",
        "--template",
        "queue-once",
        "--defaults",
        "--answers",
        "answers.yml",
        "--set",
        "queue_name=B",
        "--json",
    )

    refusal = outcome.document["refusal"]
    assert outcome.code == 2
    assert refusal["what"] == "4 answers are not legal"
    assert refusal["where"] == "--answers answers.yml, --set"
    places = [re.findall(r"^(\w+): .*\((.*)\)$", each) for each in (refusal["why"], *refusal["details"])]
    assert [place for (place,) in places] == [
        ("worker_name", "--answers answers.yml, line 1"),
        ("queue_name", "--set queue_name"),
        ("max_attempts", "--answers answers.yml, line 2"),
        ("colour", "--answers answers.yml, line 4"),
    ]


@pytest.mark.promise("exit-code", "true-words", kind="bad input")
@pytest.mark.parametrize("value", ["helo", "7", "[hello]", "''"])
def test_a_template_in_an_answers_file_that_is_none_is_refused_with_its_line(
    scaffold: Scaffold, here: Path, value: str
) -> None:
    (here / "answers.yml").write_text(f"worker_name: x\ntemplate: {value}\n", encoding="utf-8")

    outcome = scaffold("new", "made", "--defaults", "--answers", "answers.yml", "--json")

    assert outcome.code == 2
    assert outcome.document["refusal"]["where"] == "--answers answers.yml, line 2"


def test_an_answers_file_gives_types_and_the_command_line_wins_over_it(scaffold: Scaffold, here: Path) -> None:
    text = "worker_name: from-file\ndescription: '100%'\nqueue_name: jobs\nmax_attempts: 10\n"
    (here / "answers.yml").write_text(text, encoding="utf-8")

    outcome = scaffold(
        "new",
        "--template",
        "queue-once",
        "--answers",
        "answers.yml",
        "--set",
        "queue_name=other",
        "--dry-run",
        "--json",
    )

    assert outcome.code == 0, outcome.err
    assert outcome.document["answers"] == {
        "worker_name": "from-file",
        "description": "100%",
        "queue_name": "other",
        "max_attempts": 10,
    }


def test_the_answers_file_of_a_project_makes_it_again(scaffold: Scaffold, here: Path) -> None:
    assert scaffold("new", "first", "--template", "queue-once", "--defaults", "--no-git").code == 0

    outcome = scaffold("new", "second", "--answers", "first/.copier-answers.yml", "--no-git")

    assert outcome.code == 0, outcome.err
    assert tree(here / "second") == tree(here / "first")


# --- names by the hundred ------------------------------------------------------------------


def is_legal_name(name: str) -> bool:
    """Judge a name by the rules as they are written down, not as they are programmed."""
    parts = name.split("-")
    letters = set("abcdefghijklmnopqrstuvwxyz")
    return (
        0 < len(name) <= 54
        and all(part and set(part) <= letters | set("0123456789") for part in parts)
        and name[0] in letters
    )


def nasty_names(seed: int, count: int) -> list[str]:
    """Make names out of what names should not be made of, and of some that they should."""
    chance = random.Random(seed)  # noqa: S311 - no secret; the same names on each run
    alphabet = [*"aabbzz0099---", *"AZ_. /\\\n\r\t\0\"'`{}%$:;", "é", "ß", "İ", "日", "٣", "\u0301", "\u200b", "\udcff"]
    words = ["worker", "test", "con", "async", "build", "guest", "book", "my", "x"]
    return [
        "".join(
            chance.choices(
                words if chance.random() < 0.3 else alphabet[: chance.choice([13, 40])],
                k=chance.choice([0, 1, 2, 3, 5, 8, 54, 55, 70]),
            )
        )
        for _ in range(count)
    ]


@pytest.fixture
def names(bundle: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Yield the catalogue's own macros, compiled once: an interview for each name would take a minute."""
    monkeypatch.setattr("scaffolder.catalogue.manifests.INSIDE_WHEEL", bundle)
    with copier_worker.worker("hello", here / "made", {}) as worker:
        environment: Environment = worker.jinja_env
        module: Any = environment.get_template("templates/_shared/names.jinja").module
        module.dependencies = environment.get_template("templates/_shared/dependencies.jinja").module
        yield module


def test_any_text_is_refused_as_a_name_or_is_legal(names: Any) -> None:
    tried = nasty_names(seed=1, count=400)

    taken = [name for name in tried if not str(names.refuse_name(name, "leptos")).strip()]
    refused = [name for name in tried if name not in taken]

    assert [name for name in taken if not is_legal_name(name)] == []
    assert [name for name in refused if is_legal_name(name) and not kept(names, name)] == []
    assert min(len(taken), len(refused)) > 40


def kept(names: Any, name: str) -> bool:
    lists = (names.rust_keywords, names.cargo_names, names.device_names, names.dependencies.dependents)
    return name in {word for words in lists for word in words}


def test_any_folder_gives_a_name_that_is_legal(names: Any) -> None:
    for folder in [*nasty_names(seed=2, count=400), "test", "nul", "worker", "9", "a" * 60, "-" * 60, "日本"]:
        name = str(names.legal_name(folder, "leptos"))
        assert is_legal_name(name), (folder, name)
        assert not kept(names, name), (folder, name)


@pytest.mark.parametrize("id_", manifests.template_ids())
def test_every_crate_that_a_template_depends_on_is_kept_for_it_alone(names: Any, id_: str) -> None:
    locks = {lock.parent.name: lock.read_text(encoding="utf-8") for lock in ROOT.glob("templates/*/Cargo.lock")}
    crates = {
        each: set(re.findall(r'^name = "([a-z](?:-?[a-z0-9])*)"$', text, re.MULTILINE)) for each, text in locks.items()
    }
    own = crates[id_] | {name for words in (names.cargo_names, names.rust_keywords) for name in words}

    refused = {name for name in set().union(*crates.values()) if str(names.refuse_name(name, id_)).strip()}

    assert "wasm-bindgen" in crates[id_]
    assert crates[id_] <= refused <= own
