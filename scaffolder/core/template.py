"""Templates of the catalogue: pinned versions, bindings and questions; and other catalogues.

Not here: reading them (`manifests.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Pins:
    """The pinned versions of `templates/_shared/versions.yml`, under the names used there."""

    catalogue_source: str
    catalogue_version: str
    worker_version: str
    worker_build_version: str
    wasm_bindgen_version: str
    wrangler_version: str
    compatibility_date: str
    rust_version: str
    nightly_date: str
    minimum_rust_version: str
    node_version: str
    minimum_node_version: str
    binaryen_version: str
    esbuild_version: str


PURPOSES = {
    "start": "First steps",
    "api": "Serve an API",
    "data": "Store data",
    "background": "Work in the background",
    "realtime": "Keep connections open",
    "pages": "Serve pages",
    "services": "Use other services",
}
"""The purposes of templates in the order of the picker, with its headings."""


@dataclass(frozen=True)
class Catalogue:
    """A catalogue that is not the program's own state, and what its projects record of it.

    Args:
        folder: The folder with its copier.yml.
        source: The source that it is from.
        commit: The name of its version.
    """

    folder: Path
    source: str
    commit: str


@dataclass(frozen=True)
class Binding:
    """A binding of a worker: its kind, and its name in wrangler.toml."""

    kind: str
    name: str


@dataclass(frozen=True)
class Template:
    """A template of the catalogue, as its manifest describes it.

    Args:
        id: The folder's name, and the value of the `template` answer.
        title: A word or two.
        summary: One sentence of at most 60 characters.
        purpose: The one of `PURPOSES` by which it is grouped.
        bindings: The worker's bindings.
        plan: The Cloudflare plan that it needs: `free` or `paid`.
        login: Whether running it locally needs a Cloudflare login.
        limits: Sentences about limits of the platform.
        tools: The tools that validating it needs in addition to the usual ones.
    """

    id: str
    title: str
    summary: str
    purpose: str
    bindings: tuple[Binding, ...]
    plan: str
    login: bool
    limits: tuple[str, ...]
    tools: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """A question of a template.

    Args:
        name: The answer's key.
        type: Copier's type: `str`, `int` or `bool`.
        help: The question's text.
        default: The answer used if none is given.
        choices: Label and value of each allowed answer; empty if any value is allowed.
        placeholder: An example, shown while the field is empty.
    """

    name: str
    type: str
    help: str
    default: Any
    choices: tuple[tuple[str, Any], ...] = ()
    placeholder: str = ""


def answer_text(value: object) -> str:
    """Return an answer as `--set` takes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
