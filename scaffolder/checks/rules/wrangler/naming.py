"""The names of a worker and of its bindings.

Not here: the names that Rust looks up (`bindings_asked_for.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding, Span
from scaffolder.reading.build_commands import project_commands
from scaffolder.reading.config.accepted_values import LONGEST_WORKER, WORKER
from scaffolder.reading.config.environments import BINDINGS, Bound, Environment, environments
from scaffolder.reading.project import Worker

TWICE = '[[kv_namespaces]]\nbinding = "NOTES"\n\n[[r2_buckets]]\nbinding = "{}"\nbucket_name = "notes"\n'


class WR115(Rule):
    """A worker's name is valid, and short enough for its address.

    Why: wrangler or the server rejects other characters, and an address on workers.dev has no room for a longer name.

    Fix: use up to 63 lowercase letters, digits and dashes, including the environment's name, which is appended after a
    dash.
    """

    name = "invalid-worker-name"
    wrong = {"wrangler.toml": 'name = "Notes.App"\n'}
    right = {"wrangler.toml": 'name = "notes-app"\n'}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the names that are refused, unless the command line may give another name or a namespace."""
        found = list(self._all(worker))
        if found and not re.search(r"wrangler\b.*--(name|dispatch-namespace)\b", project_commands(worker)):
            yield from found

    def _all(self, worker: Worker) -> Iterator[Finding]:
        for environment in environments(worker.config):
            name, span = _named(environment)
            is_written = name == environment.own.get("name")
            if not name or (not is_written and not WORKER.fullmatch(str(environment.get("name")))):
                continue
            if not WORKER.fullmatch(name):
                fix = (
                    f"use {_legal(name)}"
                    if is_written
                    else "give the environment a lowercase name, or set `name` in it"
                )
                yield self.found(span, f"`{name}` is not a valid worker name", fix=fix, environment=environment.name)
            elif len(name) > LONGEST_WORKER and _is_on_workers_dev(environment):
                message = f"`{name}` has {len(name)} characters, but an address allows only {LONGEST_WORKER}"
                yield self.found(span, message, environment=environment.name)


class WR116(Rule):
    """Every binding has a unique name.

    Why: all bindings, variables and required secrets of a worker share one namespace; wrangler rejects a duplicate name
    or, for some kinds, silently deploys only one of the two.

    Fix: rename one of the two, here and in Rust.

    Not checked: the style of a name. Upper snake case is a convention: `env.kv("my-notes")` finds any name.
    """

    name = "duplicate-binding-name"
    wrong = {"wrangler.toml": TWICE.format("NOTES")}
    right = {"wrangler.toml": TWICE.format("FILES")}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the names that an environment uses twice."""
        for environment in worker.environments:
            first: dict[str, Bound] = {}
            for bound in sorted(environment.bindings(), key=lambda each: _place(environment, each).start):
                other = first.setdefault(bound.name, bound)
                if other is not bound:
                    line, where = _place(environment, other).line, _table(other)
                    yield self.found(
                        _place(environment, bound),
                        f"`{bound.name}` is already declared in {where}",
                        fix=f"rename this one or the one on line {line}, here and in Rust",
                        environment=environment.name,
                    )


def _named(environment: Environment) -> tuple[str, Span]:
    """Return the name under which an environment is deployed, or an empty text, and its place."""
    own = environment.own.get("name")
    if isinstance(own, str):
        return own, environment.at("name")
    above = environment.get("name")
    # With legacy_env = false, all environments share one worker and its name.
    is_joined = isinstance(above, str) and above and environment.get("legacy_env") is not False
    span = environment.document.key("env", environment.name)
    return (f"{above}-{environment.name}" if is_joined else ""), span


def _is_on_workers_dev(environment: Environment) -> bool:
    setting = environment.get("workers_dev")
    has_route = any(environment.get(key) for key in ("route", "routes"))
    return setting is True or (setting is None and not has_route)


def _legal(name: str) -> str:
    return re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-") or "another name"


def _place(environment: Environment, bound: Bound) -> Span:
    """Return the place of a binding's name."""
    if bound.kind in BINDINGS:
        return environment.at(*bound.path, BINDINGS[bound.kind][1])
    return environment.key(*bound.path)


def _table(bound: Bound) -> str:
    if bound.kind in BINDINGS:
        return f"`{BINDINGS[bound.kind][0]}`"
    return "`vars`" if bound.kind == "var" else "`secrets`"
