"""The GitHub workflow of a project that is made in a subfolder of a repository.

GitHub reads workflows in the root of a repository alone:
https://docs.github.com/actions/concepts/workflows-and-actions/workflows

Not here: the workflow in the project's own folder, which is a file of every template.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path

from scaffolder.catalogue import manifests
from scaffolder.commands.new.draft import NewProject
from scaffolder.commands.new.workspace_choice import JOIN, place_of

OWN = ".github/workflows/ci.yml"


def show_root_workflow(draft: NewProject) -> NewProject:
    """Show what to put in the root of the repository around the project, if there is one that is not its own.

    The clone of the catalogue, in which one may try the first command, is no place for the workflows of a project.
    """
    root = next((folder for folder in draft.destination.parents if os.path.lexists(folder / ".git")), None)
    if draft.request.dry_run or root in (None, manifests.bundled()) or os.path.lexists(draft.destination / ".git"):
        return draft
    project = draft.destination.relative_to(root).as_posix()
    path = f".github/workflows/{draft.destination.name}.yml"
    workflow = at_root((draft.destination / OWN).read_text(encoding="utf-8"), project, _cargo_folder(draft, root))
    note = f"GitHub reads workflows in the root of a repository alone, so {project}/{OWN} does nothing. Instead, "
    note += f"put this into {root / path}:"
    draft.report.plain(f"\n{note}\n\n{workflow}")
    draft.report.result(root_workflow={"path": str(root / path), "text": workflow})
    return replace(draft, notes=(*draft.notes, note))


def at_root(workflow: str, project: str, cargo: str) -> str:
    """Return the workflow of a project as it has to be in the root of its repository.

    Args:
        workflow: The text of the workflow in the project's own folder.
        project: The project's folder, relative to the root.
        cargo: The folder of Cargo.lock and `target`, relative to the root.
    """
    place = {"Cargo.lock": cargo, "target": cargo, "rust-toolchain.toml": project, "package-lock.json": project}
    paths = {name: (Path(folder) / name).as_posix() for name, folder in place.items()}
    workflow = re.sub(r"'(Cargo\.lock|rust-toolchain\.toml)'", lambda file: _expression(paths[file[1]]), workflow)
    workflow = re.sub(r"(?m)^( +key: )(.*)$", lambda line: line[1] + _plain_or_quoted(line[2]), workflow)
    workflow = re.sub(r"(?m)^( +)target$", lambda line: line[1] + paths["target"], workflow)
    lock = f"cache-dependency-path: {_text(paths['package-lock.json'])}"
    workflow = re.sub(r"(?m)^( +)cache: npm$", lambda line: f"{line[0]}\n{line[1]}{lock}", workflow)
    changes = f"paths: [{_text(f'{project}/**')}]"
    for old, new in (
        ("name: ci\n", f"name: {_text(project)}\n"),
        ("on:\n  push:\n  pull_request:\n", f"on:\n  push:\n    {changes}\n  pull_request:\n    {changes}\n"),
        ("jobs:\n", f"defaults:\n  run:\n    working-directory: {_text(project)}\n\njobs:\n"),
    ):
        workflow = workflow.replace(old, new, 1)
    return workflow.replace("group: ci-", "group: ${{ github.workflow }}-")


def _text(value: str) -> str:
    """Return a text of YAML: without quotes, some folder names are something else."""
    return value if re.fullmatch(r"[\w./-]*[A-Za-z_/][\w./-]*", value) else json.dumps(value)


def _plain_or_quoted(value: str) -> str:
    return json.dumps(value) if re.search(r": | #", value) else value


def _expression(value: str) -> str:
    """Return a text in an expression of GitHub Actions."""
    return "'" + value.replace("'", "''") + "'"


def _cargo_folder(draft: NewProject, root: Path) -> str:
    place = place_of(draft.destination) if draft.workspace == JOIN else None
    folder = draft.destination.resolve() if place is None else place.workspace.folder
    return Path(os.path.relpath(folder, root.resolve())).as_posix()
