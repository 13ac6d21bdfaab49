"""Makes a `bindings.rs` for a crate that asks for no binding yet, and takes it away with the last one.

Nothing calls it so far, which it says itself; so the compiler does not warn, and does once somebody uses a part of it.

Not here: a `bindings.rs` that is there (`bindings_rs.py`), and crates that ask for bindings in a way of their own.
"""

from __future__ import annotations

from pathlib import Path

from scaffolder.editing import lines
from scaffolder.editing.kind import Changes
from scaffolder.editing.operations import Unclear
from scaffolder.editing.rust import mod_declarations
from scaffolder.editing.rust.bindings_rs import NARROW, Entry
from scaffolder.reading.project import Worker
from scaffolder.reading.source import Source

UNUSED = '#![expect(dead_code, reason = "nothing asks for the bindings yet")]'
TEXT = """\
//! What the wrangler file binds the worker to. Each name is written here once.
{unused}

use worker::{{Env, Result}};

{constant}

/// The bindings, found.
pub struct Bindings {{
{about}{declared}
}}

impl Bindings {{
    /// Finds every binding, or says which one is missing or misspelt.
    pub fn new(env: &Env) -> Result<Self> {{
        Ok(Self {{{found}}})
    }}
}}
"""


def make(worker: Worker, entry: Entry, changes: Changes) -> bool:
    """Plan a `bindings.rs` with one binding, and answer whether that can be done for certain."""
    sources = worker.crate.sources
    if not sources or worker.crate.binding_uses or any(b"bindings" in source.content for source in sources):
        return False
    root = sources[0]
    path, home = worker.project / root.file, _home(worker)
    now = changes.now(path, root.content)
    if home.exists():
        return False
    try:
        after = mod_declarations.added(Source(root.file, now), "bindings")
    except Unclear:
        return False
    changes.change(path, root.content, after)
    changes.change(home, None, _text(entry, now))
    return True


def unmake(worker: Worker, source: Source, entry: Entry, changes: Changes) -> bool:
    """Plan to take `bindings.rs` away if that one binding is all of it, and answer whether it is."""
    root = worker.crate.sources[0]
    if source.content != _text(entry, root.content) or worker.project / source.file != _home(worker):
        return False
    path = worker.project / root.file
    changes.change(worker.project / source.file, source.content, None)
    now = Source(root.file, changes.now(path, root.content))
    changes.change(path, root.content, mod_declarations.removed(now, "bindings"))
    return True


def is_made(worker: Worker, changes: Changes) -> bool:
    """Answer whether a plan makes one."""
    return bool(changes.now(_home(worker), b""))


def _home(worker: Worker) -> Path:
    return (worker.project / worker.crate.sources[0].file).parent / "bindings.rs"


def _text(entry: Entry, root: bytes) -> bytes:
    """Answer the file, formatted by rustfmt and with the line ends of the crate's root."""
    found = entry.found.strip().removesuffix(",")
    spread = f" {found} " if len(found) <= NARROW else f"\n{entry.found}\n        "
    about = f"    /// {entry.read.about}\n" if entry.read.about else ""
    text = TEXT.format(unused=UNUSED, constant=entry.constant, about=about, declared=entry.declared, found=spread)
    return text.replace("\n", lines.newline(root)).encode()
