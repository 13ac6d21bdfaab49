"""Proves a project: builds it, starts it in workerd, runs its smoke test and its tests.

The steps run in a copy, so they do not change the project. Each needs the one before; after the first that fails the
others are not run.

Not here: installing the tools (`toolchain/`), and showing the results (`report.py`).
"""

from __future__ import annotations

import gzip
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from scaffolder.core.proof import Proof, StepResult
from scaffolder.reading import own_tests
from scaffolder.reading import project as reader
from scaffolder.reading.project import Worker
from scaffolder.reading.secret_files import EXAMPLES
from scaffolder.system import process
from scaffolder.system import program_output as outputs
from scaffolder.validation import build_once, in_place, node_packages, smoke, step_command, versions_used, wrangler_cli
from scaffolder.validation.context import NothingToRun, PipelineContext, StepFailed

START_LIMIT = 90.0
BUILD_LIMIT = TEST_LIMIT = 900.0
"""Seconds after which a step fails."""

READY = r"Ready on http://[^\s:]+:(\d+)"
BROKEN = r"\[ERROR\]"


def prove(name: str, context: PipelineContext, goal: str = "") -> Proof:
    """Run every step on a project.

    Args:
        name: What the report calls the project.
        context: The project's copy with the tools.
        goal: The one step that matters; only those that it needs are run before it. It is for the tests of the
            templates' breakages, and such a proof is never called proven.

    Raises:
        Cancelled: The user asked for the end meanwhile.
    """
    wanted = {goal, *NEEDS[goal]} if goal else STEPS.keys()
    results: list[StepResult] = []
    with context.stack:
        for step_name, step in STEPS.items():
            is_run = step_name in wanted and not any(result.status == "failed" for result in results)
            results.append(_run(step_name, step, context) if is_run else StepResult(step_name, "not run"))
            context.on_step(results[-1])
    size, gzipped = _sizes(context.wasm)
    return Proof(
        project=name,
        steps=tuple(results),
        wasm_bytes=size,
        wasm_gzip_bytes=gzipped,
        rust_release=context.toolchain.rust_release,
        rust_pinned=context.pins.rust_version,
        versions=context.versions,
    )


def _run(name: str, step: Callable[[PipelineContext], str], context: PipelineContext) -> StepResult:
    context.on_progress(name, "")
    started = time.monotonic()
    log = context.logs / f"{name}.log"
    try:
        result = StepResult(name, "ok", summary=step(context))
    except NothingToRun as nothing:
        result = StepResult(name, "none", summary=str(nothing))
    except StepFailed as failure:
        result = StepResult(name, "failed", summary=failure.summary, details=failure.details)
    return replace(result, seconds=round(time.monotonic() - started, 2), log=str(log) if log.exists() else "")


def build(context: PipelineContext) -> str:
    """Build every worker by the project's own build command, if Cargo accepts the project where it lies."""
    in_place.ask_cargo(context)
    context.environment = build_once.environment(context.folder, context.root, context.environment)
    for worker in reader.read(context.folder, context.config).workers:
        command = worker.build_command or "worker-build --release"
        ran = step_command.run(context, "build", ["sh", "-c", command], BUILD_LIMIT, worker.build_folder)
        if not ran.is_ok:
            raise StepFailed(outputs.describe_exit(ran), outputs.first_error(ran.output))
        built = [path for folder in _outputs(worker) for path in sorted(folder.glob("*.wasm"))]
        if not built:
            raise StepFailed("no wasm file was built", outputs.last_lines(ran.output))
        context.wasm = context.wasm or built[0]
    # Read anew: the build may have made Cargo.lock.
    context.versions = versions_used.find(context, reader.read(context.folder, context.config).workers)
    size, gzipped = _sizes(context.wasm)
    return f"wasm {size:,} bytes, {gzipped:,} gzipped"


def _outputs(worker: Worker) -> list[Path]:
    """Return the folders in which a build may leave the wasm file: `build`, and that of `main`."""
    main = worker.config.get("main")
    named = [(worker.folder / main).parent] if isinstance(main, str) and "build" in main else []
    return list(dict.fromkeys([worker.folder / "build", *named]))


def start(context: PipelineContext) -> str:
    """Start the worker in workerd, on a free loopback port, with fresh local state and without a login."""
    copied = reader.read(context.folder, context.config)
    for worker in copied.workers:
        _copy_example(worker.folder)
    modules = node_packages.folder(context)
    state = ["--persist-to", str(context.folder / ".wrangler" / "fresh")]
    for words in wrangler_cli.migrations(copied, *state):
        ran = step_command.run(context, "migrations", wrangler_cli.command(modules, *words), START_LIMIT)
        if not ran.is_ok:
            raise StepFailed("a D1 migration failed", outputs.last_lines(ran.output))
    served = ["--ip", "127.0.0.1", "--port", "0", "--inspector-port", "0", "--show-interactive-dev-session=false"]
    argv = wrangler_cli.command(modules, *wrangler_cli.dev(copied, "--local", *served, *state))
    server = context.stack.enter_context(
        process.running(
            argv, cwd=context.folder, env=context.environment, log=context.logs / "start.log", stop=context.stop
        )
    )
    if not server.wait_for(f"{READY}|{BROKEN}", START_LIMIT):
        why = "it ended" if server.has_ended() else f"it was not ready within {START_LIMIT:.0f} seconds"
        raise StepFailed(f"the worker did not start: {why}", outputs.last_lines(server.output()))
    ready = re.search(READY, server.output())
    if ready is None:
        _, found, rest = server.output().partition("[ERROR]")
        raise StepFailed("the worker did not start", outputs.last_lines(found + rest))
    context.port = int(ready.group(1))
    return f"ready on port {context.port}"


def _copy_example(folder: Path) -> None:
    """Make the file of secrets from its example; the values of the user's own file are in no copy."""
    for example, name in EXAMPLES.items():
        if (folder / example).is_file():
            # The build may have put a link there, which the copy would be written through.
            (folder / name).unlink(missing_ok=True)
            shutil.copy(folder / example, folder / name)
            return


def run_smoke(context: PipelineContext) -> str:
    """Run the smoke test against the running worker, and then stop it."""
    path = context.folder / "tests" / "smoke.toml"
    if not path.exists():
        raise NothingToRun("there is no tests/smoke.toml")
    listed = smoke.load(path)
    if not listed:
        raise StepFailed("there is no exchange in tests/smoke.toml", [])
    differences = smoke.send_all(listed, context.port, lambda name: context.on_progress("smoke", name), context.stop)
    if differences:
        log = (context.logs / "start.log").read_text(encoding="utf-8", errors="replace")
        raise StepFailed("an answer is not what was promised", [*differences, "", *outputs.last_lines(log, 8)])
    context.stack.close()
    return f"{len(listed)} answered as promised"


def test_rust(context: PipelineContext) -> str:
    """Run `cargo test`, if there is a test."""
    if not own_tests.in_rust(context.folder):
        raise NothingToRun("there is no Rust test")
    ran = step_command.run(context, "rust-tests", ["cargo", "test", "--locked"], TEST_LIMIT)
    if not ran.is_ok:
        raise StepFailed(
            outputs.describe_exit(ran), outputs.failed_tests(ran.output) or outputs.first_error(ran.output)
        )
    if passed := outputs.passed_cargo_tests(ran.output):
        return f"{passed} passed"
    raise StepFailed("no test was run", [])


def test_worker(context: PipelineContext) -> str:
    """Run `npm test`, if package.json has it."""
    if not own_tests.has_npm_test(context.folder):
        raise NothingToRun("package.json has no script `test`")
    ran = step_command.run(context, "worker-tests", ["npm", "test"], TEST_LIMIT)
    if not ran.is_ok:
        raise StepFailed(outputs.describe_exit(ran), outputs.failed_tests(ran.output) or outputs.last_lines(ran.output))
    if passed := outputs.passed_node_tests(ran.output):
        return f"{passed} passed"
    if own_tests.in_node(context.folder):
        raise StepFailed("no test was run", [])
    raise NothingToRun("`npm test` ran no test, and there is no test file")


STEPS: dict[str, Callable[[PipelineContext], str]] = {
    "install": node_packages.install,
    "build": build,
    "start": start,
    "smoke": run_smoke,
    "rust-tests": test_rust,
    "worker-tests": test_worker,
}
"""Every step by its name, in the order in which they run."""

NEEDS: dict[str, tuple[str, ...]] = {
    "install": (),
    "build": ("install",),
    "start": ("install", "build"),
    "smoke": ("install", "build", "start"),
    "rust-tests": (),
    # The tests build the worker themselves, by the build command of its wrangler file.
    "worker-tests": ("install",),
}
"""The steps without which a step cannot be run."""


def _sizes(wasm: Path | None) -> tuple[int, int]:
    content = wasm.read_bytes() if wasm and wasm.exists() else b""
    return len(content), len(gzip.compress(content, 9)) if content else 0
