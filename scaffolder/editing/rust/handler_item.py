"""Plans a handler in a crate's root, under a name that is free there.

Not here: the text of a handler (`written_rust.py`), where it goes (`items.py`), and its removal (`item_origin.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scaffolder.editing.operations import Unclear
from scaffolder.editing.plan import Plan
from scaffolder.editing.rust import crate_root
from scaffolder.editing.rust.items import VALUES
from scaffolder.editing.rust.worker_api import RustText, fitting
from scaffolder.reading.project import Worker

CRATE = "worker"


def add(worker: Worker, forms: Sequence[RustText], plan: Plan) -> None:
    """Plan a handler in the form that the crate's version of `worker` can compile.

    Raises:
        TooOld: There is none.
        Unclear: The root cannot be parsed, or has other items of all names.
    """
    taken, is_hidden = crate_root.names(worker, VALUES, plan), CRATE in crate_root.names(worker, {"mod_item"}, plan)
    text = fitting(forms, worker).text
    free = next((each for name, each in _named(text) if name not in taken), None)
    if free is None:
        raise Unclear(worker.crate.sources[0].file)
    crate_root.add_item(worker, _from_outside(free) if is_hidden else free, plan)


def to_paste(worker: Worker, forms: Sequence[RustText]) -> list[str]:
    """Return the lines of a handler that a user has to paste into the root.

    Raises:
        TooOld: There is no form that the crate's version of `worker` can compile.
    """
    return ["", "// In src/lib.rs:", *fitting(forms, worker).text.strip().splitlines()]


def texts(forms: Sequence[RustText]) -> list[str]:
    """Return every text in which `add` may have written a handler."""
    named = [text for form in forms for _, text in _named(form.text)]
    return [*named, *map(_from_outside, named)]


def _from_outside(text: str) -> str:
    """Return a handler for a root with a module of its own that is called as the crate is."""
    return re.sub(rf"\b{CRATE}::", f"::{CRATE}::", text)


def _named(text: str) -> Iterator[tuple[str, str]]:
    """Yield a handler under its own name, and under another one for a crate that has an item of that name."""
    head, _, rest = text.partition("async fn ")
    name, _, body = rest.partition("(")
    for each in (name, f"{name}_handler"):
        yield each, f"{head}async fn {each}({body}"
