"""The settings of queues in the wrangler file.

Not here: the handlers that they call (`event_sources.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.reading.config import accepted_values
from scaffolder.reading.config.document import Key
from scaffolder.reading.config.environments import Environment
from scaffolder.reading.project import Worker

LIMITS = {"max_batch_size": (1, 100), "max_batch_timeout": (0, 60), "max_retries": (0, 100)}
"""The limits of the server for each number of a consumer."""

CONSUMER = '[[queues.consumers]]\nqueue = "jobs"\n'


class WR109(Rule):
    """A dead letter queue does not lead back to its own queue.

    Why: the dev server rejects a queue that is its own dead letter queue, and a dry run does not. If two queues are
    each other's dead letter queue, a message that has run out of retries comes back as a new one, so one that always
    fails circulates forever.

    Fix: name another queue, whose consumer does not lead back to this one.

    Not checked: whether a dead letter queue is consumed, since another worker or a person may do that.
    """

    name = "dead-letter-loop"
    wrong = {"wrangler.toml": f'{CONSUMER}dead_letter_queue = "jobs"\n'}
    right = {"wrangler.toml": f'{CONSUMER}dead_letter_queue = "jobs-dlq"\n'}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the dead letter queues that lead back to their own queue, directly or over others."""
        for environment in worker.environments:
            consumers = list(environment.tables("queues", "consumers"))
            leads = {str(each.get("queue")): each.get("dead_letter_queue") for _, each in consumers}
            for path, consumer in consumers:
                way = _loop(str(consumer.get("queue")), leads)
                if way:
                    span = environment.at(*path, "dead_letter_queue")
                    yield self.found(span, _loop_message(way), environment=environment.name)


class WR110(Rule):
    """Queue names and consumer settings are within the server's limits.

    Why: a dry run accepts anything, and the dev server rejects only numbers that are too big. According to Cloudflare's
    documentation no queue can have such a name, and such numbers exceed the limits, so the deploy fails.

    Fix: use queue names of 1 to 63 lowercase letters, digits and dashes, with no dash at either end; max_batch_size
    from 1 to 100, max_batch_timeout up to 60 seconds, max_retries up to 100.
    """

    name = "invalid-queue-setting"
    wrong = {"wrangler.toml": f"{CONSUMER}max_batch_size = 500\n"}
    right = {"wrangler.toml": f"{CONSUMER}max_batch_size = 100\n"}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield names and numbers that the server refuses."""
        for environment in worker.environments:
            for path, name in _names(environment):
                if not accepted_values.QUEUE.fullmatch(name):
                    yield self.found(
                        environment.at(*path),
                        f"`{name}` is not a valid queue name",
                        environment=environment.name,
                        fix="use 1 to 63 lowercase letters, digits and dashes, with no dash at either end",
                    )
            yield from self._numbers(environment)

    def _numbers(self, environment: Environment) -> Iterator[Finding]:
        for path, consumer in environment.tables("queues", "consumers"):
            for key, (least, most) in LIMITS.items():
                number = consumer.get(key)
                if _is_outside(number, least, most):
                    yield self.found(
                        environment.at(*path, key),
                        f"{key} is out of range: {number}",
                        environment=environment.name,
                        fix=f"use a number from {least} to {most}",
                    )


def _loop(queue: str, leads: dict[Any, Any]) -> list[str]:
    """Return the queues through which a dead letter comes back to its own queue; empty if it does not."""
    way, at = [queue], leads.get(queue)
    while isinstance(at, str) and at not in way:
        way.append(at)
        at = leads.get(at)
    return way if at == queue else []


def _loop_message(way: list[str]) -> str:
    if len(way) == 1:
        return f"`{way[0]}` is its own dead letter queue"
    over = "`, `".join(way[1:])
    return f"the dead letters of `{way[0]}` come back to it through `{over}`"


def _names(environment: Environment) -> Iterator[tuple[tuple[Key, ...], str]]:
    """Yield every queue's name, with its path."""
    for kind, keys in (("producers", ("queue",)), ("consumers", ("queue", "dead_letter_queue"))):
        for path, table in environment.tables("queues", kind):
            yield from (((*path, key), table[key]) for key in keys if isinstance(table.get(key), str))


def _is_outside(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and not least <= value <= most
