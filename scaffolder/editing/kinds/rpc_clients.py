"""A client for another worker's methods: a service binding, and a module that calls over it.

The module needs no further dependency. Where the other worker is in the same project, its methods are read from its
Rust; of one that is elsewhere, a single method shows how they are written.

Not here: services that are only fetched from (`resources.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scaffolder.core.errors import BadInput, Conflict
from scaffolder.core.invocation import program
from scaffolder.editing import lines
from scaffolder.editing.kind import Changes, EditTarget
from scaffolder.editing.kinds.resources import Service
from scaffolder.editing.rust import bindings_rs, mod_declarations, new_bindings_rs
from scaffolder.editing.rust.bindings_rs import Read
from scaffolder.editing.rust.rpc_client import client
from scaffolder.reading import project as reading
from scaffolder.reading.config.environments import environments
from scaffolder.reading.project import Worker
from scaffolder.reading.rust.exports import Export, exports
from scaffolder.reading.rust.parser import KEYWORDS

WORKER = re.compile(r"[a-z0-9_-]+(#[A-Za-z_]\w*)?")


class RpcClient(Service):
    """The methods of another worker: `=WORKER` names it, `=WORKER#ENTRYPOINT` one of its classes."""

    word, form, usual = "rpc-client", "NAME[=WORKER]", "BACKEND"
    read = Read("crate::{}::Client", "env.service({})?.into()")

    def check(self, target: EditTarget) -> None:
        """Refuse a name that no module can have, and a worker that cannot be."""
        super().check(target)
        module = _module(target)
        if module in KEYWORDS or module == "bindings" or (target.value and not WORKER.fullmatch(target.value)):
            raise BadInput(
                what=f"`{target.name}{'=' if target.value else ''}{target.value}` is no client",
                where="NAME=WORKER",
                why="a module gets the name, and the worker is named as in its own wrangler file",
                fix=f"{program()} add rpc-client BACKEND=other-worker",
            )

    def table(self, target: EditTarget) -> dict[str, Any]:
        """Name the other worker, and its class."""
        service, _, entrypoint = target.value.partition("#")
        said = service or target.name.lower().replace("_", "-")
        return {"service": said, "entrypoint": entrypoint} if entrypoint else {"service": said}

    def is_same(self, target: EditTarget, there: Any) -> bool:
        """Answer whether it is that worker, and that class."""
        said = self.table(target)
        return not target.value or all(there.get(key) == said.get(key) for key in ("service", "entrypoint"))

    def brings(self, targets: Sequence[EditTarget], changes: Changes) -> None:
        """Write the module.

        Raises:
            Conflict: There is a module by that name.
        """
        first = targets[0]
        path = mod_declarations.file_of(first.worker, _module(first))
        if path.is_file() and re.search(rb"\bstruct Client\b", path.read_bytes()):
            return
        if path.exists() or path.with_suffix("").is_dir():
            raise Conflict(
                what=f"there is a module `{_module(first)}` already",
                where=path.name,
                why="the client's module gets the binding's name",
                fix="choose another name",
            )
        mod_declarations.declare(first.worker, _module(first), changes)
        finds = _is_bare(first.worker, changes) and _are_all(targets)
        changes.change(path, None, self._text(first, finds=finds))
        if finds:
            # Instead of how Rust would ask for a plain service.
            changes.notes[:] = [f"in Rust: crate::{_module(first)}::Client::new(&env)?"]

    def takes(self, targets: Sequence[EditTarget], changes: Changes) -> None:
        """Take the module out, unless it was changed since, or something names it."""
        first = targets[0]
        path = mod_declarations.file_of(first.worker, _module(first))
        if not self._is_as_written(first, path) or _is_named(first, path):
            changes.notes.append(f"{path.name} stays: it was changed, or something else names it")
        else:
            mod_declarations.undeclare(first.worker, _module(first), changes)
            changes.change(path, path.read_bytes(), None)

    def has_file(self, target: EditTarget, file: str) -> bool:
        """Answer whether a file is the module, as it was written."""
        path = mod_declarations.file_of(target.worker, _module(target))
        return target.worker.project / file == path and self._is_as_written(target, path)

    def _is_as_written(self, target: EditTarget, path: Path) -> bool:
        texts = [self._text(target, finds=finds) for finds in (True, False)]
        return path.is_file() and path.read_bytes() in texts

    def _text(self, target: EditTarget, *, finds: bool) -> bytes:
        """Answer the module, with the line ends of the crate's root; it finds its binding itself, or is given it."""
        there = self.there(target)
        said = self.table(target) if there is None else there[1]
        known = [] if said.get("entrypoint") else [*_exports(target.worker, str(said.get("service")))]
        text = client(str(said.get("service")), target.name, known, finds=finds)
        return text.replace("\n", lines.newline(target.worker.crate.sources[0].content)).encode()


def _module(target: EditTarget) -> str:
    return target.name.lower()


def _is_named(target: EditTarget, module: Path) -> bool:
    """Answer whether Rust names the module, besides the field of `Bindings`, which goes along."""
    own = re.compile(rb"\b" + _module(target).encode() + rb"::")
    field = f"crate::{_module(target)}::Client".encode()
    worker = target.worker
    others = [source for source in worker.crate.sources if worker.project / source.file != module]
    home = bindings_rs.home(worker.crate.sources)
    return any(own.search(each.even.replace(field, b"", 1) if each is home else each.even) for each in others)


def _is_bare(worker: Worker, changes: Changes) -> bool:
    """Answer whether there will be no struct `Bindings`, so that the client finds its binding itself."""
    return bindings_rs.home(worker.crate.sources) is None and not new_bindings_rs.is_made(worker, changes)


def _are_all(targets: Sequence[EditTarget]) -> bool:
    asked = {target.environment.name for target in targets}
    return {each.name for each in targets[0].worker.environments} <= asked


def _exports(worker: Worker, service: str) -> Iterator[Export]:
    """Tell what a worker of this project exports, by the name that it is deployed under."""
    for other in reading.read(worker.project).workers:
        names = {f"{other.config.get('name')}-{each.name}".removesuffix("-") for each in environments(other.config)}
        if service in names:
            for source in other.crate.sources:
                yield from exports(source)
