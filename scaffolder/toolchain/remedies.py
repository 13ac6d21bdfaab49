"""Commands that only the user can run to install a tool, and the refusals that name them.

Not here: the installations of `scaffold setup` (`installer.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from scaffolder.core.errors import ToolMissing
from scaffolder.core.invocation import program
from scaffolder.core.template import Pins
from scaffolder.toolchain.machine import Machine
from scaffolder.toolchain.tools import apt, nightly
from scaffolder.toolchain.tools.rustc import TARGET

NEEDED_FOR = {
    "git": "a new project is a git repository",
    "chromium": "a template that serves pages is tested in a browser",
    "postgresql": "a template that uses a database is tested with one",
}
SETUP = f"{program()} setup"
SETUP_FOR = f"{SETUP} --for TEMPLATE"
SETUP_NIGHTLY = f"{SETUP} --for {nightly.OPTION}"
AGAIN = "then run the same command again"


def for_system_tool(machine: Machine, names: Sequence[str]) -> str:
    """Return the command that installs a system tool, or a sentence where it is unknown.

    Args:
        machine: The machine to install on.
        names: The tool's Debian packages.
    """
    if machine.has_apt:
        return apt.command(machine, names)
    if names[0] == "chromium":
        return "install Chrome or Chromium, or set CHROME_PATH to the program"
    if names[0] == "postgresql":
        return "install PostgreSQL, or set POSTGRES_BIN to the folder of its programs"
    if machine.platform == "darwin":
        return "xcode-select --install"
    return f"install {names[0]} with the package manager of your system"


def for_rust(machine: Machine, pins: Pins) -> str:
    """Return the command that installs rustup with the pinned Rust.

    Args:
        machine: The machine to install on.
        pins: The required versions.
    """
    if machine.platform == "win32":
        install = "winget install Rustlang.Rustup"
        return f"{install} && rustup toolchain install {pins.rust_version} --target {TARGET}"
    fetch = "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs"
    options = f"--profile minimal --default-toolchain {pins.rust_version} --target {TARGET}"
    return f"{fetch} | sh -s -- -y {options}"


def cannot_install_rust(machine: Machine, pins: Pins, details: Sequence[str] = ()) -> ToolMissing:
    """Return the refusal for a missing Rust that cannot be installed automatically.

    Args:
        machine: The machine without Rust.
        pins: The required versions.
        details: Output of the attempts.
    """
    rustup = machine.find("rustup")
    mirror = f"make sure that rustup can reach its server (RUSTUP_DIST_SERVER sets a mirror), {AGAIN}"
    return ToolMissing(
        what=f"no Rust toolchain with the target {TARGET}",
        where="your PATH, and the tool folder",
        why="a worker is compiled to WebAssembly, and that toolchain cannot be installed automatically here",
        fix=mirror if rustup else f"{for_rust(machine, pins)}   ({AGAIN})",
        details=list(details),
    )


def cannot_install_nightly(machine: Machine, pins: Pins) -> ToolMissing:
    """Return the refusal for a missing nightly Rust on a machine without rustup.

    Args:
        machine: The machine without rustup.
        pins: The required versions.
    """
    return ToolMissing(
        what="no nightly Rust, and no rustup to install it with",
        where="your PATH, and the tool folder",
        why="a project whose panics unwind is compiled with rustup's nightly toolchain",
        fix=f"{for_rust(machine, pins)}   ({AGAIN})",
        details=["or create the project with --set panic_unwind=false"],
    )


def needs_administrator(names: Sequence[str], details: Sequence[str] = ()) -> ToolMissing:
    """Return the refusal for missing system packages that only an administrator can install.

    Args:
        names: The packages.
        details: Output of the attempts.
    """
    return ToolMissing(
        what="system packages are missing",
        where=", ".join(names),
        why="installing them requires root, and sudo is not available",
        fix=f"ask an administrator to run: {apt.command_for_root(names)}",
        details=[*details, f"{AGAIN}, as yourself"],
    )


def needs_system_tool(machine: Machine, names: Sequence[str]) -> ToolMissing:
    """Return the refusal for a missing system tool on a system without apt.

    Args:
        machine: The machine without the tool.
        names: The tool's Debian packages.
    """
    return ToolMissing(
        what=f"{names[0]} is missing",
        where="your PATH",
        why=NEEDED_FOR.get(names[0], "Rust links with a C compiler"),
        fix=f"{for_system_tool(machine, names)}   ({AGAIN})",
    )
