"""Creates the environment variables that a project is built and run with.

Not here: finding the tools (`inventory.py`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from scaffolder.core.tool import Toolchain

REMOVED = (
    # They choose another compiler than the one that was checked.
    "RUSTUP_TOOLCHAIN",
    "RUSTC",
    "CARGO_BUILD_RUSTC",
    "RUSTC_BOOTSTRAP",
    # With a shared target folder, two projects of the same name would overwrite each other's files.
    "CARGO_TARGET_DIR",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_BUILD_BUILD_DIR",
    # `cargo test` has to build for the host, and worker-build sets its target itself.
    "CARGO_BUILD_TARGET",
    # Other flags rebuild every shared artifact, and can break wasm32.
    "RUSTFLAGS",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    # sccache and others start a server in the build's process group, which is ended with the build;
    # and the shared build folder already is a cache.
    "RUSTC_WRAPPER",
    "CARGO_BUILD_RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
)
"""The user's variables that are removed, so that a build depends on the project alone."""

ADDED = {
    "RUSTUP_AUTO_INSTALL": "0",
    "WRANGLER_SEND_METRICS": "false",
    "WRANGLER_HIDE_BANNER": "true",
    "CLOUDFLARE_CF_FETCH_ENABLED": "false",
    "NO_COLOR": "1",
    "npm_config_update_notifier": "false",
}
"""Variables that are added: no implicit downloads, no metrics, no colours, no banners."""


def environment(toolchain: Toolchain) -> dict[str, str]:
    """Return the complete environment for building and running projects.

    Args:
        toolchain: The tools.
    """
    search = os.environ.get("PATH", os.defpath)
    return clean_environment(toolchain.path, search) | toolchain.variables


def exports(toolchain: Toolchain) -> dict[str, str]:
    """Return the variables that make a user's shell build like a validation.

    Args:
        toolchain: The tools.
    """
    complete = environment(toolchain)
    names = ("PATH", *toolchain.variables)
    return {name: complete[name] for name in names}


def clean_environment(before: Sequence[Path], search: str) -> dict[str, str]:
    """Return this process's environment without the variables that influence a build.

    Args:
        before: Folders to put in front of the search path.
        search: The search path.
    """
    kept = {name: value for name, value in os.environ.items() if name not in REMOVED}
    return kept | ADDED | {"PATH": os.pathsep.join([*map(str, before), search])}
