"""A queue that the worker consumes, with a handler for its batches.

Not here: queues that it sends to (`bindings.py`), and creating queues, which takes an account.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scaffolder.core.errors import BadInput, Conflict
from scaffolder.core.invocation import program
from scaffolder.editing import origin
from scaffolder.editing.argument import Value
from scaffolder.editing.config import cargo_features
from scaffolder.editing.kind import Kind
from scaffolder.editing.operations import Insert, KeyPath
from scaffolder.editing.plan import Plan
from scaffolder.editing.rust import handler_item, item_origin
from scaffolder.editing.rust.written_rust import QUEUES
from scaffolder.editing.target import EditTarget, Found
from scaffolder.reading.config.accepted_values import QUEUE
from scaffolder.reading.config.environments import Environment, environments
from scaffolder.reading.project import Worker

WANTS = origin.any_of(("queues", "consumers"))

DEAD_LETTERS = "-dlq"
"""How the name of a dead letter queue ends."""

LONGEST = 63
"""Characters of a queue's name that the server takes."""


@dataclass(frozen=True, kw_only=True)
class QueueConsumer(Kind):
    """A consumer of a queue, which is stored under the queue's name in its environment."""

    @property
    def table(self) -> KeyPath:
        """The path of the list of consumers."""
        return ("queues", "consumers")

    def find(self, target: EditTarget) -> Found | None:
        """Return the consumer of the target's queue."""
        path = (*target.prefix, *self.table)
        for number, table in enumerate(target.worker.config.get(*path) or []):
            if isinstance(table, dict) and table.get("queue") == _queue(target):
                is_same = not target.value or table.get("dead_letter_queue") == _dead_letters(target)
                return Found((*path, number), table, is_same)
        return None

    def insertions_for(self, target: EditTarget) -> Iterator[Insert]:
        """Yield the consumer, with the numbers that hold at Cloudflare; the dev server's own are others.

        Raises:
            Conflict: Dead letters would come back.
        """
        queue, dead_letters = _queue(target), _dead_letters(target)
        _refuse_circle(target, queue, dead_letters)
        consumer: dict[str, str | int] = {"queue": queue, "max_batch_size": 10, "max_retries": 3}
        if dead_letters:
            consumer["dead_letter_queue"] = dead_letters
        yield Insert((*target.prefix, *self.table), consumer, appends=True)

    def better_name(self, worker: Worker) -> str | None:
        """Return the first queue that the worker sends to and does not consume yet."""
        sent, consumed = (_queues(environments(worker.config)[0], each) for each in ("producers", "consumers"))
        return next((name for name in sent if name not in consumed), None)

    def wants_test(self, target: EditTarget) -> bool:
        """Return whether the handler will be the one that `on_add` writes, which is all that the test knows."""
        is_ours = not any(handler.kind == "queue" for handler in target.worker.crate.handlers)
        return is_ours and super().wants_test(target)

    def validate(self, target: EditTarget) -> None:
        """Check the names of both queues.

        Raises:
            BadInput: Cloudflare would refuse one.
        """
        for name in (target.name, *filter(None, [target.value])):
            if not QUEUE.fullmatch(name):
                raise BadInput(
                    what=f"`{name}` is not a valid queue name",
                    where="NAME",
                    why="a queue name has 1 to 63 lowercase letters, digits and dashes, and no dash at either end",
                    fix=f"{program()} add queue-consumer jobs",
                )

    def rust_to_paste(self, target: EditTarget) -> list[str]:
        """Return the Cargo feature, and the lines of the handler if there is none."""
        has_handler = any(handler.kind == "queue" for crate in target.worker.crates for handler in crate.handlers)
        return super().rust_to_paste(target) + ([] if has_handler else handler_item.to_paste(target.worker, QUEUES))

    def on_add(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Write the handler, if there is none, and list the queues that have to be created.

        Raises:
            TooOld: The crate's version of `worker` has no such handlers.
        """
        worker = targets[0].worker
        added = [target for target in targets if self.find(target) is None]
        is_new = not any(handler.kind == "queue" for crate in worker.crates for handler in crate.handlers)
        item_origin.note(worker, "queue", plan, is_new=is_new, wants=WANTS)
        if is_new:
            handler_item.add(worker, QUEUES, plan)
        elif added:
            plan.notes.append(
                "the existing queue handler gets these messages, too: batch.queue() returns the name of their queue"
            )
        if added:
            names = [name for target in added for name in (_queue(target), _dead_letters(target)) if name]
            commands = " && ".join(f"npx wrangler queues create {name}" for name in dict.fromkeys(names))
            plan.notes.append(f"before deploying, create the queues that do not exist yet: {commands}")

    def on_remove(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Delete the handler that `on_add` wrote, if it is unchanged, and the Cargo feature with the last consumer."""
        worker = targets[0].worker
        plan.notes.append(
            "if it was deployed, the worker remains a consumer until you run: "
            + " && ".join(
                f"npx wrangler queues consumer remove {_queue(each)} {_deployed_name(each)}" for each in targets
            )
        )
        if _has_others(targets):
            return
        if not item_origin.remove(worker, "queue", handler_item.texts(QUEUES), plan, WANTS):
            plan.notes.append("the queue handler is no longer called")
        elif not _sends(worker):
            cargo_features.remove_feature(worker, self.cargo_feature, plan)


def _queue(target: EditTarget) -> str:
    """Return the name of a target's queue in its environment."""
    name, environment = target.name, target.environment.name
    bound = {*_queues(target.environment, "producers"), *_queues(target.environment, "consumers")}
    if not environment or name in bound or name.endswith(f"-{environment}"):
        return name
    return f"{name}-{environment}"


def _dead_letters(target: EditTarget) -> str:
    """Return the queue for what fails; empty for a queue that holds dead letters itself."""
    queue = _queue(target)
    if target.value:
        suffix = f"-{target.environment.name}" if queue != target.name else ""
        return f"{target.value}{suffix}"
    consumers = target.worker.config.get(*target.prefix, "queues", "consumers") or []
    dead = {each.get("dead_letter_queue") for each in consumers if isinstance(each, dict)}
    is_last = queue in dead or queue.endswith(DEAD_LETTERS) or len(queue + DEAD_LETTERS) > LONGEST
    return "" if is_last else f"{queue}{DEAD_LETTERS}"


def _has_others(targets: Sequence[EditTarget]) -> bool:
    """Return whether a consumer is left in any environment."""
    removed = {(target.environment.name, _queue(target)) for target in targets}
    return any(
        (each.name, name) not in removed
        for each in environments(targets[0].worker.config)
        for name in _queues(each, "consumers")
    )


def _refuse_circle(target: EditTarget, queue: str, dead_letters: str) -> None:
    consumers = target.worker.config.get(*target.prefix, "queues", "consumers") or []
    leads = {each.get("queue"): each.get("dead_letter_queue") for each in consumers if isinstance(each, dict)}
    at, seen = dead_letters, set[str]()
    while at and at not in seen:
        if at == queue:
            raise Conflict(
                what=f"the dead letters of `{queue}` would return to it",
                where=target.worker.config.file,
                why="a message that always fails would be delivered forever",
                fix="choose another dead letter queue",
            )
        seen.add(at)
        at = leads.get(at) or ""


def _queues(environment: Environment, kind: str) -> list[str]:
    return [str(table.get("queue")) for _, table in environment.tables("queues", kind)]


def _deployed_name(target: EditTarget) -> str:
    """Return the name that a worker has at Cloudflare."""
    name, environment = str(target.environment.get("name") or "WORKER"), target.environment.name
    return f"{name}-{environment}" if environment and "name" not in target.environment.own else name


def _sends(worker: Worker) -> bool:
    """Return whether the worker sends to a queue, which takes the same Cargo feature."""
    sends = any(_queues(each, "producers") for each in environments(worker.config))
    return sends or any(use.accessor == "queue" for use in worker.crate.binding_uses)


KINDS = (
    QueueConsumer(
        name="queue-consumer",
        title="A queue that the worker consumes, with a handler. `=QUEUE` names the dead letter queue.",
        details=(
            "In an environment, the queue's name gets the environment's name as a suffix, unless it is bound there "
            "without one: a queue has only one consumer. A message that fails four times goes to the dead letter "
            "queue, so that it is not lost."
        ),
        argument="QUEUE[=QUEUE]",
        usual_name="jobs",
        value=Value(key="dead_letter_queue"),
        cargo_feature="queue",
        handler="queue",
        limits=("Both queues have to be created before deploying, and no local check shows whether they exist.",),
        test="""
test("messages of the queue $name are acknowledged", async () => {
  const worker = await $worker.getExport();
  const message = { id: "1", timestamp: new Date(), attempts: 1, body: "a test" };
  const { outcome, retryMessages } = await worker.queue("$name", [message]);
  assert.deepEqual({ outcome, retryMessages }, { outcome: "ok", retryMessages: [] });
});
""",
    ),
)
