"""Event sources, such as crons and queue consumers, and the handlers that they call.

Not here: the bodies of handlers.
"""

from __future__ import annotations

from collections.abc import Iterator

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.reading.config.triggers import sources
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
    """Every queue consumer and cron has a handler, and every such handler has a consumer or a cron.

    Why: without a handler every batch and every cron run fails, with no earlier warning; a handler that nothing calls
    never runs.

    Fix: add the handler with `#[event(queue)]` or `#[event(scheduled)]`, or the consumer or cron that calls it.
    """

    name = "unmatched-event-handler"
    wrong = {"wrangler.toml": CONSUMER}
    right = {"wrangler.toml": CONSUMER, "src/lib.rs": HANDLER}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the event sources without a handler, and the handlers without an event source."""
        if worker.is_complete:
            yield from self._without_source(worker)
            yield from self._without_handler(worker)

    def _without_handler(self, worker: Worker) -> Iterator[Finding]:
        handled = {handler.kind for crate in worker.crates for handler in crate.handlers}
        for environment in worker.environments:
            for kind, span, what in sources(environment):
                if kind not in handled:
                    yield self.found(
                        span,
                        f"{what} has no handler",
                        environment=environment.name,
                        fix=f"add an async fn with #[event({kind})]",
                    )

    def _without_source(self, worker: Worker) -> Iterator[Finding]:
        called = {kind for environment in worker.environments for kind, _, _ in sources(environment)}
        for handler in (handler for crate in worker.crates for handler in crate.handlers):
            if handler.kind in {"queue", "scheduled"} - called and not handler.condition:
                source = "[[queues.consumers]]" if handler.kind == "queue" else "crons under [triggers]"
                fix = f"add {source} to {worker.config.file}"
                yield self.found(handler.span, f"nothing calls the {handler.kind} handler", fix=fix)
