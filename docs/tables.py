"""Writes the tables that the catalogue itself knows: `python3 docs/tables.py`.

The templates go into README.md, the size and the parts of each into docs/templates.md, the kinds of `scaffold add` into
docs/edits.md, and the variables that a validation withholds into docs/validation.md, each between two markers. The
templates and the kinds are those that `scaffold list --json` and `scaffold add --list --json` print.

Not here: measuring (`benchmarks/measures.py`); of what was measured last, docs/templates.md repeats the figures.
"""

from __future__ import annotations

# ruff: noqa: INP001 - a program, not a package
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scaffolder.catalogue import render  # noqa: E402 - found only now
from scaffolder.reading.config.accessors import ACCESSORS  # noqa: E402
from scaffolder.toolchain.withheld import SETTINGS, WITHHELD  # noqa: E402

README = ROOT / "README.md"
EDITS = ROOT / "docs" / "edits.md"
STARTERS = ROOT / "docs" / "templates.md"
VALIDATION = ROOT / "docs" / "validation.md"
MEASURED = ROOT / "benchmarks" / "results.json"

UPSTREAM = {
    "hello": ("templates/hello-world", 9),
    "http": ("templates/hello-world-http", 11),
    "axum-like": ("templates/axum", 17),
    "leptos": ("templates/leptos", 106),
    "router": ("examples/router", 34),
    "queue": ("examples/queue", 126),
    "email": ("examples/receive-email", 44),
    "rpc": ("examples/rpc-client, examples/rpc-server", 70),
    "tracing": ("examples/tracing", 28),
    "ai": ("examples/ai-image", 53),
    "postgres": ("examples/tokio-postgres", 20),
}
"""The starter of workers-rs that is nearest to a template, and its lines of Rust, counted as ours, at bb141710."""

Document = dict[str, Any]


def main() -> int:
    """Write all tables."""
    for path, name, rows in (
        (README, "templates", templates(_document("list"))),
        (STARTERS, "starters", starters(_document("list"))),
        (EDITS, "kinds", kinds(_document("add", "--list"))),
        (VALIDATION, "withheld", withheld()),
    ):
        path.write_text(replaced(path.read_text(encoding="utf-8"), name, rows), encoding="utf-8")
    return 0


def templates(document: Document) -> str:
    """Return the table of the templates, from what `scaffold list --json` prints."""
    rows = [
        (f"`{each['id']}`", each["summary"], ", ".join(sorted({binding["kind"] for binding in each["bindings"]})))
        for each in document["templates"]
    ]
    return _table(("template", "what it is", "bindings"), rows)


def starters(document: Document) -> str:
    """Return the table of what each template consists of, beside upstream's, and of what was measured of it last."""
    measured = {each["project"]: each for each in json.loads(MEASURED.read_text(encoding="utf-8"))["templates"]["warm"]}
    head = ("template", "lines of Rust", "upstream's", "files", "gzipped wasm", "seconds", "accessors", "events")
    return _table(head, [_starter(each["id"], measured) for each in document["templates"]])


def _starter(id_: str, measured: dict[str, Document]) -> tuple[str, ...]:
    with tempfile.TemporaryDirectory() as place:
        project = Path(place) / id_
        render.render(id_, render.interview(id_, project, {}).answers, project)
        files = [path for path in project.rglob("*") if path.is_file()]
        sources = [path.read_text(encoding="utf-8") for path in files if path.suffix == ".rs"]
    code = "\n".join(rust(source) for source in sources)
    accessors = set(re.findall(r"\b(?:env\.|Env::)(\w+)\b", code)) & ACCESSORS.keys()
    events = set(re.findall(r"\bevent\((\w+)", code))
    _, theirs = UPSTREAM.get(id_, ("", None))
    sizes = (
        [f"{measured[id_]['wasm_gzip_bytes']:,}", f"{measured[id_]['seconds']:.0f}"] if id_ in measured else ["", ""]
    )
    numbers = [str(len(code.splitlines())), str(theirs or ""), str(len(files)), *sizes]
    return (f"`{id_}`", *numbers, *(", ".join(map(_code, sorted(each))) for each in (accessors, events)))


def rust(source: str) -> str:
    """Return the lines of a Rust file that are read to understand it: no tests, comments or empty lines."""
    lines = (line.strip() for line in source.partition("#[cfg(test)]")[0].splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def kinds(document: Document) -> str:
    """Return the table of the kinds, from what `scaffold add --list --json` prints."""
    rows = [
        (f"[`{each['kind']}`](kinds.md#{each['kind']})", _code(each["form"]), _code(each["usual"]), each["title"])
        for each in document["kinds"]
    ]
    return _table(("kind", "argument", "default name", "what it adds"), rows)


def withheld() -> str:
    """Return the table of the variables that a validation withholds, and which of them are settings."""
    rows = [(", ".join(map(_code, each.names)), each.reason + " \\*" * each.has_settings) for each in WITHHELD]
    settings = f"\\* Not those that hold no login: {', '.join(map(_code, SETTINGS))}."
    return f"{_table(('variables', 'with them, code could'), rows)}\n\n{settings}"


def replaced(text: str, name: str, table: str) -> str:
    """Return a page with another table between the markers of that name."""
    pattern = rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)"
    return re.sub(pattern, lambda found: f"{found[1]}{table}\n{found[2]}", text, count=1, flags=re.DOTALL)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell or 'none' for cell in line)} |" for line in lines)


def _code(text: str | None) -> str:
    return f"`{text}`" if text else ""


def _document(*arguments: str) -> Document:
    command = [sys.executable, str(ROOT / "scaffold.py"), *arguments, "--json"]
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    document: Document = json.loads(ran.stdout)
    return document


if __name__ == "__main__":
    raise SystemExit(main())
