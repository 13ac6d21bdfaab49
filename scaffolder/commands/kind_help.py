"""Shows the kinds that `scaffold add` knows, and writes docs/kinds.md: `python -m scaffolder.commands.kind_help`.

The changes that a kind makes are shown by adding it to a small worker.

Not here: the documentation of each kind (`editing/kinds/`).
"""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from scaffolder.commands import edit
from scaffolder.core.invocation import program
from scaffolder.core.requests import EditRequest
from scaffolder.editing.kind import Kind
from scaffolder.editing.kind_registry import kind as kind_of
from scaffolder.editing.kind_registry import kinds
from scaffolder.reading import project as reading
from scaffolder.ui.report import Report

PAGE = Path(__file__).resolve().parents[2] / "docs" / "kinds.md"

HEAD = """\
# The kinds of `scaffold add`

Written from the kinds themselves by `python -m scaffolder.commands.kind_help`; `scaffold add --list` and
`scaffold info KIND` print the same. Each is shown by what it adds to a small worker without tests; one that
has a test file gets a test, too.
`scaffold remove` takes out what was added; what a deploy may have used stays (migrations) or is ended (classes).
`scaffold new --with KIND` gives a new project the kind under its usual name, `--with KIND:NAME` under another one.
"""

WORKER = {
    "Cargo.toml": '[package]\nname = "notes"\n\n[dependencies]\nworker = "0.8"\n',
    "wrangler.toml": 'name = "notes"\nmain = "build/index.js"\n\n[vars]\nTITLE = "Notes"\n',
    "src/lib.rs": "use worker::*;\n\nmod bindings;\n\n#[event(fetch)]\nasync fn fetch(_: Request, _: Env, _: Context)"
    ' -> Result<Response> {\n    Response::ok("")\n}\n',
    "src/bindings.rs": "use worker::{Env, Result};\n\n"
    'const TITLE: &str = "TITLE";\n\npub struct Bindings {\n    pub title: String,\n}\n\nimpl Bindings {\n'
    "    pub fn new(env: &Env) -> Result<Self> {\n        Ok(Self {\n            title: env.var(TITLE)?.to_string(),\n"
    "        })\n    }\n}\n",
}

LANGUAGES = {".toml": "toml", ".rs": "rust", ".sql": "sql"}


def show_kinds(report: Report) -> int:
    """List the kinds."""
    report.rows(["kind", "name", "usual name", "what it is"], [_row(kind) for kind in kinds().values()])
    for kind in kinds().values():
        for limit in kind.limits:
            report.line(f"- {kind.name}: {limit}")
    report.plain(f"\n{program()} info KIND shows the changes that one makes")
    report.result(kinds=[_record(kind) for kind in kinds().values()])
    return 0


def show_kind(name: str, report: Report) -> int:
    """Show everything about one kind.

    Raises:
        BadInput: There is no such kind.
    """
    kind = kind_of(name)
    report.line(f"[bold]{name}[/]: {kind.title}\n")
    if kind.details:
        report.plain(f"{textwrap.fill(kind.details, 100)}\n")
    if kind.limits:
        report.plain("".join(f"- {limit}\n" for limit in kind.limits))
    report.plain(f"{_command(program(), kind)}\n")
    for file, text in _changes(kind):
        report.plain(f"{file}:\n{textwrap.indent(text, '  ')}")
    report.result(**_record(kind), changes=dict(_changes(kind)))
    return 0


def kinds_in_short() -> str:
    """Return the names of all kinds, and the commands that show them."""
    listed = textwrap.fill(f"kinds: {', '.join(kinds())}", 100, break_on_hyphens=False)
    return f"\n{listed}\n{program()} add --list lists them, {program()} info KIND shows the changes of one\n"


def page() -> str:
    """Return the whole page."""
    return "".join([HEAD, *map(_section, kinds().values())])


def _section(kind: Kind) -> str:
    usual = f" The usual name is `{kind.usual_name}`." if kind.usual_name else ""
    details = f"{kind.details}\n\n" if kind.details else ""
    limits = "".join(f"- **Limit:** {limit}\n" for limit in kind.limits)
    shown = "\n\n".join(_fenced(name, text) for name, text in _changes(kind))
    command = _command("scaffold", kind)
    return f"\n## {kind.name}\n\n{kind.title}\n\n{details}`{command}`.{usual}\n\n{limits and limits + chr(10)}{shown}\n"


def _fenced(name: str, text: str) -> str:
    return f"In `{name}`:\n\n```{LANGUAGES.get(Path(name).suffix, 'text')}\n{text}\n```"


def _command(front: str, kind: Kind) -> str:
    return f"{front} add {kind.name} {kind.argument}".rstrip()


def _changes(kind: Kind) -> Iterator[tuple[str, str]]:
    """Yield the lines that a kind adds to each file of a small worker."""
    name = kind.example or kind.usual_name
    if name is None:
        return
    with TemporaryDirectory(prefix="scaffold-") as folder:
        for path, text in WORKER.items():
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_text(text, encoding="utf-8")
        project = reading.read(Path(folder))
        request = EditRequest(kind.name, name, project.folder, None, dry_run=False)
        plan = edit.planned("add", request, project.workers[0])
        for each in plan.files:
            lines = _added(each.before or b"", each.after or b"")
            yield each.path.relative_to(project.folder).as_posix(), "\n".join(lines).strip("\n")


def _added(before: bytes, after: bytes) -> list[str]:
    compared = difflib.ndiff(before.decode().splitlines(), after.decode().splitlines())
    return [line[2:] for line in compared if line.startswith("+ ")]


def _row(kind: Kind) -> list[str]:
    return [kind.name, kind.argument or "-", kind.usual_name or "-", kind.title]


def _record(kind: Kind) -> dict[str, object]:
    return {
        "kind": kind.name,
        "form": kind.argument,
        "usual": kind.usual_name,
        "title": kind.title,
        "more": kind.details,
        "limits": list(kind.limits),
    }


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
