"""A manifest that inherits from a workspace which is not there.

Not here: a workspace that does not list the crate (`workspace_membership.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.reading.config.cargo_manifest import TABLES, Manifest
from scaffolder.reading.config.document import Key
from scaffolder.reading.project import Worker

PACKAGE = '[package]\nname = "notes"\nversion = "0.1.0"\nedition = "2024"\n\n[lib]\ncrate-type = ["cdylib"]\n\n'
DEPENDENCY = "[dependencies]\nworker = {}\n"


class PJ322(Rule):
    """A crate that inherits from a workspace is in one.

    Why: Cargo looks for the workspace in the folders above, and refuses every command where there is none, so neither
    the build nor the tests run.

    Fix: write the value itself, or put the crate back into its workspace.

    Not checked: a package that may have been taken out of its workspace to be read alone: one that inherits its own
    description, and has neither a Cargo.lock nor a repository.
    """

    name = "missing-workspace"
    wrong = {"Cargo.toml": PACKAGE + DEPENDENCY.format("{ workspace = true }")}
    right = {"Cargo.toml": PACKAGE + DEPENDENCY.format('"0.8.7"')}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the first entry that is inherited from nowhere."""
        if worker.cargo is None or worker.workspace is not None or worker.refusing_workspace is not None:
            return
        paths = list(_inherited(worker.cargo))
        if paths and not (_is_packaged(worker) and any(path[0] == "package" for path in paths)):
            named = ".".join(map(str, paths[0]))
            yield self.found(
                worker.cargo.document.key(*paths[0]),
                f"`{named}` is inherited from a workspace, but there is none in the folders above",
                fix=f"write a value in place of `workspace = true`, or add a [workspace] with `{named}`",
            )


def _inherited(manifest: Manifest) -> Iterator[tuple[Key, ...]]:
    """Yield the path of each entry that is inherited."""
    package = manifest.document.get("package")
    for name, value in package.items() if isinstance(package, dict) else ():
        if isinstance(value, dict) and value.get("workspace") is True:
            yield "package", name
    for table in TABLES:
        yield from (each.path for each in manifest.dependencies(table) if each.is_inherited)
    if manifest.document.get("lints", "workspace") is True:
        yield "lints", "workspace"


def _is_packaged(worker: Worker) -> bool:
    home = worker.crate_folder or worker.folder
    return worker.lock is None and not any((each / ".git").exists() for each in (home, *home.parents))
