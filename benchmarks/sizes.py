"""Measures where the bytes of a worker are, and what one more dependency costs.

Not here: the tables (`size_page.py`), reading a wasm file (`wasm_file.py`), and the Rust that uses the dependencies
(`dependencies.toml`).
"""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.builds import Builds
from benchmarks.wasm_file import CODE, DATA

if TYPE_CHECKING:
    from benchmarks.measures import Runs

TEMPLATES = ("hello", "http", "axum-like", "d1", "durable-sql", "postgres", "leptos")
"""One of each sort: few dependencies, `http`, axum, serde, a Durable Object, sockets, and pages rendered twice."""

OWN = "its own code"
DEPENDENCIES = Path(__file__).with_name("dependencies.toml")
ANSWER = "\nfn answer(path: &str) -> String {{\n{}\n}}\n"


def sizes(runs: Runs) -> dict[str, Any]:
    """Measure the bytes of templates by what they are, and those of functions by the crate that they are of."""
    builds = Builds(runs.span / "sizes", TEMPLATES)
    return {"tools": builds.tools, "templates": {id_: _parts(builds, id_) for id_ in TEMPLATES}}


def _parts(builds: Builds, id_: str) -> dict[str, Any]:
    project = builds.made(id_, id_)
    wasm = builds.built(project)
    own = _manifest(project)["package"]["name"].replace("-", "_")
    crates = Counter({OWN if name == own else name: size for name, size in wasm.by_crate().items()})
    return {
        "gzipped": wasm.gzipped(),
        "without names": wasm.gzipped(names=False),
        "bytes": len(wasm.content),
        "code": wasm.size(CODE),
        "data": wasm.size(DATA),
        "crates": dict(crates),
    }


def dependencies(runs: Runs) -> dict[str, Any]:
    """Measure the gzipped bytes of a worker that does next to nothing, alone and with each dependency."""
    builds = Builds(runs.span / "dependencies", ["hello"])
    project = builds.made("hello", "small")
    manifest = (project / "Cargo.toml").read_text(encoding="utf-8")
    described = tomllib.loads(DEPENDENCIES.read_text(encoding="utf-8"))
    measured = {}
    for each in described["dependency"]:
        (project / "Cargo.toml").write_text(_with(manifest, each["lines"], each.get("features", [])), encoding="utf-8")
        source = each.get("source") or described["worker"] + ANSWER.format(each["body"])
        (project / "src" / "lib.rs").write_text(source, encoding="utf-8")
        wasm = builds.built(project)
        measured[each["title"]] = [wasm.gzipped(), wasm.gzipped(names=False)]
    return {"tools": builds.tools, "gzipped": measured}


def _with(manifest: str, lines: str, features: list[str]) -> str:
    """Return a manifest with further dependencies, and with features of `worker`."""
    head, table = "[dependencies]\n", "[dependencies.worker]\n"
    return manifest.replace(head, f"{head}{lines}\n").replace(table, f"{table}features = {features}\n")


def _manifest(project: Path) -> dict[str, Any]:
    return tomllib.loads((project / "Cargo.toml").read_text(encoding="utf-8"))
