"""The kinds that are data alone: one row for each, without code of its own.

A row's test runs in a worker's test file and has to fail without the binding.

Not here: kinds that change further files or have rules of their own, each of which has a module of its name.
"""

from __future__ import annotations

import re

from scaffolder.editing.argument import Value
from scaffolder.editing.kind import Kind
from scaffolder.editing.rust.binding_field import Accessor
from scaffolder.editing.storage import Binding, KeyWithValue, Switch
from scaffolder.editing.target import EditTarget
from scaffolder.reading.config.accepted_values import BUCKET, QUEUE, is_id

STAND_IN = "None on this machine, where the stand-in has a class that the worker crate does not take."
"""Of what `Env` refuses in workerd: miniflare's dataset is a `LocalAnalyticsEngineDataset`, its mailer a `Fetcher`."""


def _free_namespace(target: EditTarget) -> str:
    """Return the number of a rate limiter that counts for itself."""
    listed = target.environment.get("ratelimits") or []
    taken = {str(each.get("namespace_id")) for each in listed if isinstance(each, dict)}
    return next(str(number) for number in range(1001, 9999) if str(number) not in taken)


SERVICE = Binding(
    name="service",
    title="Another worker that is called: `=WORKER` names it.",
    binding="service",
    argument="NAME[=WORKER]",
    usual_name="BACKEND",
    value=Value(key="service", default=lambda target: target.kebab_name),
    accessor=Accessor("worker::Fetcher", "env.service({})?"),
    needs_stub=True,
    test="""
test("$name is a worker that answers, here a stub", async () => {
  const { $name } = await $worker.getEnv();
  const response = await $name.fetch("https://service/");
  assert.equal(response.status, 200);
});
""",
)

KINDS: tuple[Kind, ...] = (
    SERVICE,
    Binding(
        name="r2",
        title="An R2 bucket: `=BUCKET` names it.",
        binding="r2",
        argument="NAME[=BUCKET]",
        usual_name="FILES",
        value=Value(
            key="bucket_name",
            default=lambda target: target.resource_name,
            accepts=BUCKET.fullmatch,
            noun="name for a bucket",
            rule="it has 3 to 63 small letters, digits and dashes, and no dash at either end",
            example="my-files",
        ),
        accessor=Accessor("worker::Bucket", "env.bucket({})?"),
        test="""
test("$name keeps an object", async () => {
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
        title="A queue that messages are sent to: `=QUEUE` names it. It has to be created before a deploy.",
        binding="queue",
        argument="NAME[=QUEUE]",
        usual_name="JOBS",
        value=Value(
            key="queue",
            default=lambda target: target.resource_name,
            accepts=QUEUE.fullmatch,
            noun="name for a queue",
            rule="it has 1 to 63 small letters, digits and dashes, and no dash at either end",
            example="my-jobs",
        ),
        accessor=Accessor("worker::Queue", "env.queue({})?"),
        cargo_feature="queue",
        test="""
test("$name takes a message", async () => {
  const { $name } = await $worker.getEnv();
  assert.ok(await $name.send({ from: "a test" }));
});
""",
    ),
    Binding(
        name="ratelimit",
        title="A rate limiter of 100 calls in 60 seconds: `=ID` numbers it; two with one number count together.",
        binding="ratelimit",
        argument="NAME[=ID]",
        usual_name="LIMITER",
        value=Value(
            key="namespace_id",
            default=_free_namespace,
            accepts=re.compile(r"[1-9][0-9]*").fullmatch,
            noun="number for a rate limiter",
            rule="it is a whole number above 0",
            example="1001",
        ),
        constants={"simple": {"limit": 100, "period": 60}},
        accessor=Accessor("worker::RateLimiter", "env.rate_limiter({})?"),
        test="""
test("$name lets a first call through", async () => {
  const { $name } = await $worker.getEnv();
  assert.deepEqual(await $name.limit({ key: "a test" }), { success: true });
});
""",
    ),
    Binding(
        name="analytics",
        title="A dataset of the Analytics Engine: `=DATASET` names it.",
        binding="analytics",
        argument="NAME[=DATASET]",
        usual_name="EVENTS",
        value=Value(key="dataset", default=lambda target: target.resource_name.replace("-", "_")),
        accessor=Accessor("Option<worker::AnalyticsEngineDataset>", "env.analytics_engine({}).ok()", STAND_IN),
        test="""
test("$name takes a data point", async () => {
  const { $name } = await $worker.getEnv();
  await $name.writeDataPoint({ blobs: ["a test"], doubles: [1] });
});
""",
    ),
    Binding(
        name="send-email",
        title="A binding that sends e-mail: `=ADDRESS` is the only one that it may send to.",
        binding="send-email",
        argument="NAME[=ADDRESS]",
        usual_name="MAIL",
        value=Value(
            key="destination_address",
            accepts=re.compile(r"[^@\s]+@[^@\s]+").fullmatch,
            noun="e-mail address",
            rule="it has one @, and no spaces",
            example="you@example.com",
        ),
        accessor=Accessor("Option<worker::SendEmail>", "env.send_email({}).ok()", STAND_IN),
        test="""
test("$name takes a message, which stays on this machine", async () => {
  const { $name } = await $worker.getEnv();
  const message = { from: "worker@example.com", to: "$value", subject: "a test", text: "a test" };
  const { messageId } = await $name.send(message);
  assert.ok(messageId);
});
""",
    ),
    Binding(
        name="hyperdrive",
        title="A database behind Hyperdrive: `=ID` is the id that Cloudflare gave it.",
        binding="hyperdrive",
        argument="NAME=ID",
        example="DATABASE=8b2c7f0e5d6a4b3c9e1f2a7d8c5b4e6f",
        limits=(
            "It runs on this machine with a database of yours alone: change localConnectionString to where that is.",
            "It is proven by build, dry run and a test with a stand-in for the database.",
        ),
        value=Value(
            key="id",
            accepts=is_id,
            noun="id of the Hyperdrive configuration",
            rule="an id is not empty, and has no spaces and no brackets of a placeholder",
            example="8b2c7f0e5d6a4b3c9e1f2a7d8c5b4e6f",
        ),
        constants={"localConnectionString": "postgres://user:password@localhost:5432/database"},
        accessor=Accessor("worker::Hyperdrive", "env.hyperdrive({})?"),
        test="""
test("$name says where this machine's database is", async () => {
  const { $name } = await $worker.getEnv();
  assert.match($name.connectionString, /^(?:postgres|postgresql|mysql):/);
});
""",
    ),
    Binding(
        name="version-metadata",
        title="The id, tag and time of the version that runs.",
        binding="version-metadata",
        usual_name="VERSION",
        is_single=True,
        accessor=Accessor("worker::WorkerVersionMetadata", "env.get_binding({})?"),
        test="""
test("$name says which version runs", async () => {
  const { $name } = await $worker.getEnv();
  assert.match($name.id, /./);
});
""",
    ),
    Binding(
        name="ai",
        title="Workers AI, which needs a login even on this machine.",
        binding="ai",
        usual_name="AI",
        is_single=True,
        limits=(
            "It needs a login even on this machine: the dev server sends each call to Cloudflare, which counts it.",
            "It is proven by build, dry run and a test with a stand-in for the model.",
        ),
        accessor=Accessor("Option<worker::Ai>", "env.ai({}).ok()", STAND_IN),
        needs_stub=True,
        test="""
test("$name runs a model, here a stub", async () => {
  const { $name } = await $worker.getEnv();
  const { model } = await $name.run("@cf/a/model", { prompt: "hello" });
  assert.equal(model, "@cf/a/model");
});
""",
    ),
    KeyWithValue(
        name="var",
        title="A variable: `=TEXT` is its value.",
        binding="var",
        path=("vars",),
        argument="NAME=TEXT",
        example="GREETING=Hello",
        value=Value(),
        accessor=Accessor("String", "env.var({})?.to_string()"),
        test="""
test("$name is text, the only variable that Rust reads alone", async () => {
  const { $name } = await $worker.getEnv();
  assert.equal(typeof $name, "string");
});
""",
    ),
    Switch(
        name="observability",
        title="Workers Logs, turned on. It has no name.",
        path=("observability",),
        argument="",
        usual_name="",
        why_nameless="a worker's logs are kept, or they are not",
        is_inherited=True,
        is_single=True,
    ),
)
