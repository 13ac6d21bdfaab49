"""Tools: as `scaffold doctor` lists them, combined into a toolchain, and run to their end.

Not here: finding them (`toolchain/`), and running them (`process.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Tool:
    """A row of `scaffold doctor`: one tool, and whether it is usable.

    Args:
        name: The tool's name.
        needed: The required version, in words.
        found: The installed version, or an empty string.
        is_ok: Whether the installed version is usable.
        path: The path of the program, or an empty string.
        fix: The command that installs it.
        is_exact: Whether it is the version that the catalogue was tested with.
        is_needed: Whether a validation needs it.
    """

    name: str
    needed: str
    found: str
    is_ok: bool
    path: str = ""
    fix: str = ""
    is_exact: bool = True
    is_needed: bool = True


@dataclass(frozen=True)
class Toolchain:
    """The tools that build and run a worker; each one has been run successfully.

    Args:
        path: Folders to put in front of the user's PATH.
        variables: Additional environment variables.
        rust_release: The release of rustc, such as `1.96.0`.
        rust_folder: The folder of rustc and cargo.
        rust_key: The name of the folders that hold what this Rust compiled.
        node_modules: The folder that holds the pinned wrangler.
        target: The build folder that all validations share.
        unwinding: The toolchain for projects whose panics unwind; None without a nightly.
    """

    path: tuple[Path, ...]
    variables: dict[str, str]
    rust_release: str
    rust_folder: Path
    rust_key: str
    node_modules: Path
    target: Path
    unwinding: Toolchain | None = None


@dataclass(frozen=True)
class CompletedProgram:
    """A program that has ended.

    Args:
        argv: The program and its arguments.
        code: The exit code; negative if a signal ended the program.
        seconds: The run time.
        output: Standard output and standard error, interleaved as written.
        timed_out: Whether the program was stopped at its time limit.
    """

    argv: tuple[str, ...]
    code: int
    seconds: float
    output: str
    timed_out: bool = False

    @property
    def is_ok(self) -> bool:
        """Whether the program exited by itself with code 0."""
        return self.code == 0 and not self.timed_out
