"""A client for another worker's methods: a service binding, and a module that calls over it.

The module needs no further dependency. Where the other worker is in the same project, its methods are read from its
Rust; of one that is elsewhere, a single method shows how they are written.

Not here: services that are only fetched from (`bindings.py`), and the module's text (`client_module.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from scaffolder.core.errors import BadInput, Conflict
from scaffolder.core.invocation import program
from scaffolder.editing import lines
from scaffolder.editing.argument import Value
from scaffolder.editing.kinds.stubbed_bindings import SERVICE
from scaffolder.editing.plan import Plan
from scaffolder.editing.rust import bindings_file, bindings_rs, crate_root, worker_api
from scaffolder.editing.rust.binding_field import Accessor
from scaffolder.editing.rust.client_module import CONVERTS, client
from scaffolder.editing.storage import Binding
from scaffolder.editing.target import EditTarget
from scaffolder.reading import project as reading
from scaffolder.reading.config.cargo_versions import used_version
from scaffolder.reading.config.environments import environments
from scaffolder.reading.project import Worker
from scaffolder.reading.rust.exports import Export, exports
from scaffolder.reading.rust.facts import BindingUse
from scaffolder.reading.rust.parser import KEYWORDS

OPTIONS = ("asks_for_binding", "has_conversions", "has_reasons")
"""What decides about the text of a module, besides the methods: the arguments of `client`."""

WORKER = re.compile(r"[a-z0-9_-]+(#[A-Za-z_]\w*)?")


@dataclass(frozen=True, kw_only=True)
class RpcClient(Binding):
    """A binding to another worker with a module that calls its methods."""

    def validate(self, target: EditTarget) -> None:
        """Check that a module can have the name, and the name of the other worker.

        Raises:
            BadInput: One of them is not valid.
        """
        super().validate(target)
        module = _module(target)
        if module in KEYWORDS or module == "bindings" or (target.value and not WORKER.fullmatch(target.value)):
            raise BadInput(
                what=f"`{target.argument}` is not a valid client",
                where="NAME=WORKER",
                why="NAME becomes a Rust module, and WORKER is the name in the other worker's wrangler file",
                fix=f"{program()} add rpc-client BACKEND=other-worker",
            )

    def further_keys(self, target: EditTarget) -> dict[str, Any]:
        """Return the name of the other worker, and of its class."""
        service, _, entrypoint = target.value.partition("#")
        return {"service": service or target.kebab_name, **({"entrypoint": entrypoint} if entrypoint else {})}

    def is_same(self, target: EditTarget, table: dict[str, Any]) -> bool:
        """Return whether a table is for that worker and that class."""
        keys = self.further_keys(target)
        return not target.value or all(table.get(key) == keys.get(key) for key in ("service", "entrypoint"))

    def remaining_uses(self, target: EditTarget) -> list[BindingUse]:
        """Return the uses outside of the client's module, which `on_remove` deletes if it is as it was written."""
        uses, path = super().remaining_uses(target), crate_root.module_path(target.worker, _module(target))
        if not self._is_as_written(target, path):
            return uses
        return [use for use in uses if target.worker.project / use.span.file != path]

    def on_add(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Write the module.

        Raises:
            Conflict: There is another module by that name.
            TooOld: The crate's version of `worker` cannot call methods.
        """
        first = targets[0]
        path = crate_root.module_path(first.worker, _module(first))
        worker_api.require("Fetcher::into_rpc", first.worker)
        if path.is_file() and re.search(rb"\bstruct Client\b", path.read_bytes()):
            return
        if path.exists() or path.with_suffix("").is_dir():
            raise Conflict(
                what=f"the module `{_module(first)}` already exists",
                where=path.name,
                why="the client's module is named after the binding",
                fix="choose another name",
            )
        crate_root.declare_module(first.worker, _module(first), plan)
        asks_for_binding = not bindings_file.will_exist(first.worker, plan) and _are_all(targets)
        bindgen = used_version(first.worker, "wasm-bindgen")
        options = {
            "asks_for_binding": asks_for_binding,
            "has_conversions": bindgen is None or bindgen.numbers >= CONVERTS,
            "has_reasons": bindings_file.knows_expect(first.worker),
        }
        plan.change(path, None, self._text(first, **options))
        if asks_for_binding:
            plan.rust_hint = f"create it in Rust with `crate::{_module(first)}::Client::new(&env)?`"

    def on_remove(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Delete the module, unless it was changed since, or something names it."""
        first = targets[0]
        path = crate_root.module_path(first.worker, _module(first))
        if not self._is_as_written(first, path) or _is_named(first, path):
            plan.notes.append(f"kept {path.name}, which was changed or is still used")
        else:
            crate_root.undeclare_module(first.worker, _module(first), plan)
            plan.change(path, path.read_bytes(), None)

    def on_rename(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Rename the module with the binding, unless other Rust than `bindings.rs` names it, or the name is taken."""
        first = targets[0]
        renamed = replace(first, name=first.new_name)
        path, new = (crate_root.module_path(first.worker, _module(each)) for each in (first, renamed))
        is_free = not new.exists() and not new.with_suffix("").is_dir()
        if not path.is_file() or not is_free or _is_named(first, path):
            return
        content = plan.current(path, path.read_bytes())
        plan.change(path, path.read_bytes(), None)
        plan.change(new, None, content.replace(f"`{first.name}`".encode(), f"`{first.new_name}`".encode(), 1))
        crate_root.declare_module(first.worker, _module(renamed), plan)
        crate_root.undeclare_module(first.worker, _module(first), plan)
        if home := bindings_rs.home(first.worker.crate.sources):
            field = plan.current(first.worker.project / home.file, home.content)
            after = field.replace(_type(first), _type(renamed), 1)
            plan.change(first.worker.project / home.file, home.content, after)

    def _is_as_written(self, target: EditTarget, path: Path) -> bool:
        forms = product((True, False), repeat=len(OPTIONS))
        texts = [self._text(target, **dict(zip(OPTIONS, each, strict=True))) for each in forms]
        return path.is_file() and path.read_bytes() in texts

    def _text(self, target: EditTarget, **options: bool) -> bytes:
        """Return the module, with the line ends of the crate's root."""
        found = self.find(target)
        keys = self.further_keys(target) if found is None else found.value
        service = str(keys.get("service"))
        # The methods of a named class are not those that the worker exports.
        known = [] if keys.get("entrypoint") else [*_exports(target.worker, service)]
        text = client(service, target.name, known, **options)
        return text.replace("\n", lines.newline(target.worker.crate.sources[0].content)).encode()


def _module(target: EditTarget) -> str:
    return target.name.lower()


def _type(target: EditTarget) -> bytes:
    """Return the type of the binding's field in `bindings.rs`."""
    return f"crate::{_module(target)}::Client".encode()


def _is_named(target: EditTarget, module: Path) -> bool:
    """Return whether Rust names the module, besides the field of `Bindings`, which is removed with it."""
    own = re.compile(rb"\b" + _module(target).encode() + rb"::")
    field, worker = _type(target), target.worker
    others = [source for source in worker.crate.sources if worker.project / source.file != module]
    home = bindings_rs.home(worker.crate.sources)
    return any(own.search(each.even.replace(field, b"", 1) if each is home else each.even) for each in others)


def _are_all(targets: Sequence[EditTarget]) -> bool:
    """Return whether every environment gets the binding, without which the crate could not ask for it."""
    asked = {target.environment.name for target in targets}
    return {each.name for each in targets[0].worker.environments} <= asked


def _exports(worker: Worker, service: str) -> Iterator[Export]:
    """Yield the exports of the worker of this project that is deployed under a name."""
    for other in reading.read(worker.project).workers:
        names = {f"{other.config.get('name')}-{each.name}".removesuffix("-") for each in environments(other.config)}
        if service in names:
            for source in other.crate.sources:
                yield from exports(source)


KINDS = (
    RpcClient(
        name="rpc-client",
        title="A client for another worker's methods: `=WORKER`, or `=WORKER#ENTRYPOINT` for one of its classes.",
        binding="service",
        argument="NAME[=WORKER]",
        usual_name="BACKEND",
        value=Value(key="service", default=lambda target: target.kebab_name),
        accessor=Accessor("crate::{}::Client", "env.service({})?.into()", needs=("Env::service", "Fetcher::into_rpc")),
        needs_stub=True,
        test=SERVICE.test,
    ),
)
