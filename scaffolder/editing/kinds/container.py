"""A container: a Durable Object that passes requests on to it, its entry in the wrangler file, and a Dockerfile.

Not here: other Durable Objects, and a class's lifecycle (`durable_object.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scaffolder.core.errors import Conflict
from scaffolder.core.invocation import program
from scaffolder.editing import origin, wrangler_file
from scaffolder.editing.argument import Value
from scaffolder.editing.kinds.durable_object import DurableObject
from scaffolder.editing.operations import Insert, KeyPath, Remove
from scaffolder.editing.plan import Plan
from scaffolder.editing.refusals import where_in_config
from scaffolder.editing.rust import durable_class
from scaffolder.editing.rust.binding_field import Accessor
from scaffolder.editing.rust.container_struct import CONTAINER_STRUCTS
from scaffolder.editing.target import EditTarget, Found
from scaffolder.reading.config.environments import environments
from scaffolder.reading.project import Worker

IMAGE = "Dockerfile"
DOCKERFILE = (
    b"# Replace it by the image of your own program, which listens on the port in the Rust.\nFROM nginx:1.29-alpine\n"
)
SWITCH: KeyPath = ("dev", "enable_containers")
WANTS = origin.any_of(("containers",))
OWN_NAMES = frozenset({"Container", "Delay", "Duration", "Fetcher", "IntoResponse"})
"""Names that the module uses, besides those that no class may have."""


@dataclass(frozen=True, kw_only=True)
class Container(DurableObject):
    """A binding to a class that has a container."""

    def find(self, target: EditTarget) -> Found | None:
        """Return the binding, if its class has a container."""
        found = super().find(target)
        return found if found is not None and self._entries(target, str(found.get("class_name"))) else None

    def validate(self, target: EditTarget) -> None:
        """Check the names of the binding and of a new class.

        Raises:
            BadInput: One of them is not valid.
        """
        super().validate(target)
        if self.find(target) is None:
            durable_class.check(
                self._class_of(target), f"{program()} add {self.name} {target.name}=Renderer", OWN_NAMES
            )

    def insertions(self, targets: Sequence[EditTarget]) -> Iterator[Insert]:
        """Yield the bindings, the containers, what creates the class, and the switch that a local run needs.

        Raises:
            Conflict: The name is that of a Durable Object without a container.
        """
        added = [target for target in targets if self.find(target) is None]
        for target in added:
            self._refuse_plain(target)
        yield from super().insertions(targets)
        for target in added:
            container = {"class_name": self._class_of(target), "image": f"./{IMAGE}", "max_instances": 5}
            yield Insert((*target.prefix, "containers"), container, appends=True)
        if added and targets[0].worker.config.get(*SWITCH) is None:
            yield Insert(SWITCH, value=False)

    def on_add(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Write the struct, and a Dockerfile unless there is one.

        Raises:
            Conflict: The JavaScript cannot be edited safely.
            TooOld: The crate's version of `worker` has no containers.
            Unclear: A file has the name of the module.
        """
        super().on_add(targets, plan)
        worker = targets[0].worker
        if all(self.find(target) is not None for target in targets):
            return
        origin.note(worker, "containers switch", plan, is_new=worker.config.get(*SWITCH) is None, wants=WANTS)
        path = worker.folder / IMAGE
        if not path.exists():
            plan.change(path, None, DOCKERFILE)
        if not worker.config.get(*SWITCH):
            plan.notes.append("to run containers locally, start Docker and set enable_containers to true")

    def on_remove(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Take the containers out, with the Dockerfile and the switch if none is left, and end the class.

        Raises:
            Conflict: Something still needs the class.
        """
        worker = targets[0].worker
        gone = [path for each in targets for path in self._entries(each, self._class_of(each))]
        # From the last line on, so that the indices of the others stay valid.
        last_first = sorted(gone, key=lambda path: worker.config.at(*path).start, reverse=True)
        wrangler_file.change(worker, [*map(Remove, last_first)], plan)
        if not {*_all_entries(worker)} - {*gone}:
            _remove_rest(worker, plan)
        super().on_remove(targets, plan)

    def _refuse_plain(self, target: EditTarget) -> None:
        found = super().find(target)
        if found is not None:
            raise Conflict(
                what=f"`{target.name}` is a Durable Object without a container",
                where=where_in_config(target, found.path),
                why="its struct would have to start the container",
                fix="choose another name, or add the container by hand",
            )

    def _entries(self, target: EditTarget, name: str) -> list[KeyPath]:
        """Return the paths of the containers of a class."""
        listed = target.worker.config.tables(*target.prefix, "containers")
        return [path for path, table in listed if table.get("class_name") == name]


def _all_entries(worker: Worker) -> Iterator[KeyPath]:
    for each in environments(worker.config):
        yield from (path for path, _ in worker.config.tables(*each.prefix, "containers"))


def _remove_rest(worker: Worker, plan: Plan) -> None:
    """Plan to remove the Dockerfile and the switch, if they are as `on_add` wrote them."""
    path = worker.folder / IMAGE
    if path.is_file() and path.read_bytes() == DOCKERFILE:
        plan.change(path, DOCKERFILE, None)

    def was_there(earlier: origin.Reader) -> bool:
        return b"enable_containers" in (earlier(worker.project / worker.config.file) or b"")

    is_ours = origin.was_added(worker, "containers switch", WANTS, was_there) is not False
    if is_ours and worker.config.get(*SWITCH) is False:
        wrangler_file.change(worker, [Remove(SWITCH)], plan)
    origin.forget(worker, "containers switch", plan)


KINDS = (
    Container(
        name="container",
        title="A container behind a Durable Object, with a Dockerfile. `=CLASS` names the class.",
        details=(
            "The object starts its container with the first request, and passes all requests on to its port. Local "
            "runs and tests leave containers out by `dev.enable_containers`: the object then answers 503."
        ),
        binding="durable-object",
        argument="NAME[=CLASS]",
        usual_name="RENDERERS",
        example="RENDERERS=Renderer",
        value=Value(key="class_name"),
        limits=(
            "Containers need the paid plan, and Docker to deploy them, also for a dry run, and to run them locally.",
            "It is verified by build, a dry run with `--containers-rollout=none` and a test without the container.",
        ),
        accessor=Accessor("worker::ObjectNamespace", "env.durable_object({})?", needs=("Env::durable_object",)),
        has_history=True,
        has_container=True,
        structs=CONTAINER_STRUCTS,
        test="""
test("an object of $name answers that containers are turned off", async () => {
  const { $name } = await $worker.getEnv();
  const response = await $name.get($name.newUniqueId()).fetch("https://object/");
  assert.equal(response.status, 503);
});
""",
    ),
)
