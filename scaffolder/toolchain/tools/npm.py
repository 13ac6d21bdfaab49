"""Finds and gets the tools that npm has: wrangler, wasm-opt and esbuild.

They are installed from the lock in `npm/`, which is where their versions and hashes are. The
entries for a workerd of macOS and Windows have a version but no hash, as they were not to be
had where the lock was made; without them `npm ci` takes the lock for incomplete.

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
    """The npm tools, as they answered.

    Args:
        folder: The folder that holds `node_modules`.
        wrangler: Its version, or an empty text where it, or its workerd, does not run.
        wasm_opt: Its version, or an empty text.
        esbuild: Its version, or an empty text.
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
        """Whether every one answered."""
        return all((self.wrangler, self.wasm_opt, self.esbuild))


def find(probes: Probes, node: Node) -> NpmTools:
    """Answer what runs of the npm tools.

    Args:
        probes: Where to ask from.
        node: What they run with.
    """
    folder = own()
    names = ("wrangler", "workerd", "wasm-opt", "esbuild")
    programs = [folder / "node_modules" / ".bin" / name for name in names]
    with ThreadPoolExecutor(len(programs)) as pool:
        versions = pool.map(lambda each: _version(probes, node, each), programs)
    wrangler, workerd, wasm_opt, esbuild = versions
    return NpmTools(folder, wrangler if workerd else "", wasm_opt, esbuild)


def install(job: Job, probes: Probes, node: Node) -> NpmTools:
    """Get the npm tools.

    Args:
        job: What it is done as.
        probes: Where to ask from.
        node: What to install them with.

    Raises:
        Refusal: They cannot be got.
    """
    folder = own()
    making = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(making, ignore_errors=True)
    shutil.copytree(SHIPPED, making)
    # No package needs its install script to work, so none gets to run one.
    options = ["--ignore-scripts", "--no-audit", "--no-fund"]
    job.run([node.folder / "npm", "ci", *options], cwd=making, before=[node.folder])
    shutil.rmtree(folder, ignore_errors=True)
    making.rename(folder)
    tools = find(probes, node)
    return job.proven(tools if tools.is_complete else None)


def own() -> Path:
    """Answer the folder of the tools, which another lock gives another name."""
    lock = (SHIPPED / "package-lock.json").read_bytes()
    return paths.tools() / f"npm-{hashlib.sha256(lock).hexdigest()[:12]}"


def _version(probes: Probes, node: Node, program: Path) -> str:
    if not program.exists():
        return ""
    ran = probes.ask([program, "--version"], before=[node.folder])
    words = ran.output.split() if ran and ran.is_ok else []
    return next((word for word in words if word[0].isdigit()), "")
