"""The files that make up the program of a worker, and those that are of use around any program.

Not here: which of them somebody has edited (`adopting/offers.py`).
"""

from __future__ import annotations

HOUSE = frozenset(
    {".github/workflows/ci.yml", ".gitignore", "AGENTS.md", "package-lock.json", "package.json", "rust-toolchain.toml"}
)
"""The files that are of use around any program."""

PROGRAM = ("Cargo.toml", "build.rs", "wrangler.json", "wrangler.jsonc", "wrangler.toml")
PROGRAM_FOLDERS = (".cargo", "src", "tests")


def is_program(path: str) -> bool:
    """Return whether the file at a path of a project is a part of its program."""
    return path in PROGRAM or path.partition("/")[0] in PROGRAM_FOLDERS
