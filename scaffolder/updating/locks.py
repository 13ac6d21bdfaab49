"""Writes a lock file anew that both the owner and the template changed; such a file is never merged.

Cargo does it without a network, on a copy of the project with the update. Where it cannot, a note names the command.

Not here: a lock file that only the template changed, which is taken from it (`file_merge.py`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

from scaffolder.core.errors import Refusal
from scaffolder.reading.config import workspace
from scaffolder.system import paths, process
from scaffolder.system.scratch import scratch
from scaffolder.toolchain import build_env, provision
from scaffolder.updating import trial
from scaffolder.updating.merge.outcome import Entry
from scaffolder.updating.update_plan import UpdatePlan

CARGO, MANIFEST = "Cargo.lock", "Cargo.toml"
COMMANDS = {CARGO: "cargo update --workspace", "package-lock.json": "npm install --package-lock-only"}
LIMIT = 60.0
"""Seconds for Cargo, which asks nobody."""


def renewed(plan: UpdatePlan) -> UpdatePlan:
    """Return an update whose lock files fit its manifests, or that notes which do not."""
    notes, found = [], dict(plan.paths)
    for path, each in plan.paths.items():
        if not each.is_stale or each.entry is None:
            continue
        content = _by_cargo(plan, path) if PurePosixPath(path).name == CARGO and not plan.conflicts else None
        if content is not None:
            found[path] = replace(each, entry=Entry(content, each.entry.mode), is_stale=False)
        else:
            notes.append(f"{path} is yours, and no longer fits what the template requires{_command(path)}")
    notes += _of_workspace(plan)
    return replace(plan, paths=found, notes=(*plan.notes, *notes))


def _of_workspace(plan: UpdatePlan) -> list[str]:
    """Return a note on the lock of the workspace that the project is a member of, if its manifest changes."""
    folder = plan.record.folder
    around = next(workspace.around(folder), None)
    if around is None or MANIFEST not in plan.paths or (folder / CARGO).exists():
        return []
    return [f"{around / CARGO} no longer fits what the project requires: cargo update --workspace, in {around}"]


def _command(path: str) -> str:
    name = PurePosixPath(path).name
    return f": {COMMANDS[name]}" if name in COMMANDS else ""


def _by_cargo(plan: UpdatePlan, path: str) -> bytes | None:
    """Return the lock that Cargo makes of the owner's; None if Cargo is missing or lacks a crate."""
    try:
        variables = build_env.environment(provision.find_tools())
    except Refusal:
        return None
    cargo = process.which("cargo", variables["PATH"])
    if cargo is None:
        return None
    with trial.copy_with(plan.record.folder, plan.changes) as copy, scratch(paths.work()) as place:
        argv = [cargo, "update", "--workspace", "--offline", "--quiet"]
        home = copy / PurePosixPath(path).parent
        ran = process.run(argv, cwd=home, env=variables, log=Path(place) / "log", limit=LIMIT)
        return (copy / path).read_bytes() if ran.is_ok else None
