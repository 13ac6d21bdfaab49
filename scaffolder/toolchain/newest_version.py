"""Asks cargo for the version of a crate that `cargo install` would take for a requirement.

Cargo itself resolves a manifest that has the crate as its only dependency, so that a mirror, a yanked version or a
cached index count as they do in the build.

Not here: the installation (`cargo_tools.py`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from scaffolder.core.errors import BadInput
from scaffolder.reading.config import toml_parser
from scaffolder.reading.config.cargo_manifest import lock
from scaffolder.reading.source import Source
from scaffolder.toolchain.probes import Probes

MANIFEST = """\
[package]
name = "resolved"
version = "0.0.0"
edition = "2021"

[lib]
path = "lib.rs"

[workspace]

[dependencies]
{crate} = {requirement}
"""


@dataclass(frozen=True)
class Newest:
    """The newest version that fulfils a requirement.

    Args:
        version: The version.
        is_offline: Whether the registry did not answer, so that only what was downloaded before is known.
    """

    version: str
    is_offline: bool


def find(probes: Probes, cargo: Path, crate: str, requirement: str) -> Newest | None:
    """Return the newest version, or None if cargo finds none.

    Args:
        probes: Runs cargo.
        cargo: The program.
        crate: The crate.
        requirement: The requirement, as a manifest has it.
    """
    manifest = probes.folder / "Cargo.toml"
    manifest.write_text(MANIFEST.format(crate=crate, requirement=json.dumps(requirement)), encoding="utf-8")
    (probes.folder / "lib.rs").touch()
    resolve: list[str | Path] = [cargo, "generate-lockfile", "--manifest-path", manifest]
    for is_offline in (False, True):
        ran = probes.run([*resolve, *(["--offline"] if is_offline else [])], before=[cargo.parent])
        version = _locked(probes.folder, crate) if ran and ran.is_ok else ""
        if version:
            return Newest(version, is_offline)
    return None


def _locked(folder: Path, crate: str) -> str:
    try:
        document = toml_parser.read(Source.read(folder, folder / "Cargo.lock"), places=False)
    except (OSError, BadInput):
        return ""
    return next(iter(lock(document).versions.get(crate, ())), "")
