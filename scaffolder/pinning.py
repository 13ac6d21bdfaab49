"""Resolves the catalogue's lock files from the pinned tuple; for those who keep the catalogue.

Each template's `Cargo.lock` is one that cargo wrote for the rendered project, with the
worker's name turned into a tag. The Node packages are the same for all, and so is their
lock. The names of all crates are listed, since no worker may bear one.

Not here: choosing the versions, which is done by hand in `templates/_shared/versions.yml`.
"""

from __future__ import annotations

import json
import re
import tempfile
import tomllib
from pathlib import Path

from scaffolder import catalogue, process, render
from scaffolder.errors import PlaceTrouble
from scaffolder.records import Toolchain
from scaffolder.report import Report
from scaffolder.toolchain import environment

STAND_IN = "worker-name-stands-here"
"""A worker's name that no crate has."""


def update(toolchain: Toolchain, report: Report) -> list[Path]:
    """Resolve and write every lock file; answer those that are there now.

    Raises:
        PlaceTrouble: A registry could not be asked, or the catalogue cannot be written.
    """
    shared = catalogue.folder("_shared")
    written = [shared / "dependencies.jinja", shared / "package-lock.json"]
    for id_ in catalogue.template_ids():
        report.note(f"resolving {id_}")
        cargo, node = resolve(id_, toolchain)
        written.append(catalogue.folder(id_) / "Cargo.lock")
        written[-1].write_text(cargo, encoding="utf-8")
        written[1].write_text(node, encoding="utf-8")
    written[0].write_text(_dependency_names(written[2:]), encoding="utf-8")
    return written


def resolve(id_: str, toolchain: Toolchain) -> tuple[str, str]:
    """Resolve one template; answer its Cargo.lock and its package-lock.json.

    Raises:
        PlaceTrouble: A registry could not be asked.
    """
    with tempfile.TemporaryDirectory() as place:
        project = Path(place) / "project"
        answers = render.interview(id_, project, {"worker_name": STAND_IN}).answers
        render.render(id_, answers, project)
        for name in ("Cargo.lock", "package-lock.json"):
            (project / name).unlink(missing_ok=True)
        _run(["cargo", "generate-lockfile"], project, toolchain)
        _run(["npm", "install", "--package-lock-only", "--ignore-scripts"], project, toolchain)
        cargo = (project / "Cargo.lock").read_text(encoding="utf-8")
        node = (project / "package-lock.json").read_text(encoding="utf-8")
    return cargo.replace(STAND_IN, "{{ worker_name }}"), _without_addresses(node)


def _without_addresses(lock: str) -> str:
    """Drop the registry's address of each package: npm asks the user's own registry instead."""
    document = json.loads(lock)
    for package in document["packages"].values():
        package.pop("resolved", None)
    return json.dumps(document, indent=2).replace(STAND_IN, "{{ worker_name }}") + "\n"


def _dependency_names(locks: list[Path]) -> str:
    names = {
        package["name"]
        for lock in locks
        for package in tomllib.loads(lock.read_text(encoding="utf-8"))["package"]
    } - {"{{ worker_name }}"}
    lines = "".join(f'  "{name}",\n' for name in sorted(names))
    return f"{{# Written by `scaffold pin --update`. #}}\n{{% set dependency_names = [\n{lines}] %}}\n"


def _run(argv: list[str], project: Path, toolchain: Toolchain) -> None:
    variables = environment.environment(toolchain)
    program = process.find(argv[0], variables["PATH"]) or argv[0]
    with tempfile.NamedTemporaryFile(delete=False) as log:
        path = Path(log.name)
    try:
        ran = process.run([program, *argv[1:]], cwd=project, env=variables, log=path, limit=300.0)
    finally:
        path.unlink()
    if not ran.is_ok:
        raise PlaceTrouble(
            what=f"{' '.join(argv)} failed", where=re.escape(project.name), why=ran.output.strip()[-300:],
            fix="see to it that the registries can be reached, and run it again",
        )  # fmt: skip
