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
from scaffolder.system.committed_files import committed_lines, tracked
from scaffolder.system.untrusted_files import searchable

LOCAL = (".dev.vars", ".env")
"""The files from which the dev server reads secrets."""

PATTERNS = (".dev.vars*", ".env*")
"""The names of such files for git, with those of single environments and those of examples."""

ASSIGNED = re.compile(r"\s*(?:export\s+)?(?P<name>\w+)\s*=\s*(?P<value>[^\s#].*)")
PLACEHOLDER = re.compile(
    r"^[\"']{2}|example|sample|change|dummy|fake|your|todo|placeholder|not-a-secret|x{3}|[<>*]|\.\.\.", re.IGNORECASE
)

UNDOCUMENTED = {".git", ".wrangler", "build", "node_modules", "src", "target"}
"""Folders that hold no documentation."""

LONGEST = 200_000
"""Size in bytes above which a file is taken to be generated."""

RUST = 'use worker::*;\n\npub fn token(env: &Env) -> Result<Secret> {\n    env.secret("TOKEN")\n}\n'
NAMED = '[secrets]\nrequired = ["TOKEN"]\n'


class PJ304(Rule):
    """Every secret is documented for those who run the worker, and git ignores the file with its value.

    Why: anyone else who runs the worker discovers an undocumented secret only when a request fails; and a file of
    secrets that git does not ignore is in the repository with the next commit. One that was ever committed stays in
    the history, and in every clone, whatever .gitignore lists now.

    Fix: list it in `required` under [secrets], and in .dev.vars.example with a dummy value; add `.dev.vars*`, `.env*`
    and `!.dev.vars.example` to .gitignore. Replace a secret that was committed.

    Not checked: secrets whose names are built at run time, ignore files that exist on one machine only, and a history
    that takes git longer than five seconds.
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
        committed = list(self._committed(worker, uses))
        yield from committed or self._unignored(worker, uses, is_documented=any(".dev.vars" in text for text in texts))

    def _committed(self, worker: Worker, uses: list[BindingUse]) -> Iterator[Finding]:
        """Yield the files of secrets that git tracks, or that a commit of any branch has, whatever it ignores now."""
        span = worker.config.key("name")
        kept = {name for name in tracked(worker.folder, PATTERNS) if is_secret_file(name)}
        for file in sorted(kept):
            names = [name for name in map(_given, searchable(worker.folder / file).splitlines()) if name]
            if known := _secrets(worker, file, names, uses):
                message = f"git tracks {file}, which has a value for `{known[0]}`"
                fix = f"replace the secret, since it is exposed, and run: git rm --cached {file}"
                yield self.found(span, message, fix=fix)
        reported = set(kept)
        for line in committed_lines(worker.folder, PATTERNS):
            known = _secrets(worker, line.file, [_given(line.text)], uses) if is_secret_file(line.file) else []
            if known and line.file not in reported:
                reported.add(line.file)
                message = f"commit {line.commit} has {line.file} with a value for `{known[0]}`"
                yield self.found(span, message, fix="replace the secret: everyone with a copy of the repository has it")

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


def _given(line: str) -> str:
    """Return the name to which a line of a file of secrets gives a value that is no placeholder, or an empty text."""
    found = ASSIGNED.match(line)
    return found["name"] if found and not PLACEHOLDER.search(found["value"]) else ""


def _secrets(worker: Worker, file: str, names: list[str], uses: list[BindingUse]) -> list[str]:
    """Return which of the names in a file are those of secrets."""
    required = worker.config.get("secrets", "required")
    known = {use.name for use in uses} | set(map(str, required if isinstance(required, list) else ()))
    variables = {bound.name for each in environments(worker.config) for bound in each.bindings() if bound.kind == "var"}
    # Others read .env too, but only wrangler reads .dev.vars, which is for secrets.
    is_wranglers = file.startswith(".dev.vars")
    return [name for name in names if name and (name in known or (is_wranglers and name not in variables))]


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
