"""The text of a `bindings.rs` with one binding, for a crate that asks for none yet.

Nothing uses it at first; `#![expect(dead_code)]` says so, and the compiler warns of that line once something does.

Not here: a `bindings.rs` that is there (`bindings_rs.py`), and when a new one is planned (`bindings_file.py`).
"""

from __future__ import annotations

from scaffolder.editing import lines
from scaffolder.editing.rust.binding_field import BindingField
from scaffolder.editing.rust.bindings_rs import NARROW

UNUSED = '#![expect(dead_code, reason = "nothing asks for the bindings yet")]'
TEXT = """\
//! What the wrangler file binds the worker to. Each name is written here once.
{unused}

use worker::{{Env, Result}};

{constant}

/// The bindings, found.
pub struct Bindings {{
{doc}{declaration}
}}

impl Bindings {{
    /// Finds every binding, or says which one is missing or misspelt.
    pub fn new(env: &Env) -> Result<Self> {{
        Ok(Self {{{initializer}}})
    }}
}}
"""


def text(field: BindingField, root: bytes) -> bytes:
    """Return the file, formatted by rustfmt and with the line ends of the crate's root."""
    found = field.initializer.strip().removesuffix(",")
    spread = f" {found} " if len(found) <= NARROW else f"\n{field.initializer}\n        "
    doc = f"    /// {field.accessor.doc}\n" if field.accessor.doc else ""
    written = TEXT.format(
        unused=UNUSED, constant=field.constant, doc=doc, declaration=field.declaration, initializer=spread
    )
    return written.replace("\n", lines.newline(root)).encode()
