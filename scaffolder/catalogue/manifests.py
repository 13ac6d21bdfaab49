"""Reads the templates' manifests and the pinned tuple.

The catalogue is the folder of copier.yml: the repository's in a clone, a copy inside this package in an installed
wheel, or that of other people if this run takes its templates from them. The pinned tuple is always this program's.

Not here: questions and rendering, which are Copier's (`render.py`).
"""

from __future__ import annotations

import tomllib
from contextlib import suppress
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from scaffolder.catalogue import current, yaml_documents
from scaffolder.catalogue.sources import foreign_manifest
from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.core.suggestions import did_you_mean, near_names
from scaffolder.core.template import Binding, Pins, Template
from scaffolder.system import git_fetch, untrusted_files

INSIDE_WHEEL = Path(__file__).parent / "bundle"
"""The folder into which the build copies the catalogue."""

PLACEHOLDER = "gh:org/templates"
"""The source of a catalogue that is not published; `templates/_shared/source.jinja` has it, too."""

SHARED = "{% yield shared_file from shared_files %}{{ shared_file }}{% endyield %}.jinja"
"""The one file of a skeleton that Copier renders to many: all those that it shares. docs/decisions/0010 says why."""


def root() -> Path:
    """Return the folder of the catalogue."""
    foreign = current.foreign()
    return foreign.folder if foreign else bundled()


def bundled() -> Path:
    """Return the folder of the catalogue that belongs to this program."""
    if (INSIDE_WHEEL / "copier.yml").is_file():
        return INSIDE_WHEEL
    return Path(__file__).parents[2]


def bundled_version() -> str:
    """Return the name of the version that this program's catalogue has, as projects record it."""
    described = git_fetch.described(bundled(), "HEAD") if (bundled() / ".git").exists() else ""
    return described or f"v{pins().catalogue_version}"


def is_bundled(source: str) -> bool:
    """Return whether a source that a project records is this program's catalogue."""
    return source in {"", PLACEHOLDER, pins().catalogue_source}


def template_ids() -> list[str]:
    """Return the templates' ids, in the order in which copier.yml offers them."""
    if foreign := current.foreign():
        return list(foreign.ids) or [foreign.title]
    return ids_of(root())


def ids_of(bundled: Path) -> list[str]:
    """Return the templates' ids of a version of this program's catalogue."""
    return list(yaml_documents.first(bundled / "copier.yml")["template"]["choices"].values())


def templates() -> list[Template]:
    """Return every template, in the order in which copier.yml offers them."""
    return [template(id_) for id_ in template_ids()]


def template(id_: str) -> Template:
    """Read one template's manifest.

    Raises:
        BadInput: There is no such template.
    """
    known = template_ids()
    if id_ not in known:
        raise BadInput(
            what=f"no template named `{id_}`",
            where="--template",
            why=f"the catalogue has {', '.join(known)}",
            fix=did_you_mean(near_names(id_, known, limit=2, cutoff=0.4), f"see: {program()} list"),
        )
    if is_single():
        return foreign_manifest.of_single(id_)
    manifest = _manifest(id_)
    manifest.pop("shared", None)
    bindings = tuple(Binding(**binding) for binding in manifest.pop("bindings"))
    limits = tuple(manifest.pop("limits"))
    tools = tuple(manifest.pop("tools", ()))
    return Template(id=id_, bindings=bindings, limits=limits, tools=tools, **manifest)


def is_single() -> bool:
    """Return whether the catalogue of this run is a single template of Copier, of any shape."""
    foreign = current.foreign()
    return foreign is not None and not foreign.ids


def proof_size(id_: str) -> tuple[int, int]:
    """Return how many requests a validation sends to a template's worker, and how many breakages its tests catch."""
    counts = []
    for name, table in (("smoke.toml", "exchange"), ("mutations.toml", "mutation")):
        # Of other people's templates, nobody has made sure that they are there.
        text = untrusted_files.searchable(folder(id_) / name)
        with suppress(ValueError):
            counts.append(len(untrusted_files.toml(text).get(table, [])))
            continue
        counts.append(0)
    return counts[0], counts[1]


def folder(id_: str) -> Path:
    """Return the folder of one template."""
    return root() / "templates" / id_


def project_files(id_: str) -> list[str]:
    """Return the sorted paths of the files of a template's projects: its skeleton's, and those that it shares."""
    if is_single():
        return sorted(path.relative_to(root()).as_posix() for path in root().rglob("*") if path.is_file())
    skeleton = folder(id_) / "skeleton"
    own = (path.relative_to(skeleton).as_posix() for path in skeleton.rglob("*") if path.is_file())
    return sorted([*(name.removesuffix(".jinja") for name in own if name != SHARED), *shared_files(id_)])


def shared_files(id_: str) -> list[str]:
    """Return the paths of a template's files that are rendered from the catalogue's shared parts."""
    if not (root() / "templates" / "_shared" / "files.yml").is_file():
        return list(_manifest(id_).get("shared", []))
    common = yaml_documents.first(root() / "templates" / "_shared" / "files.yml")["common_files"]
    return [*common["default"].split(), *_manifest(id_).get("shared", [])]


def _manifest(id_: str) -> dict[str, Any]:
    path = folder(id_) / "template.toml"
    if current.foreign():
        return foreign_manifest.read(path, id_)
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def pins() -> Pins:
    """Read the pinned tuple."""
    versions = yaml_documents.first(bundled() / "templates" / "_shared" / "versions.yml")
    return Pins(**{field.name: versions[field.name]["default"] for field in fields(Pins)})
