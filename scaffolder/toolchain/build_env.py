"""Creates the environment variables that a project is built and run with.

Not here: finding the tools (`inventory.py`), and which variables hold logins (`withheld.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from scaffolder.core.tool import Toolchain
from scaffolder.toolchain.withheld import withheld

REMOVED = (
    # They choose another compiler than the one that was checked.
    "RUSTUP_TOOLCHAIN",
    "RUSTC",
    "RUSTDOC",
    "RUSTC_BOOTSTRAP",
    # With a shared target folder, two projects of the same name would overwrite each other's files.
    "CARGO_TARGET_DIR",
    # Other flags rebuild every shared artifact, and can break wasm32.
    "RUSTFLAGS",
    "RUSTDOCFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_ENCODED_RUSTDOCFLAGS",
    "CARGO_INCREMENTAL",
    # sccache and others start a server in the build's process group, which is ended with the build;
    # and the shared build folder already is a cache.
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    # By these worker-build writes other JavaScript, or other wasm.
    "COREDUMP",
    "COREDUMP_FLAGS",
    "CUSTOM_SHIM",
    "NO_MINIFY",
    "RUN_TO_COMPLETION",
    # They add code to every program of Node, or change what a module or a package resolves to.
    "NODE_OPTIONS",
    "NODE_PATH",
    # For production npm installs no wrangler.
    "NODE_ENV",
    "npm_config_omit",
    "npm_config_include",
    "npm_config_only",
    "npm_config_production",
)
"""The user's variables that are removed, so that a build depends on the project alone."""

REMOVED_PATTERN = (
    # Cargo's settings as variables: compilers, flags, linkers and runners of one target, profiles, resolvers.
    r"CARGO_BUILD_(?!JOBS$)\w+|CARGO_(TARGET|HOST|PROFILE|RESOLVER|UNSTABLE)_\w+"
    # The way in which wasm-bindgen, wrangler and Miniflare work; not where they log, and what they connect to locally.
    r"|WASM_BINDGEN_\w+|MINIFLARE_\w+"
    r"|WRANGLER_(?!LOG|HYPERDRIVE_LOCAL_CONNECTION_STRING_|SEND_METRICS$|HIDE_BANNER$|CACHE_DIR$|HOME$)\w+"
)
"""Likewise, by their patterns."""

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
    """Return the complete environment for building and running projects, with the user's logins.

    Args:
        toolchain: The tools.
    """
    search = os.environ.get("PATH", os.defpath)
    return clean_environment(toolchain.path, search) | toolchain.variables


def environment_without_logins(toolchain: Toolchain, passed: Sequence[str]) -> dict[str, str]:
    """Return the complete environment for building and running projects, without the user's logins.

    Args:
        toolchain: The tools.
        passed: The names of variables that are let through.
    """
    # What the program itself sets is no variable of the user, whatever its name.
    own = {"PATH", *ADDED, *toolchain.variables}
    found = environment(toolchain)
    secret = set(withheld(os.environ, passed)) - own
    return {name: value for name, value in found.items() if name not in secret}


def removed(names: Iterable[str]) -> list[str]:
    """Return which of the user's variables are removed since they influence a build."""
    return sorted(name for name in names if name in REMOVED or re.fullmatch(REMOVED_PATTERN, name))


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
    dropped = removed(os.environ)
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | ADDED | {"PATH": os.pathsep.join([*map(str, before), search])}
