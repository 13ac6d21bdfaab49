"""A KV namespace, which wrangler finds by the name of its binding until it has an id.

Not here: other resources with a name (`bindings.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scaffolder.editing.plan import Plan
from scaffolder.editing.rust.env_accessors import KV
from scaffolder.editing.storage import Binding
from scaffolder.editing.target import EditTarget


@dataclass(frozen=True, kw_only=True)
class Kv(Binding):
    """A KV namespace."""

    def on_rename(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Warn that the data of a namespace without an id would be left behind."""
        found = [self.find(target) for target in targets]
        if any(each is not None and "id" not in each.value for each in found):
            plan.notes.append(
                f"a namespace without an id is found by its binding: if `{targets[0].name}` was deployed, add its id "
                "to the wrangler file, or the next deploy creates an empty namespace"
            )


KINDS = (
    Kv(
        name="kv",
        title="A KV namespace. The first deploy offers to create it.",
        binding="kv",
        usual_name="CACHE",
        accessor=KV,
        test="""
test("$name stores a value", async () => {
  const { $name } = await $worker.getEnv();
  await $name.put("put-by-a-test", "a value");
  assert.equal(await $name.get("put-by-a-test"), "a value");
  await $name.delete("put-by-a-test");
});
""",
    ),
)
