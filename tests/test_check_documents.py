"""Reading TOML and JSON: values, and their places to the byte."""

from __future__ import annotations

import pytest

from scaffolder.core.errors import BadInput
from scaffolder.reading.config import jsonc_parser, toml_parser
from scaffolder.reading.config.document import Document
from scaffolder.reading.config.environments import Environment, environments
from scaffolder.reading.source import Source

TOML = """\
# A comment
name = "n\u00f6tes"
dotted.key = [1, { two = 2 }]

[[kv_namespaces]]
binding = "NOTES" # said

[[kv_namespaces]]
binding = "DRAFTS"

[durable_objects]
bindings = [
  { name = "A", class_name = "B" },
]

[env."a b".vars]
KEY = '''
long'''
"""


def written(document: Document, *path: str | int) -> str:
    place = document.whole(*path)
    return document.source.content[place.start : place.end].decode()


@pytest.mark.parametrize("text", [TOML, TOML.replace("\n", "\r\n"), f"\ufeff{TOML}", TOML.removesuffix("\n")])
def test_every_value_of_a_toml_file_is_at_its_place(text: str) -> None:
    document = toml_parser.read(Source("wrangler.toml", text.encode()))

    assert written(document, "name") == '"n\u00f6tes"'
    assert written(document, "dotted", "key", 1, "two") == "2"
    assert written(document, "kv_namespaces", 1, "binding") == '"DRAFTS"'
    assert written(document, "durable_objects", "bindings", 0, "class_name") == '"B"'
    assert written(document, "env", "a b", "vars", "KEY").startswith("'''")
    assert document.get("env", "a b", "vars", "KEY") == "long"


@pytest.mark.parametrize("text", [TOML, TOML.replace("\n", "\r\n"), f"\ufeff{TOML}"])
def test_lines_and_columns_count_characters_from_one(text: str) -> None:
    document = toml_parser.read(Source("wrangler.toml", text.encode()))

    assert (document.at("name").line, document.at("name").column) == (2, 8)
    assert (document.key("kv_namespaces", 1).line, document.key("kv_namespaces", 1).column) == (8, 1)
    assert document.key("durable_objects", "bindings", 0, "name").line == 13
    assert toml_parser.read(Source("w", b"a = 1")).at("a").column == 5


def test_a_missing_entry_is_at_the_nearest_one_around_it() -> None:
    document = toml_parser.read(Source("wrangler.toml", TOML.encode()))

    assert document.at("kv_namespaces", 0, "id") == document.at("kv_namespaces", 0)


def test_a_table_is_at_its_header_and_reaches_to_its_last_value() -> None:
    document = toml_parser.read(Source("wrangler.toml", TOML.encode()))

    assert document.at("kv_namespaces", 0).line == 5
    assert written(document, "kv_namespaces", 0) == '[[kv_namespaces]]\nbinding = "NOTES"'


def test_an_inline_table_may_have_line_breaks() -> None:
    document = toml_parser.read(Source("Cargo.toml", b'worker = {\n  version = "0.8",\n  features = ["d1"] }\n'))

    assert document.get("worker", "features") == ["d1"]
    assert written(document, "worker", "features", 0) == '"d1"'


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_json_may_have_comments_and_trailing_commas(end: str) -> None:
    lines = ["\ufeff{ // a comment, with [", '  "a": [1, 2,], /* and', '  another */ "b": { "c//d": "e,}", },', "}"]
    document = jsonc_parser.read(Source("wrangler.jsonc", end.join(lines).encode()))

    assert document.data == {"a": [1, 2], "b": {"c//d": "e,}"}}
    assert written(document, "b", "c//d") == '"e,}"'
    assert document.key("b").line == 3


@pytest.mark.parametrize(
    ("file", "text", "where"),
    [
        ("wrangler.toml", "name = 1\nname = 2\n", "wrangler.toml:2:"),
        ("wrangler.toml", "a = \n", "wrangler.toml:1:5"),
        ("wrangler.toml", "a = [1,\n", "wrangler.toml:"),
        ("wrangler.jsonc", '{\n  "a": }\n', "wrangler.jsonc:2:8"),
        ("wrangler.json", "[]", "wrangler.json:1:1"),
    ],
)
def test_a_file_that_does_not_parse_is_refused_with_its_place(file: str, text: str, where: str) -> None:
    read = toml_parser.read if file.endswith("toml") else jsonc_parser.read

    with pytest.raises(BadInput) as refused:
        read(Source(file, text.encode()))

    assert refused.value.where.startswith(where)


# --- environments --------------------------------------------------------------------------


def staging(text: str) -> Environment:
    return environments(toml_parser.read(Source("wrangler.toml", text.encode())))[1]


def test_an_environment_inherits_some_keys_and_not_the_others() -> None:
    environment = staging('main = "a"\nvars = { A = "1" }\n[triggers]\ncrons = ["* * * * *"]\n[env.staging]\n')

    assert environment.get("main") == "a"
    assert environment.get("triggers", "crons", 0) == "* * * * *"
    assert environment.get("vars") is None


def test_a_value_of_an_environment_is_where_it_is_written_or_inherited_from() -> None:
    environment = staging('main = "a"\nminify = true\n[env.staging]\nmain = "b"\n')

    assert (environment.get("main"), environment.at("main").line) == ("b", 4)
    assert environment.at("minify").line == 2


def test_bindings_of_all_kinds_are_read_alike() -> None:
    document = toml_parser.read(
        Source(
            "wrangler.toml",
            b"""
ai = { binding = "MODEL" }
vars = { LIMIT = "1" }
secrets = { required = ["TOKEN"] }
[[queues.producers]]
binding = "JOBS"
queue = "jobs"
[[durable_objects.bindings]]
name = "ROOMS"
class_name = "Room"
""",
        )
    )

    found = {(bound.kind, bound.name) for bound in Environment(document).bindings()}

    assert found == {
        ("ai", "MODEL"),
        ("var", "LIMIT"),
        ("secret", "TOKEN"),
        ("queue", "JOBS"),
        ("durable-object", "ROOMS"),
    }
