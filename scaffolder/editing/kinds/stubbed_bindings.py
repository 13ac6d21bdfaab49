"""The kinds that are data alone, and whose tests replace the thing by a stub: only Cloudflare has the real one.

Not here: the stub (`worker_tests/stubs/`), and kinds whose tests run with the real thing (`bindings.py`).
"""

from __future__ import annotations

from scaffolder.editing.kind import Kind
from scaffolder.editing.resource_names import NAMESPACE_NAME, WORKER_NAME
from scaffolder.editing.rust.binding_field import Accessor
from scaffolder.editing.rust.env_accessors import STAND_IN
from scaffolder.editing.storage import Binding

SERVICE = Binding(
    name="service",
    title="A service binding to the worker that `=WORKER` names.",
    binding="service",
    argument="NAME[=WORKER]",
    usual_name="BACKEND",
    value=WORKER_NAME,
    accessor=Accessor("worker::Fetcher", "env.service({})?", needs=("Env::service",)),
    needs_stub=True,
    test="""
test("$name responds, here from a stub", async () => {
  const { $name } = await $worker.getEnv();
  const response = await $name.fetch("https://service/");
  assert.equal(response.status, 200);
});
""",
)

KINDS: tuple[Kind, ...] = (
    SERVICE,
    Binding(
        name="ai",
        title="Workers AI, which needs a login even in local development.",
        binding="ai",
        usual_name="AI",
        is_single=True,
        limits=(
            "Local development needs a login: the dev server sends each call to Cloudflare, where it counts as usage.",
            "It is verified by build, dry run and a test with a stand-in for the model.",
        ),
        accessor=Accessor("Option<worker::Ai>", "env.ai({}).ok()", STAND_IN, needs=("Env::ai",)),
        needs_stub=True,
        test="""
test("$name runs a model, here from a stub", async () => {
  const { $name } = await $worker.getEnv();
  const { model } = await $name.run("@cf/a/model", { prompt: "hello" });
  assert.equal(model, "@cf/a/model");
});
""",
    ),
    Binding(
        name="dispatch-namespace",
        title="A dispatch namespace of Workers for Platforms, named by `=NAMESPACE`, whose workers are called by name.",
        binding="dispatch",
        argument="NAME[=NAMESPACE]",
        usual_name="DISPATCH",
        value=NAMESPACE_NAME,
        limits=(
            "Only Cloudflare has its workers: a local call fails unless the entry has `remote = true`, with a login.",
            "It is verified by build, dry run and a test with a stand-in for the workers.",
        ),
        accessor=Accessor(
            "Option<worker::DynamicDispatcher>",
            "env.dynamic_dispatcher({}).ok()",
            STAND_IN,
            needs=("Env::dynamic_dispatcher",),
        ),
        needs_stub=True,
        test="""
test("$name calls a worker by its name, here a stub", async () => {
  const { $name } = await $worker.getEnv();
  const response = await $name.get("a-worker").fetch("https://service/");
  assert.equal(await response.text(), "a stub of a-worker");
});
""",
    ),
)
