"""Whatever a wrangler file contains, a check ends with findings or a refusal, never with an unexpected error."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from scaffolder.checks import rule_registry
from scaffolder.checks.engine import examine
from scaffolder.core.errors import Refusal
from scaffolder.reading import project as reading

from .check import BASE, write

CONFIG: dict[str, Any] = {
    "name": "notes",
    "main": "build/index.js",
    "compatibility_date": "2026-11-17",
    "build": {"command": "x", "cwd": "."},
    "vars": {"A": "b"},
    "kv_namespaces": [{"binding": "X"}],
    "queues": {"producers": [{"binding": "J", "queue": "q"}], "consumers": [{"queue": "q"}]},
    "durable_objects": {"bindings": [{"name": "C", "class_name": "Counter"}]},
    "migrations": [{"tag": "v1", "new_sqlite_classes": ["A"], "renamed_classes": [{"from": "A", "to": "B"}]}],
    "triggers": {"crons": ["* * * * *"]},
    "secrets": {"required": ["S"]},
    "ai": {"binding": "AI"},
    "env": {"staging": {"vars": {}, "queues": {"consumers": []}}},
}
"""A wrangler file with one of nearly everything."""

RUST = 'use worker::*;\n#[event(fetch)]\nasync fn f() {}\nfn g(env: Env) { env.kv("X"); env.var("B"); }\n'


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*path, key)
        yield from paths(each, (*path, key))


@pytest.mark.promise("exit-code", kind="bad input")
@pytest.mark.parametrize("odd", [None, 1, "x", [], {}, [1], [[]], [None], {"a": 1}, True], ids=repr)
def test_a_value_of_the_wrong_type_causes_no_unexpected_error(tmp_path: Path, odd: object) -> None:
    rest = {name: text for name, text in BASE.items() if name != "wrangler.toml"}
    write(tmp_path, {**rest, "src/lib.rs": RUST})
    for path in paths(CONFIG):
        changed = copy.deepcopy(CONFIG)
        inner: Any = changed
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = odd
        write(tmp_path, {"wrangler.json": json.dumps(changed)})

        with suppress(Refusal):
            examine(reading.read(tmp_path), list(rule_registry.rules().values()))
