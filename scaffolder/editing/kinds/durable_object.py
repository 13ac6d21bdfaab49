"""A Durable Object: its binding, its class's lifecycle, and a module with the struct.

A class that is created is there for good: to take it out, a migration is appended that deletes it.

Not here: how a file says that (`lifecycle_edits.py`), and renaming a class (`rename_class.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path as File
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.editing import lines
from scaffolder.editing.config.lifecycle_edits import lifecycles
from scaffolder.editing.kind import Changes, EditTarget, Kind
from scaffolder.editing.operations import Insert, Unclear
from scaffolder.editing.rust import durable_class, mod_declarations, rename_class
from scaffolder.editing.rust.bindings_rs import Read
from scaffolder.editing.rust.crate_root import root
from scaffolder.reading.rust.parser import KEYWORDS

STRUCT = """\
//! A Durable Object that counts the requests that reach it, in a database of its own.

use std::collections::HashMap;

use worker::{{DurableObject, Env, Request, Response, Result, SqlStorage, State}};

const TABLE: &str = "CREATE TABLE IF NOT EXISTS counts (id INTEGER PRIMARY KEY, count INTEGER)";
const COUNT: &str =
    "INSERT INTO counts VALUES (1, 1) ON CONFLICT DO UPDATE SET count = count + 1 RETURNING count";

/// `fetch` gives the object no other handler.
#[worker::durable_object(fetch)]
pub struct {0} {{
    sql: SqlStorage,
}}

impl DurableObject for {0} {{
    fn new(state: State, _env: Env) -> Self {{
        let sql = state.storage().sql();
        Self {{ sql }}
    }}

    /// Answers the count as JSON: this request, and all before it.
    async fn fetch(&self, _request: Request) -> Result<Response> {{
        // Not in `new`, which has no way to say that it failed.
        self.sql.exec(TABLE, None)?;
        let row: HashMap<String, u32> = self.sql.exec(COUNT, None)?.one()?;
        Response::from_json(&row)
    }}
}}
"""


class DurableObject(Kind):
    """A Durable Object with SQLite, and its struct: `=CLASS` names the class."""

    word, bound, says, has_history = "durable-object", "durable-object", "class_name", True
    form, usual, example = "NAME[=CLASS]", "COUNTERS", "COUNTERS=Counter"
    read = Read("worker::ObjectNamespace", "env.durable_object({})?")
    test = """
test("each object of $name counts for itself", async () => {
  const { $name } = await $worker.getEnv();
  const count = async (object) => (await (await object.fetch("https://object/")).json()).count;
  const [one, other] = [$name.get($name.newUniqueId()), $name.get($name.newUniqueId())];
  assert.deepEqual([await count(one), await count(one), await count(other)], [1, 2, 1]);
});
"""

    def check(self, target: EditTarget) -> None:
        """Refuse a name that no binding can have, or no class."""
        super().check(target)
        if self.there(target) is None:
            durable_class.check(durable_class.of(self, target), f"{program()} add durable-object {target.name}=Counter")

    def table(self, target: EditTarget) -> dict[str, Any]:
        """Name the class."""
        return {"class_name": durable_class.of(self, target)}

    def is_same(self, target: EditTarget, there: Any) -> bool:
        """Answer whether it is that class, of this worker."""
        is_foreign = durable_class.is_foreign(target.environment, there)
        return super().is_same(target, there) and not (target.value and is_foreign)

    def history(self, targets: Sequence[EditTarget]) -> Iterator[Insert]:
        """Tell what creates the class, where it does not live."""
        for each in lifecycles(targets[0].worker.config):
            names = {durable_class.of(self, target) for target in targets if target.environment.name in each.holds_for}
            for name in sorted(names - {"", *each.living}):
                yield from each.created(name)

    def is_tested(self, target: EditTarget) -> bool:
        """Answer whether the class is the one that is made here."""
        name = durable_class.of(self, target)
        return bool(name) and name not in durable_class.structs(target.worker)

    def snippet(self, target: EditTarget) -> list[str]:
        """Answer the module to paste."""
        name = durable_class.of(self, target)
        if not name or name in durable_class.structs(target.worker):
            return []
        stem = module_of(name)
        return ["", f"// in src/lib.rs: mod {stem}; and in src/{stem}.rs:", *STRUCT.format(name).splitlines()]

    def brings(self, targets: Sequence[EditTarget], changes: Changes) -> None:
        """Write the module with the struct, unless there is such a struct."""
        worker = targets[0].worker
        for name in sorted(
            {durable_class.of(self, target) for target in targets} - {"", *durable_class.structs(worker)}
        ):
            stem = module_of(name)
            path = mod_declarations.file_of(worker, stem)
            if path.exists() or (path.with_suffix("") / "mod.rs").exists():
                raise Unclear(path.relative_to(worker.project).as_posix())
            mod_declarations.declare(worker, stem, changes)
            newline = lines.newline(worker.crate.sources[0].content)
            changes.change(path, None, STRUCT.format(name).replace("\n", newline).encode())

    def takes(self, targets: Sequence[EditTarget], changes: Changes) -> None:
        """End the class, if nothing else binds it, and take its module out."""
        for name in sorted({durable_class.of(self, target) for target in targets} - {""}):
            if durable_class.end(name, targets, changes):
                self._take_struct(name, targets[0], changes)

    def _take_struct(self, name: str, target: EditTarget, changes: Changes) -> None:
        worker = target.worker
        source = durable_class.source_of(worker, name)
        if source is None:
            return
        stem = File(source.file).stem
        is_ours = source.content.replace(b"\r\n", b"\n") == STRUCT.format(name).encode()
        path, now = root(worker, changes)
        without = mod_declarations.removed(now, stem) if is_ours else now.content
        if without == now.content:
            durable_class.leave(name, source, target, changes)
            return
        durable_class.refuse_uses(name, stem, source, worker)
        changes.change(path, now.content, without)
        changes.change(worker.project / source.file, source.content, None)

    def renames(self, targets: Sequence[EditTarget], changes: Changes) -> bool:
        """Rename a class, if the name is one."""
        target = targets[0]
        if not rename_class.is_class(target):
            return False
        durable_class.check(target.new_name, f"{program()} rename durable-object {target.name} Counter")
        rename_class.rename(target, changes)
        return True


def module_of(name: str) -> str:
    """Answer the name of the module of a class.

    Raises:
        BadInput: It is a word of Rust's own.
    """
    stem = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
    if stem in KEYWORDS | {"lib", "main", "mod", "worker"}:
        raise BadInput(
            what=f"`{name}` is no name for a class",
            where="NAME=CLASS",
            why=f"its module could not be called `{stem}`",
            fix="choose another name for the class",
        )
    return stem
