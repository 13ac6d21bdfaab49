"""The cases: how the worker is broken, and how the effect is provoked and recognised.

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
    """One change of a file: `old`, which occurs once, becomes `new`; without an `old`, `new` is the whole file."""

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
        breakage: What is wrong with the worker, as a phrase.
        edit: The edits that break the worker.
        before: Edits to make first, which leave the worker in order.
        remove: A file that is removed.
        shared: Whether it is built and served together with all other such cases, since it stops neither.
        arguments: Further arguments of wrangler.
        run: A shell command that is run instead of all stages, and whose output shows the effect.
        change: A file to which a line is added while the worker is served.
        request: The path that is requested.
        expected: A regular expression for the response or the log of the unbroken worker.
        symptom: A regular expression for the part of the output to keep; without one, that is the whole response, or
            the first line of wrangler's message.
        deploy: What Cloudflare's documents or others report of the deploy, which cannot be measured here.
        silent: A summary to record if no stage reports anything.
        lacks: Whether the effect is that the expected log does not come.
    """

    code: str
    breakage: str
    edit: tuple[Edit, ...] = ()
    before: tuple[Edit, ...] = ()
    remove: str = ""
    shared: bool = False
    arguments: tuple[str, ...] = ()
    run: str = ""
    change: str = ""
    request: str = ""
    expected: str = ""
    symptom: str = ""
    deploy: str = ""
    silent: str = ""
    lacks: bool = False

    def prepare(self, project: Path) -> None:
        """Prepare a project for this case, without breaking it."""
        for edit in self.before:
            edit.apply(project)

    def break_it(self, project: Path) -> None:
        """Break a prepared project."""
        for edit in self.edit:
            edit.apply(project)
        if self.remove:
            (project / self.remove).unlink()

    @property
    def builds(self) -> bool:
        """Whether the worker must be rebuilt."""
        files = {edit.file for edit in (*self.edit, *self.before)} | {self.remove}
        return any(file.startswith(("src/", "Cargo.", "../")) for file in files) and not self.run


def cases() -> list[Case]:
    """Read all cases, in the order of their rules."""
    documents = [tomllib.loads(path.read_text("utf-8")) for path in sorted((HERE / "cases").glob("*.toml"))]
    return sorted((_case(table) for document in documents for table in document["case"]), key=lambda each: each.code)


def make(folder: Path) -> Path:
    """Make the unbroken worker: the tools and versions of a template, with sources of its own."""
    copy_plainly(str(ROOT), folder, template="axum-like", worker_name="ground-truth")
    # A workflow that deploys has a token, with which tests could reach what is remote.
    for name in ("src", "tests", ".github"):
        shutil.rmtree(folder / name)
    # With new times: Cargo takes files that are older than what it built of another copy for unchanged.
    shutil.copytree(HERE / "worker", folder, dirs_exist_ok=True, copy_function=shutil.copy)
    # `d1` and `queue` need no further crate, so that the template's Cargo.lock stays valid.
    Edit("Cargo.toml", 'features = ["axum", "d1", "http", "queue"]', 'features = ["axum", "http"]').apply(folder)
    return folder


def _case(table: dict[str, Any]) -> Case:
    edits = {key: tuple(Edit(**each) for each in table.get(key, ())) for key in ("edit", "before")}
    return Case(**{**table, **edits, "arguments": tuple(table.get("arguments", ()))})
