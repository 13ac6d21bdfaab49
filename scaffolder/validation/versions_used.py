"""Finds out the versions that a validation used, by asking the programs and reading what was installed and locked.

Not here: choosing them (`toolchain/project_tools.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scaffolder.reading import node_requirements
from scaffolder.reading.project import Worker
from scaffolder.system import process
from scaffolder.validation import node_packages
from scaffolder.validation.context import PipelineContext

LIMIT = 20.0
"""Seconds after which a program that does not print its version is left out."""

PACKAGES = ("wrangler", "workerd")
CRATES = ("worker",)


def find(context: PipelineContext, workers: Sequence[Worker]) -> dict[str, str]:
    """Return the version of each tool that built the workers, and will run them; those that are unknown are left out.

    Args:
        context: The validation, after the build.
        workers: The workers in the copy.
    """
    programs = {
        "worker-build": "worker-build",
        "wasm-bindgen": context.environment.get("WASM_BINDGEN_BIN", "wasm-bindgen"),
        "node": "node",
    }
    modules = node_packages.folder(context)
    found = {
        **{crate: _locked(workers, crate) for crate in CRATES},
        **{name: _printed(context, program) for name, program in programs.items()},
        **{name: node_requirements.installed(modules, name) for name in PACKAGES},
        "rust": context.toolchain.rust_release,
    }
    return {name: version for name, version in found.items() if version}


def _printed(context: PipelineContext, name: str) -> str:
    program = process.which(name, context.environment["PATH"])
    if program is None:
        return ""
    ran = process.run(
        [program, "--version"],
        cwd=context.folder,
        env=context.environment,
        limit=LIMIT,
        log=context.logs / "versions.log",
        stop=context.stop,
    )
    version = re.search(r"\d+(?:\.\d+)+", ran.output) if ran.is_ok else None
    return version[0] if version else ""


def _locked(workers: Sequence[Worker], crate: str) -> str:
    locks = [worker.lock for worker in workers]
    versions = sorted({version for lock in locks if lock for version in lock.versions.get(crate, ())})
    return " and ".join(versions)
