"""What wrangler builds and runs: the build command, `main`, and whether there is a compatibility date.

Not here: which dates are valid (`compatibility_date.py`), and versions that must go together (`dependencies.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from scaffolder.catalogue import manifests
from scaffolder.checks.rule import Rule
from scaffolder.checks.semver import uses_known_wrangler
from scaffolder.core.findings import Finding
from scaffolder.core.text_edit import TextEdit
from scaffolder.reading.build_commands import project_commands
from scaffolder.reading.config.environments import Environment, environments
from scaffolder.reading.project import OUTPUTS, Worker
from scaffolder.reading.releases import ALIGNED, builder_of, numbers
from scaffolder.reading.worker_build_calls import last_call, out_dir

PINNING = re.compile(r"--(vers|version|rev|tag|branch|path)\b")
INSTALL = re.compile(r"\bcargo\s+(?:\+\S+\s+)?b?install\b([^&|;]*)")
ASSIGNED = re.compile(r"(?:^|&&)\s*([A-Za-z_]\w*)=(?=\S)")
PLAIN = re.compile(r"[\w\s=&\"@^.,:+-]*")
"""A command that uses no other feature of a POSIX shell, so that it would run on Windows."""

INSTALLED = '[build]\ncommand = "cargo install -q {} && worker-build --release"\n'
RUN = '[build]\ncommand = "worker-build --release"\n'


class WR112(Rule):
    """The worker has a compatibility date.

    Why: a deploy without one is refused, and the dev server picks a date of its own, so a newer wrangler may change the
    worker's behaviour.

    Fix: set compatibility_date to the release date of your wrangler, or to a later date that you have tested.
    """

    name = "missing-compatibility-date"
    wrong = {"wrangler.toml": 'name = "notes"\n'}
    right = {"wrangler.toml": 'name = "notes"\ncompatibility_date = "2026-11-17"\n'}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield what is deployed without a date, unless the command line may give one."""
        top, *named = environments(worker.config)
        lacking = [each for each in named or [top] if each.get("compatibility_date") is None]
        if not lacking or not uses_known_wrangler(worker) or "--compatibility-date" in project_commands(worker):
            return
        fix = f'add compatibility_date = "{manifests.pins().compatibility_date}"'
        if len(lacking) == len(named or [top]):
            yield self.found(worker.config.key("name"), "no compatibility date is set", fix=fix)
        else:
            for each in lacking:
                span = worker.config.key("env", each.name)
                yield self.found(span, "this environment has no compatibility date", fix=fix, environment=each.name)


class WR113(Rule):
    """`main` is a file that worker-build writes.

    Why: wrangler runs the build command and then looks for `main`; if the file is missing, wrangler stops after a
    complete build.

    Fix: set main = "build/index.js", or index.js in the folder given by --out-dir.
    """

    name = "main-not-built"
    fixable = True
    wrong = {"wrangler.toml": f'main = "build/worker.js"\n\n{RUN}'}
    right = {"wrangler.toml": f'main = "build/index.js"\n\n{RUN}'}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield a `main` that no build writes and that is not a file either.

        A build command that does more than install and run worker-build may make any file, and is not checked; the
        build script of the catalogue's projects is known.
        """
        for environment in worker.environments:
            made = [] if environment.name and "build" in environment.own else _made(worker, environment)
            main = environment.get("main")
            if made and isinstance(main, str):
                yield from self._of(worker, environment, main, made)
            elif made and "main" not in environment.config and not _is_elsewhere(worker, environment):
                message, fix = "`main` is not set", f'add main = "{made[0]}" above the first table'
                yield self.found(worker.config.key("name"), message, fix=fix)

    def _of(self, worker: Worker, environment: Environment, main: str, made: list[str]) -> Iterator[Finding]:
        is_there = "\\" in main or (worker.folder / main).is_file()
        if os.path.normpath(main) not in made and not is_there:
            span = environment.at("main")
            is_certain = _locked(worker) != "" and span.end - span.start == len(main.encode()) + len('""')
            edits = (TextEdit(span.file, span.start + 1, span.end - 1, made[0]),) if is_certain else ()
            yield self.found(
                span,
                f"worker-build does not write `{main}`",
                fix=f'set main = "{made[0]}"',
                environment=environment.name,
                edits=edits,
            )


class WR114(Rule):
    """The build command pins worker-build, and works on every operating system.

    Why: the latest worker-build rejects a `worker` crate of another minor version, and Windows takes NAME=value in
    front of a command for the name of a program.

    Fix: install the worker-build with the same minor version as your `worker` crate, and set variables in a script or
    outside of the command.
    """

    name = "fragile-build-command"
    unmeasured = "it needs Windows, or a worker-build newer than the pinned one"
    wrong = {"wrangler.toml": INSTALLED.format("worker-build")}
    right = {"wrangler.toml": INSTALLED.format('\\"worker-build@^0.8\\"')}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the build commands that install an open version of worker-build, or do not run on Windows.

        A command that needs a POSIX shell anyway is not checked. [build.upload] is left to WR117, and the version that
        is installed to PJ302.
        """
        for environment in worker.environments:
            command = environment.get("build", "command")
            span = environment.at("build", "command")
            if isinstance(command, str) and _is_unpinned(command):
                message = "this installs the latest worker-build, whichever it is"
                yield self.found(span, message, fix=_pinned(worker), environment=environment.name)
            for name in _variables(command) if isinstance(command, str) else ():
                message = f"`{name}=` in front of a command does not work on Windows"
                fix = f"set {name} outside of the command, or in a script that it runs"
                yield self.found(span, message, fix=fix, environment=environment.name)


def _is_elsewhere(worker: Worker, environment: Environment) -> bool:
    """Return whether `main` may be given on the command line, or is below a table's header, which WR117 reports."""
    tables = (table for table in environment.config.values() if isinstance(table, dict))
    is_given = re.search(r"\b(index\.js|shim\.mjs)\b", project_commands(worker)) is not None
    return is_given or "site" in environment.config or any("main" in table for table in tables)


def _made(worker: Worker, environment: Environment) -> list[str]:
    """Return each `main` that the build would make; empty where that is unknown."""
    command = environment.get("build", "command")
    words = last_call(worker, command) if isinstance(command, str) and worker.crate_folder else []
    return _outputs(worker, words) if words and not any(word.startswith("--out-name") for word in words) else []


def _outputs(worker: Worker, words: list[str]) -> list[str]:
    starts = [worker.crate_folder or worker.folder, worker.folder]
    folders = [*starts, *(start / word for start in starts for word in words)]
    homes = dict.fromkeys(folder for folder in folders if (folder / "Cargo.toml").is_file())
    # Versions before 0.7 may make shim.mjs only, so that it is the one to suggest.
    is_old = _locked(worker) != "" and numbers(_locked(worker)) < ALIGNED
    inside = [Path(name).relative_to("build") for name in sorted(OUTPUTS, reverse=is_old)]
    made = [home / out_dir(words) / name for home in homes for name in inside]
    return [Path(os.path.relpath(path, worker.folder.resolve())).as_posix() for path in made]


def _is_unpinned(command: str) -> bool:
    """Return whether a command installs worker-build without giving a version."""
    found = (match[1] for match in INSTALL.finditer(command))
    return any(re.search(r"(?<![\w/-])worker-build(?![\w@-])", each) and not PINNING.search(each) for each in found)


def _pinned(worker: Worker) -> str:
    if not numbers(_locked(worker)):
        return "install the worker-build with the same minor version as your `worker` crate"
    return f"install worker-build@^{builder_of(_locked(worker))}"


def _locked(worker: Worker) -> str:
    """Return the one version of the `worker` crate in Cargo.lock, or an empty text."""
    versions = worker.lock.versions.get("worker", ()) if worker.lock else ()
    return versions[0] if len(versions) == 1 else ""


def _variables(command: str) -> list[str]:
    """Return the variables that are set in front of a command which would run on Windows otherwise."""
    return ASSIGNED.findall(command) if PLAIN.fullmatch(command) else []
