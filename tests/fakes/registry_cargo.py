"""A cargo that resolves requirements and installs crates as the real one does, from a list of versions beside it.

It is copied into a folder in which `registry.json` has the versions of each crate, `compiled` lists what was installed,
and the files `no-network` and `no-crates` make the registry's index or its crates unreachable.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
VERSIONS: dict[str, list[str]] = json.loads((HERE / "registry.json").read_text(encoding="utf-8"))


def newest(crate: str, requirement: str) -> str:
    """Return the newest version that begins like a requirement."""
    start = re.sub(r"[=^ *]", "", requirement)
    return next((each for each in reversed(VERSIONS[crate]) if each.startswith(start)), "") or sys.exit("error: none")


def need_index(words: list[str]) -> None:
    """End with an error if the index is needed and cannot be reached."""
    is_offline = "--offline" in words or os.environ.get("CARGO_NET_OFFLINE") == "true"
    if (HERE / "no-network").exists() and not is_offline:
        sys.exit("error: failed to query replaced source, Could not resolve host")


def option(words: list[str], name: str) -> str:
    """Return the value of an option, or an empty text."""
    return words[words.index(name) + 1] if name in words else ""


def lock(words: list[str]) -> None:
    """Write the Cargo.lock of a manifest with one dependency."""
    need_index(words)
    manifest = Path(option(words, "--manifest-path") or "Cargo.toml")
    crate, _, requirement = manifest.read_text(encoding="utf-8").splitlines()[-1].partition(" = ")
    # The fake registry has programs only; a test may call what it locks by the name of a library.
    name = (HERE / "as").read_text(encoding="utf-8") if (HERE / "as").exists() else crate
    locked = f'[[package]]\nname = "{name}"\nversion = "{newest(crate, json.loads(requirement))}"\n'
    manifest.with_name("Cargo.lock").write_text(locked, encoding="utf-8")


def install(words: list[str]) -> None:
    """Install a crate into a root, unless its version is there."""
    spec = next(word for word in words if word.partition("@")[0] in VERSIONS)
    crate, _, version = spec.partition("@")
    requirement = version or option(words, "--version") or "*"
    if not requirement[0].isdigit():
        need_index(words)
    found = newest(crate, requirement)
    root = Path(option(words, "--root") or os.environ.get("CARGO_INSTALL_ROOT") or HERE / "global")
    program = root / "bin" / crate.removesuffix("-cli")
    if program.exists() and found in program.read_text(encoding="utf-8") and "--force" not in words:
        return
    if (HERE / "no-crates").exists():
        sys.exit("error: failed to download from the registry, Connection refused")
    with (HERE / "compiled").open("a", encoding="utf-8") as log:
        log.write(f"{crate} {found}\n")
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f"#!/bin/sh\necho {crate} {found}\n", encoding="utf-8")
    program.chmod(0o755)


if __name__ == "__main__":
    {"generate-lockfile": lock, "install": install}[sys.argv[1]](sys.argv[2:])
