"""How Rust reads a binding: the call, and the lines of a field of the struct `Bindings`.

Not here: where the lines go (`bindings_rs.py`, `new_bindings_rs.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

UNREAD = '    #[expect(dead_code, reason = "nothing reads it yet")]'
"""The line above a field that nothing reads yet, so that rustc does not warn; it warns of this line once one does."""

OLD_UNREAD = "    #[allow(dead_code)]"
"""That line for a release of Rust that knows neither `expect` nor a reason."""

EXPECTS = (1, 81, 0)
"""The first release of Rust that knows both."""


@dataclass(frozen=True)
class Accessor:
    """How Rust reads a binding.

    Args:
        type: The type of its field, with `{}` for the name of the field.
        expression: The call, with `{}` for the name that it asks for.
        doc: The documentation of the field, if it needs any.
        needs: The parts of the `worker` crate that it needs (`worker_api.py`).
        until: The first version in which it no longer compiles; empty if there is none.
        older: How Rust reads it with a `worker` crate that lacks one of them.
    """

    type: str
    expression: str
    doc: str = ""
    needs: tuple[str, ...] = ()
    until: str = ""
    older: Accessor | None = None

    @property
    def forms(self) -> Iterator[Accessor]:
        """The ways to read it, the newest first."""
        yield self
        if self.older is not None:
            yield from self.older.forms

    def field_type(self, name: str) -> str:
        """Return the type of the field for a binding with this name."""
        return self.type.format(name.lower())

    def call(self, name: str) -> str:
        """Return the call that asks for a binding with this name."""
        return self.expression.format(f'"{name}"')


@dataclass(frozen=True)
class BindingField:
    """A field of the struct `Bindings`, with its constant.

    Args:
        name: The binding's name.
        accessor: How Rust reads it.
        is_exported: Whether other crates may read the field, so that the compiler does not warn if nothing does.
        expects: Whether the crate's release of Rust knows `expect`.
    """

    name: str
    accessor: Accessor
    is_exported: bool = False
    expects: bool = True

    @property
    def field(self) -> str:
        """The field's name."""
        return self.name.lower()

    @property
    def constant(self) -> str:
        """The line of the constant."""
        return f'const {self.name}: &str = "{self.name}";'

    @property
    def declaration(self) -> str:
        """The line of the field."""
        return f"    pub {self.field}: {self.accessor.field_type(self.name)},"

    @property
    def above(self) -> list[str]:
        """The lines above the field."""
        return [
            *([f"    /// {self.accessor.doc}"] if self.accessor.doc else []),
            *([] if self.is_exported else [UNREAD if self.expects else OLD_UNREAD]),
        ]

    @property
    def initializer(self) -> str:
        """The line of `new` that asks for the binding."""
        return f"            {self.field}: {self.accessor.expression.format(self.name)},"
