"""Variables: their types as Rust reads them, and secrets that must not be committed.

Not here: secrets that are declared as such (`committed_secrets.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from typing import Any

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.reading.config.environments import Environment
from scaffolder.reading.project import Worker

TEXTS, TABLES = {"var", "secret"}, {"object_var"}
"""The accessors that read text only, and those that read tables only."""

KEYS = re.compile(
    r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----|\b(?:sk|rk)_live_\w{16,}|\bgh[pousr]_\w{30,}|\bgithub_pat_\w{20,}"
    r"|\bglpat-[\w-]{20,}|\bxox[abprs]-[\w-]{20,}|\bnpm_\w{30,}|\bsk-ant-[\w-]{20,}"
)
"""Texts that only a secret looks like."""

LOGIN = re.compile(r"\b[a-z][a-z0-9+.-]*://[^/@\s:]*:(?P<password>[^/@\s]+)@(?P<host>[^/\s:?]+)", re.IGNORECASE)
LOCAL = re.compile(
    r"[^.]+|(?:127|10|192\.168)\..*|0\.0\.0\.0|.*\.(?:internal|local|localhost|test|example|invalid)"
    r"|(?:.*\.)?example\.(?:com|net|org)"
)
"""Hosts whose password is useless to others."""
PLACEHOLDER = re.compile(r"dev|test|local|example|sample|change|dummy|fake|your|todo|x{3}|[<>{}$*]", re.IGNORECASE)
NAMED = re.compile(r"(?:^|_)(?:SECRET|SECRET_KEY|PRIVATE_KEY|PASSWORD)$", re.IGNORECASE)

FEWEST = 10
"""Different characters that a random text has at least."""

RUST = 'use worker::*;\n\npub fn limit(env: &Env) -> Result<Var> {\n    env.var("LIMIT")\n}\n'


class WR119(Rule):
    """A variable has the type that Rust reads, and is not a secret.

    Why: `.var()` reads only text and `.object_var()` only tables, so the request fails with "cannot be cast"; wrangler
    rejects TOML dates; and anyone who can see the repository or the dashboard can see a variable.

    Fix: write numbers, booleans and dates as text, or put them into a table that `.object_var()` reads; move a secret
    to .dev.vars and, for the deployed worker, to `wrangler secret put`.

    Not checked: text that may or may not be a secret, and dates inside tables.
    """

    name = "misused-variable"
    wrong = {"wrangler.toml": "[vars]\nLIMIT = 20\n", "src/lib.rs": RUST}
    right = {"wrangler.toml": '[vars]\nLIMIT = "20"\n', "src/lib.rs": RUST}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the variables of the wrong type, and those that reveal a secret."""
        accessors = _accessors(worker)
        for environment in worker.environments:
            variables = environment.get("vars")
            for name, value in variables.items() if isinstance(variables, dict) else ():
                yield from self._of(environment, name, value, accessors.get(name, set()))

    def _of(self, environment: Environment, name: str, value: Any, accessors: set[str]) -> Iterator[Finding]:
        span = environment.at("vars", name)
        message, fix = _problem(name, value, accessors)
        if message:
            yield self.found(span, message, fix=fix, environment=environment.name)
        if isinstance(value, str) and _is_secret(name, value):
            yield self.found(
                span,
                f"`{name}` looks like a secret",
                environment=environment.name,
                fix=f"replace it, since it is exposed; put the new one into .dev.vars, and deploy it with "
                f"`wrangler secret put {name}`",
            )


def _accessors(worker: Worker) -> dict[str, set[str]]:
    """Return the accessors that Rust certainly calls for each name."""
    found: dict[str, set[str]] = {}
    for use in worker.crate.binding_uses:
        if use.name:
            known = use.accessor if use.is_sure and not use.condition else ""
            found.setdefault(use.name, set()).add(known)
    return found


def _problem(name: str, value: Any, accessors: set[str]) -> tuple[str, str]:
    """Return the problem of a variable's type and its fix; empty texts if nothing is certainly wrong."""
    if isinstance(value, date | time):
        return f"`{name}` is a TOML date, which wrangler rejects", f'write it as text: "{value}"'
    if accessors and accessors <= TEXTS and not isinstance(value, str):
        accessor = f".{min(accessors, key=lambda each: each != 'var')}()"
        fix = f'write it as text: "{_shown(value)}"'
        if isinstance(value, dict | list):
            table = "read it" if isinstance(value, dict) else "put it into a table and read that"
            fix = f"{table} with .object_var(), or write {name} as text"
        return f"`{name}` is {_kind(value)}, but {accessor} reads only text", fix
    if accessors == TABLES and not isinstance(value, dict | None):
        fix = f"write {name} as a table, or read it with .var()" if isinstance(value, str) else ""
        return f"`{name}` is {_kind(value)}, but .object_var() reads only tables", (
            fix or f"write {name} as a table, such as {{ value = ... }}"
        )
    return "", ""


def _kind(value: Any) -> str:
    kinds = {bool: "a boolean", int: "a number", float: "a number", str: "text", list: "an array", dict: "a table"}
    return next((word for kind, word in kinds.items() if isinstance(value, kind)), "null")


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def _is_secret(name: str, value: str) -> bool:
    """Return whether a text is certainly a secret, and no placeholder for one."""
    if KEYS.search(value):
        return True
    login = LOGIN.search(value)
    if login and not PLACEHOLDER.search(login["password"]):
        return not LOCAL.fullmatch(login["host"]) and login["password"].lower() not in {"password", "pass", "postgres"}
    is_random = re.fullmatch(r"[A-Za-z0-9+/=_-]{20,}", value) is not None and len(set(value)) >= FEWEST
    kinds = all(len(re.findall(kind, value)) > 1 for kind in ("[A-Za-z]", "[0-9]"))
    return bool(NAMED.search(name)) and is_random and kinds and not PLACEHOLDER.search(value)
