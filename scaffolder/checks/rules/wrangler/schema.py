"""The whole wrangler file, validated against wrangler's own schema.

Not here: rules that a schema cannot express.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from scaffolder.checks.rule import Rule
from scaffolder.checks.semver import uses_known_wrangler
from scaffolder.core.findings import Finding
from scaffolder.core.suggestions import did_you_mean, near_names
from scaffolder.reading.config.document import Key
from scaffolder.reading.project import Worker

if TYPE_CHECKING:
    from jsonschema import Draft7Validator
    from jsonschema.exceptions import ValidationError

HEAD = 'name = "notes"\n'

SHOWN = 60
"""Characters of a value that a message shows, at most."""


class WR117(Rule):
    """Every key of the wrangler file is known to wrangler, in the right table and with the right type.

    Why: wrangler warns about an unknown key and ignores it; a key below a table header belongs to that table, whatever
    its indentation.

    Fix: correct the key, or move it above the first table.
    """

    name = "invalid-wrangler-config"
    wrong = {"wrangler.toml": f'{HEAD}\n[[kv_namespace]]\nbinding = "NOTES"\n'}
    right = {"wrangler.toml": f'{HEAD}\n[[kv_namespaces]]\nbinding = "NOTES"\n'}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the violations of the schema, unless the project's wrangler is newer than the schema."""
        if not uses_known_wrangler(worker):
            return
        for error in validator().iter_errors(worker.config.data):
            path: tuple[Key, ...] = tuple(error.absolute_path)
            environment = str(path[1]) if path[:1] == ("env",) and len(path) > 1 else ""
            if error.validator == "additionalProperties":
                yield from self._unknown(worker, error, path, environment)
            else:
                span = worker.config.at(*path)
                yield self.found(span, _message(error, path), fix=_fix(error), environment=environment)

    def _unknown(
        self, worker: Worker, error: ValidationError, path: tuple[Key, ...], environment: str
    ) -> Iterator[Finding]:
        known = list(error.schema.get("properties", ())) if isinstance(error.schema, dict) else []
        found = error.instance if isinstance(error.instance, dict) else {}
        for key in (key for key in found if key not in known):
            is_top = bool(path) and key in top_keys()
            near = [] if is_top else near_names(key, [each for each in known if each not in found])
            fix = did_you_mean(near)
            message = f"unknown key `{key}`{f' in {_dotted(path)}' if path else ''}"
            if is_top:
                message = f"`{key}` belongs at the top level, but is in [{_dotted(path)}]"
                fix = "move the line above the first table"
            yield self.found(worker.config.key(*path, key), message, fix=fix, environment=environment)


@cache
def schema() -> dict[str, Any]:
    """Return the schema of the pinned wrangler's configuration."""
    folder = resources.files("scaffolder.checks") / "wrangler_schema"
    found: dict[str, Any] = json.loads((folder / "config-schema.json").read_text(encoding="utf-8"))
    return found


@cache
def validator() -> Draft7Validator:
    """Return the validator of the schema."""
    from jsonschema import Draft7Validator  # noqa: PLC0415 - it takes longer than all other rules

    return Draft7Validator(schema())


def top_keys() -> set[str]:
    """Return the keys that wrangler knows at the top level."""
    return set(schema()["definitions"]["RawConfig"]["properties"])


def _message(error: ValidationError, path: tuple[Key, ...]) -> str:
    where = _dotted(path) or "the file"
    if error.validator == "required":
        missing = [key for key in _list(error.validator_value) if key not in _list(error.instance)]
        return f"{where} is missing `{'` and `'.join(missing)}`"
    if error.validator == "type":
        return f"{where} is {_kind(error.instance)}, but must be {_either(error.validator_value)}"
    if error.validator in {"enum", "const"}:
        return f"{where} is {_short(error.instance)}, which is not a value that wrangler accepts"
    return f"{where} does not have the form that wrangler expects"


def _fix(error: ValidationError) -> str:
    if error.validator == "required":
        return "add it"
    if error.validator == "enum":
        return f"use one of {', '.join(map(_short, _list(error.validator_value)))}"
    return "look the key up in wrangler's documentation"


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, Iterable) else []


def _kind(value: object) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "an array", dict: "a table"}
    return next((name for kind, name in names.items() if isinstance(value, kind)), "a date")


def _either(types: object) -> str:
    listed = types if isinstance(types, list) else [types]
    words = {"object": "a table", "array": "an array", "integer": "a whole number", "null": "null"}
    return " or ".join(words.get(str(each), f"a {each}") for each in listed)


def _short(value: object) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def _dotted(path: tuple[Key, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
