"""Measures templates beside those of workers-rs: the bytes of the wasm, and the requests that a dev server answers.

Upstream's are made as `cargo generate` makes them, with our locked dependencies, and built by their own command; names
of functions are in the wasm on both sides. To compare the same work, upstream's source is built with our settings, too,
and requests are those of `hello` alone: first without a log line on either side, which ours loses, then with ours on
both.

Not here: the tables (`size_page.py`), and upstream's files (`tests/upstream.py`).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import threading
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.builds import Builds
from tests import upstream

if TYPE_CHECKING:
    from benchmarks.measures import Runs

PAIRS = {"hello": "hello-world", "http": "hello-world-http", "axum-like": "axum"}
"""Our templates, each with the one of workers-rs that does most nearly the same."""

WORKER = "0.8"
AUTOCANNON = "8.0.0"
WARM_UP = 2
ROUNDS = 12
SECONDS = 3
CONNECTIONS = 8

LOG = re.compile(r" {4}let region = .*\n {4}console_log!.*\n")
FORMAT = re.compile(r"^/// Formats the log line.*?^}\n", re.DOTALL | re.MULTILINE)
"""What `hello` logs: the lines of its handler, and the function that they call."""

SETTINGS = "[profile.release]"
"""Where the settings of a build begin in a manifest of ours, which ends with them. Upstream's have none."""

Pair = tuple[Path, Path]


def beside_upstream(runs: Runs) -> dict[str, Any]:
    """Measure the bytes of each pair, of upstream's source with our settings, too, and the requests of `hello`."""
    builds = Builds(runs.span / "beside", list(PAIRS))
    pairs = {ours: _made(builds, ours, theirs) for ours, theirs in PAIRS.items()}
    sizes = {ours: [builds.built(project).gzipped() for project in pair] for ours, pair in pairs.items()}
    same = {ours: builds.built(_with_our_settings(pair)).gzipped() for ours, pair in pairs.items()}
    load = round(os.getloadavg()[0])
    requests = {"no log line": _requests(builds, _edited(pairs["hello"], _without_log))}
    requests["a log line"] = _requests(builds, _edited(_made(builds, "hello", "hello-world", "logged-"), _with_log))
    versions = {
        "autocannon": AUTOCANNON,
        **{name: builds.tools[name] for name in ("rustc", "worker-build", "wrangler")},
    }
    return {"versions": versions, "load": load, "gzipped": sizes, "our settings": same, "requests": requests}


def _made(builds: Builds, ours: str, theirs: str, prefix: str = "") -> Pair:
    project, other = builds.made(ours, f"{prefix}our-{ours}"), builds.place / f"{prefix}their-{ours}"
    date = tomllib.loads((project / "wrangler.toml").read_text(encoding="utf-8"))["compatibility_date"]
    upstream.made(other, theirs, upstream.newest(theirs, WORKER), name=other.name, date=date)
    shutil.copy(project / "Cargo.lock", other)
    return project, other


def _with_our_settings(pair: Pair) -> Path:
    """Return a copy of upstream's project that is built with the settings of ours."""
    ours, theirs = pair
    copy = theirs.with_name(f"{theirs.name}-with-our-settings")
    shutil.copytree(theirs, copy, ignore=shutil.ignore_patterns("build"))
    manifest = (ours / "Cargo.toml").read_text(encoding="utf-8")
    with (copy / "Cargo.toml").open("a", encoding="utf-8") as opened:
        opened.write("\n" + manifest[manifest.index(SETTINGS) :])
    return copy


def _edited(pair: Pair, edit: Callable[[str, str], tuple[str, str]]) -> Pair:
    paths = [project / "src" / "lib.rs" for project in pair]
    for path, text in zip(paths, edit(*(path.read_text(encoding="utf-8") for path in paths)), strict=True):
        path.write_text(text, encoding="utf-8")
    return pair


def _without_log(ours: str, theirs: str) -> tuple[str, str]:
    """Return the sources of a pair of which neither logs."""
    return FORMAT.sub("", LOG.sub("", ours).partition("// Types of")[0]), theirs


def _with_log(ours: str, theirs: str) -> tuple[str, str]:
    """Return the sources of a pair of which both log the same line."""
    lines, function = (found[0] for found in (LOG.search(ours), FORMAT.search(ours)) if found)
    lines = f"    let (method, path) = (_req.method(), _req.path());\n{lines.replace('request', '_req')}"
    return ours, theirs.replace("    Response::ok", f"{lines}    Response::ok") + function


def _requests(builds: Builds, pair: Pair) -> list[float]:
    """Return the medians of the requests a second of both sides, asked in turn, each as often first as last."""
    client = _autocannon(builds)
    rates: list[list[float]] = [[], []]
    with ExitStack() as servers:
        urls = [servers.enter_context(_served(builds, project)) for project in pair]
        for round_ in range(WARM_UP + ROUNDS):
            for side in (0, 1) if round_ % 2 else (1, 0):
                rates[side].append(_rate(builds, client, urls[side]))
    return [round(statistics.median(each[WARM_UP:])) for each in rates]


def _autocannon(builds: Builds) -> Path:
    folder = builds.place / "autocannon"
    folder.mkdir(exist_ok=True)
    builds.run(["npm", "install", "--silent", "--no-save", f"autocannon@{AUTOCANNON}"], folder)
    return folder


def _rate(builds: Builds, client: Path, url: str) -> float:
    words = ["npx", "autocannon", "--json", "-c", str(CONNECTIONS), "-d", str(SECONDS), url]
    result = json.loads(builds.run(words, client))
    if result["non2xx"] or result["errors"]:
        raise ValueError(result)
    return float(result["requests"]["average"])


@contextmanager
def _served(builds: Builds, project: Path) -> Iterator[str]:
    """Serve what a deployment uploads, and yield its address."""
    words = ["wrangler", "dev", "--port", "0", "--inspector-port", "0"]
    server = subprocess.Popen(
        words,
        cwd=project,
        env=builds.variables,
        text=True,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield _address(server)
    finally:
        os.killpg(server.pid, signal.SIGINT)
        server.wait()


def _address(server: subprocess.Popen[str]) -> str:
    """Return the address of a server as soon as it answers there."""
    for line in server.stdout or ():
        if found := re.search(r"http://(?:127\.0\.0\.1|localhost):\d+", line):
            # A server whose output nobody reads stands still once the pipe is full.
            threading.Thread(target=lambda: list(server.stdout or ()), daemon=True).start()
            return found[0]
    raise ValueError(server.args)
