"""What calls the worker, and the handlers that it calls.

Not here: what a handler does.
"""

from __future__ import annotations

from collections.abc import Iterator

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding, Span
from scaffolder.reading.config.environments import Environment
from scaffolder.reading.project import Worker

CONSUMER = '[[queues.consumers]]\nqueue = "jobs"\n'
HANDLER = """\
use worker::*;

#[event(queue)]
async fn queue(batch: MessageBatch<String>, env: Env, context: Context) -> Result<()> {
    Ok(())
}
"""


class WR108(Rule):
    """A queue consumer or a cron has its handler, and a handler has something that calls it.

    Why: without a handler each batch and each cron ends with an error at run time, and nothing says so before; a
    handler that nothing calls never runs.

    Fix: add the handler with `#[event(queue)]` or `#[event(scheduled)]`, or the consumer or the cron that calls it.
    """

    name = "unmatched-event-handler"
    wrong = {"wrangler.toml": CONSUMER}
    right = {"wrangler.toml": CONSUMER, "src/lib.rs": HANDLER}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Tell callers without a handler, and handlers without a caller."""
        if worker.is_complete:
            yield from self._uncalled(worker)
            yield from self._unheard(worker)

    def _unheard(self, worker: Worker) -> Iterator[Finding]:
        handled = {handler.kind for crate in worker.crates for handler in crate.handlers}
        for environment in worker.environments:
            for kind, span, what in _callers(environment):
                if kind not in handled:
                    yield self.found(
                        span,
                        f"{what} calls a handler that is not there",
                        environment=environment.name,
                        fix=f"add an async fn with #[event({kind})]",
                    )

    def _uncalled(self, worker: Worker) -> Iterator[Finding]:
        called = {kind for environment in worker.environments for kind, _, _ in _callers(environment)}
        for handler in (handler for crate in worker.crates for handler in crate.handlers):
            if handler.kind in {"queue", "scheduled"} - called and not handler.condition:
                said = "[[queues.consumers]]" if handler.kind == "queue" else "crons under [triggers]"
                fix = f"add {said} to {worker.config.file}"
                yield self.found(handler.span, f"nothing calls the {handler.kind} handler", fix=fix)


def _callers(environment: Environment) -> Iterator[tuple[str, Span, str]]:
    """Tell what calls a handler: the handler's kind, where it is said, and how it is called."""
    for path, consumer in environment.tables("queues", "consumers"):
        # Others pull their messages over HTTP.
        if consumer.get("type", "worker") == "worker":
            yield "queue", environment.at(*path), f"the consumer of `{consumer.get('queue')}`"
    crons = environment.get("triggers", "crons")
    for number, cron in enumerate(crons if isinstance(crons, list) else ()):
        yield "scheduled", environment.at("triggers", "crons", number), f"the cron `{cron}`"
