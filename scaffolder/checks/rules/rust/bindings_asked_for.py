"""The bindings that Rust looks up.

Not here: bindings that nothing looks up (`unused.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.core.suggestions import did_you_mean, near_names
from scaffolder.reading.config.accessors import ACCESSORS, TEXTS
from scaffolder.reading.config.environments import BINDINGS, Bound, Environment, environments
from scaffolder.reading.project import Worker
from scaffolder.reading.rust.facts import BindingUse

RUST = """\
use worker::*;

pub fn notes(env: &Env) -> Result<KvStore> {
    env.kv("NOTES")
}
"""


class RS203(Rule):
    """Every binding that Rust looks up exists under that name, and has that kind.

    Why: names are looked up at run time: the request fails with "Binding is undefined", "invalid kv store" or "Binding
    cannot be cast", with no earlier warning. A variable or a secret may be set elsewhere, and Rust may go on without a
    binding, so for those only misspelt names are reported.

    Fix: use the name in the wrangler file, or add the binding there.
    """

    name = "mismatched-binding"
    wrong = {"wrangler.toml": '[[kv_namespaces]]\nbinding = "NOTE"\n', "src/lib.rs": RUST}
    right = {"wrangler.toml": '[[kv_namespaces]]\nbinding = "NOTES"\n', "src/lib.rs": RUST}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the lookups of names that are not bound, or are bound as another kind."""
        uses = [use for use in worker.crate.binding_uses if use.is_sure and use.name and not use.condition]
        # A similar name that is looked up itself is none that was meant here.
        known = {use.name for crate in worker.crates for use in crate.binding_uses}
        optional = {name for crate in worker.crates for name in crate.optional_bindings}
        for environment in worker.environments:
            bound = {each.name: each for each in environment.bindings()}
            for use in (replace(each, is_optional=each.name in optional) for each in uses):
                message, fix = _problem(environment, use, bound, known)
                if message:
                    yield self.found(use.span, message, fix=fix, environment=environment.name)


def _problem(
    environment: Environment, use: BindingUse, bound: dict[str, Bound], known: set[str | None]
) -> tuple[str, str]:
    """Return the problem of a lookup and its fix; empty texts if there is none."""
    name, wanted = use.name or "", ACCESSORS.get(use.accessor)
    found = bound.get(name)
    if wanted is None or (found is not None and found.kind in {*wanted, "unsafe"}):
        return "", ""
    if found is not None:
        return f"`{name}` is bound as {found.kind}, which .{use.accessor}() cannot read", f"see {_table_of(found)}"
    others = [each.name for each in bound.values() if each.kind in wanted and each.name not in known]
    near = near_names(name, others, cutoff=0.8)
    is_certain = bool(near) or (wanted != TEXTS and not use.is_optional)
    if not is_certain or _lacks_table(environment, wanted) or _is_variable_elsewhere(environment, name):
        return "", ""
    fix = did_you_mean(near, f"add it to {environment.document.file}, or correct the name")
    return f"no binding is named `{name}`", fix


def _lacks_table(environment: Environment, wanted: set[str]) -> bool:
    """Return whether an environment lacks the whole table, which WR118 reports."""
    keys = {BINDINGS[kind][0].partition(".")[0] if kind in BINDINGS else "vars" for kind in wanted}
    return bool(environment.name) and any(environment.document.get(key) and key not in environment.own for key in keys)


def _is_variable_elsewhere(environment: Environment, name: str) -> bool:
    """Return whether another environment has a variable that this one lacks, which WR118 reports."""
    others = environments(environment.document)
    return bool(environment.name) and any(isinstance(each.get("vars", name), str) for each in others)


def _table_of(bound: Bound) -> str:
    where = BINDINGS[bound.kind][0] if bound.kind in BINDINGS else str(bound.path[0])
    return f"{where} of the wrangler file"
