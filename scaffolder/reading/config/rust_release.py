"""Finds the oldest release of Rust that a worker's crate is compiled with.

Not here: the release that a validation installs (`toolchain/`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scaffolder.reading.config.cargo_versions import Version, version
from scaffolder.reading.project import Worker
from scaffolder.system.untrusted_files import searchable

TOOLCHAINS = ("rust-toolchain", "rust-toolchain.toml")
"""The files in which rustup finds a release, in its order; the first may be the bare name of one."""

CHANNEL = re.compile(r"""^\s*(?:channel\s*=\s*["'])?(\d+\.\d+(?:\.\d+)?)\b""", re.MULTILINE)


def oldest_rust(worker: Worker) -> Version | None:
    """Return the older one of the release that rustup takes and that of `rust-version`; None if neither is given."""
    return min(map(version, (*_pinned(worker), *_declared(worker))), default=None)


def _pinned(worker: Worker) -> Iterator[str]:
    """Yield the release of the nearest file for rustup; a channel such as `stable` is none."""
    start = worker.crate_folder or worker.folder
    paths = [folder / name for folder in (start, *start.parents) for name in TOOLCHAINS]
    found = next((path for path in paths if path.is_file()), None)
    channel = CHANNEL.search(searchable(found)) if isinstance(found, Path) else None
    if channel is not None:
        yield channel[1]


def _declared(worker: Worker) -> Iterator[str]:
    """Yield the package's `rust-version`, which may be that of its workspace."""
    manifest = worker.cargo
    declared: Any = manifest.document.get("package", "rust-version") if manifest else None
    if isinstance(declared, dict) and manifest and manifest.workspace:
        declared = manifest.workspace.get("workspace", "package", "rust-version")
    if isinstance(declared, str):
        yield declared
