"""The kinds that a worker has one of.

Not here: assets (`assets.py`), and logs (`settings.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scaffolder.editing.kind import EditTarget, Kind
from scaffolder.editing.kinds.resources import STAND_IN
from scaffolder.editing.operations import Insert
from scaffolder.editing.rust.bindings_rs import Read


class _Single(Kind):
    """What a worker has one of."""

    is_single = True

    def puts(self, target: EditTarget) -> Iterator[Insert]:
        """Tell the one table."""
        yield Insert((*target.prefix, *self.bound.replace("-", "_").split(".")), {"binding": target.name})

    def is_same(self, target: EditTarget, there: Any) -> bool:
        """Answer whether it has that name already."""
        return isinstance(there, dict) and there.get("binding") == target.name


class VersionMetadata(_Single):
    """The id, tag and time of the version that runs."""

    word, bound, usual = "version-metadata", "version-metadata", "VERSION"
    read = Read("worker::WorkerVersionMetadata", "env.get_binding({})?")
    test = """
test("$name says which version runs", async () => {
  const { $name } = await $worker.getEnv();
  assert.match($name.id, /./);
});
"""


class Ai(_Single):
    """Workers AI, which needs a login even on this machine."""

    word, bound, usual = "ai", "ai", "AI"
    limits = (
        "It needs a login even on this machine: the dev server sends each call to Cloudflare, which counts it.",
        "It is proven by build, dry run and a test with a stand-in for the model.",
    )
    read = Read("Option<worker::Ai>", "env.ai({}).ok()", STAND_IN)
    is_stubbed = True
    test = """
test("$name runs a model, here a stub", async () => {
  const { $name } = await $worker.getEnv();
  const { model } = await $name.run("@cf/a/model", { prompt: "hello" });
  assert.equal(model, "@cf/a/model");
});
"""
