"""Runs every tool concurrently, to find out which are installed and work.

Results are never cached: a tool may be removed or updated between two runs.

Not here: the judgement (`inventory.py`), and the installation (`setup_plan.py`).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scaffolder.core.template import Pins
from scaffolder.toolchain.probes import Probes
from scaffolder.toolchain.tools import browser, cargo_tools, nightly, node, npm, postgresql, rustc
from scaffolder.toolchain.tools.browser import Browser
from scaffolder.toolchain.tools.cargo_tools import CargoTool, InstalledTool
from scaffolder.toolchain.tools.nightly import Nightly
from scaffolder.toolchain.tools.node import Node
from scaffolder.toolchain.tools.npm import NpmTools
from scaffolder.toolchain.tools.postgresql import Postgresql
from scaffolder.toolchain.tools.rustc import Rust, UnusableRust


@dataclass(frozen=True)
class Survey:
    """The tools of a machine.

    Args:
        git: Its version, or an empty string.
        cc: The version of the C compiler, or an empty string if it does not link.
        rust: The first usable Rust.
        unusable: The unusable compilers that come before it on the PATH.
        node: The first usable Node.
        users_node: The version of the user's Node, usable or not; or an empty string.
        npm_tools: The npm tools; None without a Node to run them.
        cargo_tools: Each cargo tool, with the installed one.
        rustfmt: Its version, or an empty string.
        clippy: Its version, or an empty string.
        browser: Chromium, which few templates need.
        postgresql: The programs of PostgreSQL, which few templates need.
        nightly: The nightly Rust, which few projects need.
    """

    git: str
    cc: str
    rust: Rust | None
    unusable: tuple[UnusableRust, ...]
    node: Node | None
    users_node: str
    npm_tools: NpmTools | None
    cargo_tools: tuple[tuple[CargoTool, InstalledTool | None], ...]
    rustfmt: str
    clippy: str
    browser: Browser | None
    postgresql: Postgresql | None
    nightly: Nightly | None


def survey(probes: Probes, pins: Pins) -> Survey:
    """Run every tool.

    Args:
        probes: Runs the tools.
        pins: The required versions.
    """
    with ThreadPoolExecutor(8) as pool:
        # The npm tools take longest and have to wait for Node, so this chain starts first.
        nodes = pool.submit(_node_and_npm_tools, probes, pins)
        rusts = pool.submit(rustc.survey, probes, pins)
        git = pool.submit(probes.version, ["git", "--version"])
        cc = pool.submit(_linking_cc, probes)
        browsers = pool.submit(browser.find, probes)
        databases = pool.submit(postgresql.find, probes)
        nightlies = pool.submit(nightly.find, probes, pins)
        users_node = pool.submit(probes.version, ["node", "--version"])
        good, unusable = rusts.result()
        before = [good.folder] if good else []
        extras = [
            pool.submit(probes.version, ["cargo", name, "--version"], before=before) for name in ("fmt", "clippy")
        ]
        cargo = [(each, cargo_tools.find(probes, each, good)) for each in cargo_tools.pinned(pins)]
        rustfmt, clippy = (extra.result() for extra in extras)
        return Survey(
            git.result(),
            cc.result(),
            good,
            unusable,
            nodes.result()[0],
            users_node.result(),
            nodes.result()[1],
            tuple(cargo),
            rustfmt,
            clippy,
            browsers.result(),
            databases.result(),
            nightlies.result(),
        )


def _node_and_npm_tools(probes: Probes, pins: Pins) -> tuple[Node | None, NpmTools | None]:
    found = node.find(probes, pins)
    return found, npm.find(probes, found) if found else None


def _linking_cc(probes: Probes) -> str:
    """Return the version of the C compiler if it can link, which takes the C library's development files."""
    source: Path = probes.folder / "main.c"
    source.write_text("int main(void) { return 0; }\n", encoding="utf-8")
    result = probes.run(["cc", source, "-o", probes.folder / "main"])
    return probes.version(["cc", "--version"]) if result and result.is_ok else ""
