"""Durable Object structs: where the wrangler file names them, and which events reach their methods.

Not here: classes that the wrangler file names (`object_bindings.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.reading.mentions import is_named_elsewhere
from scaffolder.reading.project import Worker
from scaffolder.reading.rust.facts import DurableObject

STRUCT = "use worker::*;\n\n#[durable_object]\npub struct Counter {\n    state: State,\n}\n"
CREATED = """\
[[durable_objects.bindings]]
name = "COUNTERS"
class_name = "Counter"

[[migrations]]
tag = "v1"
new_sqlite_classes = ["Counter"]
"""
WAKING = """\
use worker::*;

#[durable_object({})]
pub struct Reminder {{
    state: State,
}}

impl DurableObject for Reminder {{
    fn new(state: State, _env: Env) -> Self {{
        Self {{ state }}
    }}

    async fn fetch(&self, _request: Request) -> Result<Response> {{
        Response::empty()
    }}

    async fn alarm(&self) -> Result<Response> {{
        Response::empty()
    }}
}}
"""

EVENTS = {
    "alarm": ("alarm",),
    "websocket": ("websocket_message", "websocket_close", "websocket_error"),
    "connect": ("connect",),
}
"""The arguments of the attribute, each with the methods that it exports."""


class RS201(Rule):
    """Every Durable Object struct is declared in the wrangler file.

    Why: a class exists only once a migration or an entry of `exports` creates it; a struct that the wrangler file does
    not mention is exported, but never runs.

    Fix: create and bind the class in the wrangler file, or remove `#[durable_object]`.
    """

    name = "durable-object-not-configured"
    wrong = {"src/lib.rs": STRUCT}
    right = {"src/lib.rs": STRUCT, "wrangler.toml": CREATED}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the structs of the worker's own crate that no wrangler file of the project names."""
        configured = set(_texts(worker.config.data))
        for found in worker.crate.durable_objects:
            is_named = found.name in configured or is_named_elsewhere(worker, found.name)
            if found.name and not found.condition and not is_named:
                fix = f"create `{found.name}` in {worker.config.file} and bind it, or remove #[durable_object]"
                yield self.found(found.span, f"`{found.name}` is not mentioned in {worker.config.file}", fix=fix)


class RS202(Rule):
    """The argument of `#[durable_object]` exports the methods that the struct implements, and no others.

    Why: an event that the attribute does not export never arrives, and an alarm cannot even be set; an event that it
    exports but the struct does not implement panics.

    Fix: name the event in the attribute, omit the argument to export all events, or add the method.

    Not checked: whether an alarm is set or a socket accepted, so an attribute without an argument may export more than
    is used.
    """

    name = "mismatched-object-events"
    wrong = {"src/lib.rs": WAKING.format("fetch")}
    right = {"src/lib.rs": WAKING.format("alarm")}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the methods that are not exported, and the exported events without a method."""
        for crate in worker.crates:
            for found in crate.durable_objects:
                is_known = found.argument in {"", "fetch", *EVENTS}
                if is_known and not found.condition:
                    yield from self._not_exported(found)
                    # Without `new`, its `impl` was not found, so that nothing is known about missing methods.
                    if worker.is_complete and "new" in found.methods:
                        yield from self._without_method(found)

    def _not_exported(self, found: DurableObject) -> Iterator[Finding]:
        needed = [event for event, methods in EVENTS.items() if set(methods) & set(found.methods)]
        for event in needed:
            if found.argument and event != found.argument:
                method = next(method for method in EVENTS[event] if method in found.methods)
                fix = f"write #[durable_object({event})]" if len(needed) == 1 else "write #[durable_object]"
                message = f"#[durable_object({found.argument})] does not export `{method}`, so it is never called"
                yield self.found(found.span, message, fix=fix)

    def _without_method(self, found: DurableObject) -> Iterator[Finding]:
        methods, every = EVENTS.get(found.argument, ()), {method for each in EVENTS.values() for method in each}
        # Where another event has methods, the attribute names the wrong event, which is reported above.
        if methods and not every & set(found.methods):
            message = f"#[durable_object({found.argument})] exports an event that {found.name} does not implement"
            yield self.found(found.span, message, fix=f"add `{methods[0]}`, or write #[durable_object(fetch)]")
        is_exported = found.argument in {"", "websocket"} and "websocket_message" in found.methods
        if is_exported and "websocket_close" not in found.methods:
            message = f"{found.name} handles messages, but panics when a socket is closed"
            yield self.found(found.span, message, fix="add `websocket_close`")


def _texts(data: Any) -> Iterator[str]:
    """Yield every key and every string of plain data."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)
    elif isinstance(data, str):
        yield data
