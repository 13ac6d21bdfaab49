"""Looks at every tool at once: what is there, and what of it works.

Nothing is remembered from one look to the next, because what is remembered can become a lie.

Not here: what the doctor says about it (`inventory.py`), and what is to be got (`setup_plan.py`).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scaffolder.core.models import Pins
from scaffolder.toolchain.probes import Probes
from scaffolder.toolchain.tools import browser, cargo_tools, nightly, node, npm, rustc
from scaffolder.toolchain.tools.browser import Browser
from scaffolder.toolchain.tools.cargo_tools import CargoTool, Found
from scaffolder.toolchain.tools.nightly import Nightly
from scaffolder.toolchain.tools.node import Node
from scaffolder.toolchain.tools.npm import NpmTools
from scaffolder.toolchain.tools.rustc import Rust, Unfit


@dataclass(frozen=True)
class Survey:
    """What was seen.

    Args:
        git: The version, or an empty text.
        cc: The version of the C compiler, or an empty text where it does not link.
        rust: The Rust that will do.
        unfit: Those that were passed over.
        node: The Node that will do.
        users_node: The version of the user's own, whether it will do or not.
        npm_tools: The npm tools, as far as there is a Node to run them.
        cargo_tools: Each cargo tool, and what was found of it.
        rustfmt: The version, or an empty text.
        clippy: The version, or an empty text.
        browser: The Chromium, which few need.
        nightly: The nightly Rust, which few need.
    """

    git: str
    cc: str
    rust: Rust | None
    unfit: tuple[Unfit, ...]
    node: Node | None
    users_node: str
    npm_tools: NpmTools | None
    cargo_tools: tuple[tuple[CargoTool, Found | None], ...]
    rustfmt: str
    clippy: str
    browser: Browser | None
    nightly: Nightly | None


def survey(probes: Probes, pins: Pins) -> Survey:
    """Look at every tool.

    Args:
        probes: Where to ask from.
        pins: The versions that are needed.
    """
    with ThreadPoolExecutor(8) as pool:
        # The npm tools take longest and wait for Node, so that chain starts first.
        nodes = pool.submit(_node_and_npm_tools, probes, pins)
        rusts = pool.submit(rustc.survey, probes, pins)
        git = pool.submit(probes.version, ["git", "--version"])
        cc = pool.submit(_linking_cc, probes)
        browsers = pool.submit(browser.find, probes)
        nightlies = pool.submit(nightly.find, probes, pins)
        users_node = pool.submit(probes.version, ["node", "--version"])
        good, unfit = rusts.result()
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
            unfit,
            nodes.result()[0],
            users_node.result(),
            nodes.result()[1],
            tuple(cargo),
            rustfmt,
            clippy,
            browsers.result(),
            nightlies.result(),
        )


def _node_and_npm_tools(probes: Probes, pins: Pins) -> tuple[Node | None, NpmTools | None]:
    found = node.find(probes, pins)
    return found, npm.find(probes, found) if found else None


def _linking_cc(probes: Probes) -> str:
    """Answer the version of a C compiler that also finds the C library."""
    source: Path = probes.folder / "proof.c"
    source.write_text("int main(void) { return 0; }\n", encoding="utf-8")
    ran = probes.ask(["cc", source, "-o", probes.folder / "proof"])
    return probes.version(["cc", "--version"]) if ran and ran.is_ok else ""
