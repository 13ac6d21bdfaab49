"""What is known of a crate's Rust: frozen records, each with its place.

Every record has a `condition`: the `cfg` that it stands under, as it is written, or an empty text. What is
under `cfg(test)`, or under a `cfg` that no Worker meets, is not there at all.

Not here: how they are found (`crate.py` and what it calls).
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
        parameters: The types of its parameters, as they are written.
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
        methods: The methods that its `impl DurableObject` has.
    """

    name: str
    argument: str
    methods: tuple[str, ...]


@dataclass(frozen=True)
class BindingUse(Fact):
    """A call such as `env.kv("NAME")`.

    Args:
        accessor: The method.
        name: The binding's name; None where it is known at run time alone.
        is_sure: Whether the receiver is surely an `Env` or a `RouteContext`.
    """

    accessor: str
    name: str | None
    is_sure: bool


@dataclass(frozen=True)
class SqlUse(Fact):
    """A call of `storage().sql()`.

    Args:
        owner: The type whose `impl` it stands in, or an empty text.
    """

    owner: str


@dataclass(frozen=True)
class Route(Fact):
    """A path given to a router.

    Args:
        path: The text.
        method: The router's method: `route`, `nest`, `get`, `post_async` and so on.
        router: `axum`, `worker`, or empty where it is not clear.
    """

    path: str
    method: str
    router: str


@dataclass(frozen=True)
class Extracted(Fact):
    """A handler of axum that is given a path's parameters by their number, as by `Path<(u32, String)>`.

    Args:
        path: The path of the route that it stands in.
        handler: The function's name.
        count: The number of parameters that it takes.
    """

    path: str
    handler: str
    count: int


@dataclass(frozen=True)
class PathUse(Fact):
    """A path into the standard library's clock, threads, files or sockets, in full, such as `std::time::Instant`."""

    path: str


@dataclass(frozen=True)
class MessageCall(Fact):
    """A call of `ack`, `retry`, `ack_all` or `retry_all`.

    Args:
        method: Which.
        receiver: What it is called on, as it is written.
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
    """A text given to `prepare` or `query!`.

    Args:
        text: The SQL.
    """

    text: str


@dataclass(frozen=True)
class Included(Fact):
    """A file that `include_str!` or `include_bytes!` takes in.

    Args:
        path: Its path as it is written, which is seen from the Rust file.
    """

    path: str


@dataclass(frozen=True)
class Unanalyzed(Fact):
    """A part of the crate that is not understood, so that nothing can be said of what is not there.

    Args:
        reason: Why.
    """

    reason: str
