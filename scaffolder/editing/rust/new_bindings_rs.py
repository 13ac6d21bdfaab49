"""The text of a `bindings.rs` with one binding, for a crate that asks for none yet.

Nothing uses it at first; `#![expect(dead_code)]` says so, and the compiler warns of that line once something does.

Not here: a `bindings.rs` that is there (`bindings_rs.py`), and when a new one is planned (`bindings_file.py`).
"""

from __future__ import annotations

from scaffolder.editing import lines
from scaffolder.editing.rust.binding_field import BindingField
from scaffolder.editing.rust.bindings_rs import NARROW

UNUSED = '#![expect(dead_code, reason = "nothing uses the bindings yet")]'
OLD_UNUSED = "#![allow(dead_code)]"
TEXT = """\
//! The bindings declared in `{config}`. Each name is written here once.
{unused}

use worker::{{Env, Result}};

{constant}

/// The worker's bindings.
pub struct Bindings {{
{doc}{declaration}
}}

impl Bindings {{
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {{
        Ok(Self {{{initializer}}})
    }}
}}
"""


def text(field: BindingField, root: bytes, config: str) -> bytes:
    """Return the file, formatted by rustfmt.

    Args:
        field: The binding.
        root: The root of the crate, whose line ends the file gets.
        config: The name of the wrangler file.
    """
    found = field.initializer.strip().removesuffix(",")
    spread = f" {found} " if len(found) <= NARROW else f"\n{field.initializer}\n        "
    doc = f"    /// {field.accessor.doc}\n" if field.accessor.doc else ""
    written = TEXT.format(
        config=config,
        unused=UNUSED if field.expects else OLD_UNUSED,
        constant=field.constant,
        doc=doc,
        declaration=field.declaration,
        initializer=spread,
    )
    return written.replace("\n", lines.newline(root)).encode()
