"""Words the ways to a tool that only the user can go, and the refusals that name them.

Not here: the ways that `scaffold setup` goes itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from scaffolder.core.errors import ToolMissing
from scaffolder.core.invocation import program
from scaffolder.core.models import Pins
from scaffolder.toolchain.machine import Machine
from scaffolder.toolchain.tools import apt, nightly
from scaffolder.toolchain.tools.rustc import TARGET

NEEDED_FOR = {
    "git": "a new project begins as a git repository",
    "chromium": "a template that serves pages is tested in a browser",
}
SETUP = f"{program()} setup"
SETUP_FOR = f"{SETUP} --for TEMPLATE"
SETUP_NIGHTLY = f"{SETUP} --for {nightly.OPTION}"
AGAIN = "then run the same command again"


def for_system_tool(machine: Machine, names: Sequence[str]) -> str:
    """Answer how to get a tool that comes with the system.

    Args:
        machine: The machine it is for.
        names: Its packages on Debian.
    """
    if machine.has_apt:
        return apt.command(machine, names)
    if names[0] == "chromium":
        return "install Chrome or Chromium; CHROME_PATH may name it"
    if machine.platform == "darwin":
        return "xcode-select --install"
    return f"install {names[0]} with the package manager of your system"


def for_rust(machine: Machine, pins: Pins) -> str:
    """Answer the command that installs rustup with the pinned Rust.

    Args:
        machine: The machine it is for.
        pins: The versions that are needed.
    """
    if machine.platform == "win32":
        install = "winget install Rustlang.Rustup"
        return f"{install} && rustup toolchain install {pins.rust_version} --target {TARGET}"
    fetch = "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs"
    options = f"--profile minimal --default-toolchain {pins.rust_version} --target {TARGET}"
    return f"{fetch} | sh -s -- -y {options}"


def no_way_to_rust(machine: Machine, pins: Pins, details: Sequence[str] = ()) -> ToolMissing:
    """Word that there is no Rust, and none can be got.

    Args:
        machine: The machine that lacks it.
        pins: The versions that are needed.
        details: What was tried.
    """
    rustup = machine.find("rustup")
    mirror = f"let rustup reach its server (RUSTUP_DIST_SERVER can name a mirror), {AGAIN}"
    return ToolMissing(
        what=f"no Rust that compiles to {TARGET}",
        where="your PATH, and the tool folder",
        why="a worker is compiled to WebAssembly, and no way to get that Rust is open here",
        fix=mirror if rustup else f"{for_rust(machine, pins)}   ({AGAIN})",
        details=list(details),
    )


def no_way_to_nightly(machine: Machine, pins: Pins) -> ToolMissing:
    """Word that there is no nightly Rust, and none can be got without rustup.

    Args:
        machine: The machine that lacks it.
        pins: The versions that are needed.
    """
    return ToolMissing(
        what="no nightly Rust, and no rustup to get it with",
        where="your PATH, and the tool folder",
        why="a project whose panics unwind is compiled by the nightly of rustup, and no other",
        fix=f"{for_rust(machine, pins)}   ({AGAIN})",
        details=["or make the project with --set panic_unwind=false"],
    )


def needs_administrator(names: Sequence[str], details: Sequence[str] = ()) -> ToolMissing:
    """Word that packages are missing, and that we may not install them.

    Args:
        names: The packages.
        details: What was tried.
    """
    return ToolMissing(
        what="packages of the system are missing",
        where=", ".join(names),
        why="installing them takes an administrator, and there is neither root nor sudo here",
        fix=f"ask an administrator to run: {apt.administrators_command(names)}",
        details=[*details, f"{AGAIN}, as yourself"],
    )


def needs_system_tool(machine: Machine, names: Sequence[str]) -> ToolMissing:
    """Word that a tool of the system is missing, on a system whose packages we do not know.

    Args:
        machine: The machine that lacks it.
        names: Its packages, as Debian calls them.
    """
    return ToolMissing(
        what=f"{names[0]} is missing",
        where="your PATH",
        why=NEEDED_FOR.get(names[0], "Rust links with a C compiler"),
        fix=f"{for_system_tool(machine, names)}   ({AGAIN})",
    )
