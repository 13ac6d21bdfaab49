"""The cases: how the worker is broken, and where the trouble is looked for.

Not here: running them (`bench.py`).
"""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import ROOT, copy_plainly

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Edit:
    """One change of a file: `old`, which is there once, becomes `new`; without an `old`, `new` is the whole file."""

    file: str
    new: str
    old: str = ""

    def apply(self, project: Path) -> None:
        """Make the change."""
        path = project / self.file
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8") if self.old else ""
        assert not self.old or text.count(self.old) == 1, f"{self.file}: {self.old}"
        path.write_text(text.replace(self.old, self.new) if self.old else self.new, encoding="utf-8")


@dataclass(frozen=True)
class Case:
    """One way to break a rule.

    Args:
        code: The rule.
        what: What is wrong, as a phrase.
        edit: What breaks the worker.
        before: What is changed first, and is right.
        remove: A file that is taken away.
        together: Whether it is built and served with all others of which this is true, since it stops neither.
        arguments: Further arguments of wrangler.
        run: A shell line that is run in place of all else; what it says is the trouble.
        change: A file to which a line is added while the worker is served.
        ask: The path that is asked for.
        good: What the unbroken worker answers or logs, as a regular expression.
        look: What is kept of what is said, as a regular expression; all of an answer, and the first line of wrangler's
            complaint, where there is none.
        deploy: What Cloudflare's documents or others say of the deploy, which cannot be seen here.
        silent: Words for a trouble that nothing tells.
    """

    code: str
    what: str
    edit: tuple[Edit, ...] = ()
    before: tuple[Edit, ...] = ()
    remove: str = ""
    together: bool = False
    arguments: tuple[str, ...] = ()
    run: str = ""
    change: str = ""
    ask: str = ""
    good: str = ""
    look: str = ""
    deploy: str = ""
    silent: str = ""

    def right(self, project: Path) -> None:
        """Prepare a project for this case, in which all is in order."""
        for edit in self.before:
            edit.apply(project)

    def wrong(self, project: Path) -> None:
        """Break a project that was prepared."""
        for edit in self.edit:
            edit.apply(project)
        if self.remove:
            (project / self.remove).unlink()

    @property
    def builds(self) -> bool:
        """Whether the worker must be built again."""
        files = {edit.file for edit in (*self.edit, *self.before)} | {self.remove}
        return any(file.startswith(("src/", "Cargo.")) for file in files) and not self.run


def cases() -> list[Case]:
    """Read all cases, in the order of their rules."""
    documents = [tomllib.loads(path.read_text("utf-8")) for path in sorted((HERE / "cases").glob("*.toml"))]
    return sorted((_case(table) for document in documents for table in document["case"]), key=lambda each: each.code)


def make(folder: Path) -> Path:
    """Make the worker, in which all is in order: a template's tools and versions, and sources of its own."""
    copy_plainly(str(ROOT), folder, template="axum-like", worker_name="ground-truth")
    for name in ("src", "tests"):
        shutil.rmtree(folder / name)
    shutil.copytree(HERE / "worker", folder, dirs_exist_ok=True)
    # `d1` and `queue` bring no further crate, so that the template's Cargo.lock holds.
    Edit("Cargo.toml", 'features = ["axum", "d1", "http", "queue"]', 'features = ["axum", "http"]').apply(folder)
    return folder


def _case(table: dict[str, Any]) -> Case:
    edits = {key: tuple(Edit(**each) for each in table.get(key, ())) for key in ("edit", "before")}
    return Case(**{**table, **edits, "arguments": tuple(table.get("arguments", ()))})
