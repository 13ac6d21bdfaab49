"""Runs everything on the whole corpus, and measures how long a check takes.

Not here: the page that is written from the results (`page.py`).
"""

from __future__ import annotations

import importlib.metadata
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.corpus import editing, judging
from benchmarks.corpus.shelf import CONFIGURATION, CRATE, ROOT, entries
from benchmarks.stamp import stamp
from scaffolder.catalogue import manifests
from scaffolder.editing.kind_registry import kinds

RUNS = 5
MODULES = 50

MODULE = """\
use worker::*;

pub async fn show(request: Request, context: RouteContext<()>) -> Result<Response> {{
    let Some(key) = context.param("key") else {{
        return Response::error("no key", 400);
    }};
    let notes = context.kv("NOTES_{number}")?;
    match notes.get(key).text().await? {{
        Some(text) => Response::ok(text),
        None => Response::error(format!("{{}} has no {{key}}", request.path()), 404),
    }}
}}

#[cfg(test)]
mod tests {{
    #[test]
    fn a_key_is_kept() {{
        assert_eq!("a".repeat({number}).len(), {number});
    }}
}}
"""


def measure() -> dict[str, Any]:
    """Return all results, as a document."""
    packages = ("tree-sitter", "tree-sitter-rust", "tree-sitter-toml", "tomlkit", "jsonschema")
    return {
        **stamp(),
        "versions": {
            "scaffold": manifests.pins().catalogue_version,
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in packages},
        },
        "entries": dict(Counter(entry.kind for entry in entries())),
        "check": _checked(),
        "edit": _edited(),
        "large": _large(),
    }


def _checked() -> dict[str, Any]:
    given = judging.given()
    started = time.monotonic()
    found = [(entry, judging.found(entry)) for entry in entries()]
    seconds = time.monotonic() - started
    counted = Counter(given[judging.key_of(entry, each)].verdict for entry, all_ in found for each in all_ or ())
    return {
        "verdicts": {name: counted[name] for name in judging.VERDICTS},
        "silent": sum(1 for _, all_ in found if all_ == []),
        "unparsed": [entry.name for entry, all_ in found if all_ is None],
        "seconds": round(seconds, 2),
    }


def _edited() -> dict[str, Any]:
    started = time.monotonic()
    tries = list(editing.every(entries(), kinds()))
    return {
        "kinds": list(kinds()),
        "outcomes": dict(sorted(Counter(each.outcome for each in tries).items())),
        "refused": [[each.entry, each.kind] for each in tries if each.outcome == "refused"],
        "broken": [[each.entry, each.kind, *each.broken] for each in tries if each.broken],
        "stayed": [[each.entry, each.kind] for each in tries if each.stayed],
        "seconds": round(time.monotonic() - started, 1),
    }


def _large() -> dict[str, Any]:
    """Measure the whole run of the real command, on a project of 50 Rust files."""
    with tempfile.TemporaryDirectory() as place:
        _write_large(Path(place))
        seconds = []
        words = [sys.executable, "-m", "scaffolder", "check", place]
        for _ in range(RUNS):
            started = time.monotonic()
            ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
            seconds.append(time.monotonic() - started)
        summary = ran.stdout.strip().splitlines()[-1]
        return {"files": MODULES, "summary": summary, "seconds": round(statistics.median(seconds), 2)}


def _write_large(folder: Path) -> None:
    numbers = range(1, MODULES)
    names = [f"notes_{number}" for number in numbers]
    routes = "".join(f'        .get_async("/{name}/:key", {name}::show)\n' for name in names)
    bound = "".join(f'\n[[kv_namespaces]]\nbinding = "NOTES_{number}"\n' for number in numbers)
    root = (
        "use worker::*;\n\n" + "".join(f"mod {name};\n" for name in names) + "\n#[event(fetch)]\n"
        "async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {\n"
        f"    Router::new()\n{routes}        .run(request, env)\n        .await\n}}\n"
    )
    files = {**CRATE, **CONFIGURATION, "src/lib.rs": root}
    files |= {f"src/notes_{number}.rs": MODULE.format(number=number) for number in numbers}
    files["wrangler.toml"] += bound
    (folder / "src").mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
