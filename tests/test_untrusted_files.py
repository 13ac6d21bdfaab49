"""Files that cannot be read or parsed: each is refused with its name and the reason, and none makes a command hang."""

from __future__ import annotations

import json
import os
import shutil
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scaffolder.core.errors import BadInput, IOFailure
from scaffolder.reading.config import jsonc_parser, toml_parser
from scaffolder.reading.source import Source
from scaffolder.system import git_repository, untrusted_files
from scaffolder.validation import smoke, working_copy
from scaffolder.validation.smoke_request import Reply

from . import casebook
from .conftest import Scaffold, start_repository

DEEP = 5_000
LONG = 100_000
DIGITS = "9" * DEEP

fuzzed = settings(
    deadline=None,
    max_examples=100,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

BAD_TOML = {
    "deep arrays": f"x = {'[' * DEEP}{']' * DEEP}",
    "deep tables": f"x = {'{a = ' * DEEP}1{'}' * DEEP}",
    "a long dotted key": f"{'a.' * DEEP}a = 1",
    "a long header": f"[{'a.' * DEEP}a]",
    "many digits": f"x = {DIGITS}",
    "no date": "x = 2020-99-99",
    "no time": "x = 99:99:99",
    "no date in TOML 1.1": "y = {\n a = 1,\n}\nx = 2020-02-31",
    "half of a pair": r'x = "\ud800"',
    "an open text": 'x = "',
}

BAD_JSON = {
    "deep arrays": f'{{"x": {"[" * DEEP}{"]" * DEEP}}}',
    "deep objects": "".join(['{"x":' * DEEP, "1", "}" * DEEP]),
    "many digits": f'{{"x": {DIGITS}}}',
    "half of a pair": r'{"x": "\ud800"}',
    "open comments": "{" + "/* " * 100_000,
    "open texts": '{"' + '\\"' * 100_000,
    "an array": "[]",
    "no number": '{"x": [-Infinity]}',
}

BAD_YAML = {
    "deep arrays": f"x: {'[' * DEEP}{']' * DEEP}",
    "deep mappings": f"x: {'{a: ' * DEEP}1{'}' * DEEP}",
    "no date": "x: 2020-99-99",
    "many digits": f"x: {DIGITS}",
    "no integer": 'x: !!int ""',
    "no boolean": "x: !!bool perhaps",
    "no timestamp": "x: !!timestamp then",
    "an alias of itself": "x: &x [*x]",
    "billions of aliases": "a0: &a0 [1]\n"
    + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)),
    "two documents": "a: 1\n---\nb: 2\n",
}


@pytest.fixture
def project(here: Path) -> Path:
    """Return a good worker."""
    for name, content in casebook.bases()["notes"].items():
        path = here / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return here / "project"


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        before = Path.cwd()
        os.chdir(path.parent)
        server.bind(path.name)
        os.chdir(before)


def link_to_zeros(path: Path) -> None:
    path.symlink_to("/dev/zero")


def make_huge(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(3 * 2**30)


UNUSUAL = {
    "a pipe": make_pipe,
    "a socket": make_socket,
    "/dev/zero": link_to_zeros,
    "3 GiB": make_huge,
    "a folder": Path.mkdir,
}


# --- content that does not parse ---------------------------------------------------------------


@pytest.mark.promise("exit-code", kind="bad input")
@pytest.mark.parametrize("text", BAD_TOML.values(), ids=BAD_TOML)
@pytest.mark.parametrize("name", ["wrangler.toml", "Cargo.toml", "Cargo.lock"])
def test_toml_that_does_not_parse_is_refused_with_its_file(
    scaffold: Scaffold, project: Path, name: str, text: str
) -> None:
    is_manifest = name == "Cargo.toml"
    (project / name).write_text(f"{text}\n[package]\n" if is_manifest else text, encoding="utf-8")

    outcome = scaffold("check", str(project))

    assert outcome.code == 2
    assert f"{name} does not parse" in outcome.err


@pytest.mark.promise("exit-code", kind="bad input")
@pytest.mark.parametrize("text", BAD_JSON.values(), ids=BAD_JSON)
@pytest.mark.parametrize("name", ["wrangler.jsonc", "package.json"])
def test_json_that_does_not_parse_is_refused_with_its_file(
    scaffold: Scaffold, project: Path, name: str, text: str
) -> None:
    (project / name).write_text(text, encoding="utf-8")

    outcome = scaffold("check", str(project))

    assert outcome.code == 2
    assert f"{name} does not parse" in outcome.err


@pytest.mark.promise("exit-code", kind="bad input")
@pytest.mark.parametrize("text", BAD_YAML.values(), ids=BAD_YAML)
def test_answers_that_do_not_parse_are_refused_with_their_file(scaffold: Scaffold, here: Path, text: str) -> None:
    (here / "answers.yml").write_text(text, encoding="utf-8")

    outcome = scaffold("new", "one", "--answers", "answers.yml")

    assert outcome.code == 2
    assert "where  --answers answers.yml" in outcome.err


@pytest.mark.promise("exit-code", kind="bad input")
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[features]\na = 1", "`features.a` must be a list of other features"),
        ("[features]\na = [1]", "`features.a.0` must be a text"),
        ("[dependencies]\nb = 1", "`dependencies.b` must be a version or a table"),
        (
            "[dependencies]\nb = { version = '1', features = 'c' }",
            "`dependencies.b.features` must be a list of features",
        ),
        ("lib = 1", "`lib` must be a table"),
    ],
)
def test_a_manifest_of_types_that_cargo_refuses_is_refused(
    scaffold: Scaffold, project: Path, text: str, why: str
) -> None:
    package = '[package]\nname = "notes"\nversion = "0.1.0"\n'
    (project / "Cargo.toml").write_text(f"{text}\n{package}", encoding="utf-8")

    outcome = scaffold("check", str(project))

    assert outcome.code == 2
    assert "where  project/Cargo.toml:" in outcome.err
    assert f"why    {why}" in outcome.err


@pytest.mark.promise("exit-code", kind="bad input")
@pytest.mark.parametrize(
    "text", [*BAD_TOML.values(), "exchange = 1", "exchange = [1]", '[[exchange]]\nname = "x"\nrequest = 1\nanswer = 2']
)
def test_a_smoke_test_that_does_not_parse_is_refused_with_its_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "smoke.toml").write_text(text, encoding="utf-8")

    with pytest.raises(BadInput) as refused:
        smoke.load(tmp_path / "smoke.toml")

    assert refused.value.where.endswith("smoke.toml")


@pytest.mark.promise("exit-code", kind="bad input")
@pytest.mark.parametrize("within", ["inf", "nan", "-1s", "1e9s"])
def test_a_smoke_test_waits_for_no_answer_for_ever(tmp_path: Path, within: str) -> None:
    text = f'[[exchange]]\nname = "x"\nrequest = {{ path = "/" }}\nanswer = {{ status = 1 }}\nwithin = "{within}"\n'
    (tmp_path / "smoke.toml").write_text(text, encoding="utf-8")

    with pytest.raises(BadInput, match="cannot be read") as refused:
        smoke.load(tmp_path / "smoke.toml")

    assert "not 0 to 600 seconds" in refused.value.why


def test_an_answer_that_is_nested_too_deep_is_a_difference() -> None:
    reply = Reply(200, {}, "[" * DEEP + "]" * DEEP)

    assert "is not JSON" in smoke.compare({"json": [1]}, reply)[0]


@pytest.mark.promise("exit-code", kind="bad input")
@pytest.mark.parametrize(
    "text",
    [
        f"fn a() {{ {'(' * DEEP}{')' * DEEP} }}",
        f"{'mod a {' * DEEP}{'}' * DEEP}",
        f"#[cfg({'not(' * DEEP}test{')' * DEEP})]\nfn a() {{}}",
        "#[a]\n" * DEEP + "fn a() {}",
        f"fn a() {{ router{'.get(PATH, f)' * LONG}; }}",
        f"fn a() {{ a{' + a' * LONG}; }}",
        f"fn a() {{ {'& ' * LONG}a; }}",
        f"fn a() {{ a{'?' * LONG}; }}",
        f"fn a() {{ if a {{}} {'else if a {} ' * LONG} }}",
        f"use a{'::b' * LONG};",
        f"fn a(a: {'& ' * LONG}A) {{}}",
    ],
    ids=[
        "expressions",
        "modules",
        "conditions",
        "attributes",
        "calls",
        "sums",
        "references",
        "questions",
        "alternatives",
        "paths",
        "types",
    ],
)
def test_rust_beyond_the_bounds_is_refused_with_its_file(scaffold: Scaffold, project: Path, text: str) -> None:
    (project / "src" / "lib.rs").write_text(text, encoding="utf-8")

    outcome = scaffold("check", str(project))

    assert outcome.code == 2
    assert "lib.rs does not parse" in outcome.err


def test_rust_just_within_the_bounds_is_read(scaffold: Scaffold, project: Path) -> None:
    deep = 200
    texts = [
        f"fn a(env: Env) {{ env{'.clone()' * deep}.kv(A{'.as_str()' * deep}); }}",
        f"fn b(batch: Batch) {{ {'&' * deep}batch.queue() == A; }}",
        f"fn c(batch: Batch) {{ match batch.queue().as_str() {{ {'A | ' * deep}B => 1 }} }}",
        f"use axum::{{Router, routing::get}};\nfn d() {{ Router::new().route(PATH, get(h){'.post(h)' * deep}); }}",
        f"fn e(a: u8) {{ let a = Router::new(); {'let a = a.get(PATH, f);' * LONG} }}",
    ]
    (project / "src" / "lib.rs").write_text("\n".join(texts), encoding="utf-8")

    assert scaffold("check", str(project)).code == 1


@pytest.mark.parametrize("make", [make_pipe, make_socket, link_to_zeros], ids=["a pipe", "a socket", "/dev/zero"])
@pytest.mark.parametrize("name", ["", "config", "HEAD", "index", "packed-refs", "commondir", "info/exclude"])
@pytest.mark.parametrize("command", ["add durable-object ROOM --project", "rename kv NOTES IDEAS --project"])
def test_a_repository_of_unusual_files_is_refused(
    scaffold: Scaffold, project: Path, name: str, make: Callable[[Path], None], command: str
) -> None:
    start_repository(project)
    path = project / ".git" / name
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    make(path)

    outcome = scaffold(*command.split(), str(project))

    assert outcome.code in {0, 6}
    assert outcome.code == 0 or "not a regular file" in outcome.err


def test_a_project_in_a_repository_whose_configuration_is_a_pipe_is_not_committed(
    scaffold: Scaffold, here: Path
) -> None:
    start_repository(here)
    (here / ".git" / "config").unlink()
    make_pipe(here / ".git" / "config")

    outcome = scaffold("new", "one", "--template", "hello", "--defaults", "--no-validate")

    assert outcome.code == 6
    assert "it is a named pipe, not a regular file" in outcome.err
    assert (here / "one" / "Cargo.toml").is_file()


@pytest.mark.promise("exit-code", kind="bad input")
@pytest.mark.parametrize("text", ["hello\n[core\n", "[core]\nbare = maybe\n", "[include]\npath\n", "\x00"])
def test_a_git_configuration_that_does_not_parse_is_a_refusal(project: Path, text: str) -> None:
    start_repository(project)
    (project / ".git" / "config").write_text(text, encoding="utf-8")

    with pytest.raises(IOFailure, match="cannot read the git history"):
        list(git_repository.committed_versions(project, "wrangler.toml"))


# --- files that are none -----------------------------------------------------------------------


@pytest.mark.promise("exit-code", kind="bad input")
@pytest.mark.parametrize("make", UNUSUAL.values(), ids=UNUSUAL)
@pytest.mark.parametrize(
    "name", ["Cargo.lock", "package.json", "src/other.rs", ".gitignore", "migrations/1.sql", ".cargo/config.toml"]
)
@pytest.mark.parametrize("command", ["check", "add kv THING --project", "add secret THING --project"])
def test_no_unusual_file_makes_a_command_hang_or_fail_inside(
    scaffold: Scaffold, project: Path, name: str, make: Callable[[Path], None], command: str
) -> None:
    root = project / "src" / "lib.rs"
    root.write_text(f"{root.read_text(encoding='utf-8')}\nmod other;\n", encoding="utf-8")
    (project / "src" / "other.rs").touch()
    config = project / "wrangler.toml"
    database = '\n[[d1_databases]]\nbinding = "DB"\ndatabase_name = "db"\n'
    config.write_text(f"{config.read_text(encoding='utf-8')}{database}", encoding="utf-8")
    path = project / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    make(path)

    assert scaffold(*command.split(), str(project)).code in {0, 1, 2, 6}


@pytest.mark.promise("exit-code", kind="bad input")
@pytest.mark.parametrize("make", UNUSUAL.values(), ids=UNUSUAL)
def test_answers_in_an_unusual_file_are_refused(scaffold: Scaffold, here: Path, make: Callable[[Path], None]) -> None:
    make(here / "answers.yml")

    outcome = scaffold("new", "one", "--answers", "answers.yml")

    assert outcome.code == 2
    assert "where  --answers answers.yml" in outcome.err


def test_answers_may_come_from_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"a: 1\n",))
    writer.start()
    handle = os.open(pipe, os.O_RDONLY)
    writer.join()  # the writer has closed the pipe before it is read

    assert untrusted_files.content(Path(f"/dev/fd/{handle}"), takes_pipes=True) == b"a: 1\n"

    os.close(handle)


def test_a_pipe_that_stays_open_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(untrusted_files, "PATIENCE", 0.01)
    reader, writer = os.pipe()

    with pytest.raises(BadInput, match="cannot read"):
        untrusted_files.content(Path(f"/dev/fd/{reader}"), takes_pipes=True)

    os.close(reader)
    os.close(writer)


def test_a_working_copy_leaves_pipes_and_sockets_out(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCAFFOLD_CACHE", str(project.parent / "cache"))
    make_pipe(project / "pipe")
    make_socket(project / "src" / "socket")

    with working_copy.copy_of(project, keep=False, on_wait=print, stop=threading.Event()) as copy:
        names = {path.name for path in copy.folder.rglob("*")}

    assert {"lib.rs", "wrangler.toml"} <= names
    assert names.isdisjoint({"pipe", "socket"})


# --- random content ----------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)

PIECES = st.lists(
    st.sampled_from(
        ["[", "]", "{", "}", '"', "'", '"""', "=", ".", ",", ":", "\n", "\r\n", "#", "//", "/*", "*/", "\\", "\\u", "-"]
    )
    | st.text(max_size=3)
    | st.integers().map(str)
    | st.sampled_from(["a", "name", "2020-01-01", "1e400", "nan", "true", "0x", "\ufeff", "\x00", "\x0c", "\u2028"]),
    max_size=60,
).map("".join)


@pytest.mark.promise("exit-code", kind="bad input")
@given(PIECES)
@fuzzed
def test_any_text_is_read_or_refused_as_toml(text: str) -> None:
    read_or_refuse(toml_parser.read, text)


@pytest.mark.promise("exit-code", kind="bad input")
@given(PIECES)
@fuzzed
def test_any_text_is_read_or_refused_as_json(text: str) -> None:
    read_or_refuse(jsonc_parser.read, f"{{{text}")


@given(st.dictionaries(st.text(), JSON))
@fuzzed
def test_any_json_has_the_places_of_its_keys(data: dict[str, Any]) -> None:
    text = json.dumps(data)

    document = jsonc_parser.read(Source("x.json", text.encode()))

    assert {path[0] for path in document.locations} == data.keys()


@pytest.mark.promise("exit-code", kind="bad input")
@given(PIECES)
@fuzzed
def test_any_text_is_read_or_refused_as_rust(scaffold: Scaffold, project: Path, text: str) -> None:
    (project / "src" / "lib.rs").write_text(f"fn a() {{ {text}", encoding="utf-8")

    assert scaffold("check", str(project)).code in {0, 1, 2}


def read_or_refuse(read: Callable[[Source], object], text: str) -> None:
    with suppress(BadInput):
        read(Source("file", text.encode()))
