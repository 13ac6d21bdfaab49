"""A `main` in JavaScript, in front of the build.

Not here: a `main` that the build writes (`build.py`, `object_bindings.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding, Span
from scaffolder.reading.config.durable_lifecycle import living
from scaffolder.reading.config.environments import Environment, environments
from scaffolder.reading.config.triggers import sources
from scaffolder.reading.javascript.default_export import Reach, reach
from scaffolder.reading.javascript.entries import entries, is_exported
from scaffolder.reading.javascript.entry_module import EntryModule
from scaffolder.reading.project import Worker

ENTRY = 'export {{ default{} }} from "../build/index.js";\n'
COUNTER = """\
main = "src/entry.js"

[[durable_objects.bindings]]
name = "COUNTERS"
class_name = "Counter"

[[migrations]]
tag = "v1"
new_sqlite_classes = ["Counter"]
"""


class WR130(Rule):
    """A `main` in JavaScript exports every class and handler that the wrangler file needs.

    Why: wrangler takes classes and handlers from `main` alone: it rejects a class that is not exported there, and an
    event whose handler is missing there fails, whatever the Rust has.

    Fix: export the class from the build in `main`, and add the handler to its default export.

    Not checked: a default export that is computed, and what `export * from` a package exports.
    """

    name = "missing-main-export"
    wrong = {"wrangler.toml": COUNTER, "src/entry.js": ENTRY.format("")}
    right = {"wrangler.toml": COUNTER, "src/entry.js": ENTRY.format(", Counter")}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the classes and handlers that the `main` of an environment certainly lacks."""
        modules = {(worker.project / each.file).resolve(): each for each in entries(worker)}
        for environment in environments(worker.config) if modules else ():
            module = modules.get((worker.folder / str(environment.get("main"))).resolve())
            if module is not None:
                yield from self._classes(worker, environment, module)
                yield from self._handlers(worker, environment, module)

    def _classes(self, worker: Worker, environment: Environment, module: EntryModule) -> Iterator[Finding]:
        for name, span in _classes(environment).items():
            if is_exported(worker, module, name) is False:
                message = f"{module.file} does not export the class `{name}`"
                fix = f"add `{name}` to the names that {module.file} exports from the build"
                yield self.found(span, message, fix=fix, environment=environment.name)
        for name, span in _bound(environment, "workflow").items():
            if is_exported(worker, module, name) is False:
                message = f"{module.file} does not export the workflow `{name}`"
                fix = f"export a class `{name}` there that extends WorkflowEntrypoint and calls the Rust"
                yield self.found(span, message, fix=fix, environment=environment.name)

    def _handlers(self, worker: Worker, environment: Environment, module: EntryModule) -> Iterator[Finding]:
        needed = [(kind, span, f"{what} has no handler") for kind, span, what in sources(environment)]
        written = sorted({each.kind for each in worker.crate.handlers if not each.condition} & {"email", "fetch"})
        main = environment.at("main")
        for kind, span, message in [*needed, *((each, main, f"nothing calls the Rust's `{each}`") for each in written)]:
            if reach(module, kind) is Reach.NOWHERE:
                where = f"the default export of {module.file} lacks `{kind}`"
                fix = f"add `{kind}`, which calls that of the build"
                yield self.found(span, f"{message}: {where}", fix=fix, environment=environment.name)


def _classes(environment: Environment) -> dict[str, Span]:
    """Return the Durable Object classes that `main` has to export, each with the first place that needs it."""
    found = _bound(environment, "durable-object")
    for each in living(environment).values():
        found.setdefault(each.name, environment.key(*each.path))
    return found


def _bound(environment: Environment, kind: str) -> dict[str, Span]:
    """Return the classes of this worker that bindings of a kind name, each with the first place."""
    found: dict[str, Span] = {}
    for bound in environment.bindings():
        name, script = bound.table.get("class_name"), bound.table.get("script_name", environment.get("name"))
        if bound.kind == kind and isinstance(name, str) and script == environment.get("name"):
            found.setdefault(name, environment.at(*bound.path, "class_name"))
    return found
