"""The event sources of a wrangler file, such as crons and queue consumers.

Not here: the handlers that they call (`handlers.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from scaffolder.core.findings import Span
from scaffolder.reading.config.environments import Environment


def sources(environment: Environment) -> Iterator[tuple[str, Span, str]]:
    """Yield each event source: the kind of its handler, its place, and a phrase that names it."""
    for path, consumer in environment.tables("queues", "consumers"):
        # A consumer of type http_pull calls no handler: its messages are fetched over HTTP.
        if consumer.get("type", "worker") == "worker":
            yield "queue", environment.at(*path), f"the consumer of `{consumer.get('queue')}`"
    crons = environment.get("triggers", "crons")
    for number, cron in enumerate(crons if isinstance(crons, list) else ()):
        yield "scheduled", environment.at("triggers", "crons", number), f"the cron `{cron}`"
