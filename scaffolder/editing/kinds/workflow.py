"""A workflow: its binding, a module with its steps, and the JavaScript in front that the runtime wants.

Not here: the Rust (`workflow_modules.py`), the JavaScript, and how `main` reaches the class (`workflow_entry.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffolder.core.invocation import program
from scaffolder.editing.argument import Value
from scaffolder.editing.javascript import workflow_entry
from scaffolder.editing.plan import Plan
from scaffolder.editing.rust import crate_root, durable_class, types_module, workflow_modules
from scaffolder.editing.rust.binding_field import Accessor
from scaffolder.editing.rust.workflow_modules import NEEDS, TYPES
from scaffolder.editing.storage import Binding
from scaffolder.editing.target import EditTarget
from scaffolder.reading.config.environments import environments
from scaffolder.reading.javascript.entries import entries
from scaffolder.reading.project import Worker

OWN_NAMES = frozenset({"Closure", "Instance", "JsCast", "JsFuture", "JsValue", "Steps", "Workflow"})
"""Names that the modules use, besides those that no class may have."""


@dataclass(frozen=True, kw_only=True)
class Workflow(Binding):
    """A binding to a workflow, whose class is in Rust."""

    def is_same(self, target: EditTarget, table: dict[str, Any]) -> bool:
        """Return whether a table is for the target's class, of this worker."""
        is_foreign = durable_class.is_foreign(target.environment, table)
        return super().is_same(target, table) and not (target.value and is_foreign)

    def further_keys(self, target: EditTarget) -> dict[str, Any]:
        """Return the name of the workflow, and of its class."""
        return {"name": target.resource_name, "class_name": self._class_of(target)}

    def validate(self, target: EditTarget) -> None:
        """Check the names of the binding and of a new class.

        Raises:
            BadInput: One of them is not valid.
        """
        super().validate(target)
        if self.find(target) is None and not target.new_name:
            example = f"{program()} add {self.name} {target.name}=OrderFlow"
            durable_class.check(self._class_of(target), example, OWN_NAMES)

    def wants_test(self, target: EditTarget) -> bool:
        """Return whether the steps will be those that `on_add` writes, which are all that the test knows."""
        return not _is_there(target.worker, self._class_of(target)) and super().wants_test(target)

    def rust_to_paste(self, target: EditTarget) -> list[str]:
        """Return the lines that read the binding, and the modules of the workflow if there are none yet."""
        name, shown = self._class_of(target), super().rust_to_paste(target)
        if not name or _is_there(target.worker, name):
            return shown
        stem = _stem(name)
        texts = {
            f"src/{TYPES.name}.rs": TYPES.text(target.worker),
            f"src/{stem}.rs": workflow_modules.steps_of(name, stem),
            f"src/{stem}.mjs": workflow_entry.wrapper_of(name, "../build/index.js"),
        }
        for path, text in texts.items():
            shown += ["", f"// In {path}:", *text.splitlines()]
        return [*shown, "", f'// In `main`: export {{ {name} }} from "./{stem}.mjs";']

    def on_add(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Write the modules, unless there is such a class, and have `main` export it.

        Raises:
            TooOld: The crate's version of `worker` has no classes that JavaScript can wrap.
            Unclear: A file has the name of a module, or `main` cannot be edited safely.
        """
        worker = targets[0].worker
        if any(self.find(target) is None for target in targets):
            # The field of `Bindings` needs them, whatever the class.
            TYPES.write(worker, plan)
        for name in sorted({self._class_of(each) for each in targets} - {""}):
            if not _is_there(worker, name):
                _write(worker, name, plan)

    def on_remove(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Delete the modules if nothing else binds the class; those that were changed since stay.

        Raises:
            Unclear: The root of the crate cannot be edited safely.
        """
        worker, gone = targets[0].worker, {(each.environment.name, each.name) for each in targets}
        for name in sorted({self._class_of(target) for target in targets} - {""}):
            left = [bound for environment, bound in _bound(worker, name) if (environment, bound) not in gone]
            if left:
                plan.notes.append(f"kept class `{name}`, which is still bound as {', '.join(dict.fromkeys(left))}")
            elif not _delete(worker, name, plan):
                plan.notes.append(f"kept the modules of `{name}`, which were changed or are still used")
        TYPES.delete(worker, plan)

    def _class_of(self, target: EditTarget) -> str:
        """Return the class of the binding if there is one, else the target's; empty for a class of another worker."""
        found = self.find(target)
        if found is None:
            return target.value or "".join(word.capitalize() for word in target.name.split("_"))
        is_foreign = durable_class.is_foreign(target.environment, found.value)
        return "" if is_foreign else str(found.get("class_name") or "")


def _stem(name: str) -> str:
    """Return the name of the modules of a class."""
    stem = durable_class.snake(name)
    return stem if stem.endswith("_workflow") else f"{stem}_workflow"


def _bound(worker: Worker, name: str) -> Iterator[tuple[str, str]]:
    """Yield the environment and the name of each binding of a class of this worker."""
    for each in environments(worker.config):
        for bound in each.bindings():
            is_it = bound.kind == "workflow" and bound.table.get("class_name") == name
            if is_it and not durable_class.is_foreign(each, bound.table):
                yield each.name, bound.name


def _is_there(worker: Worker, name: str) -> bool:
    """Return whether the worker has a class: it is bound already, or its own JavaScript exports it."""
    return any(_bound(worker, name)) or any(name in module.own_classes for module in entries(worker))


def _texts(worker: Worker, name: str) -> dict[Path, str]:
    """Return the modules of a class by their paths: its steps, and the JavaScript that wraps them."""
    path = crate_root.module_path(worker, _stem(name))
    wrapper = workflow_entry.wrapper_of(name, workflow_entry.build_of(worker, path.parent))
    return {path: workflow_modules.steps_of(name, path.stem), path.with_suffix(".mjs"): wrapper}


def _write(worker: Worker, name: str, plan: Plan) -> None:
    texts = _texts(worker, name)
    for path, text in texts.items():
        types_module.create(worker, path, text, plan)
    steps, wrapper = texts
    crate_root.declare_module(worker, steps.stem, plan)
    workflow_entry.add(worker, name, wrapper, plan)


def _delete(worker: Worker, name: str, plan: Plan) -> bool:
    """Plan to delete the modules of a class; return whether it did.

    Raises:
        Unclear: The root of the crate cannot be edited safely.
    """
    texts = _texts(worker, name)
    steps, wrapper = texts
    are_as_written = all(
        path.is_file() and path.read_bytes().replace(b"\r\n", b"\n") == text.encode() for path, text in texts.items()
    )
    is_alone = not types_module.is_named(worker, steps.stem, plan)
    is_ours = are_as_written and is_alone and crate_root.declares_module(worker, steps.stem, plan)
    if not is_ours or not workflow_entry.remove(worker, name, wrapper, plan):
        return False
    for path in texts:
        plan.change(path, path.read_bytes(), None)
    crate_root.undeclare_module(worker, steps.stem, plan)
    return True


KINDS = (
    Workflow(
        name="workflow",
        title="A workflow written in Rust, behind the JavaScript that the runtime wants. `=CLASS` names its class.",
        details=(
            "The worker crate has no workflows yet, so a module of JavaScript wraps the class from Rust in one that "
            "extends WorkflowEntrypoint, and `main` becomes a module that exports it beside the build."
        ),
        binding="workflow",
        argument="NAME[=CLASS]",
        usual_name="ORDERS",
        example="ORDERS=OrderFlow",
        value=Value(key="class_name"),
        limits=("A workflow of a name belongs to one worker of an account, and its first deploy creates it.",),
        accessor=Accessor("crate::workflows::Workflow", "env.get_binding({})?", needs=NEEDS),
        test="""
test("an instance of $name takes its steps", async () => {
  const instance = await $worker.introspectWorkflowInstance("$name", "an-instance-of-a-test");
  await instance.modify((modifier) => modifier.disableSleeps());
  const { $name } = await $worker.getEnv();
  await $name.create({ id: "an-instance-of-a-test", params: "an order" });
  await instance.waitForStatus("complete");
  assert.equal(await instance.getOutput(), "an order");
});
""",
    ),
)
