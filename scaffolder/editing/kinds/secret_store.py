"""A secret of the account's Secrets Store, which several workers can read.

Not here: a worker's own secrets (`secret.py`), and values, which must not be in a file that git sees.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from scaffolder.editing.argument import Value
from scaffolder.editing.rust.binding_field import Accessor
from scaffolder.editing.storage import Binding
from scaffolder.editing.target import EditTarget

STORE = re.compile(r"[^/\s<>{}]+(/[^/\s<>{}]+)?")
"""The ID of a store, and the name of a secret in it."""


@dataclass(frozen=True, kw_only=True)
class SecretStore(Binding):
    """A binding to a secret of a store."""

    def further_keys(self, target: EditTarget) -> dict[str, Any]:
        """Return the ID of the store, and the name of the secret, which is that of the binding unless one is given."""
        store, _, name = target.value.partition("/")
        return {"store_id": store, "secret_name": name or target.name}

    def is_same(self, target: EditTarget, table: dict[str, Any]) -> bool:
        """Return whether a table is for that secret of that store."""
        return not target.value or all(table.get(key) == each for key, each in self.further_keys(target).items())


KINDS = (
    SecretStore(
        name="secret-store",
        title="A secret of the account's Secrets Store: `=STORE` is the ID of the store, `/SECRET` the secret's name.",
        details=(
            "Without `/SECRET`, the secret has the name of the binding. To give it a value for local development: "
            "`wrangler secrets-store secret create STORE --name SECRET --scopes workers`."
        ),
        binding="secret-store",
        argument="NAME=STORE[/SECRET]",
        example="API_TOKEN=8b2c7f0e5d6a4b3c9e1f2a7d8c5b4e6f",
        limits=(
            "A local run has a store of its own, which is empty at first, and tests have a stand-in for the secret.",
        ),
        value=Value(
            key="store_id",
            accepts=STORE.fullmatch,
            noun="secret of a store",
            rule="the ID of a store and the name of a secret have no spaces and no brackets of a placeholder",
            example="8b2c7f0e5d6a4b3c9e1f2a7d8c5b4e6f",
        ),
        accessor=Accessor("worker::SecretStore", "env.secret_store({})?", needs=("Env::secret_store",)),
        needs_stub=True,
        test="""
test("$name has a value, here that of a stub", async () => {
  const { $name } = await $worker.getEnv();
  assert.equal(await $name.get(), "a test value");
});
""",
    ),
)
