"""A Durable Object: its binding, its class's lifecycle, and a module with the struct.

A deployed class can only be deleted by a further migration, so a removal appends one.

Not here: the lifecycle in a wrangler file (`lifecycle_edits.py`), and renaming a class (`rename_class.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.editing import history, lines
from scaffolder.editing.argument import Value
from scaffolder.editing.javascript import entry_exports
from scaffolder.editing.operations import Insert, Unclear
from scaffolder.editing.plan import Plan
from scaffolder.editing.rust import crate_root, durable_class, rename_class
from scaffolder.editing.rust.binding_field import Accessor
from scaffolder.editing.rust.worker_api import RustText, fitting
from scaffolder.editing.rust.written_rust import STRUCTS
from scaffolder.editing.storage import Binding
from scaffolder.editing.target import EditTarget
from scaffolder.reading.rust.parser import KEYWORDS


@dataclass(frozen=True, kw_only=True)
class DurableObject(Binding):
    """A binding to a class, which has a lifecycle and a struct.

    Args:
        structs: The module with the struct, in its forms.
        has_container: Whether its class has a container, which is removed with it.
    """

    has_container: bool = False
    structs: tuple[RustText, ...] = STRUCTS

    def is_same(self, target: EditTarget, table: dict[str, Any]) -> bool:
        """Return whether a table is for the target's class, of this worker."""
        is_foreign = durable_class.is_foreign(target.environment, table)
        return super().is_same(target, table) and not (target.value and is_foreign)

    def insertions(self, targets: Sequence[EditTarget]) -> Iterator[Insert]:
        """Yield the bindings, and what creates the class in each lifecycle in which it does not live."""
        yield from super().insertions(targets)
        for each in history.lifecycles_of(targets[0].worker):
            names = {self._class_of(target) for target in targets if target.environment.name in each.holds_for}
            for name in sorted(names - {"", *each.living}):
                yield from each.created(name)

    def further_keys(self, target: EditTarget) -> dict[str, Any]:
        """Return the name of the class."""
        return {"class_name": self._class_of(target)}

    def validate(self, target: EditTarget) -> None:
        """Check the names of the binding and of a new class.

        Raises:
            BadInput: One of them is not valid.
        """
        super().validate(target)
        if self.find(target) is None:
            durable_class.check(self._class_of(target), f"{program()} add {self.name} {target.name}=Counter")

    def wants_test(self, target: EditTarget) -> bool:
        """Return whether the struct will be the one that `on_add` writes, which is all that the test knows."""
        name = self._class_of(target)
        return bool(name) and name not in durable_class.classes(target.worker) and super().wants_test(target)

    def rust_to_paste(self, target: EditTarget) -> list[str]:
        """Return the lines that read the binding, and the module with the struct if there is none yet."""
        lines_of_binding, name = super().rust_to_paste(target), self._class_of(target)
        if not name or name in durable_class.classes(target.worker):
            return lines_of_binding
        stem = durable_class.free_module(target.worker, module_of(name))
        module = fitting(self.structs, target.worker).text.format(name).splitlines()
        return [*lines_of_binding, "", f"// In src/lib.rs: `mod {stem};`. In src/{stem}.rs:", *module]

    def on_add(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Write a module with the struct, unless there is such a struct, and have JavaScript in front export it.

        Raises:
            Conflict: The JavaScript cannot be edited safely.
            TooOld: The crate's version of `worker` has no Durable Objects.
            Unclear: A file has the name of the module.
        """
        worker = targets[0].worker
        names = {self._class_of(each) for each in targets} - {""}
        durable_class.note_origin(names, worker, plan)
        for name in sorted(names):
            entry_exports.add_class(worker, name, plan)
        for name in sorted(names - durable_class.classes(worker)):
            usual, stem = module_of(name), durable_class.free_module(worker, module_of(name))
            path = crate_root.module_path(worker, stem)
            in_the_way = crate_root.module_path(worker, usual).relative_to(worker.project).as_posix()
            if stem != usual and not durable_class.is_module_of_class(worker, in_the_way):
                raise Unclear(in_the_way)
            crate_root.declare_module(worker, stem, plan)
            newline, text = (
                lines.newline(worker.crate.sources[0].content),
                fitting(self.structs, worker).text.format(name),
            )
            plan.change(path, None, text.replace("\n", newline).encode())

    def on_remove(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """End the class if nothing else binds it, and delete its module.

        Raises:
            Conflict: Something still needs the class.
        """
        for name in sorted({self._class_of(target) for target in targets} - {""}):
            if durable_class.end(name, targets, plan, has_container=self.has_container):
                self._remove_struct(name, targets[0], plan)

    def on_rename_other(self, targets: Sequence[EditTarget], plan: Plan) -> bool:
        """Rename a class, if the name is one.

        Returns:
            Whether it is.
        """
        target = targets[0]
        if not rename_class.is_class(target):
            return False
        durable_class.check(target.new_name, f"{program()} rename durable-object {target.name} Counter")
        rename_class.rename(target, plan)
        return True

    def _class_of(self, target: EditTarget) -> str:
        """Return the class of the binding if there is one, else the target's; empty for a class of another worker."""
        found = self.find(target)
        if found is None:
            return target.value or "".join(word.capitalize() for word in target.name.split("_"))
        is_foreign = durable_class.is_foreign(target.environment, found.value)
        return "" if is_foreign else str(found.get("class_name") or "")

    def _remove_struct(self, name: str, target: EditTarget, plan: Plan) -> None:
        """Delete the module of a struct if it is as `on_add` wrote it; else leave it, with a note."""
        worker = target.worker
        source = durable_class.source_of(worker, name)
        if source is None:
            return
        stem = Path(source.file).stem
        is_ours = source.content.replace(b"\r\n", b"\n") in [each.text.format(name).encode() for each in self.structs]
        if not is_ours or not crate_root.declares_module(worker, stem, plan):
            durable_class.leave(name, source, target, plan)
            return
        durable_class.refuse_uses(name, stem, source, worker)
        entry_exports.remove_class(worker, name, plan)
        crate_root.undeclare_module(worker, stem, plan)
        plan.change(worker.project / source.file, source.content, None)


def module_of(name: str) -> str:
    """Return the name of the module for a class.

    Raises:
        BadInput: Rust does not allow a module of that name.
    """
    stem = durable_class.snake(name)
    if stem in KEYWORDS | {"lib", "main", "mod", "worker"}:
        raise BadInput(
            what=f"`{name}` is not a valid class name",
            where="NAME=CLASS",
            why=f"its module cannot be named `{stem}`",
            fix="choose another class name",
        )
    return stem


KINDS = (
    DurableObject(
        name="durable-object",
        title="A Durable Object with SQLite storage, and its struct. `=CLASS` names the class.",
        binding="durable-object",
        argument="NAME[=CLASS]",
        usual_name="COUNTERS",
        example="COUNTERS=Counter",
        value=Value(key="class_name"),
        accessor=Accessor("worker::ObjectNamespace", "env.durable_object({})?", needs=("Env::durable_object",)),
        has_history=True,
        test="""
test("each object of $name has its own count", async () => {
  const { $name } = await $worker.getEnv();
  const count = async (object) => (await (await object.fetch("https://object/")).json()).count;
  const [one, other] = [$name.get($name.newUniqueId()), $name.get($name.newUniqueId())];
  assert.deepEqual([await count(one), await count(one), await count(other)], [1, 2, 1]);
});
""",
    ),
)
