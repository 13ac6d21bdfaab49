"""The entry point: one handler of each kind, and unwinding of panics.

Not here: what calls the handlers (`event_sources.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding, Span
from scaffolder.reading.build_commands import cargo_configs
from scaffolder.reading.config.environments import environments
from scaffolder.reading.project import Worker
from scaffolder.reading.rust.cfg import holds
from scaffolder.system.untrusted_files import toml

HANDLER = """\
#[event(fetch)]
async fn {}(request: Request, env: Env, context: Context) -> Result<Response> {{
    Response::ok("{}")
}}
"""

UNWIND, EMSCRIPTEN = "--panic-unwind", "--emscripten"


class RS208(Rule):
    """There is one handler of each kind, and `--panic-unwind` is not combined with settings that conflict with it.

    Why: two handlers of one kind are exported under the same name, and the build fails. With `--panic-unwind`,
    worker-build sets RUSTFLAGS, which makes Cargo ignore the rustflags in `.cargo/config.toml`, and it does not unwind
    on emscripten.

    Fix: distinguish the cases within one handler; set the flags in RUSTFLAGS.

    Not checked: whether the fields of a Durable Object are unwind safe, which depends on the versions of other crates;
    and the nightly toolchain, since worker-build uses the installed one.
    """

    name = "invalid-entry-point"
    wrong = {"src/lib.rs": f"use worker::*;\n\n{HANDLER.format('one', 'one')}\n{HANDLER.format('two', 'two')}"}
    right = {"src/lib.rs": f"use worker::*;\n\n{HANDLER.format('one', 'one')}"}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield every handler after the first of its kind, and settings that keep panics from unwinding."""
        first: dict[str, Span] = {}
        for handler in worker.crate.handlers:
            span = first.setdefault(handler.kind, handler.span) if not handler.condition else handler.span
            # The runtime calls every `start` function, so that several are no conflict.
            if span != handler.span and handler.kind != "start":
                message = f"duplicate {handler.kind} handler; the other one is at {span.file}:{span.line}"
                yield self.found(handler.span, message, fix="merge the two")
        for environment in environments(worker.config):
            command = str(environment.get("build", "command") or "")
            if UNWIND in command.split():
                span = environment.at("build", "command")
                yield from self._unwinding(worker, command, span, environment.name)

    def _unwinding(self, worker: Worker, command: str, span: Span, environment: str) -> Iterator[Finding]:
        if EMSCRIPTEN in command.split():
            message = f"worker-build does not accept {UNWIND} together with {EMSCRIPTEN}"
            yield self.found(span, message, fix=f"remove {UNWIND}", environment=environment)
        elif _has_flags(worker) and "RUSTFLAGS" not in command:
            message = f"with {UNWIND}, the rustflags in .cargo/config.toml are ignored"
            yield self.found(span, message, fix="set them in RUSTFLAGS before the build", environment=environment)


def _has_flags(worker: Worker) -> bool:
    """Return whether a Cargo configuration of the project sets rustflags for a worker."""
    return any(_sets_flags(text) for path, text in cargo_configs(worker) if path.is_relative_to(worker.project))


def _sets_flags(text: str) -> bool:
    try:
        config = toml(text)
    except ValueError:
        return False
    named = config.get("target")
    targets = {"build": config.get("build"), **(named if isinstance(named, dict) else {})}
    return any(isinstance(table, dict) and "rustflags" in table and _is_worker(key) for key, table in targets.items())


def _is_worker(target: str) -> bool:
    found = re.fullmatch(r"cfg\((.*)\)", target, re.DOTALL)
    return target in {"build", "wasm32-unknown-unknown"} or (found is not None and holds(found[1]) is True)
