"""One truth for each value: what `check` reports, `add` and `rename` refuse to write."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from scaffolder.reading.config import jsonc_parser
from scaffolder.reading.source import Source

from . import casebook
from .conftest import Scaffold, tree

PEM = '-----BEGIN KEY-----\nMIIB\n\tline\\two\x7f "quoted"\r\n\u2028é😀-----END KEY-----\n'

CRONS = ["60 * * * *", "a b c d e", "*/0 * * * *", "* * * * 0", "5 24 * * *", "* * 32 * *", "* * * 13 *", "* * * *", ""]
BUCKETS = ["ab", "A-bucket", "-bucket", "bucket-", "a" * 64, "a_b"]
QUEUES = ["A", "-q", "q-", "q" * 64, "a_b"]


@pytest.fixture
def project(here: Path, request: pytest.FixtureRequest) -> Path:
    """Return a good worker, `notes` unless a test asks for another one."""
    for name, content in casebook.bases()[getattr(request, "param", "notes")].items():
        path = here / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return here / "project"


def with_config(project: Path, text: str) -> None:
    config = project / "wrangler.toml"
    config.write_text(f"{config.read_text(encoding='utf-8')}\n{text}\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "config", "code"),
    [
        *((("cron", each), f"[triggers]\ncrons = [{json.dumps(each)}]", "WR120") for each in CRONS if each),
        *(
            (("r2", f"FILES={each}"), f'[[r2_buckets]]\nbinding = "FILES"\nbucket_name = "{each}"', "WR120")
            for each in BUCKETS
        ),
        *(
            (("queue-producer", f"JOBS={each}"), f'[[queues.producers]]\nbinding = "JOBS"\nqueue = "{each}"', "WR110")
            for each in QUEUES
        ),
        *((("queue-consumer", each), f'[[queues.consumers]]\nqueue = "{each}"', "WR110") for each in QUEUES),
        *(
            (("hyperdrive", f"DATABASE={each}"), f'[[hyperdrive]]\nbinding = "DATABASE"\nid = "{each}"', "WR123")
            for each in (" ", "<id>", "{{ id }}")
        ),
        (("environment", "e" * 60), f"[env.{'e' * 60}]", "WR115"),
    ],
)
def test_what_check_reports_is_refused_by_add(
    scaffold: Scaffold, project: Path, words: tuple[str, str], config: str, code: str
) -> None:
    before = tree(project)

    # Words that begin with a dash are options.
    outcome = scaffold("add", words[0], "--project", str(project), "--", words[1])

    assert outcome.code == 2
    assert tree(project) == before
    with_config(project, config)
    assert scaffold("check", str(project), "--select", code).code == 1


@pytest.mark.parametrize("cron", [each for each in CRONS if each])
def test_a_cron_that_check_reports_is_refused_by_rename(scaffold: Scaffold, project: Path, cron: str) -> None:
    with_config(project, '[triggers]\ncrons = ["5 * * * *"]')
    before = tree(project)

    assert scaffold("rename", "cron", "5 * * * *", cron, "--project", str(project)).code == 2
    assert tree(project) == before


@pytest.mark.parametrize("kind", ["r2", "queue-producer"])
def test_a_usual_name_that_check_reports_is_refused(scaffold: Scaffold, project: Path, kind: str) -> None:
    config = project / "wrangler.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace('name = "notes"', 'name = "my_notes"', 1), encoding="utf-8"
    )
    before = tree(project)

    outcome = scaffold("add", kind, "THINGS", "--project", str(project))

    assert outcome.code == 2
    assert "`my_notes-things` is not a valid" in outcome.err
    assert f"add {kind} THINGS=" in outcome.err
    assert tree(project) == before


@pytest.mark.parametrize("project", ["notes", "jsonc", "crlf", "tested"], indirect=True)
@pytest.mark.parametrize("value", [PEM, "l1\nl2", "\x01\x1f", "a\\nb", "'''\"\"\""])
def test_a_variable_may_have_any_text(scaffold: Scaffold, project: Path, value: str) -> None:
    before = tree(project)

    assert scaffold("add", "var", f"KEY={value}", "--project", str(project)).code == 0

    config = next(project.glob("wrangler.*"))
    source = Source.read(project, config)
    data = tomllib.loads(source.text) if config.suffix == ".toml" else jsonc_parser.read(source).data
    assert data["vars"]["KEY"] == value
    assert scaffold("remove", "var", "KEY", "--project", str(project)).code == 0
    assert tree(project) == before


def test_an_environment_copies_values_of_every_type(scaffold: Scaffold, project: Path) -> None:
    with_config(project, 'DAY = 2026-01-02\nAT = 10:00:00\nKEY = """a\nb"""\nMOST = inf\n')

    assert scaffold("add", "environment", "staging", "--project", str(project)).code == 0

    data = tomllib.loads((project / "wrangler.toml").read_text(encoding="utf-8"))
    assert data["env"]["staging"]["vars"] == data["vars"]


def test_a_value_that_is_not_utf_8_is_refused(scaffold: Scaffold, project: Path) -> None:
    outcome = scaffold("add", "var", "KEY=a\udcff", "--project", str(project))

    assert outcome.code == 2
    assert "the value is not UTF-8" in outcome.err
