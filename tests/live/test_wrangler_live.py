"""The pinned wrangler: what the rules of `scaffold check` take from it, and how its dev server survives a bad build."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scaffolder.reading.config.environments import NOT_INHERITED
from scaffolder.toolchain import provision

from .conftest import ROOT, Scaffold


@pytest.fixture(scope="module")
def wrangler(scaffold: Scaffold) -> Path:
    """Return the folder of the pinned wrangler."""
    assert scaffold("doctor").code == 0
    return provision.find_tools().node_modules / "wrangler"


def test_the_schema_is_the_pinned_wranglers(wrangler: Path) -> None:
    ours = ROOT / "scaffolder" / "checks" / "wrangler_schema" / "config-schema.json"

    assert ours.read_bytes() == (wrangler / "config-schema.json").read_bytes()


def test_the_keys_that_an_environment_must_repeat_are_wranglers(wrangler: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in (wrangler / "wrangler-dist").glob("*.js")]
    calls = re.compile(r'\bnotInheritable\(\s*.{0,200}?"(\w+)"', re.DOTALL)

    assert {key for text in texts for key in calls.findall(text)} == NOT_INHERITED


# --- builds that fail while the dev server runs ------------------------------------------------

BUILD = """\
if grep -q broken src/lib.rs; then
  echo 'error[E0599]: no variant named `Weigh` found' >&2
  echo '  --> src/lib.rs:1:8' >&2
  echo 'error: could not compile `notes` (lib) due to 1 previous error' >&2
  echo 'Error: Compiling your crate to WebAssembly failed' >&2
  echo 'Stack backtrace: 0: anyhow::error' >&2
  exit 101
fi
echo 'warning: unused' >&2
mkdir -p build
cp worker.js build/index.js
"""
"""A build that fails as worker-build does, without the minute that it takes to compile a worker."""

WORKER = """\
import { DurableObject, WorkflowEntrypoint } from "cloudflare:workers";
export class Room extends DurableObject {}
export class Flow extends WorkflowEntrypoint {}
export default { fetch() { return new Response("it works"); }, scheduled() {}, queue() {} };
"""

CONFIG = """\
name = "notes"
main = "build/index.js"
compatibility_date = "2026-11-17"

[build]
command = "sh build.sh"

[triggers]
crons = ["0 5 * * *"]

[[durable_objects.bindings]]
name = "ROOMS"
class_name = "Room"

[[migrations]]
tag = "v1"
new_sqlite_classes = ["Room"]

[[workflows]]
binding = "FLOW"
name = "flow"
class_name = "Flow"
"""

REFUSED = "error[E0599]: no variant named `Weigh` found\n  --> src/lib.rs:1:8\nerror: could not compile"
LIMIT = 120.0


class DevServer:
    """A running `scaffold dev`, and its output in a file."""

    def __init__(self, project: Path) -> None:
        self.log = project.parent / "log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        words = [sys.executable, str(ROOT / "scaffold.py"), "dev", str(project), "--port", str(self.port)]
        with self.log.open("wb") as stream:
            self.process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT, start_new_session=True
            )

    @property
    def output(self) -> str:
        """The output so far, without wrangler's prefix."""
        return self.log.read_text(encoding="utf-8", errors="replace").replace("[custom build] ", "")

    def answer(self) -> tuple[int, str]:
        """Return the status and the text of the root page; zero if nothing is served."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=LIMIT) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def wait_for(self, status: int) -> str:
        """Wait until the root page has a status, and return its text."""
        deadline = time.monotonic() + LIMIT
        while (answer := self.answer())[0] != status:
            assert time.monotonic() < deadline, f"{answer}\n{self.output}"
            assert self.process.poll() is None, self.output
        return answer[1]

    def wait_for_output(self, text: str) -> None:
        """Wait until the output contains a text."""
        deadline = time.monotonic() + LIMIT
        while text not in self.output:
            assert time.monotonic() < deadline, self.output

    def close(self) -> None:
        """End the server with everything that it has started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()


@pytest.fixture
def serve(scaffold: Scaffold, tmp_path: Path) -> Iterator[Callable[..., DevServer]]:
    """Yield a function that serves a project with a source, and a wrangler file in which texts are replaced."""
    assert scaffold("doctor").code == 0
    servers: list[DevServer] = []

    def serve(source: str, **files: str) -> DevServer:
        project = tmp_path / "notes"
        (project / "src").mkdir(parents=True)
        cargo = '[package]\nname = "notes"\n\n[dependencies]\nworker = "0.8"\n'
        written = {"wrangler.toml": CONFIG, "build.sh": BUILD, "worker.js": WORKER, "Cargo.toml": cargo, **files}
        for name, text in {**written, "src/lib.rs": source}.items():
            (project / name).write_text(text, encoding="utf-8")
        servers.append(DevServer(project))
        return servers[-1]

    yield serve
    for server in servers:
        server.close()


def test_a_worker_that_does_not_compile_is_answered_for_with_the_compilers_words_until_it_does(
    serve: Callable[..., DevServer], tmp_path: Path
) -> None:
    source = tmp_path / "notes" / "src" / "lib.rs"
    server = serve("broken")

    assert server.wait_for(503).startswith(f"the build failed:\n\n{REFUSED}")
    source.write_text("fixed", encoding="utf-8")
    assert server.wait_for(200) == "it works"
    assert "warning: unused" in server.output
    source.write_text("broken again", encoding="utf-8")
    assert REFUSED in server.wait_for(503)
    source.write_text("fixed again", encoding="utf-8")
    assert server.wait_for(200) == "it works"

    assert server.output.count(REFUSED) == 2
    for dumped in ("Stack backtrace", "Compiling your crate", "ChildProcess", "ERROR"):
        assert dumped not in server.output


def test_a_failed_build_leaves_a_projects_own_javascript_alone_and_the_last_build_is_served(
    serve: Callable[..., DevServer], tmp_path: Path
) -> None:
    entry = 'export * from "../build/index.js";\nexport { default } from "../build/index.js";\n'
    config = CONFIG.replace('main = "build/index.js"', 'main = "src/entry.js"')
    server = serve("fixed", **{"wrangler.toml": config, "src/entry.js": entry})
    assert server.wait_for(200) == "it works"

    (tmp_path / "notes" / "src" / "lib.rs").write_text("broken", encoding="utf-8")
    server.wait_for_output("requests get the last build that worked until the build works again")

    assert server.answer() == (200, "it works")
    assert (tmp_path / "notes" / "src" / "entry.js").read_text(encoding="utf-8") == entry
    assert (tmp_path / "notes" / "build" / "index.js").read_text(encoding="utf-8") == WORKER
