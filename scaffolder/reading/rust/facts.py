"""The facts about a crate's Rust: frozen records, each with its place.

Every fact has a `condition`: the `cfg` around it as written, or an empty text. Code under `cfg(test)`, or under a
`cfg` that never holds for a Worker, yields no facts.

Not here: finding them (`crate.py` and the modules that it calls).
"""

from __future__ import annotations

from dataclasses import dataclass

from scaffolder.core.findings import Span


@dataclass(frozen=True)
class Fact:
    """Something in a Rust file."""

    span: Span
    condition: str


@dataclass(frozen=True)
class Handler(Fact):
    """A function with `#[event(...)]`.

    Args:
        kind: `fetch`, `scheduled`, `queue`, `email`, `start` or `connect`.
        arguments: The attribute's other arguments.
        name: The function's name.
        parameters: The types of its parameters, as written.
    """

    kind: str
    arguments: tuple[str, ...]
    name: str
    parameters: tuple[str, ...]


@dataclass(frozen=True)
class DurableObject(Fact):
    """A struct with `#[durable_object]`.

    Args:
        name: The struct's name.
        argument: The attribute's argument: `fetch`, `alarm`, `websocket`, `connect`, or empty.
        methods: The methods of its `impl DurableObject`.
    """

    name: str
    argument: str
    methods: tuple[str, ...]


@dataclass(frozen=True)
class BindingUse(Fact):
    """A call such as `env.kv("NAME")`.

    Args:
        accessor: The method.
        name: The binding's name; None if it is known only at run time.
        is_sure: Whether the receiver is certainly an `Env` or a `RouteContext`.
        is_optional: Whether the Rust goes on where there is no such binding.
    """

    accessor: str
    name: str | None
    is_sure: bool
    is_optional: bool = False


@dataclass(frozen=True)
class SqlUse(Fact):
    """A call of `storage().sql()`.

    Args:
        owner: The type of the `impl` around it, or an empty text.
    """

    owner: str


@dataclass(frozen=True)
class Route(Fact):
    """A path given to a router.

    Args:
        path: The path, such as `/notes/:id`.
        method: The router's method: `route`, `nest`, `get`, `post_async` and so on.
        router: `axum`, `worker`, or empty if that is unclear.
        root: The byte of the file at which the router begins, which all of its routes share.
        verbs: The methods that a route of axum handles; empty if that is unclear.
    """

    path: str
    method: str
    router: str
    root: int
    verbs: tuple[str, ...]


@dataclass(frozen=True)
class Extracted(Fact):
    """A handler of axum that takes a fixed number of path parameters, as by `Path<(u32, String)>`.

    Args:
        path: The path of its route.
        handler: The function's name.
        count: The number of parameters that it takes.
    """

    path: str
    handler: str
    count: int


@dataclass(frozen=True)
class PathUse(Fact):
    """A path to a clock, or into the standard library's threads, files or sockets, in full: `std::time::Instant`."""

    path: str


@dataclass(frozen=True)
class EnvironmentRead(Fact):
    """A variable of a process's environment that is read by its name.

    Args:
        how: The function's full path, or the macro: `env!` or `option_env!`.
        name: The variable.
    """

    how: str
    name: str


@dataclass(frozen=True)
class Printed(Fact):
    """A macro of the standard library that prints.

    Args:
        macro: Its name.
        has_text: Whether it has arguments.
    """

    macro: str
    has_text: bool


@dataclass(frozen=True)
class NativeCall(Fact):
    """A call in a native test of what only a JavaScript runtime has.

    Args:
        path: The function or macro, as written.
    """

    path: str


@dataclass(frozen=True)
class MessageCall(Fact):
    """A call of `ack`, `retry`, `ack_all` or `retry_all`.

    Args:
        method: The method's name.
        receiver: The receiver, as written.
        block: First and last byte of the nearest block, arm or closure around it.
    """

    method: str
    receiver: str
    block: tuple[int, int]


@dataclass(frozen=True)
class QueueName(Fact):
    """A queue's name that `batch.queue()` is compared with."""

    name: str


@dataclass(frozen=True)
class Statement(Fact):
    """An SQL statement given to `prepare` or `query!`.

    Args:
        text: The SQL.
    """

    text: str


@dataclass(frozen=True)
class Included(Fact):
    """A file that `include_str!` or `include_bytes!` includes.

    Args:
        path: Its path as written, relative to the Rust file.
    """

    path: str


@dataclass(frozen=True)
class Unanalyzed(Fact):
    """A part of the crate that could not be analyzed, so that anything may exist there.

    Args:
        reason: The reason, as a phrase.
    """

    reason: str
