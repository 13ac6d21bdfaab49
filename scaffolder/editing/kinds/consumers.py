"""A queue that the worker consumes, with a handler for its batches.

Not here: queues that it sends to (`resources.py`), and creating queues, which takes an account.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from scaffolder.core.errors import BadInput, Conflict
from scaffolder.core.invocation import program
from scaffolder.editing.kind import Changes, EditTarget, Kind
from scaffolder.editing.operations import Insert, KeyPath
from scaffolder.editing.rust import items, rust_sync
from scaffolder.reading.config.environments import Environment, environments
from scaffolder.reading.config.name_patterns import QUEUE
from scaffolder.reading.project import Worker

HANDLER = """
/// Gets the messages of the queues that the wrangler file consumes, in batches.
///
/// A message that is acknowledged is done with; after `message.retry()` it comes again. To read
/// the bodies, give `MessageBatch` their type, and go through `batch.iter()`.
#[worker::event(queue)]
async fn queue(
    batch: worker::MessageBatch<String>,
    _env: worker::Env,
    _context: worker::Context,
) -> worker::Result<()> {
    for message in batch.raw_iter() {
        worker::console_log!("from {}: {:?}", batch.queue(), message.body());
        worker::MessageExt::ack(&message);
    }
    Ok(())
}
"""

LETTERS = "-dlq"
"""How the name of a dead letter queue ends."""

LONGEST = 63
"""Characters of a queue's name that the server takes."""


class QueueConsumer(Kind):
    """A queue whose messages the worker gets: `=QUEUE` names the one for dead letters. It brings a handler.

    In an environment, the queue's name gets the environment's at its end, unless it is bound there as it is: a queue
    has one consumer. What fails four times goes to the queue for dead letters, so that it is not lost.
    """

    word, says, feature = "queue-consumer", "dead_letter_queue", "queue"
    form, usual = "QUEUE[=QUEUE]", "jobs"
    test = """
test("messages of the queue $name are acknowledged", async () => {
  const worker = await $worker.getExport();
  const message = { id: "1", timestamp: new Date(), attempts: 1, body: "a test" };
  const { outcome, retryMessages } = await worker.queue("$name", [message]);
  assert.deepEqual({ outcome, retryMessages }, { outcome: "ok", retryMessages: [] });
});
"""
    limits = ("Both queues have to be created before a deploy, and nothing on this machine tells whether they are.",)

    def usual_for(self, worker: Worker) -> str:
        """Answer the first queue that it sends to and does not consume yet."""
        sent, consumed = (_queues(environments(worker.config)[0], each) for each in ("producers", "consumers"))
        return next((name for name in sent if name not in consumed), self.usual)

    def is_tested(self, target: EditTarget) -> bool:
        """Answer whether the handler is the one that is made here."""
        return not any(handler.kind == "queue" for handler in target.worker.crate.handlers)

    def check(self, target: EditTarget) -> None:
        """Refuse a name that the server refuses."""
        for name in (target.name, *filter(None, [target.value])):
            if not QUEUE.fullmatch(name):
                raise BadInput(
                    what=f"`{name}` is no name for a queue",
                    where="NAME",
                    why="it is 1 to 63 lower-case letters, digits and dashes, with no dash at either end",
                    fix=f"{program()} add queue-consumer jobs",
                )

    def there(self, target: EditTarget) -> tuple[KeyPath, Any] | None:
        """Answer the consumer."""
        path = (*target.prefix, "queues", "consumers")
        for number, table in enumerate(target.worker.config.get(*path) or []):
            if isinstance(table, dict) and table.get("queue") == _queue(target):
                return (*path, number), table
        return None

    def puts(self, target: EditTarget) -> Iterator[Insert]:
        """Tell the consumer, with the numbers that hold at Cloudflare; the dev server's own are others.

        Raises:
            Conflict: Dead letters would come back.
        """
        queue, letters = _queue(target), _letters(target)
        numbers = {"max_batch_size": 10, "max_retries": 3}
        dead = {"dead_letter_queue": letters} if letters else {}
        _refuse_circle(target, queue, letters)
        yield Insert((*target.prefix, "queues", "consumers"), {"queue": queue, **numbers, **dead}, appends=True)

    def is_same(self, target: EditTarget, there: Any) -> bool:
        """Answer whether its dead letters go where they were asked to go."""
        return not target.value or there.get("dead_letter_queue") == _letters(target)

    def brings(self, targets: Sequence[EditTarget], changes: Changes) -> None:
        """Write the handler, if there is none."""
        worker = targets[0].worker
        added = [target for target in targets if self.there(target) is None]
        if not any(handler.kind == "queue" for crate in worker.crates for handler in crate.handlers):
            items.add(worker, HANDLER, changes)
        elif added:
            changes.notes.append("the queue handler gets these messages, too: batch.queue() tells where they come from")
        if added:
            names = [name for target in added for name in (_queue(target), _letters(target)) if name]
            commands = ", ".join(f"wrangler queues create {name}" for name in dict.fromkeys(names))
            changes.notes.append(f"before a deploy, create the queues that are not there yet: {commands}")

    def takes(self, targets: Sequence[EditTarget], changes: Changes) -> None:
        """Take the handler and the feature out with the last consumer, if the handler is as it was written."""
        worker = targets[0].worker
        changes.notes.append(
            "if it was deployed, it stays a consumer until: "
            + ", ".join(f"wrangler queues consumer remove {_queue(each)} {_deployed(each)}" for each in targets)
        )
        gone = {(target.environment.name, _queue(target)) for target in targets}
        left = [
            name
            for each in environments(worker.config)
            for name in _queues(each, "consumers")
            if (each.name, name) not in gone
        ]
        if left:
            return
        if not items.remove(worker, HANDLER, changes):
            changes.notes.append("nothing calls the queue handler any more")
        elif not _is_used(worker):
            rust_sync.for_no_feature(changes, worker, self.feature)


def _queue(target: EditTarget) -> str:
    """Return the name of a target's queue in its environment."""
    name, environment = target.name, target.environment.name
    bound = {*_queues(target.environment, "producers"), *_queues(target.environment, "consumers")}
    if not environment or name in bound or name.endswith(f"-{environment}"):
        return name
    return f"{name}-{environment}"


def _letters(target: EditTarget) -> str:
    """Answer the queue for what fails; none for one that holds dead letters itself."""
    queue = _queue(target)
    if target.value:
        suffix = f"-{target.environment.name}" if queue != target.name else ""
        return f"{target.value}{suffix}"
    consumers = target.worker.config.get(*target.prefix, "queues", "consumers") or []
    dead = {each.get("dead_letter_queue") for each in consumers if isinstance(each, dict)}
    is_last = queue in dead or queue.endswith(LETTERS) or len(queue + LETTERS) > LONGEST
    return "" if is_last else f"{queue}{LETTERS}"


def _refuse_circle(target: EditTarget, queue: str, letters: str) -> None:
    consumers = target.worker.config.get(*target.prefix, "queues", "consumers") or []
    leads = {each.get("queue"): each.get("dead_letter_queue") for each in consumers if isinstance(each, dict)}
    at, seen = letters, set[str]()
    while at and at not in seen:
        if at == queue:
            raise Conflict(
                what=f"the dead letters of `{queue}` would come back to it",
                where=target.worker.config.file,
                why="what always fails would go round for ever",
                fix="name another queue for them",
            )
        seen.add(at)
        at = leads.get(at) or ""


def _queues(environment: Environment, kind: str) -> list[str]:
    return [str(table.get("queue")) for _, table in environment.tables("queues", kind)]


def _deployed(target: EditTarget) -> str:
    """Answer the name that a worker has at Cloudflare."""
    name, environment = str(target.environment.get("name") or "WORKER"), target.environment.name
    return f"{name}-{environment}" if environment and "name" not in target.environment.own else name


def _is_used(worker: Worker) -> bool:
    """Answer whether something else needs the feature."""
    sends = any(_queues(each, "producers") for each in environments(worker.config))
    return sends or any(use.accessor == "queue" for use in worker.crate.binding_uses)
