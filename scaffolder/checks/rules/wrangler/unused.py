"""Bindings that nothing looks up.

Not here: lookups of names that are not bound (`bindings_asked_for.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding, Span
from scaffolder.reading.config.accessors import ACCESSORS
from scaffolder.reading.config.environments import BINDINGS, Bound, Environment
from scaffolder.reading.project import Worker

COMMENT = re.compile(r"//[^\n]*")
OPAQUE = re.compile(r"\bReflect\b|\bserde_wasm_bindgen\b|\bObject::(?:entries|keys|values)\b|\b(?:raw_)?module\s*=")
"""Ways in which Rust, or JavaScript that it includes, may look up a name that is made at run time."""

LEFT_OUT = {"assets", "unsafe"}
"""Assets are served without a lookup; how unsafe bindings are used is unknown."""

RUST = 'use worker::*;\n\npub fn notes(env: &Env) -> Result<KvStore> {\n    env.kv("NOTES")\n}\n'
NOTES = '[[kv_namespaces]]\nbinding = "NOTES"\n'


TOP = {
    "account_id",
    "compatibility_date",
    "compatibility_flags",
    "keep_vars",
    "logpush",
    "main",
    "preview_urls",
    "route",
    "routes",
    "send_metrics",
    "workers_dev",
}
"""Keys of the top level that become variables where they stand below `[vars]`."""


class WR107(Rule):
    """Every binding is used in Rust.

    Why: an unused binding is still created, deployed and perhaps paid for, and is often left over from a name that was
    changed only in Rust.

    Fix: remove the binding, or look it up in Rust by this name.

    Not checked: assets; Durable Object classes of this worker, which other workers may call; and kinds of binding whose
    names Rust builds at run time.
    """

    name = "unused-binding"
    wrong = {"wrangler.toml": f'{NOTES}\n[[kv_namespaces]]\nbinding = "DRAFTS"\n', "src/lib.rs": RUST}
    right = {"wrangler.toml": NOTES, "src/lib.rs": RUST}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the bindings whose name is not written anywhere in the Rust."""
        if not worker.is_complete or _is_opaque(worker):
            return
        used, open_kinds = _names(worker), _open_kinds(worker)
        for environment in worker.environments:
            for bound in environment.bindings():
                if bound.kind in LEFT_OUT | open_kinds or bound.name in used or _may_be_called_by_others(bound):
                    continue
                message = f"`{bound.name}` ({bound.kind}) is declared but never used in Rust"
                fix = f'remove it, or look up "{bound.name}" in Rust'
                if bound.kind == "var" and bound.name in TOP:
                    fix = "it belongs at the top level: move the line above the first table"
                yield self.found(_place(environment, bound), message, fix=fix, environment=environment.name)


def _is_opaque(worker: Worker) -> bool:
    """Return whether names may be looked up that are not written in the Rust."""
    command = str(worker.config.get("build", "command"))
    return "CUSTOM_SHIM" in command or any(OPAQUE.search(_code(text)) for text in _texts(worker))


def _names(worker: Worker) -> set[str]:
    """Return every string and every word of the Rust, except in comments."""
    strings = {text for crate in worker.crates for text in crate.strings}
    words = {word for text in _texts(worker) for word in re.findall(r"\w+", _code(text))}
    if any("SCREAMING" in text for text in strings):
        words |= {word.upper() for word in words}
    return strings | words


def _open_kinds(worker: Worker) -> set[str]:
    """Return the kinds of binding of which Rust may look up any name."""
    accessors = {use.accessor for crate in worker.crates for use in crate.binding_uses if use.name is None}
    everything = {*BINDINGS, "var", "secret"}
    return {kind for accessor in accessors for kind in ACCESSORS.get(accessor, everything)}


def _may_be_called_by_others(bound: Bound) -> bool:
    return bound.kind == "durable-object" and "script_name" not in bound.table


def _texts(worker: Worker) -> Iterator[str]:
    for crate in worker.crates:
        yield from (source.text for source in crate.sources)


def _code(text: str) -> str:
    return COMMENT.sub("", text)


def _place(environment: Environment, bound: Bound) -> Span:
    if bound.kind == "var":
        return environment.key(*bound.path)
    named = () if bound.kind == "secret" else (BINDINGS[bound.kind][1],)
    return environment.at(*bound.path, *named)
