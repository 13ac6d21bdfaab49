"""Checks that the events of a new handler of the Rust reach it through a worker's own `main`.

How a handler of JavaScript calls that of the Rust is the owner's decision, so it is not written but shown.

Not here: classes (`entry_exports.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from scaffolder.core.errors import Conflict
from scaffolder.editing.javascript.entry_exports import build_of
from scaffolder.editing.plan import Plan
from scaffolder.reading.javascript.default_export import Form, Reach, default_export, names_of_build, reach
from scaffolder.reading.javascript.entries import entries
from scaffolder.reading.javascript.entry_module import EntryModule
from scaffolder.reading.project import Worker

EVENTS = {"email": "message", "queue": "batch", "scheduled": "controller"}
"""The name of each handler's first argument."""


def require(worker: Worker, handler: str, plan: Plan) -> None:
    """Refuse a handler that no event can reach, and note those that one may not reach.

    Raises:
        Conflict: The default export of a `main` certainly lacks the handler.
    """
    for module in entries(worker):
        found = reach(module, handler)
        if found is Reach.NOWHERE:
            raise _unreachable(worker, module, handler)
        if found is Reach.OWN:
            plan.notes.append(f"{module.file} has a `{handler}` of its own, which has to call that of the Rust")
        elif found is Reach.UNKNOWN:
            plan.notes.append(
                f"check that the default export of {module.file} has `{handler}` and calls that of the Rust"
            )


def _unreachable(worker: Worker, module: EntryModule, handler: str) -> Conflict:
    return Conflict(
        what=f"no event reaches `{handler}` through {module.file}",
        where=module.file,
        why=f"its default export has no `{handler}`, and wrangler takes the handlers from `main`",
        fix="paste this where it belongs, and run the same command again",
        details=[*_pasted(worker, module, handler)],
    )


def _pasted(worker: Worker, module: EntryModule, handler: str) -> Iterator[str]:
    """Yield the lines that pass an event on to the build."""
    build, event, form = build_of(worker, module), EVENTS[handler], default_export(module).form
    if form is Form.ABSENT:
        yield f'export {{ default }} from "{build}";'
        return
    named = names_of_build(module)
    if not named:
        yield from (f'import Build from "{build}";', "")
    name = [*named, "Build"][0]
    if form is Form.CLASS:
        yield "// In the class that is the default export:"
        yield from (f"{handler}({event}) {{", f"  return new {name}(this.ctx, this.env).{handler}({event});", "}")
    else:
        yield "// In the object that is the default export:"
        yield from (f"{handler}({event}, env, ctx) {{", f"  return new {name}(ctx, env).{handler}({event});", "},")
