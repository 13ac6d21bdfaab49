"""Queues in Rust: the names that a handler compares with, and the acknowledgement of messages.

Not here: consumers and producers in the wrangler file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.core.suggestions import did_you_mean, near_names
from scaffolder.reading.mentions import is_named_elsewhere
from scaffolder.reading.project import Worker
from scaffolder.reading.rust.crate import Crate
from scaffolder.reading.rust.facts import MessageCall

CONSUMER = '[[queues.consumers]]\nqueue = "{}"\n'
COMPARED = """\
use worker::*;

#[event(queue)]
async fn queue(batch: MessageBatch<String>, env: Env, context: Context) -> Result<()> {
    match batch.queue().as_str() {
        "letters" => Ok(()),
        _ => Err("no such queue".into()),
    }
}
"""
ANSWERED = """\
use worker::*;

#[event(queue)]
async fn queue(batch: MessageBatch<String>, env: Env, context: Context) -> Result<()> {
    for message in batch.messages()? {
        %s
        if message.body().is_empty() {
            message.retry();
            continue;
        }
        %s
    }
    Ok(())
}
"""

ACKS = ({"ack"}, {"ack_all"})
RETRIES = ({"retry", "retry_with_options"}, {"retry_all", "retry_all_with_options"})
"""The methods that acknowledge or retry a message, and a batch; of two calls, only the first has an effect."""

PLAIN = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
"""A receiver that refers to the same value when it is written twice."""

OTHER_QUEUE = re.compile(rb"\bfn\s+queue\s*(<[^>]*>)?\s*\(\s*(&|self|mut\s)")
"""A method `queue` of the crate's own, whose result a comparison may be about instead."""


class RS204(Rule):
    """Every queue name that Rust compares against is that of a queue that the worker consumes.

    Why: a branch for a queue without a consumer never runs, and the messages of the queue that was meant take another
    branch.

    Fix: use the name in the consumer, or add a consumer.

    Not checked: a wrangler file without any consumer, and whether the messages of a producer are consumed elsewhere.
    """

    name = "unknown-queue-name"
    wrong = {"wrangler.toml": CONSUMER.format("letter"), "src/lib.rs": COMPARED}
    right = {"wrangler.toml": CONSUMER.format("letters"), "src/lib.rs": COMPARED}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the names that no consumer of any environment has."""
        consumed = {
            str(consumer.get("queue"))
            for environment in worker.environments
            for _, consumer in environment.tables("queues", "consumers")
        }
        for found in worker.crate.queue_names if consumed and _compares_batches(worker.crate) else ():
            is_there = found.name in consumed or is_named_elsewhere(worker, found.name)
            if not is_there and not found.condition:
                near = near_names(found.name, consumed - {each.name for each in worker.crate.queue_names})
                fix = did_you_mean(near, f"add the consumer to {worker.config.file}")
                yield self.found(found.span, f"no consumer is declared for the queue `{found.name}`", fix=fix)


class RS205(Rule):
    """A message or a batch is acknowledged or retried only once.

    Why: only the first call counts: a retry after an ack has no effect, so the message is lost, and an ack after a
    retry does not prevent redelivery. A warning is the only sign of it.

    Fix: call one or the other, in separate branches.

    Not checked: an ack or retry of a message before or after one of its batch, since each counts for other messages.
    """

    name = "message-answered-twice"
    wrong = {"src/lib.rs": ANSWERED % ("message.ack();", "keep(&message);")}
    right = {"src/lib.rs": ANSWERED % ("keep(&message);", "message.ack();")}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the calls that certainly follow a contradictory one."""
        kinds = {handler.kind for crate in worker.crates for handler in crate.handlers}
        for crate in worker.crates if "queue" in kinds else ():
            texts = {source.file: source.even for source in crate.sources}
            for call in crate.message_calls:
                before = [each for each in crate.message_calls if _is_first(each, call, texts[call.span.file])]
                if before:
                    first = before[-1]
                    message = f"{first.method}() was already called on `{call.receiver}` on line {first.span.line}"
                    yield self.found(call.span, f"{message}, so this {call.method}() has no effect")


def _compares_batches(crate: Crate) -> bool:
    """Return whether `.queue()` can only be the queue of a batch."""
    has_handler = any(handler.kind == "queue" for handler in crate.handlers)
    return has_handler and not any(OTHER_QUEUE.search(source.content) for source in crate.sources)


def _is_first(first: MessageCall, call: MessageCall, text: bytes) -> bool:
    """Return whether `first` certainly runs before `call`, on the same receiver, and contradicts it."""
    is_same = first.span.file == call.span.file and first.receiver == call.receiver
    start, end = first.block
    is_within = first.span.end <= call.span.start and start <= call.span.start and call.span.end <= end
    is_sure = not first.condition and not call.condition and PLAIN.fullmatch(call.receiver) is not None
    if not (is_same and is_within and is_sure and _contradict(first.method, call.method)):
        return False
    return _reaches(call.receiver, text[first.span.end : call.span.start].decode())


def _contradict(one: str, other: str) -> bool:
    return any(
        (one in acks and other in retries) or (one in retries and other in acks)
        for acks, retries in zip(ACKS, RETRIES, strict=True)
    )


def _reaches(receiver: str, between: str) -> bool:
    """Return whether the code between two calls reaches the second one, and does not rebind the receiver's name."""
    name = re.escape(receiver.partition(".")[0])
    if re.search(rf"\b(for|let)\s+[^=;{{]*\b{name}\b|(?<![&.\w]){name}\b(?!\s*\.)", between):
        return False
    left = between
    while (shorter := re.sub(r"\{[^{}]*\}", "", left)) != left:
        left = shorter
    return re.search(r"\b(return|break|continue)\b", left) is None
