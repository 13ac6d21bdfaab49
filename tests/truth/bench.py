"""Breaks the worker in every way, and takes down what the tools say first.

Each case goes through the stages in their order: build, dry run, dev server, request. The first that tells of the
trouble ends it. wrangler's own build is replaced where the Rust is as it was: a `worker-build` that does nothing
stands first in the search path, and build/ is there.

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

from scaffolder.checks.evidence import Seen
from scaffolder.core.tool import Toolchain
from scaffolder.system import process
from scaffolder.validation.pipeline import READY

from .cases import Case, make

LIMIT, PATIENCE = 300.0, 30.0
"""Seconds after which a stage, or an answer, is given up."""

SERVED = ("--ip", "127.0.0.1", "--port", "0", "--inspector-port", "0", "--show-interactive-dev-session=false")
COMPLAINT = r"\[(?:ERROR|WARNING)\] (?!Scheduled Workers are not automatically)"
"""How wrangler marks what it does not like; that nothing calls a cron by itself it says of every worker with one."""

FIRST = rf"{COMPLAINT}(?:Processing \S+ configuration:\s+(?:- )?)?[^\n]*\S"
"""The first of its complaints; what it says of a file is in the lines below."""


class Bench:
    """A place to break the worker in.

    Args:
        folder: An empty folder.
        environment: What `scaffold env` gives to a shell.
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

    def measure(self, cases: Sequence[Case]) -> Iterator[tuple[Case, Seen]]:
        """Break the worker in every way, and tell what each came to."""
        self._build(self.good)
        shared = [case for case in cases if case.together]
        self._all_is_well(cases)
        told = dict(zip(shared, self._together(shared), strict=True)) if shared else {}
        for case in cases:
            level, seen = told[case] if case in told else self._alone(case)
            yield case, Seen(case.what, level, seen, case.deploy)

    def _all_is_well(self, cases: Sequence[Case]) -> None:
        """See that the unbroken worker passes every stage, and answers as promised."""
        project = self._copy("well", [], [])
        assert not re.search(COMPLAINT, said := self._dry_run(project, ())), said
        asked = [case for case in cases if case.good and not case.before]
        with self._served(project, ()) as server:
            for case in asked:
                _, wrong = self._ask(case, server, project, case.good, PATIENCE)
                assert not wrong, f"{case.code} {case.what}: {wrong}"

    def _together(self, cases: Sequence[Case]) -> Iterator[tuple[str, str]]:
        """Break one worker in many ways that stop neither the build nor the start, and ask for each."""
        project = self._copy("together", cases, cases)
        self._build(project)
        assert not re.search(COMPLAINT, said := self._dry_run(project, ())), said
        with self._served(project, ()) as server:
            assert re.search(READY, server.output()), server.output()
            for case in cases:
                yield self._answer(case, server, project)

    def _alone(self, case: Case) -> tuple[str, str]:
        project = self._copy(case.code, [case], [case])
        if case.run:
            return "test", self._kept(case, self._run(project, ["sh", "-c", case.run], self.environment))
        if case.builds:
            code, said = self._built(project)
            if code:
                return "build", self._kept(case, said)
        said = self._dry_run(project, case.arguments)
        if re.search(COMPLAINT, said):
            return "dry run", self._kept(case, said)
        with self._served(project, case.arguments) as server:
            said = server.output()
            if not re.search(READY, said) or re.search(COMPLAINT, said) or _is_told(case, said):
                return "dev", self._kept(case, said)
            return self._answer(case, server, project)

    def _answer(self, case: Case, server: process.Running, project: Path) -> tuple[str, str]:
        if not (case.ask or case.change):
            return "", case.silent
        if case.change:
            # Nothing tells that nothing will come, so it is waited for three times as long as where it comes.
            _, wrong = self._ask(case, server, project, case.good, 1 + 3 * self.waits[case.change])
            assert wrong, f"{case.code} {case.what}: it came"
            return "", case.silent
        level, seen = self._ask(case, server, project, case.look or case.good, PATIENCE)
        assert level or not seen, f"{case.code} {case.what}: {seen}"
        return level, seen or case.silent

    def _ask(
        self, case: Case, server: process.Running, project: Path, pattern: str, patience: float
    ) -> tuple[str, str]:
        """Ask for a path, or change a file; wait for an answer or a log that fits."""
        before = len(server.output())
        started = time.monotonic()
        if case.change:
            with (project / case.change).open("a", encoding="utf-8") as stream:
                stream.write("\n")
        port = re.search(READY, server.output())
        answer = _get(port[1], case.ask) if port and case.ask else ""
        while not (found := re.search(pattern, answer + "\n" + server.output()[before:])):
            if time.monotonic() - started > patience:
                return "", f"{answer} {server.output()[before:]}"
            time.sleep(process.TICK)
        self.waits[case.ask or case.change] = time.monotonic() - started
        return ("request", _line(found[0])) if pattern == case.look else ("", "")

    def _copy(self, name: str, before: Sequence[Case], wrong: Sequence[Case]) -> Path:
        project = self.folder / name
        shutil.rmtree(project, ignore_errors=True)
        shutil.copytree(self.good, project, symlinks=True, copy_function=shutil.copy)
        for case in before:
            case.right(project)
        for case in wrong:
            case.wrong(project)
        shutil.copy(project / ".dev.vars.example", project / ".dev.vars")
        (project / "node_modules").symlink_to(self.modules, target_is_directory=True)
        return project

    def _build(self, project: Path) -> None:
        code, said = self._built(project)
        assert code == 0, said

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

    def _kept(self, case: Case, said: str) -> str:
        """Answer the part of what was said that is worth keeping."""
        found = re.search(case.look or FIRST, said)
        assert found, f"{case.code} {case.what}: {said}"
        return _line(found[0]).replace(f"{self.folder}/", "")


def environment_of(variables: Mapping[str, str], tools: Toolchain) -> dict[str, str]:
    """Answer the environment to measure in: a shell's with the pinned tools, and the build folder that all share."""
    return {**os.environ, **variables, "CARGO_BUILD_BUILD_DIR": str(tools.target)}


def _is_told(case: Case, said: str) -> bool:
    return bool(case.look and not case.ask and re.search(case.look, said))


def _get(port: str, path: str) -> str:
    """Ask for a path; answer the status and the body."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return f"{answer.status} {answer.read().decode()}"
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read().decode(errors='replace')}"


def _line(text: str) -> str:
    """Answer the first sentence of what was said, as one line."""
    words = re.split(r"\.? (?=https?://)|\. (?=[A-Z])", " ".join(text.split()))[0].rstrip(".:")
    words = re.sub(r"Processing \S+ configuration: (- )?", "", words)
    return words.replace("[ERROR]", "error:").replace("[WARNING]", "warning:")
