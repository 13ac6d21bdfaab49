"""The crate as a whole: its kind, its name, its release profile.

Not here: its dependencies (`dependencies.py`, `unsupported_std.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.core.text_edit import TextEdit
from scaffolder.reading.build_commands import build_text, cargo_configs, may_target_emscripten
from scaffolder.reading.config.cargo_manifest import Manifest
from scaffolder.reading.config.document import Document
from scaffolder.reading.project import Worker

PACKAGE = '[package]\nname = "{}"\nversion = "0.1.0"\nedition = "2024"\n'
DEPENDENCY = '\n[dependencies]\nworker = "0.8.7"\n'
LIBRARY = '\n[lib]\ncrate-type = ["cdylib"]\n'
PROFILE = '\n[profile.release]\nopt-level = "z"\nlto = true\ncodegen-units = 1\n'

LOOKED_UP = {"worker", "wasm-bindgen"}
"""The packages whose versions worker-build looks up in Cargo.lock, by name only."""


class PJ303(Rule):
    """The crate is a `cdylib`, and Cargo and worker-build accept its name.

    Why: worker-build stops if the crate is not a cdylib, or if it finds the crate in Cargo.lock in place of `worker` or
    `wasm-bindgen`; Cargo rejects an invalid name.

    Fix: add `crate-type = ["cdylib"]` under `[lib]`, or rename the package. A second type such as `rlib` is not needed
    for tests inside the crate, and keeps Cargo from optimizing across crates, which makes the worker a sixth larger.
    """

    name = "unbuildable-crate"
    fixable = True
    wrong = {"Cargo.toml": PACKAGE.format("notes") + DEPENDENCY}
    right = {"Cargo.toml": PACKAGE.format("notes") + LIBRARY + DEPENDENCY}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the problems of the crate that worker-build builds."""
        if worker.cargo is None or not worker.cargo.named("worker"):
            return
        document = worker.cargo.document
        if not _is_cdylib(document) and _needs_cdylib(worker):
            yield self.found(
                document.key("lib") if document.get("lib") else document.key("package"),
                "this crate is not a cdylib",
                fix='set crate-type = ["cdylib"] under [lib]',
                edits=_cdylib_edit(document),
            )
        name = worker.cargo.name
        if name and not name.replace("-", "_").isidentifier():
            message = f"`{name}` is not a valid package name"
            yield self.found(document.at("package", "name"), message, fix="use only letters, digits, - and _")
        elif _is_confused(worker, worker.cargo):
            message = f"worker-build mistakes this crate for the real `{name}` crate"
            yield self.found(document.at("package", "name"), message, fix="rename the package")


class PJ305(Rule):
    """There is a release profile, in the Cargo.toml from which Cargo reads it.

    Why: without one the wasm is optimised for speed, which makes it larger than necessary, and slower to upload and to
    start; and Cargo ignores the profiles of workspace members.

    Fix: add `[profile.release]` to the Cargo.toml of the workspace or of the only crate.

    Not checked: the settings of the profile; the profiles of a workspace that is not there; and the size of the wasm,
    since the last build may be old, and wrangler itself compares the upload with the limit.
    """

    name = "missing-release-profile"
    unmeasured = "Cargo builds without a warning, and the size of the wasm depends on the worker"
    wrong = {"Cargo.toml": PACKAGE.format("notes") + DEPENDENCY}
    right = {"Cargo.toml": PACKAGE.format("notes") + DEPENDENCY + PROFILE}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield a missing release profile, and profiles that Cargo ignores."""
        if worker.cargo is None or not worker.cargo.named("worker"):
            return
        own = worker.cargo.document
        root = worker.workspace.document if worker.workspace else own
        if own.file != root.file and own.get("profile"):
            message = "Cargo ignores this: it reads profiles only from the Cargo.toml of the workspace"
            yield self.found(own.key("profile"), message, fix=f"move it to the {root.file} of the workspace")
        elif not _profiles(root) and not _sets_profile(worker) and not worker.cargo.lacks_workspace:
            fix = f'add [profile.release] with opt-level = "z", lto = true and codegen-units = 1 to {root.file}'
            yield self.found(own.key("package"), f"{root.file} has no [profile.release]", fix=fix)


def _is_cdylib(document: Document) -> bool:
    kinds = document.get("lib", "crate-type") or document.get("lib", "crate_type") or ()
    return isinstance(kinds, list) and "cdylib" in kinds


def _needs_cdylib(worker: Worker) -> bool:
    """Return whether the build certainly builds this very crate, as a library."""
    words = re.findall(r"[\w./-]+", str(worker.config.get("build", "command") or ""))
    places = {(worker.folder / word).resolve() for word in words if (worker.folder / word / "Cargo.toml").is_file()}
    is_this = places <= {worker.crate_folder}
    return is_this and "crate-type" not in build_text(worker) and not may_target_emscripten(worker)


def _cdylib_edit(document: Document) -> tuple[TextEdit, ...]:
    """Return the edit that makes a crate a cdylib, where its Cargo.toml has one clear place for it."""
    content, table = document.source.content, document.get("lib")
    end = "\r\n" if b"\r\n" in content else "\n"
    text = f'crate-type = ["cdylib"]{end}'
    if table is None:
        before = end if content.endswith(b"\n") else end * 2
        return (TextEdit(document.file, len(content), len(content), f"{before}[lib]{end}{text}"),)
    kinds, location = document.get("lib", "crate-type"), document.locations.get(("lib",))
    if isinstance(kinds, list) and kinds:
        span = document.at("lib", "crate-type", 0)
        return (TextEdit(document.file, span.start, span.start, '"cdylib", '),)
    line = content.find(b"\n", location.header[1]) + 1 if location and location.header else 0
    is_plain = line > 0 and isinstance(table, dict) and not {"crate-type", "crate_type"} & table.keys()
    return (TextEdit(document.file, line, line, text),) if is_plain else ()


def _is_confused(worker: Worker, cargo: Manifest) -> bool:
    """Return whether worker-build finds this crate in Cargo.lock before the one that it looks for."""
    versions = worker.lock.versions.get(cargo.name, ()) if worker.lock else ()
    own = str(cargo.document.get("package", "version"))
    return cargo.name in LOOKED_UP and len(versions) > 1 and versions[0] == own


def _profiles(root: Document) -> set[str]:
    """Return the profiles in a Cargo.toml that a worker may be built with."""
    found = root.get("profile")
    return {*found} - {"dev", "test", "bench"} if isinstance(found, dict) else set()


def _sets_profile(worker: Worker) -> bool:
    """Return whether a profile is configured elsewhere, or the release profile is unused."""
    is_in_build = re.search(r"CARGO_PROFILE_|profile\.release|--config\b", build_text(worker)) is not None
    is_in_config = any("[profile" in text for _, text in cargo_configs(worker))
    return is_in_build or is_in_config or "--dev" in str(worker.config.get("build", "command"))
