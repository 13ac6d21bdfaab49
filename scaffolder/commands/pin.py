"""Resolves the catalogue's lock files from the pinned tuple; for the maintainers of the catalogue.

Each template's `Cargo.lock` is the one that cargo wrote for the rendered project, with the
worker's name turned into a tag. Templates share one `package-lock.json`, unless they have their
own. The names of all crates are listed, because no worker may have the name of one.

Not here: choosing the versions, which is done by hand in `templates/_shared/versions.yml`.
"""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

from scaffolder.catalogue import manifests, npm_lock, render
from scaffolder.core.errors import IOFailure
from scaffolder.core.tool import Toolchain
from scaffolder.system import process
from scaffolder.system.scratch import scratch
from scaffolder.toolchain import build_env, provision
from scaffolder.toolchain.tools import npm
from scaffolder.ui.report import Report

STAND_IN = "worker-name-stands-here"
"""The worker's name while the locks are resolved; no crate has it."""


def run(report: Report) -> int:
    """Resolve every lock file of the catalogue from the pinned tuple."""
    written = update(provision.find_tools(), report)
    for path in written:
        report.plain(os.path.relpath(path, manifests.root()))
    report.result(written=[str(path) for path in written])
    return 0


def update(toolchain: Toolchain, report: Report) -> list[Path]:
    """Resolve and write every lock file, and return their paths.

    Raises:
        IOFailure: A registry cannot be reached or lacks a hash, or the catalogue cannot be written.
    """
    shared = manifests.folder("_shared")
    texts: dict[Path, str] = {}
    for id_ in manifests.template_ids():
        report.note(f"resolving {id_}")
        cargo, node = resolve(id_, toolchain)
        texts[manifests.folder(id_) / "Cargo.lock"] = cargo
        own = manifests.folder(id_) / "package-lock.json"
        texts[own if own.exists() else shared / "package-lock.json"] = node
    report.note("resolving the tools")
    texts |= _resolve_tools(toolchain)
    texts[shared / "dependencies.jinja"] = _dependency_names(texts)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    return sorted(texts)


def resolve(id_: str, toolchain: Toolchain) -> tuple[str, str]:
    """Resolve one template, and return its Cargo.lock and its package-lock.json.

    Raises:
        IOFailure: A registry cannot be reached, or lacks a package's hash.
    """
    with scratch() as place:
        project = place / "project"
        answers = render.interview(id_, project, {"worker_name": STAND_IN}).answers
        render.render(id_, answers, project)
        for name in ("Cargo.lock", "package-lock.json"):
            (project / name).unlink(missing_ok=True)
        _run(["cargo", "generate-lockfile"], project, toolchain)
        _run(["npm", "install", "--package-lock-only", "--ignore-scripts"], project, toolchain)
        cargo = (project / "Cargo.lock").read_text(encoding="utf-8")
        node = (project / "package-lock.json").read_text(encoding="utf-8")
    name = "{{ worker_name }}"
    return cargo.replace(STAND_IN, name), npm_lock.portable(node).replace(STAND_IN, name)


def _resolve_tools(toolchain: Toolchain) -> dict[Path, str]:
    """Resolve the npm packages that `scaffold setup` installs."""
    pins = manifests.pins()
    packages = {"binaryen": pins.binaryen_version, "esbuild": pins.esbuild_version, "wrangler": pins.wrangler_version}
    manifest = {"name": "scaffolder-tools", "private": True, "dependencies": packages}
    text = json.dumps(manifest, indent=2) + "\n"
    with scratch() as place:
        (place / "package.json").write_text(text, encoding="utf-8")
        _run(["npm", "install", "--package-lock-only", "--ignore-scripts"], place, toolchain)
        lock = (place / "package-lock.json").read_text(encoding="utf-8")
    return {npm.SHIPPED / "package.json": text, npm.SHIPPED / "package-lock.json": npm_lock.portable(lock)}


def _dependency_names(texts: dict[Path, str]) -> str:
    """Return the file that lists, for each crate, the templates that depend on it and cannot name a worker after it."""
    templates: dict[str, list[str]] = {}
    for path, text in sorted(texts.items()):
        packages = tomllib.loads(text)["package"] if path.name == "Cargo.lock" else []
        for name in dict.fromkeys(package["name"] for package in packages):
            if not name.startswith("{{"):
                templates.setdefault(name, []).append(path.parent.name)
    lines = "".join(f'  "{name}": "{" ".join(templates[name])}",\n' for name in sorted(templates))
    return f"{{# Written by `scaffold pin --update`. #}}\n{{% set dependents = {{\n{lines}}} %}}\n"


def _run(argv: list[str], project: Path, toolchain: Toolchain) -> None:
    variables = build_env.environment(toolchain)
    program = process.which(argv[0], variables["PATH"]) or argv[0]
    with scratch() as place:
        ran = process.run([program, *argv[1:]], cwd=project, env=variables, log=place / "log", limit=300.0)
    if not ran.is_ok:
        raise IOFailure(
            what=f"{' '.join(argv)} failed",
            where=project.name,
            why=ran.output.strip()[-300:],
            fix="check that the registries can be reached, and run it again",
        )
