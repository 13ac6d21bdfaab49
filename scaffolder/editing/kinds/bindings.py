"""The kinds that are data alone: one row for each, without code of its own.

A row's test runs in a worker's test file and has to fail without the binding.

Not here: kinds whose tests need a stub (`stubbed_bindings.py`), and kinds that change further files or have rules of
their own, each of which has a module of its name.
"""

from __future__ import annotations

import re

from scaffolder.editing.argument import Value
from scaffolder.editing.kind import Kind
from scaffolder.editing.resource_names import BUCKET_NAME, DATASET_NAME, HYPERDRIVE_ID, QUEUE_NAME
from scaffolder.editing.rust.binding_field import Accessor
from scaffolder.editing.rust.env_accessors import ANALYTICS_ENGINE, MAILER, RATE_LIMITER
from scaffolder.editing.storage import Binding, KeyWithValue, Switch
from scaffolder.editing.target import EditTarget


def _free_namespace(target: EditTarget) -> str:
    """Return the number of a rate limiter that counts for itself."""
    listed = target.environment.get("ratelimits") or []
    taken = {str(each.get("namespace_id")) for each in listed if isinstance(each, dict)}
    return next(str(number) for number in range(1001, 9999) if str(number) not in taken)


KINDS: tuple[Kind, ...] = (
    Binding(
        name="r2",
        title="An R2 bucket, named by `=BUCKET`.",
        binding="r2",
        argument="NAME[=BUCKET]",
        usual_name="FILES",
        value=BUCKET_NAME,
        accessor=Accessor("worker::Bucket", "env.bucket({})?", needs=("Env::bucket",)),
        test="""
test("$name stores an object", async () => {
  const { $name } = await $worker.getEnv();
  await $name.put("put-by-a-test", "a value");
  const object = await $name.get("put-by-a-test");
  assert.equal(await object.text(), "a value");
  await $name.delete("put-by-a-test");
});
""",
    ),
    Binding(
        name="queue-producer",
        title="A queue to send messages to, named by `=QUEUE`. Create the queue before deploying.",
        binding="queue",
        argument="NAME[=QUEUE]",
        usual_name="JOBS",
        value=QUEUE_NAME,
        accessor=Accessor("worker::Queue", "env.queue({})?", needs=("Env::queue",)),
        cargo_feature="queue",
        test="""
test("$name accepts a message", async () => {
  const { $name } = await $worker.getEnv();
  assert.ok(await $name.send({ from: "a test" }));
});
""",
    ),
    Binding(
        name="ratelimit",
        title="A rate limiter of 100 calls per 60 seconds. Limiters with the same `=ID` count together.",
        binding="ratelimit",
        argument="NAME[=ID]",
        usual_name="LIMITER",
        value=Value(
            key="namespace_id",
            default=_free_namespace,
            accepts=re.compile(r"[1-9][0-9]*").fullmatch,
            noun="rate limiter ID",
            rule="the ID is a positive integer",
            example="1001",
        ),
        constants={"simple": {"limit": 100, "period": 60}},
        accessor=RATE_LIMITER,
        test="""
test("$name allows the first call", async () => {
  const { $name } = await $worker.getEnv();
  assert.deepEqual(await $name.limit({ key: "a test" }), { success: true });
});
""",
    ),
    Binding(
        name="analytics",
        title="An Analytics Engine dataset, named by `=DATASET`.",
        binding="analytics",
        argument="NAME[=DATASET]",
        usual_name="EVENTS",
        value=DATASET_NAME,
        accessor=ANALYTICS_ENGINE,
        test="""
test("$name accepts a data point", async () => {
  const { $name } = await $worker.getEnv();
  await $name.writeDataPoint({ blobs: ["a test"], doubles: [1] });
});
""",
    ),
    Binding(
        name="send-email",
        title="A binding that sends e-mail. `=ADDRESS` is the only address that it may send to.",
        binding="send-email",
        argument="NAME[=ADDRESS]",
        usual_name="MAIL",
        value=Value(
            key="destination_address",
            accepts=re.compile(r"[^@\s]+@[^@\s]+").fullmatch,
            noun="e-mail address",
            rule="an e-mail address has one @ and no spaces",
            example="you@example.com",
        ),
        accessor=MAILER,
        test="""
test("$name accepts a message, which is not delivered", async () => {
  const { $name } = await $worker.getEnv();
  const message = { from: "worker@example.com", to: "$value", subject: "a test", text: "a test" };
  const { messageId } = await $name.send(message);
  assert.ok(messageId);
});
""",
    ),
    Binding(
        name="hyperdrive",
        title="A database behind Hyperdrive. `=ID` is the ID of the Hyperdrive configuration.",
        binding="hyperdrive",
        argument="NAME=ID",
        example="DATABASE=8b2c7f0e5d6a4b3c9e1f2a7d8c5b4e6f",
        limits=(
            "Local development needs a database of your own: set localConnectionString to its address.",
            "It is verified by build, dry run and a test with a stand-in for the database.",
        ),
        value=HYPERDRIVE_ID,
        constants={"localConnectionString": "postgres://user:password@localhost:5432/database"},
        accessor=Accessor("worker::Hyperdrive", "env.hyperdrive({})?", needs=("Hyperdrive",)),
        test="""
test("$name has the address of the local database", async () => {
  const { $name } = await $worker.getEnv();
  assert.match($name.connectionString, /^(?:postgres|postgresql|mysql):/);
});
""",
    ),
    Binding(
        name="version-metadata",
        title="The ID, tag and timestamp of the running version.",
        binding="version-metadata",
        usual_name="VERSION",
        is_single=True,
        accessor=Accessor(
            "worker::WorkerVersionMetadata", "env.get_binding({})?", needs=("Env::get_binding", "WorkerVersionMetadata")
        ),
        test="""
test("$name identifies the running version", async () => {
  const { $name } = await $worker.getEnv();
  assert.match($name.id, /./);
});
""",
    ),
    KeyWithValue(
        name="var",
        title="A variable with the value `=TEXT`.",
        binding="var",
        path=("vars",),
        argument="NAME=TEXT",
        example="GREETING=Hello",
        value=Value(),
        accessor=Accessor("String", "env.var({})?.to_string()", needs=("Env::var",)),
        test="""
test("$name is a string, the only type that the worker crate can read", async () => {
  const { $name } = await $worker.getEnv();
  assert.equal(typeof $name, "string");
});
""",
    ),
    Switch(
        name="observability",
        title="Turns on Workers Logs. It takes no name.",
        path=("observability",),
        argument="",
        usual_name="",
        why_nameless="a worker's logs are either on or off",
        is_inherited=True,
        is_single=True,
    ),
)
