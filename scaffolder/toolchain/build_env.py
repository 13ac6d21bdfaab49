"""Makes the environment that a project is built and run in out of a proven toolchain.

Not here: finding the tools (`inventory.py`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from scaffolder.core.models import Toolchain

STEERING = (
    # Another compiler, or another choice of one, than the one that was proven.
    "RUSTUP_TOOLCHAIN",
    "RUSTC",
    "CARGO_BUILD_RUSTC",
    "RUSTC_BOOTSTRAP",
    # One target folder for all would let two projects of one name overwrite each other.
    "CARGO_TARGET_DIR",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_BUILD_BUILD_DIR",
    # `cargo test` must build for this machine, and worker-build chooses its target itself.
    "CARGO_BUILD_TARGET",
    # A user's flags would make every shared artifact anew, and can break wasm32.
    "RUSTFLAGS",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    # A wrapper may start a server in our process group, which would then be ended with it; and
    # the shared build folder already saves what a wrapper would.
    "RUSTC_WRAPPER",
    "CARGO_BUILD_RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
)
"""Variables of the user that would make a build say something about them, not the project."""

QUIET = {
    "RUSTUP_AUTO_INSTALL": "0",
    "WRANGLER_SEND_METRICS": "false",
    "WRANGLER_HIDE_BANNER": "true",
    "CLOUDFLARE_CF_FETCH_ENABLED": "false",
    "NO_COLOR": "1",
    "npm_config_update_notifier": "false",
}
"""No downloads, no metrics, no colours: what is run says only what it was run for."""


def environment(toolchain: Toolchain) -> dict[str, str]:
    """Answer the whole environment for building and running projects.

    Args:
        toolchain: The proven tools.
    """
    search = os.environ.get("PATH", os.defpath)
    return cleaned(toolchain.path, search) | toolchain.variables


def exports(toolchain: Toolchain) -> dict[str, str]:
    """Answer the variables that let a user's own shell build as we do.

    Args:
        toolchain: The proven tools.
    """
    whole = environment(toolchain)
    names = ("PATH", *toolchain.variables)
    return {name: whole[name] for name in names}


def cleaned(before: Sequence[Path], search: str) -> dict[str, str]:
    """Answer our own environment without what steers a build.

    Args:
        before: Folders to put before the search path.
        search: The search path.
    """
    kept = {name: value for name, value in os.environ.items() if name not in STEERING}
    return kept | QUIET | {"PATH": os.pathsep.join([*map(str, before), search])}
