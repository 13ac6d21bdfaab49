"""Creates the Python environment that a clone runs in, from a lock file with hashes.

This runs before any dependency is installed, so it uses the standard library alone and prints
its one line and its refusals itself. The environments are in the cache, one for each lock.

Not here: Rust and Node (`toolchain/`).
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scaffolder.core.errors import IOFailure, Refusal, ToolMissing, interrupted
from scaffolder.core.unexpected_errors import io_failure
from scaffolder.system import paths, process, program_output, signals
from scaffolder.system.scratch import scratch

MINIMUM_PYTHON = (3, 11)

DISK_IS_FULL = r"No space left|Disk quota exceeded|\[Errno (28|122)\]"
"""Matches the output of an installer for which there was no room."""

LIMIT = 600.0
"""Time limit of one command of the installation, in seconds."""


def enter(lock: Path, arguments: list[str]) -> int | None:  # noqa: RET503 - execv does not return
    """Make the packages of a lock importable; restart in their environment where necessary.

    Args:
        lock: A pip requirements file with exact versions and hashes.
        arguments: The arguments of this program, starting with its path.

    Returns:
        None if the packages can be imported in this process; the exit code of a refusal otherwise.
        If they are in the other environment, this process becomes that one and never returns.
    """
    try:
        signals.raise_on_ctrl_c()
        _check_python()
        if _is_satisfied(lock):
            return None
        python = _environment(lock)
    except Refusal as refusal:
        return _refuse(refusal)
    except OSError as error:
        return _refuse(paths.trouble(error) or io_failure(error))
    except KeyboardInterrupt:
        return _refuse(interrupted())
    sys.stdout.flush()
    os.execv(python, [str(python), *arguments])  # noqa: S606 - the same program, in its environment


def _check_python() -> None:
    if sys.version_info[:2] < MINIMUM_PYTHON:
        raise ToolMissing(
            what="Python is too old",
            where=sys.executable,
            why=f"it is {sys.version.split()[0]}, but 3.11 or later is required",
            fix="install Python 3.11 or later, and run the command with it",
        )


def _is_satisfied(lock: Path) -> bool:
    """Return whether every package of a lock is installed in exactly its version."""
    wanted = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?=\s*\\?$)", lock.read_text(encoding="utf-8"), re.MULTILINE)
    try:
        return all(importlib.metadata.version(name) == version for name, version in wanted)
    except importlib.metadata.PackageNotFoundError:
        return False


def _environment(lock: Path) -> Path:
    """Return the Python of the lock's environment; create the environment if necessary."""
    digest = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()[:12]
    # One that is complete is used in a cache that is read-only, too.
    folder = paths.place() / f"python-{digest}"
    if not _is_complete(folder):
        with _alone(paths.cache() / "python.lock"):
            # Another run may have created it meanwhile.
            if not _is_complete(folder):
                _create(folder, lock)
    return folder / "bin" / "python"


def _is_complete(folder: Path) -> bool:
    return (folder / "complete").exists()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock file while the block runs."""
    # Not by `file_lock.py`, whose library is in the environment that is to be created.
    with path.open("ab") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stderr.write("waiting for another run that is creating a Python environment\n")
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _create(folder: Path, lock: Path) -> None:
    """Create an environment beside its place, and rename it: whoever finds it may use it."""
    sys.stderr.write(f"creating a Python environment for the scaffolder in {folder}\n")
    partial = folder.with_name(f"{folder.name}.part")
    for left in (partial, folder):
        shutil.rmtree(left, ignore_errors=True)
    _fill(partial, lock)
    (partial / "complete").touch()
    # The scripts in its `bin` name the place where they were made; nothing runs them.
    partial.rename(folder)


def _fill(folder: Path, lock: Path) -> None:
    python = folder / "bin" / "python"
    if uv := shutil.which("uv"):
        _run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)])
        _run([uv, "pip", "install", "--quiet", "--python", str(python), "--require-hashes", "-r", str(lock)])
        return
    _run([sys.executable, "-m", "venv", str(folder)])
    _run(
        [
            str(python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "-r",
            str(lock),
        ]
    )


def _run(argv: list[str]) -> None:
    with scratch(paths.work()) as folder:
        result = process.run(argv, cwd=folder, env=os.environ, log=folder / "log", limit=LIMIT)
    if result.is_ok:
        return
    # Debian splits `ensurepip` out of Python; `venv` then fails and names it.
    if "ensurepip" in result.output:
        raise ToolMissing(
            what="cannot create a virtual environment",
            where=sys.executable,
            why="the venv module of this Python is incomplete: ensurepip is not available",
            fix="install it; on Debian: apt-get install python3-venv",
            details=program_output.last_lines(result.output, 5),
        )
    is_full = re.search(DISK_IS_FULL, result.output) is not None
    raise IOFailure(
        what="cannot install the Python packages",
        where=str(paths.place()) if is_full else " ".join(argv[:4]),
        why="the disk is full" if is_full else "the installer failed or timed out",
        fix=(
            f"free some space, or {paths.ELSEWHERE}; then"
            if is_full
            else "make sure that the package index is reachable, and"
        )
        + " run the same command again",
        details=program_output.last_lines(result.output, 5),
    )


def _refuse(refusal: Refusal) -> int:
    lines = [
        f"{refusal.kind}: {refusal.what}",
        f"  where  {refusal.where}",
        f"  why    {refusal.why}",
        f"  fix    {refusal.fix}",
        *(f"  | {line}" for line in refusal.details),
    ]
    sys.stderr.write("\n".join(lines) + "\n")
    return refusal.exit_code
