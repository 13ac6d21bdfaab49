"""Reads the templates' manifests and the pinned tuple.

The catalogue is the folder of copier.yml: the repository's in a clone, a copy inside this
package in an installed wheel.

Not here: questions and rendering, which are Copier's (`render.py`).
"""

from __future__ import annotations

import tomllib
from dataclasses import fields
from functools import cache
from pathlib import Path

from scaffolder.catalogue import yaml_documents
from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.core.suggestions import did_you_mean, near_names
from scaffolder.core.template import Binding, Pins, Template

INSIDE_WHEEL = Path(__file__).parent / "bundle"
"""The folder into which the build copies the catalogue."""

PLACEHOLDER = "gh:org/templates"
"""The source of a catalogue that is not published; `templates/_shared/source.jinja` has it, too."""


def root() -> Path:
    """Return the folder of the catalogue."""
    if (INSIDE_WHEEL / "copier.yml").is_file():
        return INSIDE_WHEEL
    return Path(__file__).parents[2]


def template_ids() -> list[str]:
    """Return the templates' ids, in the order in which copier.yml offers them."""
    settings = yaml_documents.first(root() / "copier.yml")
    return list(settings["template"]["choices"].values())


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
    manifest = tomllib.loads((folder(id_) / "template.toml").read_text(encoding="utf-8"))
    bindings = tuple(Binding(**binding) for binding in manifest.pop("bindings"))
    limits = tuple(manifest.pop("limits"))
    tools = tuple(manifest.pop("tools", ()))
    return Template(id=id_, bindings=bindings, limits=limits, tools=tools, **manifest)


def proof_size(id_: str) -> tuple[int, int]:
    """Return how many requests a validation sends to a template's worker, and how many breakages its tests catch."""
    counts = []
    for name, table in (("smoke.toml", "exchange"), ("mutations.toml", "mutation")):
        document = tomllib.loads((folder(id_) / name).read_text(encoding="utf-8"))
        counts.append(len(document.get(table, [])))
    return counts[0], counts[1]


def folder(id_: str) -> Path:
    """Return the folder of one template."""
    return root() / "templates" / id_


def skeleton_files(id_: str) -> list[str]:
    """Return the sorted paths of the files of a template's projects."""
    skeleton = folder(id_) / "skeleton"
    names = (path.relative_to(skeleton).as_posix() for path in skeleton.rglob("*") if path.is_file())
    plain = (name.removesuffix(".jinja") for name in names)
    return sorted(name.replace("{{ _copier_conf.answers_file }}", ".copier-answers.yml") for name in plain)


@cache
def pins() -> Pins:
    """Read the pinned tuple."""
    versions = yaml_documents.first(root() / "templates" / "_shared" / "versions.yml")
    return Pins(**{field.name: versions[field.name]["default"] for field in fields(Pins)})
