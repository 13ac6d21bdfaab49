"""Finds and installs the npm tools: wrangler, wasm-opt and esbuild.

They are installed from the lock in `npm_packages/`, which contains their versions and hashes for every platform.

Not here: npm itself (`node.py`).
"""

from __future__ import annotations

import hashlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scaffolder.system import paths
from scaffolder.toolchain.job import Job
from scaffolder.toolchain.probes import Probes
from scaffolder.toolchain.tools.node import Node

SHIPPED = Path(__file__).with_name("npm_packages")


@dataclass(frozen=True)
class NpmTools:
    """The installed npm tools.

    Args:
        folder: The folder that contains `node_modules`.
        wrangler: Its version, or an empty string if it or workerd does not run.
        wasm_opt: Its version, or an empty string.
        esbuild: Its version, or an empty string.
    """

    folder: Path
    wrangler: str
    wasm_opt: str
    esbuild: str

    @property
    def modules(self) -> Path:
        """The folder of the packages."""
        return self.folder / "node_modules"

    @property
    def programs(self) -> Path:
        """The folder of the programs."""
        return self.modules / ".bin"

    @property
    def is_complete(self) -> bool:
        """Whether all tools run."""
        return all((self.wrangler, self.wasm_opt, self.esbuild))


def find(probes: Probes, node: Node) -> NpmTools:
    """Run the npm tools, and return their versions.

    Args:
        probes: Runs the tools.
        node: The Node to run them with.
    """
    folder = install_folder()
    names = ("wrangler", "workerd", "wasm-opt", "esbuild")
    programs = [folder / "node_modules" / ".bin" / name for name in names]
    with ThreadPoolExecutor(len(programs)) as pool:
        versions = pool.map(lambda each: _version(probes, node, each), programs)
    wrangler, workerd, wasm_opt, esbuild = versions
    return NpmTools(folder, wrangler if workerd else "", wasm_opt, esbuild)


def install(job: Job, probes: Probes, node: Node) -> NpmTools:
    """Install the npm tools.

    Args:
        job: The step of the setup.
        probes: Runs the tools.
        node: The Node whose npm installs them.

    Raises:
        Refusal: They cannot be installed.
    """
    folder = install_folder()
    partial = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(SHIPPED, partial)
    # Install scripts are code from the registry, and none of these packages needs one.
    options = ["--ignore-scripts", "--no-audit", "--no-fund"]
    job.run([node.folder / "npm", "ci", *options], cwd=partial, before=[node.folder])
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    tools = find(probes, node)
    return job.require_working(tools if tools.is_complete else None)


def install_folder() -> Path:
    """Return the folder of the tools; its name depends on the lock's content."""
    lock = (SHIPPED / "package-lock.json").read_bytes()
    return paths.tools() / f"npm-{hashlib.sha256(lock).hexdigest()[:12]}"


def _version(probes: Probes, node: Node, program: Path) -> str:
    if not program.exists():
        return ""
    result = probes.run([program, "--version"], before=[node.folder])
    words = result.output.split() if result and result.is_ok else []
    return next((word for word in words if word[0].isdigit()), "")
