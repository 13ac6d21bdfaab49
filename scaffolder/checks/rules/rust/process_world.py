"""What a process has and a worker lacks, its environment and standard output; and what only a worker's runtime has.

Not here: clocks, threads, files and sockets (`unsupported_std.py`), and tests in JavaScript (`remote.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.core.text_edit import TextEdit
from scaffolder.reading.build_commands import cargo_configs, is_used_elsewhere, may_target_emscripten, project_commands
from scaffolder.reading.config.environments import environments
from scaffolder.reading.project import Worker
from scaffolder.reading.rust.facts import EnvironmentRead, Printed
from scaffolder.system.untrusted_files import searchable

VARIABLES = 'name = "notes"\n\n[vars]\nTITLE = "Notes"\n'
TITLE = "use worker::*;\n\npub fn title({}) -> String {{\n    {}.map_or_else(|_| String::new(), |title| title{})\n}}\n"
LOG = 'use worker::*;\n\npub fn log(request: &Request) {{\n    {}!("{{}}", request.path());\n}}\n'

FILES = (".dev.vars", ".dev.vars.example")
"""The files from which the dev server reads secrets, and their example."""

DOTENV = re.compile(r"dotenvy?::(dotenv|dotenv_override|dotenv_iter|from_filename|from_path|load)(_override|_iter)?")

LOGS = {"println": "console_log", "eprintln": "console_error"}
"""Macros that take the same arguments, and print where a worker's logs go."""


class RS211(Rule):
    """A worker reads its variables and secrets from `Env`.

    Why: a worker has no environment of a process: `std::env::var` finds nothing there, and dotenv no file. `env!` is
    compiled on the machine that builds, whose environment does not have the variables of a wrangler file.

    Fix: read it with `env.var(...)` or `env.secret(...)`.

    Not checked: names that neither the wrangler file nor .dev.vars has, or that are known only at run time.
    """

    name = "process-environment"
    wrong = {"wrangler.toml": VARIABLES, "src/lib.rs": TITLE.format("", 'std::env::var("TITLE")', "")}
    right = {"wrangler.toml": VARIABLES, "src/lib.rs": TITLE.format("env: &Env", 'env.var("TITLE")', ".to_string()")}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield what is read from the environment of a process, which a worker lacks."""
        if not _runs_in_workers_only(worker):
            return
        for use in worker.crate.path_uses:
            if DOTENV.fullmatch(use.path) and not use.condition:
                yield self.found(use.span, f"{use.path} always fails in a worker, which has no files", fix="remove it")
        reads = [each for each in worker.crate.environment_reads if not each.condition]
        secrets = _secrets(worker)
        known = {bound.name for each in environments(worker.config) for bound in each.bindings()} if reads else set()
        for read in reads:
            if read.name in known | secrets and not (read.how.endswith("!") and _is_set(worker, read)):
                accessor = "secret" if read.name in secrets else "var"
                fix = f'read it with env.{accessor}("{read.name}")'
                yield self.found(read.span, _problem(read), fix=fix)


class RS213(Rule):
    """A worker logs by `console_log!` and its like.

    Why: wasm has no standard output: `println!`, `eprintln!` and `dbg!` compile, and print nothing anywhere, neither in
    the dev server nor in the logs of the deployed worker.

    Fix: use `console_log!`, `console_warn!`, `console_error!` or `console_debug!` of the worker crate.

    Not checked: macros of these names that the crate defines or imports.
    """

    name = "unseen-output"
    fixable = True
    wrong = {"src/lib.rs": LOG.format("println")}
    right = {"src/lib.rs": LOG.format("console_log")}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the macros that print nothing."""
        if worker.cargo is None or not worker.crate.printed or not _runs_in_workers_only(worker):
            return
        unsure = {source.file for source in worker.crate.sources if b"cfg!" in source.content}
        for each in worker.crate.printed:
            if not each.condition and each.span.file not in unsure:
                better = LOGS.get(each.macro, "console_debug" if each.macro == "dbg" else "console_log")
                edits = _edits(worker, each)
                yield self.found(each.span, f"{each.macro}! prints nothing", fix=f"use {better}!", edits=edits)


def _runs_in_workers_only(worker: Worker) -> bool:
    """Return whether the worker's crate is certainly built for nothing else."""
    is_worker = worker.cargo is not None and bool(worker.cargo.named("worker"))
    return is_worker and not may_target_emscripten(worker) and not is_used_elsewhere(worker)


def _secrets(worker: Worker) -> set[str]:
    """Return the names of secrets that the wrangler file requires, or that the files for local ones have."""
    required = worker.config.get("secrets", "required")
    texts = [searchable(worker.folder / name) for name in FILES]
    found = {name for text in texts for name in re.findall(r"(?m)^\s*(?:export\s+)?(\w+)\s*=", text)}
    return found | {str(each) for each in (required if isinstance(required, list) else ())}


def _is_set(worker: Worker, read: EnvironmentRead) -> bool:
    """Return whether anything around a build may set a variable that is read while it runs."""
    home = worker.crate_folder or worker.folder
    configs = [text for _, text in cargo_configs(worker)]
    texts = (worker.build_command, project_commands(worker), searchable(home / "build.rs"), *configs)
    return any(read.name in text for text in texts)


def _problem(read: EnvironmentRead) -> str:
    if read.how.endswith("!"):
        return f"{read.how} reads `{read.name}` where the worker is built, not from the worker's variables"
    return f"{read.how} never finds `{read.name}` in a worker"


def _edits(worker: Worker, printed: Printed) -> tuple[TextEdit, ...]:
    """Return the edit to the macro that takes the same arguments, where there is one."""
    is_named = worker.cargo is not None and any(each.name == "worker" for each in worker.cargo.named("worker"))
    if not is_named or not printed.has_text or printed.macro not in LOGS:
        return ()
    span = printed.span
    return (TextEdit(span.file, span.start, span.end, f"worker::{LOGS[printed.macro]}"),)


TESTED = """\
use worker::*;

pub fn greeting(name: &str) -> String {{
    format!("hello {{name}}")
}}

#[cfg(test)]
mod tests {{
    use super::*;

    #[test]
    fn it_greets() {{
        {}
    }}
}}
"""

ON_WASM = re.compile(r"wasm-pack\s+test|wasm-bindgen-test-runner|cargo\s+test[^\n]*wasm32")
"""Commands and settings by which tests are run on wasm."""


class RS215(Rule):
    """Native tests call nothing that needs a JavaScript runtime.

    Why: `Response`, `Headers`, `Request` and `Date` of the worker crate are objects of JavaScript: a test that `cargo
    test` runs natively compiles, and panics with "cannot call wasm-bindgen imported functions on non-wasm targets".

    Fix: move what is tested into a function without these types, or send a request to the running worker.

    Not checked: calls that a test reaches through another function; and tests that are run on wasm.
    """

    name = "native-test-of-worker-types"
    wrong = {"src/lib.rs": TESTED.format('assert_eq!(Response::ok("hello").unwrap().status_code(), 200);')}
    right = {"src/lib.rs": TESTED.format('assert_eq!(greeting("Ada"), "hello Ada");')}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the first call in each test that panics there."""
        if worker.cargo is None or not worker.cargo.named("worker"):
            return
        calls = [call for each in (worker.crate, *worker.tests) for call in each.native_calls]
        texts = [project_commands(worker), *(text for _, text in cargo_configs(worker))] if calls else []
        if any(ON_WASM.search(text) or re.search(r"(?m)^\s*target\s*=\s*.*wasm32", text) for text in texts):
            return
        for call in calls:
            yield self.found(call.span, f"{call.path} panics in a test that is run natively")
