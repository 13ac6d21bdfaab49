"""The kinds that are bound to a resource.

Not here: databases with migrations (`d1.py`), what a worker has one of (`singles.py`), and what is no resource
(`settings.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.editing.kind import Changes, EditTarget, Kind, Shape
from scaffolder.editing.rust.bindings_rs import Read
from scaffolder.reading.config.name_patterns import BUCKET, QUEUE

TO = "you@example.com"
"""Gets the mail of a test where everybody may get some."""

STAND_IN = "None on this machine, where the stand-in has a class that the worker crate does not take."
"""Of what `Env` refuses in workerd: miniflare's dataset is a `LocalAnalyticsEngineDataset`, its mailer a `Fetcher`."""


class Kv(Kind):
    """A KV namespace. The first deploy offers to create it."""

    word, bound, usual = "kv", "kv", "CACHE"
    read = Read("worker::KvStore", "env.kv({})?")
    test = """
test("$name keeps what is put into it", async () => {
  const { $name } = await $worker.getEnv();
  await $name.put("put-by-a-test", "a value");
  assert.equal(await $name.get("put-by-a-test"), "a value");
  await $name.delete("put-by-a-test");
});
"""

    def follows(self, targets: Sequence[EditTarget], changes: Changes) -> None:
        """Say that a namespace without an id is found by the binding's name alone."""
        found = [self.there(target) for target in targets]
        if any(there is not None and "id" not in there[1] for there in found):
            changes.notes.append(
                f"a namespace without an id is found by its binding: if `{targets[0].name}` was deployed, write its id "
                "here first, or the next deploy makes an empty one"
            )


class R2(Kind):
    """An R2 bucket: `=BUCKET` names it."""

    word, bound, says = "r2", "r2", "bucket_name"
    form, usual = "NAME[=BUCKET]", "FILES"
    shape = Shape(
        BUCKET,
        "name for a bucket",
        "it has 3 to 63 small letters, digits and dashes, and no dash at either end",
        "my-files",
    )
    read = Read("worker::Bucket", "env.bucket({})?")
    test = """
test("$name keeps an object", async () => {
  const { $name } = await $worker.getEnv();
  await $name.put("put-by-a-test", "a value");
  const object = await $name.get("put-by-a-test");
  assert.equal(await object.text(), "a value");
  await $name.delete("put-by-a-test");
});
"""

    def table(self, target: EditTarget) -> dict[str, Any]:
        """Name the bucket."""
        return {"bucket_name": target.value or target.slug}


class QueueProducer(Kind):
    """A queue that messages are sent to: `=QUEUE` names it. It has to be created before a deploy."""

    word, bound, says, feature = "queue-producer", "queue", "queue", "queue"
    form, usual = "NAME[=QUEUE]", "JOBS"
    shape = Shape(
        QUEUE,
        "name for a queue",
        "it has 1 to 63 small letters, digits and dashes, and no dash at either end",
        "my-jobs",
    )
    read = Read("worker::Queue", "env.queue({})?")
    test = """
test("$name takes a message", async () => {
  const { $name } = await $worker.getEnv();
  assert.ok(await $name.send({ from: "a test" }));
});
"""

    def table(self, target: EditTarget) -> dict[str, Any]:
        """Name the queue."""
        return {"queue": target.value or target.slug}


class Service(Kind):
    """Another worker that is called: `=WORKER` names it."""

    word, bound, says = "service", "service", "service"
    form, usual = "NAME[=WORKER]", "BACKEND"
    read = Read("worker::Fetcher", "env.service({})?")
    is_stubbed = True
    test = """
test("$name is a worker that answers, here a stub", async () => {
  const { $name } = await $worker.getEnv();
  const response = await $name.fetch("https://service/");
  assert.equal(response.status, 200);
});
"""

    def table(self, target: EditTarget) -> dict[str, Any]:
        """Name the other worker."""
        return {"service": target.value or target.name.lower().replace("_", "-")}


class RateLimit(Kind):
    """A rate limiter of 100 calls in 60 seconds: `=ID` numbers it; two with one number count together."""

    word, bound, says = "ratelimit", "ratelimit", "namespace_id"
    form, usual = "NAME[=ID]", "LIMITER"
    shape = Shape(re.compile(r"[1-9][0-9]*"), "number for a rate limiter", "it is a whole number above 0", "1001")
    read = Read("worker::RateLimiter", "env.rate_limiter({})?")
    test = """
test("$name lets a first call through", async () => {
  const { $name } = await $worker.getEnv();
  assert.deepEqual(await $name.limit({ key: "a test" }), { success: true });
});
"""

    def table(self, target: EditTarget) -> dict[str, Any]:
        """Count in a namespace of its own."""
        listed = target.environment.get("ratelimits") or []
        taken = {str(each.get("namespace_id")) for each in listed if isinstance(each, dict)}
        free = next(str(number) for number in range(1001, 9999) if str(number) not in taken)
        return {"namespace_id": target.value or free, "simple": {"limit": 100, "period": 60}}


class Analytics(Kind):
    """A dataset of the Analytics Engine: `=DATASET` names it."""

    word, bound, says = "analytics", "analytics", "dataset"
    form, usual = "NAME[=DATASET]", "EVENTS"
    read = Read("Option<worker::AnalyticsEngineDataset>", "env.analytics_engine({}).ok()", STAND_IN)
    test = """
test("$name takes a data point", async () => {
  const { $name } = await $worker.getEnv();
  await $name.writeDataPoint({ blobs: ["a test"], doubles: [1] });
});
"""

    def table(self, target: EditTarget) -> dict[str, Any]:
        """Name the dataset."""
        return {"dataset": target.value or target.slug.replace("-", "_")}


class SendEmail(Kind):
    """A binding that sends e-mail: `=ADDRESS` is the only one that it may send to."""

    word, bound, says = "send-email", "send-email", "destination_address"
    form, usual = "NAME[=ADDRESS]", "MAIL"
    shape = Shape(re.compile(r"[^@\s]+@[^@\s]+"), "e-mail address", "it has one @, and no spaces", TO)
    read = Read("Option<worker::SendEmail>", "env.send_email({}).ok()", STAND_IN)
    test = """
test("$name takes a message, which stays on this machine", async () => {
  const { $name } = await $worker.getEnv();
  const message = { from: "worker@example.com", to: "$to", subject: "a test", text: "a test" };
  const { messageId } = await $name.send(message);
  assert.ok(messageId);
});
"""

    def said(self, target: EditTarget) -> dict[str, str]:
        """Answer somebody who may get mail."""
        there = self.there(target)
        return {"to": str(there[1].get("destination_address", TO)) if there is not None else target.value or TO}

    def table(self, target: EditTarget) -> dict[str, Any]:
        """Say who may get mail."""
        return {"destination_address": target.value} if target.value else {}


class Hyperdrive(Kind):
    """A database behind Hyperdrive: `=ID` is the id that Cloudflare gave it."""

    word, bound, says = "hyperdrive", "hyperdrive", "id"
    form, example = "NAME=ID", "DATABASE=8b2c7f0e5d6a4b3c9e1f2a7d8c5b4e6f"
    limits = (
        "It runs on this machine with a database of yours alone: change localConnectionString to where that is.",
        "It is proven by build, dry run and a test with a stand-in for the database.",
    )
    read = Read("worker::Hyperdrive", "env.hyperdrive({})?")
    test = """
test("$name says where this machine's database is", async () => {
  const { $name } = await $worker.getEnv();
  assert.match($name.connectionString, /^(?:postgres|postgresql|mysql):/);
});
"""

    def table(self, target: EditTarget) -> dict[str, Any]:
        """Say which, and where a database for this machine is."""
        if not target.value and self.there(target) is None:
            raise BadInput(
                what="the id of the Hyperdrive configuration is missing",
                where="NAME=ID",
                why="wrangler takes no empty id",
                fix=f"{program()} add hyperdrive {target.name}=ID",
            )
        return {"id": target.value, "localConnectionString": "postgres://user:password@localhost:5432/database"}
