"""Writes the tables that the catalogue itself knows: `python3 docs/tables.py`.

The templates go into README.md, the kinds of `scaffold add` into docs/edits.md, and the variables that a validation
withholds into docs/validation.md, each between two markers. The first two are made of what `scaffold list --json` and
`scaffold add --list --json` print.

Not here: measured tables (`benchmarks/page.py`).
"""

from __future__ import annotations

# ruff: noqa: INP001 - a program, not a package
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scaffolder.toolchain.withheld import SETTINGS, WITHHELD  # noqa: E402 - found only now

README = ROOT / "README.md"
EDITS = ROOT / "docs" / "edits.md"
VALIDATION = ROOT / "docs" / "validation.md"

Document = dict[str, Any]


def main() -> int:
    """Write all tables."""
    for path, name, rows in (
        (README, "templates", templates(_document("list"))),
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
