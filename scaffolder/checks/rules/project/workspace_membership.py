"""The Cargo workspace around a crate, which refuses it unless it is a member.

Not here: what a member inherits (`dependencies.py`), and the profiles that Cargo ignores (`crate_profile.py`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.reading.project import Worker

MEMBER = '[package]\nname = "notes"\nversion = "0.1.0"\nedition = "2024"\n'
CONFIG = 'name = "notes"\n\n[build]\ncommand = "worker-build --release"\ncwd = "worker"\n'
WORKSPACE = '[workspace]\nmembers = ["crates/*"{}]\n'


class PJ310(Rule):
    """A crate below a Cargo workspace is a member of it, or is left out of it.

    Why: Cargo takes the nearest workspace above a crate for the crate's own, and refuses every command in a crate that
    is not a member of it, so neither the build nor the tests run.

    Fix: add the crate to `members` or to `exclude` of the workspace, or add an empty `[workspace]` table to its own
    Cargo.toml.
    """

    name = "unlisted-workspace-member"
    wrong = {"Cargo.toml": WORKSPACE.format(""), "worker/Cargo.toml": MEMBER, "wrangler.toml": CONFIG}
    right = {"Cargo.toml": WORKSPACE.format(', "worker"'), "worker/Cargo.toml": MEMBER, "wrangler.toml": CONFIG}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield a crate that a workspace around it does not list."""
        if worker.cargo is None or worker.crate_folder is None or (found := worker.refusing_workspace) is None:
            return
        root = _from(worker.crate_folder, found.folder / "Cargo.toml")
        if found.document.get("workspace") is None:
            message = f"Cargo refuses this crate: {root} is not the Cargo.toml of a workspace"
            yield self.found(worker.cargo.document.at("package", "workspace"), message, fix="correct the path")
            return
        listed = _from(found.folder, worker.crate_folder)
        yield self.found(
            worker.cargo.document.key("package"),
            f"Cargo refuses this crate: the workspace in {root} does not list it",
            fix=f'add "{listed}" to `members` or `exclude` in {root}, or add an empty [workspace] table here',
        )


def _from(start: Path, path: Path) -> str:
    return Path(os.path.relpath(path, start)).as_posix()
