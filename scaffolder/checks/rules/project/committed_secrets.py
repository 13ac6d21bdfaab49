"""Secrets: the project documents which ones it needs, and their values stay out of git.

Not here: secrets written as variables (`variables.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding, Span
from scaffolder.reading.config.environments import environments
from scaffolder.reading.gitignore import is_ignored, is_versioned
from scaffolder.reading.project import Worker
from scaffolder.reading.rust.facts import BindingUse
from scaffolder.reading.secret_files import is_secret_file
from scaffolder.system.untrusted_files import searchable

LOCAL = (".dev.vars", ".env")
"""The files from which the dev server reads secrets."""

UNDOCUMENTED = {".git", ".wrangler", "build", "node_modules", "src", "target"}
"""Folders that hold no documentation."""

LONGEST = 200_000
"""Size in bytes above which a file is taken to be generated."""

RUST = 'use worker::*;\n\npub fn token(env: &Env) -> Result<Secret> {\n    env.secret("TOKEN")\n}\n'
NAMED = '[secrets]\nrequired = ["TOKEN"]\n'


class PJ304(Rule):
    """Every secret is documented for those who run the worker, and git ignores the file with its value.

    Why: anyone else who runs the worker discovers an undocumented secret only when a request fails; and a file of
    secrets that git does not ignore is in the repository with the next commit.

    Fix: list it in `required` under [secrets], and in .dev.vars.example with a dummy value; add `.dev.vars*`, `.env*`
    and `!.dev.vars.example` to .gitignore.

    Not checked: secrets whose names are built at run time, and ignore files that exist on one machine only.
    """

    name = "mishandled-secret"
    wrong = {".gitignore": "/target/\n", "src/lib.rs": RUST, "wrangler.toml": NAMED}
    right = {".gitignore": "/target/\n.dev.vars*\n", "src/lib.rs": RUST, "wrangler.toml": NAMED}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the secrets that nothing documents, and the files with values that git does not ignore."""
        uses = [
            use
            for use in worker.crate.binding_uses
            if use.accessor == "secret" and use.is_sure and use.name and not use.condition
        ]
        texts = list(_texts(worker)) if uses or worker.config.get("secrets") else []
        for use in uses:
            if not any(re.search(rf"(?<!\w){re.escape(use.name or '')}(?!\w)", text) for text in texts):
                yield self.found(
                    use.span,
                    f"the secret `{use.name}` is not documented anywhere",
                    fix=f'add required = ["{use.name}"] under [secrets] in {worker.config.file}, and a line '
                    f'{use.name}="..." to .dev.vars.example',
                )
        yield from self._unignored(worker, uses, is_documented=any(".dev.vars" in text for text in texts))

    def _unignored(self, worker: Worker, uses: list[BindingUse], *, is_documented: bool) -> Iterator[Finding]:
        span = _first(worker, uses)
        if span is None or not is_versioned(worker.folder):
            return
        for name in LOCAL:
            path = worker.folder / name
            is_there = path.is_file() and _holds(path, worker, uses)
            is_due = is_there or (
                name == ".dev.vars" and (is_documented or bool(worker.config.get("secrets", "required")))
            )
            if is_due and not is_ignored(path):
                yield self.found(span, f"git does not ignore {name}", fix=f"add {name}* to .gitignore")


def _first(worker: Worker, uses: list[BindingUse]) -> Span | None:
    """Return the first place that mentions a secret, or None."""
    if worker.config.get("secrets", "required"):
        return worker.config.key("secrets", "required")
    return uses[0].span if uses else None


def _holds(path: Path, worker: Worker, uses: list[BindingUse]) -> bool:
    """Return whether a file gives a secret a value."""
    text = searchable(path)
    required = worker.config.get("secrets", "required")
    names = {use.name or "" for use in uses} | set(map(str, required if isinstance(required, list) else ()))
    return any(re.search(rf"^\s*(?:export\s+)?{re.escape(name)}\s*=\s*\S", text, re.MULTILINE) for name in names)


def _texts(worker: Worker) -> Iterator[str]:
    """Yield the texts that may document a secret: the wrangler file, READMEs, examples, workflows."""
    yield worker.config.source.text
    for environment in environments(worker.config):
        yield "\n".join(bound.name for bound in environment.bindings())
    for folder in {worker.folder, worker.project}:
        for path in _files(folder):
            if not is_secret_file(path.name) and path.stat().st_size < LONGEST:
                yield searchable(path)


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder, of its subfolders and of the workflows, except Rust and lock files."""
    inside = [each for each in folder.iterdir() if each.is_dir() and each.name not in UNDOCUMENTED]
    for home in (folder, folder / ".github" / "workflows", *inside):
        yield from (path for path in home.glob("*") if path.is_file() and path.suffix not in {".rs", ".lock"})
