"""What a kind is that `scaffold add` knows: a class whose docstring is its documentation.

Not here: the kinds (`kinds/`), and how a file is changed (`plan.py`).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.editing.operations import Insert, KeyPath
from scaffolder.editing.rust.bindings_rs import Read
from scaffolder.reading.config.environments import BINDINGS, Environment
from scaffolder.reading.project import Worker

NAME = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
RESERVED = re.compile(r"ASSETS|CLOUDFLARE_.*|WRANGLER_.*")


@dataclass(frozen=True)
class EditTarget:
    """What is added, removed or renamed.

    Args:
        name: Its name.
        value: What was said after `=`; empty where nothing was.
        worker: Where to.
        environment: The environment; that of the top level has no name.
        new_name: The new name, of what is renamed.
        was_never_deployed: Whether the user said so of what is removed.
    """

    name: str
    value: str
    worker: Worker
    environment: Environment
    new_name: str = ""
    was_never_deployed: bool = False

    @property
    def prefix(self) -> KeyPath:
        """The path of the environment."""
        return self.environment.prefix

    @property
    def slug(self) -> str:
        """The name as names of resources are written, with the worker's and the environment's."""
        parts = [self.worker.config.get("name"), self.name.lower().replace("_", "-"), self.environment.name]
        return "-".join(str(part) for part in parts if part)


@dataclass(frozen=True)
class Shape:
    """How what is said after `=` has to be written.

    Args:
        pattern: What it matches as a whole.
        what: What it is the name of.
        why: The rule, in words.
        example: One that matches.
    """

    pattern: re.Pattern[str]
    what: str
    why: str
    example: str


class Changes(Protocol):
    """What takes note of the files that change, and of what the user has to know."""

    notes: list[str]

    def change(self, path: Path, before: bytes | None, after: bytes | None) -> None:
        """Take note of a file; it is made where there was none, and removed where none is left."""

    def now(self, path: Path, before: bytes) -> bytes:
        """Answer a file's bytes as they will be."""


class Kind:
    """A kind of thing that a worker can have.

    Args:
        word: What the command calls it.
        bound: Its name in `reading.environments.BINDINGS`; empty for what is no binding.
        says: The key that the text after `=` is for; empty if nothing may be said.
        shape: How that text has to be written; None where any text will do.
        feature: The feature of the `worker` crate that it needs.
        read: How Rust reads it; None where Rust does not.
        is_inherited: Whether environments have it from the top level.
        form: How its name is said on the command line; empty if it has none.
        usual: The name that `scaffold new --with` gives it if none is said; None where one has to be said.
        example: A name to show it by, with what is said after `=`, where the usual one will not do.
        limits: What cannot be proven on a machine without an account, in sentences.
        is_single: Whether a worker has one of it alone, whatever its name.
        is_key: Whether its name is a key of the wrangler file, and not a value.
        has_history: Whether a deploy makes of it what can only be deleted, and not be taken back.
        test: A test of it, as a worker's test file has it: `$name` is its name, and `$worker` the worker.
        is_stubbed: Whether that test needs a stub, as no machine but Cloudflare's has the thing itself.
    """

    word: ClassVar[str]
    bound: ClassVar[str] = ""
    says: ClassVar[str] = ""
    shape: ClassVar[Shape | None] = None
    feature: ClassVar[str] = ""
    read: ClassVar[Read | None] = None
    is_inherited: ClassVar[bool] = False
    form: ClassVar[str] = "NAME"
    usual: ClassVar[str | None] = None
    example: ClassVar[str] = ""
    limits: ClassVar[tuple[str, ...]] = ()
    is_single: ClassVar[bool] = False
    is_key: ClassVar[bool] = False
    has_history: ClassVar[bool] = False
    test: ClassVar[str] = ""
    is_stubbed: ClassVar[bool] = False

    def usual_for(self, worker: Worker) -> str | None:  # noqa: ARG002 - for those that look at what is there
        """Answer the name that it gets in a worker if none is said."""
        return self.usual

    @property
    def title(self) -> str:
        """What it is, as a sentence."""
        return (inspect.getdoc(type(self)) or "").splitlines()[0]

    @property
    def more(self) -> str:
        """What else there is to know, as paragraphs."""
        return (inspect.getdoc(type(self)) or "").partition("\n")[2].strip()

    def check(self, target: EditTarget) -> None:
        """Refuse a name that cannot be, and what is said of it that cannot be.

        Raises:
            BadInput: It cannot be.
        """
        shape = self.shape
        if shape and target.value and not shape.pattern.fullmatch(target.value):
            raise BadInput(
                what=f"`{target.value}` is no {shape.what}",
                where=self.form,
                why=shape.why,
                fix=f"{program()} add {self.word} {target.name}={shape.example}",
            )
        if not NAME.fullmatch(target.name) or RESERVED.fullmatch(target.name):
            better = re.sub(r"[^A-Z0-9]+", "_", target.name.upper()).strip("_")
            is_good = NAME.fullmatch(better) and better != target.name
            fix = f"{program()} add {self.word} {better}" if is_good else "choose another name"
            raise BadInput(
                what=f"`{target.name}` is no name for a binding",
                where="NAME",
                why="it takes capital letters, digits and underscores, and is not ASSETS, CLOUDFLARE_* or WRANGLER_*",
                fix=fix,
            )

    def there(self, target: EditTarget) -> tuple[KeyPath, Any] | None:
        """Answer where it is in its environment, and as what; None if it is not there."""
        where, key = BINDINGS[self.bound]
        path: KeyPath = (*target.prefix, *where.split("."))
        found = target.worker.config.get(*path)
        for number, table in enumerate(found if isinstance(found, list) else []):
            if isinstance(table, dict) and table.get(key) == target.name:
                return (*path, number), table
        return (path, found) if isinstance(found, dict) else None

    def puts(self, target: EditTarget) -> Iterator[Insert]:
        """Tell what comes into the wrangler file."""
        where, key = BINDINGS[self.bound]
        yield Insert((*target.prefix, *where.split(".")), {key: target.name, **self.table(target)}, appends=True)

    def table(self, target: EditTarget) -> dict[str, Any]:  # noqa: ARG002 - for those that have more than a name
        """Answer the further keys of its table."""
        return {}

    def is_tested(self, target: EditTarget) -> bool:  # noqa: ARG002 - for those that can be another's
        """Answer whether `test` says what it does."""
        return True

    def said(self, target: EditTarget) -> dict[str, str]:  # noqa: ARG002 - for those whose test has more to say
        """Answer what else `test` names with a `$`."""
        return {}

    def history(self, targets: Sequence[EditTarget]) -> Iterator[Insert]:  # noqa: ARG002 - for those that have one
        """Tell what comes into the wrangler file once for several environments, whether it is there in them or not."""
        yield from ()

    def named(self, path: KeyPath) -> KeyPath | None:
        """Answer where a name is written, of what is at a path; None for what has no name."""
        return (*path, BINDINGS[self.bound][1]) if self.bound in BINDINGS else None

    def is_same(self, target: EditTarget, there: Any) -> bool:
        """Answer whether what is there is what was asked for."""
        said = there.get(self.says) if isinstance(there, dict) else there
        return not target.value or said == target.value

    def leaves(self, target: EditTarget) -> Iterator[Insert]:  # noqa: ARG002 - for those whose absence means something
        """Tell what comes into the wrangler file in place of what is removed."""
        yield from ()

    def has_file(self, target: EditTarget, file: str) -> bool:  # noqa: ARG002 - for those that have more than a field
        """Answer whether a file of Rust comes and goes with it, so that what it asks for holds up no removal."""
        return False

    def brings(self, targets: Sequence[EditTarget], changes: Changes) -> None:
        """Plan the files that come along, besides the wrangler file, `bindings.rs` and Cargo.toml.

        Raises:
            Unclear: A file has a shape that cannot be changed for certain.
        """

    def snippet(self, target: EditTarget) -> list[str]:  # noqa: ARG002 - for those that bring Rust along
        """Answer lines of Rust to paste, besides those that read the binding."""
        return []

    def renames(self, targets: Sequence[EditTarget], changes: Changes) -> bool:  # noqa: ARG002 - for those that can
        """Plan the renaming of something that is no binding, and answer whether it was such a thing.

        Raises:
            Conflict: It cannot be renamed for certain.
        """
        return False

    def follows(self, targets: Sequence[EditTarget], changes: Changes) -> None:
        """Plan what goes along when it is renamed, besides the wrangler file and Rust that asks for a binding."""

    def takes(self, targets: Sequence[EditTarget], changes: Changes) -> None:
        """Plan what goes along when it is removed.

        Raises:
            Unclear: A file has a shape that cannot be changed for certain.
        """
