"""Small projects from a few lines, for the tests of `scaffold check`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from scaffolder.reading import project as reading
from scaffolder.reading.project import Worker
from scaffolder.reading.rust.crate import Crate

CARGO = """\
[package]
name = "notes"
version = "0.1.0"
edition = "2024"

[lib]
crate-type = ["cdylib"]

[dependencies]
worker = "0.8.7"

[profile.release]
opt-level = "z"
"""
WRANGLER = 'name = "notes"\nmain = "build/index.js"\ncompatibility_date = "2026-11-17"\n'
LOCK = '[[package]]\nname = "worker"\nversion = "0.8.7"\n'
RUST = "use worker::*;\n"

BASE = {"Cargo.toml": CARGO, "Cargo.lock": LOCK, "wrangler.toml": WRANGLER, "src/lib.rs": RUST}
"""A worker without findings."""


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write some files."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    return folder


def laid_over(files: Mapping[str, str]) -> dict[str, str]:
    """Return the files of a good worker, some of them replaced; a wrangler file without a `main` gets the usual one."""
    whole = {**BASE, **files}
    if "main" not in whole["wrangler.toml"]:
        whole["wrangler.toml"] = f'main = "build/index.js"\n{whole["wrangler.toml"]}'
    return whole


def worker_of(folder: Path, files: Mapping[str, str]) -> Worker:
    """Read a good worker, some of whose files are replaced."""
    (worker,) = reading.read(write(folder, {**BASE, **files})).workers
    return worker


def crate_of(folder: Path, rust: str, **others: str) -> Crate:
    """Read the Rust of a crate whose lib.rs is given, and other files of src by their stem."""
    files = {f"src/{stem}.rs": text for stem, text in others.items()}
    return worker_of(folder, {"src/lib.rs": rust, **files}).crate
