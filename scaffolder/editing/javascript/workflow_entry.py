"""Plans that `main` exports the class of a workflow, which a module in JavaScript wraps, or no longer exports it.

A worker whose `main` is the build gets a module in front of it, which is removed with the last workflow.

Not here: the Rust of a workflow (`workflow_modules.py`), and the classes of Durable Objects (`entry_exports.py`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from scaffolder.core.text_edit import TextEdit, apply_edits
from scaffolder.editing import lines, wrangler_file
from scaffolder.editing.operations import Unclear
from scaffolder.editing.plan import Plan
from scaffolder.editing.verify import is_kept
from scaffolder.reading.config.environments import environments
from scaffolder.reading.javascript.entries import entries
from scaffolder.reading.javascript.entry_module import EntryModule
from scaffolder.reading.project import Worker

FRONT = "entry.mjs"

WRAPPER = """\
// The workflow {name}. The runtime wants a class that extends its WorkflowEntrypoint, which one from
// Rust cannot. Rust code that panics is dead, with all that it waits for, so a run is begun again in
// fresh Rust: it is handed the steps that it has already taken, and the step that panicked counts as
// failed and is tried again.

import {{ WorkflowEntrypoint }} from "cloudflare:workers";
import {{ {name} as Rust{name} }} from "{build}";

const isPanic = (error) => error instanceof WebAssembly.RuntimeError;
const waiting = new Set();
addEventListener("error", ({{ error }}) => isPanic(error) && waiting.forEach((fail) => fail(error)));

// Settles as the promise does, or fails when any Rust code panics.
function unlessPanic(promise) {{
  const {{ promise: panic, reject }} = Promise.withResolvers();
  waiting.add(reject);
  return Promise.race([promise, panic]).finally(() => waiting.delete(reject));
}}

export class {name} extends WorkflowEntrypoint {{
  async run(event, step) {{
    const taken = new Map();
    const take = (name, work, begin) => {{
      if (!taken.has(name)) taken.set(name, {{ result: begin(() => unlessPanic(taken.get(name).work())) }});
      return Object.assign(taken.get(name), {{ work }}).result;
    }};
    const steps = {{
      do: (name, work) => take(name, work, (again) => step.do(name, again)),
      sleep: (name, duration) => take(name, null, () => step.sleep(name, duration)),
      waitForEvent: (name, options) => take(name, null, () => step.waitForEvent(name, options)),
    }};
    for (let lives = 10; ; lives -= 1) {{
      try {{
        return await unlessPanic(new Rust{name}(this.env).run(event, steps));
      }} catch (error) {{
        if (lives === 0 || !isPanic(error)) throw error;
      }}
    }}
  }}
}}
"""
"""The module in JavaScript, at most 40 lines of code: to be dropped when the `worker` crate has workflows."""

ENTRY = """\
// The module that workerd starts: all of the build, and the workflows, which need JavaScript in front.

export * from "{build}";
export {{ default }} from "{build}";
"""


def wrapper_of(name: str, build: str) -> str:
    """Return the module that wraps the class of a workflow."""
    return WRAPPER.format(name=name, build=build)


def build_of(worker: Worker, folder: Path) -> str:
    """Return the build as a module of a folder imports it: as `main` does, or as `main` is.

    Raises:
        Unclear: The module of `main` names no build, or the environments differ in `main`.
    """
    found = entries(worker)
    if not found:
        return _relative(worker.folder / _only_main(worker), folder)
    named = [(each, statement.module) for each in found for statement in each.of_build]
    if not named:
        raise Unclear(found[0].file)
    module, build = named[-1]
    return _relative((worker.project / module.file).parent / build, folder)


def add(worker: Worker, name: str, wrapper: Path, plan: Plan) -> None:
    """Plan that `main` exports a class of a module.

    Raises:
        Unclear: `main` has a shape that cannot be edited safely.
    """
    found = entries(worker)
    for module in found:
        path, content = worker.project / module.file, module.script.source.content
        line = _export(name, wrapper, path.parent)
        if not module.statements:
            raise Unclear(module.file)
        at = lines.end_of(content, module.statements[-1].end)
        after = apply_edits(content, [TextEdit(module.file, at, at, lines.newline(content) + line)])
        if not is_kept(content, after):
            raise Unclear(module.file)
        plan.change(path, content, after)
    if not found:
        _create(worker, _export(name, wrapper, wrapper.parent), wrapper.with_name(FRONT), plan)


def remove(worker: Worker, name: str, wrapper: Path, plan: Plan) -> bool:
    """Plan that `main` no longer exports a class of a module.

    Returns:
        Whether nothing names the module then: its export is as `add` wrote it.
    """
    edited = [(each, _without(worker, each, name, wrapper)) for each in entries(worker)]
    if any(after is None for _, after in edited):
        return False
    for module, after in edited:
        path, content = worker.project / module.file, module.script.source.content
        main = _main_behind(worker, path, after or b"")
        if main:
            wrangler_file.change_text(worker, ("main",), main, plan)
        plan.change(path, content, None if main else after)
    return True


def _create(worker: Worker, line: str, path: Path, plan: Plan) -> None:
    """Plan a module in front of the build, with one more export.

    Raises:
        Unclear: There is such a file.
    """
    main = _only_main(worker)
    if path.exists():
        raise Unclear(path.relative_to(worker.project).as_posix())
    newline = lines.newline(worker.config.source.content)
    text = ENTRY.format(build=_relative(worker.folder / main, path.parent)) + line + "\n"
    plan.change(path, None, text.replace("\n", newline).encode())
    front = "./" if main.startswith("./") else ""
    wrangler_file.change_text(worker, ("main",), front + _below(path, worker.folder), plan)


def _only_main(worker: Worker) -> str:
    """Return the build that is `main` in every environment.

    Raises:
        Unclear: They differ, or there is none.
    """
    mains = {str(each.get("main") or "") for each in environments(worker.config)}
    main = str(worker.config.get("main") or "")
    if mains != {main} or not main or any("main" in each.own for each in environments(worker.config)[1:]):
        raise Unclear(worker.config.file)
    return main


def _without(worker: Worker, module: EntryModule, name: str, wrapper: Path) -> bytes | None:
    """Return a module without an export; None if it names the wrapper in another way."""
    content, path = module.script.source.content, worker.project / module.file
    line = _export(name, wrapper, path.parent).encode()
    left = b"".join(each for each in _lines(content) if each.strip() != line)
    if wrapper.name.encode() in left:
        return None
    # The line was added behind a line break, which the last line of a file may lack.
    return left if content.endswith(b"\n") or left == content else left.removesuffix(b"\n").removesuffix(b"\r")


def _lines(content: bytes) -> Iterator[bytes]:
    yield from content.splitlines(keepends=True)


def _main_behind(worker: Worker, path: Path, content: bytes) -> str:
    """Return the build that is `main` without a module that has nothing of its own; empty for any other module."""
    main = str(worker.config.get("main") or "")
    module = next((each for each in entries(worker) if worker.project / each.file == path), None)
    build = module.of_build[-1].module if module is not None and module.of_build else ""
    is_ours = path.name == FRONT and content.replace(b"\r\n", b"\n") == ENTRY.format(build=build).encode()
    front = "./" if main.startswith("./") else ""
    return front + _below((path.parent / build), worker.folder) if is_ours else ""


def _export(name: str, wrapper: Path, folder: Path) -> str:
    return f'export {{ {name} }} from "{_relative(wrapper, folder)}";'


def _relative(path: Path, folder: Path) -> str:
    below = _below(path, folder)
    return below if below.startswith(".") else f"./{below}"


def _below(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()
