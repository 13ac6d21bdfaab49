"""The record of a project, `.scaffold.toml`: what was added to its template, and what an adopted one keeps as its own.

It is a file of its own, since Copier drops every key of its answers file that is no answer of the template. It is
written into the project of a template alone, beside those answers, and only once something was added: whoever updates
the project adds the same to both versions of its template. No value of a secret is ever in it.

Not here: what an edit changes about it (`record_edits.py`), and the plans of edits (`requested_plan.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.editing import lines
from scaffolder.editing.plan import Plan
from scaffolder.reading.config import toml_parser
from scaffolder.reading.source import Source

FILE = ".scaffold.toml"
ANSWERS = ".copier-answers.yml"

HEAD = "# What `scaffold add` added to this project: `scaffold update` reads it. Commit it; do not edit it.\n"

OWN = """\
# These files of the template are your own since the project was adopted: no update touches them.
# Take one off the list once it is the template's.
"""


@dataclass(frozen=True)
class Addition:
    """Something that was added to a worker.

    Args:
        kind: The name of its kind.
        name: Its name.
        value: The value after `=`; empty if none was given.
        environments: The environments that have it; the top level has an empty name.
        worker: The worker's folder, seen from the record's; empty for that folder itself.
        config: The worker's wrangler file, seen from the record's folder, if a command named it.
    """

    kind: str
    name: str = ""
    value: str = ""
    environments: tuple[str, ...] = ("",)
    worker: str = ""
    config: str = ""

    @property
    def argument(self) -> str:
        """The name and the value as the command line takes them."""
        return f"{self.name}={self.value}" if self.value else self.name


def read(folder: Path) -> tuple[Addition, ...] | None:
    """Return what a project's record lists, in its order; None if there is no record.

    Args:
        folder: The project's folder.

    Raises:
        BadInput: The record cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    listed = _data(folder).get("addition", [])
    try:
        return tuple(_addition(each) for each in listed)
    except (KeyError, TypeError, AttributeError) as error:
        raise BadInput(
            what="the record of additions cannot be understood",
            where=str(path),
            why="each [[addition]] has texts for `kind` and `name`",
            fix=f"restore the file from git, or delete it: it is then made from the template ({error})",
        ) from error


def own_files(folder: Path) -> tuple[str, ...]:
    """Return the files of its template that an adopted project keeps as its own.

    Args:
        folder: The project's folder.

    Raises:
        BadInput: The record cannot be read.
    """
    listed = _data(folder).get("own")
    if listed is None or (isinstance(listed, list) and all(isinstance(each, str) for each in listed)):
        return tuple(listed or ())
    raise BadInput(
        what="the list of the project's own files cannot be understood",
        where=str(folder / FILE),
        why="`own` is a list of paths, each a text; without it, nothing tells what an update must not touch",
        fix="correct it, or restore the file from git",
    )


def text_of(additions: Iterable[Addition], own: Sequence[str] = ()) -> str:
    """Return the text of a record; empty for one of nothing.

    Args:
        additions: What was added.
        own: The files of the template that an adopted project keeps as its own.
    """
    listed = "".join(f"  {_quoted(path)},\n" for path in own)
    adopted = f"{OWN}own = [\n{listed}]\n" if listed else ""
    tables = ["\n[[addition]]\n" + "".join(_lines(each)) for each in additions]
    return HEAD + adopted + "".join(tables) if tables or adopted else ""


def change(folder: Path, additions: Sequence[Addition], plan: Plan) -> None:
    """Plan the record of a project; without additions, there is none."""
    path = folder / FILE
    before = path.read_bytes() if path.is_file() else None
    text = text_of(additions, own_files(folder)).replace("\n", lines.newline(before or b""))
    plan.change(path, before, text.encode() or None)


def _data(folder: Path) -> dict[str, Any]:
    path = folder / FILE
    return toml_parser.read(Source.read(folder, path)).data if path.is_file() else {}


def _addition(table: dict[str, Any]) -> Addition:
    named = table.get("environment", "")
    environments = (named,) if isinstance(named, str) else tuple(map(str, named))
    texts = {key: str(table.get(key, "")) for key in ("name", "value", "worker", "config")}
    return Addition(str(table["kind"]), environments=environments, **texts)


def _lines(each: Addition) -> Iterator[str]:
    """Yield the lines of an addition's table; what is empty is left out."""
    texts = {"kind": each.kind, "name": each.name, "value": each.value, "worker": each.worker, "config": each.config}
    for key, value in texts.items():
        if value:
            yield f"{key} = {_quoted(value)}\n"
    if each.environments != ("",):
        names = [_quoted(name) for name in each.environments]
        yield f"environment = {names[0] if len(names) == 1 else '[' + ', '.join(names) + ']'}\n"


def _quoted(text: str) -> str:
    # Both languages escape alike, but for DEL, which TOML does not allow as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
