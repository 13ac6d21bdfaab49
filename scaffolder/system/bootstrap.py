"""Gives a clone a Python environment with its dependencies, from a lock with hashes.

It runs before any dependency is there, so it uses the standard library alone, and words
its one line and its refusals itself. The environment is in the cache, one for each lock.

Not here: anything about Rust or Node (`toolchain/`).
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from scaffolder.core.errors import IOFailure, Refusal, ToolMissing, interrupted
from scaffolder.system import process, program_output, signals

OLDEST = (3, 11)
"""The oldest Python that the scaffolder is written for."""

LIMIT = 600.0
"""Seconds after which the installation is given up."""


def enter(lock: Path, arguments: list[str]) -> int | None:  # noqa: RET503 - execv does not return
    """Make sure that a lock's packages can be imported.

    Args:
        lock: A pip requirements file with exact versions and hashes.
        arguments: What this program was started with, itself first.

    Returns:
        None if they can be imported here and now; else the exit code of the same program,
        run in an environment that has them, or of a refusal.
    """
    try:
        signals.heed()
        _check_python()
        if _is_satisfied(lock):
            return None
        python = _environment(lock)
    except Refusal as refusal:
        return _refuse(refusal)
    except KeyboardInterrupt:
        return _refuse(interrupted())
    sys.stdout.flush()
    os.execv(python, [str(python), *arguments])  # noqa: S606 - the same program, in its environment


def _check_python() -> None:
    if sys.version_info[:2] < OLDEST:
        raise ToolMissing(
            what="this Python is too old",
            where=sys.executable,
            why=f"it is {sys.version.split()[0]}, and 3.11 or later is needed",
            fix="install Python 3.11 or later, and start with that",
        )


def _is_satisfied(lock: Path) -> bool:
    """Answer whether every package of a lock is here in its very version."""
    wanted = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?=\s*\\?$)", lock.read_text(encoding="utf-8"), re.MULTILINE)
    try:
        return all(importlib.metadata.version(name) == version for name, version in wanted)
    except importlib.metadata.PackageNotFoundError:
        return False


def _environment(lock: Path) -> Path:
    """Answer the Python of the lock's environment, which is made if it is not there."""
    digest = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = _cache() / f"python-{digest}"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        sys.stderr.write(f"making a Python environment for the scaffolder in {folder}\n")
        _make(folder, python, lock)
        (folder / "complete").touch()
    return python


def _make(folder: Path, python: Path, lock: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
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
    with tempfile.TemporaryDirectory() as place:
        log = Path(place) / "log"
        ran = process.run(argv, cwd=Path(place), env=os.environ, log=log, limit=LIMIT)
    if ran.is_ok:
        return
    if "ensurepip" in ran.output:
        raise ToolMissing(
            what="this Python cannot make environments",
            where=sys.executable,
            why="its venv module is not complete",
            fix="install it; on Debian: apt-get install python3-venv",
            details=program_output.last_lines(ran.output, 5),
        )
    raise IOFailure(
        what="the Python packages could not be installed",
        where=" ".join(argv[:4]),
        why="the installer ended with an error, or took too long",
        fix="see to it that the package registry can be reached, and run it again",
        details=program_output.last_lines(ran.output, 5),
    )


def _cache() -> Path:
    """Answer the cache folder, as `paths.py` does once platformdirs is there."""
    if chosen := os.environ.get("SCAFFOLD_CACHE"):
        return Path(chosen).expanduser().absolute()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "rust-worker-scaffold"
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "rust-worker-scaffold"


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
