"""The base class of everything that `scaffold add` can add: data about a kind, and hooks for its behaviour.

A kind is one row of data in a module of `kinds/`. Its class knows how a wrangler file stores such a thing
(`storage.py`); a kind that does more than that overrides hooks. A command calls them in this order:

- `add`: `validate`, `find`, `insertions`, then `on_add`;
- `remove`: `find`, `remaining_uses`, then `on_remove`;
- `rename`: `on_rename_other`; unless that did the renaming, `find`, `name_path`, `validate` with the new name, then
  `on_rename`.

Not here: the kinds (`kinds/`), and the steps of a command (`add.py`, `remove.py`, `rename.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.editing.argument import Value, validate_binding_name, validate_value
from scaffolder.editing.operations import Insert, KeyPath
from scaffolder.editing.plan import Plan
from scaffolder.editing.rust.binding_field import Accessor
from scaffolder.editing.rust.worker_api import fitting
from scaffolder.editing.target import EditTarget, Found
from scaffolder.reading.project import Worker
from scaffolder.reading.rust.facts import BindingUse


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of thing that a worker can have.

    Args:
        name: The name of the kind on the command line.
        title: What it is, in a sentence; the first line of its documentation.
        details: The rest of its documentation.
        argument: The syntax of the argument of `scaffold add`; empty if it takes none.
        usual_name: The name that `scaffold new --with KIND` gives it; None if the user has to choose one.
        example: The argument to show it by, if the usual name will not do.
        limits: What cannot be proven on a machine without an account, in sentences.
        binding: What `Environment.bindings` calls it; empty for what is not a binding.
        value: The value after `=`; None if it takes none.
        accessor: How Rust reads it; None if Rust does not.
        cargo_feature: The feature of the `worker` crate that it needs.
        handler: The handler that the runtime calls for it; empty if it calls none.
        test: A test for a worker's test file. `$name` is the name, `$value` the value, `$worker` the worker.
        needs_stub: Whether the test replaces the thing by a stub, because only Cloudflare has the real one.
        is_inherited: Whether environments inherit it from the top level.
        is_single: Whether a worker has at most one, whatever its name.
        is_environment: Whether it is an environment itself, and so a copy of everything else.
        has_history: Whether deploying it creates state that a later deploy can delete but not undo.
        note_on_remove: What to tell the user after a removal.
    """

    name: str
    title: str
    details: str = ""
    argument: str = "NAME"
    usual_name: str | None = None
    example: str = ""
    limits: tuple[str, ...] = ()
    binding: str = ""
    value: Value | None = None
    accessor: Accessor | None = None
    cargo_feature: str = ""
    handler: str = ""
    test: str = ""
    needs_stub: bool = False
    is_inherited: bool = False
    is_single: bool = False
    is_environment: bool = False
    has_history: bool = False
    note_on_remove: str = ""

    @property
    def requires_name(self) -> bool:
        """Whether the argument may not be left out."""
        return bool(self.argument) and not self.argument.startswith("[")

    @property
    def requires_value(self) -> bool:
        """Whether the value after `=` may not be left out."""
        return "=" in self.argument.partition("[")[0]

    @property
    def table(self) -> KeyPath:
        """The path of the table or list that holds it, below the environment's; empty if no wrangler file has it."""
        raise NotImplementedError

    @property
    def name_is_key(self) -> bool:
        """Whether its name is a key of the wrangler file, not a value."""
        return False

    def find(self, target: EditTarget) -> Found | None:
        """Return what the wrangler file has under the target's name in its environment, or None."""
        raise NotImplementedError

    def insertions_for(self, target: EditTarget) -> Iterator[Insert]:
        """Yield what the wrangler file needs for a target that it does not have.

        Raises:
            Conflict: Something in the file is in the way.
        """
        raise NotImplementedError

    def insertions(self, targets: Sequence[EditTarget]) -> Iterator[Insert]:
        """Yield what the wrangler file lacks for all targets of one `add`.

        Raises:
            Conflict: Something in the file is in the way.
        """
        for target in targets:
            if self.find(target) is None:
                yield from self.insertions_for(target)

    def name_path(self, path: KeyPath) -> KeyPath | None:
        """Return the path of the name of what was found at `path`; None if it has no name of its own."""

    def better_name(self, worker: Worker) -> str | None:
        """Return a better name than the usual one for this worker, for `scaffold new --with KIND`; None if none is."""

    def validate(self, target: EditTarget) -> None:
        """Check the name and the value before anything is added or given a new name.

        Raises:
            BadInput: One of them is not valid.
        """
        if self.value is not None and (target.value or self.find(target) is None):
            validate_value(self.value, target, where=self.argument, kind=self.name)
        validate_binding_name(target, kind=self.name)

    def value_refusal(self, target: EditTarget) -> BadInput:
        """Return the refusal of a value after `=`, for a kind that takes none."""
        return BadInput(
            what=f"`{self.name}` takes no value",
            where="NAME",
            why="it is identified by its name alone",
            fix=f"{program()} add {self.name} {target.name}",
        )

    def wants_test(self, target: EditTarget) -> bool:
        """Return whether `add` writes the test; a harness runs the top level, so only a target there gets one."""
        return bool(self.test) and not target.environment.name

    def test_values(self, target: EditTarget) -> dict[str, str]:
        """Return the values of the test's placeholders, except for `$worker`."""
        return {"name": target.name}

    def rust_hint(self, target: EditTarget) -> str:
        """Return how to read the binding in a crate that reads bindings in its own way.

        Raises:
            TooOld: The crate's version of `worker` cannot read it.
        """
        if self.accessor is None:
            return ""
        accessor = fitting(self.accessor.forms, target.worker)
        call, type_ = accessor.call(target.name), accessor.field_type(target.name)
        return f"read it in Rust with `{call}`, of type `{type_}`"

    def rust_to_paste(self, target: EditTarget) -> list[str]:
        """Return the lines of Rust and Cargo.toml that a user has to paste where `add` cannot write them.

        Raises:
            TooOld: They would not compile with the crate's version of `worker`.
        """
        lines = []
        if self.accessor is not None:
            accessor = fitting(self.accessor.forms, target.worker)
            lines.append(f"// In Rust, where `env` is in scope. Type: {accessor.field_type(target.name)}")
            lines.append(f"let {target.name.lower()} = {accessor.call(target.name)};")
        if self.cargo_feature:
            lines += ["", f'# In Cargo.toml, for the dependency `worker`: features = ["{self.cargo_feature}"]']
        return lines

    def remaining_uses(self, target: EditTarget) -> list[BindingUse]:
        """Return the calls in Rust that ask for the binding and that `on_remove` will not delete."""
        return [use for use in target.worker.crate.binding_uses if use.name == target.name]

    def on_add(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Plan further files of an `add`, after the wrangler file and bindings.rs and before Cargo.toml and the tests.

        Args:
            targets: The same name in each environment that gets it, whether it was there before or not.
            plan: The plan so far.

        Raises:
            Conflict: A file is in the way.
            Unclear: A file has a shape that cannot be edited safely.
        """

    def on_remove(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Plan further files of a `remove`, after the wrangler file, bindings.rs and Cargo.toml and before the tests.

        Args:
            targets: The same name in each environment that loses it.
            plan: The plan so far; `find` still sees the wrangler file on disk.

        Raises:
            Conflict: Something still needs what would be removed.
            Unclear: A file has a shape that cannot be edited safely.
        """

    def on_rename(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Plan further files of a `rename`, after the wrangler file, Rust and the tests.

        It is not called while an environment keeps the old name.

        Args:
            targets: The same name in each environment, with its `new_name`.
            plan: The plan so far; `find` still sees the wrangler file on disk.

        Raises:
            Unclear: A file has a shape that cannot be edited safely.
        """

    def on_rename_other(self, targets: Sequence[EditTarget], plan: Plan) -> bool | None:
        """Plan the whole renaming of something else that has a name, such as a Durable Object's class.

        It is called before everything else.

        Returns:
            Whether the name was that of such a thing, so that nothing is left to be done.

        Raises:
            Conflict: It cannot be renamed safely.
        """
