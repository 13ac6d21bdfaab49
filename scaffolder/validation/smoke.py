"""The smoke test: sends the requests of a project to its running worker, and compares the answers.

`tests/smoke.toml` lists exchanges, each a request and its answer. Only the keys that an exchange names are compared:
`status`, `headers`, `text` (all of it), `contains`, and `json` (the keys that are listed).

Not here: starting the worker (`pipeline.py`), and HTTP (`smoke_request.py`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.system import untrusted_files
from scaffolder.system.parallel import Cancelled
from scaffolder.validation import smoke_request
from scaffolder.validation.smoke_request import Reply, TooLarge

LONGEST = 600.0
"""Seconds that an exchange may take at most."""

PAUSE = 0.1
"""Seconds between two tries of an exchange that may take a while."""

SHOWN = 120
"""Characters of a value that a difference shows."""

REQUEST_KEYS = {"method", "path", "headers", "body", "json", "form"}
ANSWER_KEYS = {"status", "headers", "text", "contains", "json"}

TYPES: tuple[tuple[str, str, type], ...] = (
    ("request", "method", str),
    ("request", "headers", dict),
    ("request", "form", dict),
    ("answer", "status", int),
    ("answer", "headers", dict),
    ("answer", "text", str),
    ("answer", "contains", str),
)
"""The type of each part of an exchange."""


@dataclass(frozen=True)
class Exchange:
    """One request to the running worker, and the answer it must get.

    Args:
        name: A sentence about the promise.
        request: `method`, `path`, `headers`, and one of `body`, `json`, `form`.
        answer: Any of `status`, `headers`, `text`, `contains`, `json`.
        within: Seconds during which the request is repeated until the answer fits.
    """

    name: str
    request: dict[str, Any]
    answer: dict[str, Any]
    within: float = 0.0


def load(path: Path) -> list[Exchange]:
    """Read the exchanges of a smoke test.

    Raises:
        BadInput: The file is not a regular one or does not parse, or an exchange has an unknown key.
    """
    try:
        tables = untrusted_files.toml(untrusted_files.content(path).decode("utf-8-sig")).get("exchange", [])
        return [_exchange(table) for table in tables]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        why = f"an exchange has no {error.args[0]}" if isinstance(error, KeyError) else str(error)
        raise BadInput(
            what="the smoke test cannot be read",
            where=str(path),
            why=why,
            fix="an exchange has a name, a request with a path, and an answer",
        ) from error


def send_all(exchanges: list[Exchange], port: int, on_name: Callable[[str], None], stop: threading.Event) -> list[str]:
    """Send requests in their order until one gets another answer than the one that is listed.

    Args:
        exchanges: The requests, with their answers.
        port: The worker's port on the loopback address.
        on_name: Called with the name of each exchange before its request is sent.
        stop: Once set, no further request is sent.

    Returns:
        The lines that explain the failure; empty if there is none.

    Raises:
        Cancelled: The user asked for the end.
    """
    for exchange in exchanges:
        on_name(exchange.name)
        if differences := _try(exchange, port, stop):
            method, path = exchange.request.get("method", "GET"), exchange.request["path"]
            return [f"{exchange.name}: {method} {path}", *differences]
    return []


def compare(answer: dict[str, Any], reply: Reply) -> list[str]:
    """Return the differences between a reply and the answer that is listed; empty if there are none."""
    differences = []
    if "status" in answer and answer["status"] != reply.status:
        differences.append(f"status is {reply.status}, not {answer['status']}")
    for name, value in answer.get("headers", {}).items():
        if (found := reply.headers.get(name.lower())) != value:
            differences.append(f"header {name} is {found!r}, not {value!r}")
    if "text" in answer and answer["text"] != reply.text:
        differences.append(f"text is {_short(reply.text)}, not {_short(answer['text'])}")
    if "contains" in answer and answer["contains"] not in reply.text:
        differences.append(f"text {_short(reply.text)} does not contain {answer['contains']!r}")
    if "json" in answer:
        differences += _compare_text_as_json(answer["json"], reply.text)
    return differences


def _exchange(table: dict[str, Any]) -> Exchange:
    request, answer = table["request"], table["answer"]
    unknown = [*(request.keys() - REQUEST_KEYS), *(answer.keys() - ANSWER_KEYS)]
    unknown += table.keys() - {"name", "request", "answer", "within"}
    if unknown:
        raise ValueError(f"{table['name']}: unknown key {', '.join(sorted(unknown))}")
    if not answer:
        raise ValueError(f"{table['name']}: the answer is empty")
    if not request["path"].startswith("/"):
        raise ValueError(f"{table['name']}: a path starts with a slash")
    for part, name, type_ in TYPES:
        if not isinstance(table[part].get(name, type_()), type_):
            raise TypeError(f"{table['name']}: `{part}.{name}` cannot be {table[part][name]!r}")
    within = float(str(table.get("within", "0s")).removesuffix("s"))
    if not 0 <= within <= LONGEST:
        raise ValueError(f"{table['name']}: `within` is {table['within']!r}, not 0 to {LONGEST:g} seconds")
    return Exchange(table["name"], request, answer, within)


def _try(exchange: Exchange, port: int, stop: threading.Event) -> list[str]:
    deadline = time.monotonic() + exchange.within
    while True:
        if stop.is_set():
            raise Cancelled
        try:
            differences = compare(exchange.answer, smoke_request.send(exchange.request, port))
        except TimeoutError:
            return [f"no complete answer within {smoke_request.ANSWER_LIMIT:g} seconds"]
        except TooLarge:
            return [f"the answer is larger than {untrusted_files.LARGEST // 1024} KiB"]
        except (OSError, HTTPException) as error:
            differences = [f"the connection broke: {error}"]
        except (ValueError, TypeError, AttributeError, LookupError) as error:
            return [f"the request cannot be sent: {error}"]
        if not differences or time.monotonic() > deadline:
            return differences
        stop.wait(PAUSE)


def _compare_text_as_json(wanted: Any, text: str) -> list[str]:
    try:
        return list(_compare_json(wanted, untrusted_files.parsed(untrusted_files.strict_json, text), "json"))
    except ValueError:
        return [f"text {_short(text)} is not JSON"]


def _compare_json(wanted: Any, found: Any, place: str) -> list[str]:
    if isinstance(wanted, dict) and isinstance(found, dict):
        return [
            line for key, value in wanted.items() for line in _compare_json(value, found.get(key), f"{place}.{key}")
        ]
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        return [
            line
            for number, (one, other) in enumerate(zip(wanted, found, strict=True))
            for line in _compare_json(one, other, f"{place}[{number}]")
        ]
    # To Python, true is 1.
    is_same = wanted == found and isinstance(wanted, bool) == isinstance(found, bool)
    return [] if is_same else [f"{place} is {_short(found)}, not {_short(wanted)}"]


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
