"""Decides which tools are usable, and combines them into a toolchain.

Not here: running the tools (`survey.py`), and printing the result (`report.py`).
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scaffolder.core.template import Pins
from scaffolder.core.tool import Tool, Toolchain
from scaffolder.system import paths, process
from scaffolder.toolchain import remedies
from scaffolder.toolchain.machine import Machine
from scaffolder.toolchain.probes import probing
from scaffolder.toolchain.survey import Survey, survey
from scaffolder.toolchain.tools import apt, browser, cargo_tools, nightly, postgresql
from scaffolder.toolchain.tools.cargo_tools import CargoTool, InstalledTool
from scaffolder.toolchain.tools.node import Node
from scaffolder.toolchain.tools.rustc import TARGET, Rust

OPTIONAL = "any; optional"
BROWSER = "any; for templates that are tested in a browser"
DATABASE = "any; for templates that are tested with a database"
NIGHTLY = "exactly {}; for projects whose panics unwind"


@dataclass(frozen=True)
class Inventory:
    """The tools of a machine.

    Args:
        tools: Every tool, usable or not.
        toolchain: The usable ones combined, or None if a required one is missing.
    """

    tools: tuple[Tool, ...]
    toolchain: Toolchain | None


def examine(pins: Pins, machine: Machine | None = None, extras: Collection[str] = ()) -> Inventory:
    """Find every tool, and check that it works.

    Args:
        pins: The required versions.
        machine: The machine to look at; by default this one.
        extras: Additional tools that templates or options need.
    """
    machine = machine or Machine()
    with probing(machine) as probes:
        seen = survey(probes, pins)
    tools = (
        *_tools(seen, pins, machine),
        _browser(seen, is_needed=browser.NAME in extras),
        _postgresql(seen, is_needed=postgresql.NAME in extras),
        _nightly(seen, pins.nightly_date, is_needed=nightly.NAME in extras),
    )
    is_complete = all(tool.is_ok for tool in tools if tool.name in extras)
    return Inventory(tools, _toolchain(seen, machine) if is_complete else None)


def _browser(seen: Survey, *, is_needed: bool) -> Tool:
    if seen.browser is None:
        return Tool(browser.NAME, BROWSER, "", is_ok=False, fix=remedies.SETUP_FOR, is_exact=False, is_needed=is_needed)
    path = str(seen.browser.program)
    return Tool(browser.NAME, BROWSER, seen.browser.version, is_ok=True, path=path, is_needed=is_needed)


def _postgresql(seen: Survey, *, is_needed: bool) -> Tool:
    name, fix = postgresql.NAME, remedies.SETUP_FOR
    if seen.postgresql is None:
        return Tool(name, DATABASE, "", is_ok=False, fix=fix, is_exact=False, is_needed=is_needed)
    path = str(seen.postgresql.programs / postgresql.PROGRAM)
    return Tool(name, DATABASE, seen.postgresql.version, is_ok=True, path=path, is_needed=is_needed)


def _nightly(seen: Survey, date: str, *, is_needed: bool) -> Tool:
    name, needed, fix = nightly.NAME, NIGHTLY.format(date), remedies.SETUP_NIGHTLY
    if seen.nightly is None:
        return Tool(name, needed, "", is_ok=False, fix=fix, is_exact=False, is_needed=is_needed)
    path = str(seen.nightly.programs / "rustc")
    return Tool(name, needed, date, is_ok=True, path=path, is_needed=is_needed)


def _tools(seen: Survey, pins: Pins, machine: Machine) -> tuple[Tool, ...]:
    return (
        _system_tool("git", seen.git, "any", machine, apt.GIT),
        _system_tool("cc", seen.cc, "any that links", machine, apt.COMPILER),
        *_rust_tools(seen, pins),
        *_node_tools(seen, pins),
        *(_cargo_tool(tool, found) for tool, found in seen.cargo_tools),
        *_npm_tools(seen, pins),
        _extra("rustfmt", seen.rustfmt),
        _extra("clippy", seen.clippy),
    )


def _system_tool(name: str, found: str, needed: str, machine: Machine, names: Sequence[str]) -> Tool:
    path = str(machine.find(name) or "")
    fix = "" if found else remedies.for_system_tool(machine, names)
    return Tool(name, needed, found, bool(found), path, fix)


def _rust_tools(seen: Survey, pins: Pins) -> tuple[Tool, Tool]:
    oldest = f"{pins.minimum_rust_version} or newer"
    needed = f"{oldest} with {TARGET}"
    rust = seen.rust
    if rust is None:
        found = "; ".join(f"{each.release} {each.why}".strip() for each in seen.unusable)
        path = str(seen.unusable[0].rustc) if seen.unusable else ""
        return _missing("rustc", needed, found, path), _missing("cargo", oldest)
    is_exact = rust.release == pins.rust_version
    return (
        _working("rustc", needed, rust.release, rust.folder, is_exact=is_exact),
        _working("cargo", oldest, rust.cargo, rust.folder, is_exact=is_exact),
    )


def _node_tools(seen: Survey, pins: Pins) -> tuple[Tool, Tool]:
    needed = f"{pins.minimum_node_version} or newer"
    node = seen.node
    if node is None:
        return _missing("node", needed, seen.users_node), _missing("npm", "any")
    is_exact = node.release == pins.node_version
    return (
        _working("node", needed, node.release, node.folder, is_exact=is_exact),
        _working("npm", "any", node.npm, node.folder, is_exact=True),
    )


def _working(name: str, needed: str, found: str, folder: Path, *, is_exact: bool) -> Tool:
    path = str(folder / name)
    return Tool(name, needed, found, is_ok=True, path=path, is_exact=is_exact)


def _missing(name: str, needed: str, found: str = "", path: str = "") -> Tool:
    return Tool(name, needed, found, is_ok=False, path=path, fix=remedies.SETUP, is_exact=False)


def _cargo_tool(tool: CargoTool, found: InstalledTool | None) -> Tool:
    version = found.version if found else ""
    path = str(found.program) if found else ""
    return _exact(tool.name, tool.version, version, path)


def _npm_tools(seen: Survey, pins: Pins) -> tuple[Tool, ...]:
    tools = seen.npm_tools
    binaryen = pins.binaryen_version.partition(".")[0]
    each = (
        ("wasm-opt", binaryen, tools.wasm_opt if tools else ""),
        ("esbuild", pins.esbuild_version, tools.esbuild if tools else ""),
        ("wrangler", pins.wrangler_version, tools.wrangler if tools else ""),
    )
    folder = tools.programs if tools else Path()
    return tuple(_exact(name, needed, found, str(folder / name) if found else "") for name, needed, found in each)


def _exact(name: str, needed: str, found: str, path: str) -> Tool:
    is_ok = found == needed
    return Tool(name, f"exactly {needed}", found, is_ok, path, "" if is_ok else remedies.SETUP, is_ok)


def _extra(name: str, found: str) -> Tool:
    fix = "" if found else f"rustup component add {name}"
    return Tool(name, OPTIONAL, found, bool(found), fix=fix, is_needed=False)


def _toolchain(seen: Survey, machine: Machine) -> Toolchain | None:
    """Combine the tools, or return None if a required one is missing."""
    rust, node, tools = seen.rust, seen.node, seen.npm_tools
    cargo = {tool.name: each.program for tool, each in seen.cargo_tools if each and each.version == tool.version}
    is_complete = seen.git and seen.cc and len(cargo) == len(seen.cargo_tools)
    if not (rust and node and tools and tools.is_complete and is_complete):
        return None
    # A build command that installs the pinned worker-build finds it there.
    root = next(cargo_tools.install_root(rust.key, tool) for tool, _ in seen.cargo_tools if tool.name == "worker-build")
    variables = {
        "CARGO_INSTALL_ROOT": str(root),
        "WASM_BINDGEN_BIN": str(cargo["wasm-bindgen"]),
        "WASM_OPT_BIN": str(tools.programs / "wasm-opt"),
        "ESBUILD_BIN": str(tools.programs / "esbuild"),
    }
    if seen.browser:
        variables["CHROME_PATH"] = str(seen.browser.program)
    if seen.postgresql:
        variables["POSTGRES_BIN"] = str(seen.postgresql.programs)
    folders = (root / "bin", cargo["wasm-bindgen"].parent, tools.programs)
    private = tuple(dict.fromkeys(each for each in folders if each.is_relative_to(paths.tools())))
    path = private + _compilers(rust, node, machine)
    target = paths.target(rust.key)
    toolchain = Toolchain(path, variables, rust.release, rust.folder, rust.key, tools.modules, target)
    return replace(toolchain, unwinding=_unwinding(toolchain, rust, seen.nightly))


def _unwinding(toolchain: Toolchain, rust: Rust, found: nightly.Nightly | None) -> Toolchain | None:
    """Put rustup's proxies first; they run the same Rust unless `+nightly` is given."""
    if found is None:
        return None
    variables = toolchain.variables | found.variables(rust)
    return replace(toolchain, path=(found.programs, *toolchain.path), variables=variables)


def _compilers(rust: Rust, node: Node, machine: Machine) -> tuple[Path, ...]:
    """Return the folders of Rust and Node, if the user's PATH would find other ones.

    Only then: a folder such as `/usr/bin` in front of the PATH would shadow the user's other tools.
    """
    folders: tuple[Path, ...] = ()
    for folder, program in ((rust.folder, "rustc"), (node.folder, "node")):
        search = os.pathsep.join([*map(str, folders), machine.search])
        found = process.which(program, search)
        if found is None or Path(found).parent != folder:
            folders = (folder, *folders)
    return folders
