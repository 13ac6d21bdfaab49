"""Breaks the worker in every way, and records the first report of a tool.

Each case goes through the stages in their order: build, dry run, dev server, request. It ends at the first stage that
reports the breakage. If the Rust did not change, wrangler's build step is skipped: build/ exists, and a `worker-build`
that does nothing comes first in PATH.

Not here: the cases (`cases/`), and the file that is written (`record.py`).
"""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from scaffolder.checks.evidence import Evidence
from scaffolder.core.tool import Toolchain
from scaffolder.system import process
from scaffolder.validation.pipeline import READY

from .cases import Case, make

LIMIT, PATIENCE = 300.0, 30.0
"""The limits in seconds of a stage, and of waiting for a response."""

SERVED = ("--ip", "127.0.0.1", "--port", "0", "--inspector-port", "0", "--show-interactive-dev-session=false")
MESSAGE = r"\[(?:ERROR|WARNING)\] (?!Scheduled Workers are not automatically)"
"""The mark of wrangler's errors and warnings, except a warning about crons that every worker with one gets."""

FIRST_MESSAGE = rf"{MESSAGE}(?:Processing \S+ configuration:\s+(?:- )?)?[^\n]*\S"
"""The first of its messages; one about the configuration continues in the lines below its heading."""


class Bench:
    """A test bench, on which copies of the worker are broken.

    Args:
        folder: An empty folder.
        environment: The variables that `scaffold env` prints.
        node_modules: The folder of the pinned wrangler.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str], node_modules: Path) -> None:
        self.folder = folder
        self.modules = node_modules
        self.environment = {**environment, "WRANGLER_SEND_METRICS": "false", "CI": "1", "RUST_BACKTRACE": "0"}
        self.good = make(folder / "good")
        self.logs = folder / "logs"
        self.logs.mkdir()
        self.waits: dict[str, float] = {}
        idle = folder / "idle" / "worker-build"
        idle.parent.mkdir()
        idle.write_text("#!/bin/sh\n", encoding="utf-8")
        idle.chmod(0o755)
        self.idle = {**self.environment, "PATH": f"{idle.parent}:{self.environment['PATH']}"}

    def measure(self, cases: Sequence[Case]) -> Iterator[tuple[Case, Evidence]]:
        """Break the worker in every way, and yield each case with its evidence."""
        self._build(self.good)
        shared = [case for case in cases if case.shared]
        self._assert_unbroken(cases)
        effects = dict(zip(shared, self._shared(shared), strict=True)) if shared else {}
        for case in cases:
            stage, output = effects[case] if case in effects else self._single(case)
            yield case, Evidence(case.breakage, stage, output, case.deploy)

    def _assert_unbroken(self, cases: Sequence[Case]) -> None:
        """Assert that the unbroken worker passes every stage, and responds as expected."""
        project = self._copy("well", [], [])
        assert not re.search(MESSAGE, output := self._dry_run(project, ())), output
        asked = [case for case in cases if case.expected and not case.before]
        with self._served(project, ()) as server:
            for case in asked:
                _, wrong = self._request(case, server, project, case.expected, PATIENCE)
                assert not wrong, f"{case.code} {case.breakage}: {wrong}"

    def _shared(self, cases: Sequence[Case]) -> Iterator[tuple[str, str]]:
        """Break one worker in many ways that stop neither the build nor the start, and yield the effect of each."""
        project = self._copy("shared", cases, cases)
        self._build(project)
        assert not re.search(MESSAGE, output := self._dry_run(project, ())), output
        with self._served(project, ()) as server:
            assert re.search(READY, server.output()), server.output()
            for case in cases:
                yield self._effect(case, server, project)

    def _single(self, case: Case) -> tuple[str, str]:
        project = self._copy(case.code, [case], [case])
        if case.run:
            return "test", self._excerpt(case, self._run(project, ["sh", "-c", case.run], self.environment))
        if case.builds:
            code, output = self._built(project)
            if code:
                return "build", self._excerpt(case, output)
        output = self._dry_run(project, case.arguments)
        if re.search(MESSAGE, output):
            return "dry run", self._excerpt(case, output)
        with self._served(project, case.arguments) as server:
            output = server.output()
            if not re.search(READY, output) or re.search(MESSAGE, output) or _shows(case, output):
                return "dev", self._excerpt(case, output)
            return self._effect(case, server, project)

    def _effect(self, case: Case, server: process.Running, project: Path) -> tuple[str, str]:
        if not (case.request or case.change):
            return "", case.silent
        if case.change or case.lacks:
            # The effect is that nothing happens, so wait three times as long as it took in the unbroken worker.
            _, wrong = self._request(
                case, server, project, case.expected, 1 + 3 * self.waits[case.request or case.change]
            )
            assert wrong, f"{case.code} {case.breakage}: it happened all the same"
            return "", case.silent
        stage, output = self._request(case, server, project, case.symptom or case.expected, PATIENCE)
        assert stage or not output, f"{case.code} {case.breakage}: {output}"
        return stage, output or case.silent

    def _request(
        self, case: Case, server: process.Running, project: Path, pattern: str, patience: float
    ) -> tuple[str, str]:
        """Request a path, or change a file, and wait for a response or a log that matches."""
        before = len(server.output())
        started = time.monotonic()
        if case.change:
            with (project / case.change).open("a", encoding="utf-8") as stream:
                stream.write("\n")
        port = re.search(READY, server.output())
        answer = _get(port[1], case.request) if port and case.request else ""
        while not (found := re.search(pattern, answer + "\n" + server.output()[before:])):
            if time.monotonic() - started > patience:
                return "", f"{answer} {server.output()[before:]}"
            time.sleep(process.TICK)
        self.waits[case.request or case.change] = time.monotonic() - started
        return ("request", _line(found[0])) if pattern == case.symptom else ("", "")

    def _copy(self, name: str, before: Sequence[Case], wrong: Sequence[Case]) -> Path:
        # In a folder of its own, so that a case may put something beside the worker.
        project = self.folder / name / "worker"
        shutil.rmtree(project.parent, ignore_errors=True)
        shutil.copytree(self.good, project, symlinks=True, copy_function=shutil.copy)
        for case in before:
            case.prepare(project)
        for case in wrong:
            case.break_it(project)
        shutil.copy(project / ".dev.vars.example", project / ".dev.vars")
        (project / "node_modules").symlink_to(self.modules, target_is_directory=True)
        return project

    def _build(self, project: Path) -> None:
        code, output = self._built(project)
        assert code == 0, output

    def _built(self, project: Path) -> tuple[int, str]:
        argv = [process.which("worker-build", self.environment["PATH"]) or "", "--release"]
        ran = process.run(argv, cwd=project, env=self.environment, log=self.logs / "build.log", limit=LIMIT)
        return ran.code, ran.output

    def _dry_run(self, project: Path, arguments: Sequence[str]) -> str:
        return self._run(project, self._wrangler("deploy", "--dry-run", *arguments), self.idle)

    def _run(self, project: Path, argv: Sequence[str], environment: Mapping[str, str]) -> str:
        ran = process.run(argv, cwd=project, env=environment, log=self.logs / "run.log", limit=LIMIT)
        return ran.output

    def _wrangler(self, *words: str) -> list[str]:
        node = process.which("node", self.environment["PATH"]) or ""
        return [node, str(self.modules / "wrangler" / "bin" / "wrangler.js"), *words]

    @contextmanager
    def _served(self, project: Path, arguments: Sequence[str]) -> Iterator[process.Running]:
        if "[[d1_databases]]" in (project / "wrangler.toml").read_text(encoding="utf-8"):
            self._run(project, self._wrangler("d1", "migrations", "apply", "DB", "--local"), self.idle)
        argv = self._wrangler("dev", *SERVED, *arguments)
        log = self.logs / "dev.log"
        with process.running(argv, cwd=project, env=self.idle, log=log, stop=threading.Event()) as server:
            server.wait_for(rf"{READY}|\[ERROR\]", LIMIT)
            yield server

    def _excerpt(self, case: Case, output: str) -> str:
        """Return the part of an output to record."""
        found = re.search(case.symptom or FIRST_MESSAGE, output)
        assert found, f"{case.code} {case.breakage}: {output}"
        return _line(found[0]).replace(f"{self.folder}/", "")


def environment_of(variables: Mapping[str, str], tools: Toolchain) -> dict[str, str]:
    """Return the environment to measure in: the pinned tools, and one build folder for all cases."""
    return {**os.environ, **variables, "CARGO_BUILD_BUILD_DIR": str(tools.target)}


def _shows(case: Case, output: str) -> bool:
    return bool(case.symptom and not case.request and re.search(case.symptom, output))


def _get(port: str, path: str) -> str:
    """Request a path, and return the status and the body."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return f"{answer.status} {answer.read().decode()}"
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read().decode(errors='replace')}"


def _line(text: str) -> str:
    """Return the first sentence of an output, as one line."""
    words = re.split(r"\.? (?=https?://)|\. (?=[A-Z])", " ".join(text.split()))[0].rstrip(".:")
    words = re.sub(r"Processing \S+ configuration: (- )?", "", words)
    return words.replace("[ERROR]", "error:").replace("[WARNING]", "warning:")
