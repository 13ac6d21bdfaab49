"""Reads everything around a worker that may say how it is built: commands, scripts, workflows, Cargo's configuration.

These files are searched as text. A rule that missed a setting there would report a worker that is correct.

Not here: the wrangler file and Cargo.toml as data (`project.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from scaffolder.reading.command_files import TASKS, command_files
from scaffolder.reading.project import Worker
from scaffolder.system.untrusted_files import searchable

STUB = re.compile(r"(?:exit(?:\s+\d+)?|true|false|:|(?:echo|printf)\b[^|`$]*)")
"""A command that makes no file."""

SCRIPT = re.compile(r"[\w./-]+\.(?:mjs|cjs|js|ts|sh|ps1|py)\b|\bMakefile\b|\bjustfile\b")
"""A script or task file that a command names."""

NODE_RUNNER = re.compile(r"\b(?:npm|pnpm|yarn|bun)\b")
TASK_RUNNER = re.compile(r"\b(?:make|just|task|mise)\b")
"""Programs that run what package.json or a task file lists."""


def is_stub(command: str) -> bool:
    """Return whether a build command builds nothing, so that the worker is built elsewhere, such as in a workflow."""
    parts = [part.strip() for part in re.split(r"&&|\|\||[;\n]", command)]
    return bool(command.strip()) and all(STUB.fullmatch(part) for part in parts if part)


def project_commands(worker: Worker) -> str:
    """Return all commands that a project keeps, as one text: package.json's scripts, task files, scripts, workflows.

    An option that the wrangler file lacks may be given there.
    """
    scripts = worker.package.get("scripts") if worker.package else None
    listed = [str(script) for script in scripts.values()] if isinstance(scripts, dict) else []
    paths = command_files(worker.project, {worker.folder, worker.project})
    return "\n".join([*listed, *(searchable(path) for path in paths)])


def build_text(worker: Worker) -> str:
    """Return all text that may say how the crate is built: wrangler's command, scripts, and the files they name."""
    scripts = worker.package.get("scripts") if worker.package else None
    listed = [str(worker.config.get("build") or ""), str(worker.config.get("env") or ""), str(scripts or "")]
    folders = {worker.folder, worker.project, worker.crate_folder or worker.folder}
    files = {folder / name for folder in folders for name in SCRIPT.findall(" ".join(listed))}
    return " ".join([*listed, *(searchable(path) for path in sorted(files) if path.is_file())])


def steps_of_build(worker: Worker, command: str) -> Iterator[str]:
    """Yield a build command and what it leads to: scripts of package.json, task files, and the scripts that they name.

    Args:
        worker: The worker.
        command: The command.
    """
    listed = [command]
    scripts = worker.package.get("scripts") if worker.package else None
    if isinstance(scripts, dict) and NODE_RUNNER.search(command):
        listed += map(str, scripts.values())
    names = [name for text in listed for name in SCRIPT.findall(text)]
    names += TASKS if TASK_RUNNER.search(" ".join(listed)) else ()
    folders = dict.fromkeys([worker.build_folder, worker.folder, worker.project, worker.crate_folder or worker.folder])
    paths = dict.fromkeys((folder / name).resolve() for name in names for folder in folders)
    yield from [*listed, *(searchable(path) for path in paths if path.is_file())]


def cargo_configs(worker: Worker) -> Iterator[tuple[Path, str]]:
    """Yield each `.cargo/config.toml` that applies to the crate, those around the project included, and its text."""
    home = worker.crate_folder or worker.folder
    for folder in (home, *home.parents):
        for path in (folder / ".cargo" / "config.toml", folder / ".cargo" / "config"):
            # Outside of the project a file may be unreadable for us; then Cargo cannot read it either.
            with suppress(OSError):
                yield path, searchable(path)


def build_flags(worker: Worker) -> str:
    """Return all text that may set flags of the compiler for a build of the crate."""
    return " ".join([build_text(worker), *(text for _, text in cargo_configs(worker))])


def has_binary(worker: Worker) -> bool:
    """Return whether the crate has binaries too, which may run outside of a worker."""
    home = worker.crate_folder or worker.folder
    listed = worker.cargo.document.get("bin") if worker.cargo else None
    return bool(listed) or (home / "src" / "main.rs").is_file() or (home / "src" / "bin").is_dir()


def is_used_elsewhere(worker: Worker) -> bool:
    """Return whether a binary, an example or another crate may run the crate's functions outside of a worker."""
    members = worker.workspace.members() if worker.workspace else []
    name = worker.cargo.name if worker.cargo else ""
    others = [folder / "Cargo.toml" for folder in members if folder.resolve() != worker.crate_folder]
    is_needed = any(name in searchable(path) for path in others if path.is_file())
    has_example = worker.crate_folder is not None and (worker.crate_folder / "examples").is_dir()
    return has_binary(worker) or has_example or is_needed


def may_target_emscripten(worker: Worker) -> bool:
    """Return whether the crate may be built for wasm32-unknown-emscripten, where a binary replaces the library."""
    features = {word for each in worker.cargo.named("worker") for word in each.features} if worker.cargo else set()
    text = build_text(worker)
    is_clear = "worker-build" in text and "emscripten" not in text
    return "experimental_tokio" in features or (has_binary(worker) and not is_clear)
