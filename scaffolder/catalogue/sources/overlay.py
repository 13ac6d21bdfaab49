"""Lays an organisation's overlay over the bundled catalogue: more templates, house files, defaults, settings, a policy.

The result is a catalogue like any other, made anew from the two: nobody keeps a copy of the bundled one.

Not here: the house files in a project (`house_files.py`), and the policy (`policy.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from scaffolder.catalogue import manifests
from scaffolder.catalogue.sources import foreign_manifest, opening, shape, unpacking
from scaffolder.catalogue.sources.opening import Files
from scaffolder.catalogue.sources.unpacking import Entry
from scaffolder.core.errors import BadInput
from scaffolder.core.foreign import Foreign
from scaffolder.core.policy import Policy, policy_of
from scaffolder.system import untrusted_files

FILE, HOUSE = "overlay.toml", "house"

KEYS = {"defaults": dict, "wrangler": dict, "policy": dict}

CHOICES = re.compile(r"^template:\n(?:  .*\n)*?  choices:\n(?:    .*\n)+", re.MULTILINE)
"""The templates in the bundled copier.yml."""


def is_one(folder: Path) -> bool:
    """Return whether the files of a catalogue are an overlay."""
    return (folder / FILE).is_file()


def laid(files: Files, bundled: Path | None = None) -> Foreign:
    """Return the catalogue of an overlay and the bundled one.

    Args:
        files: The overlay.
        bundled: Another version of the bundled catalogue than the program's.

    Raises:
        BadInput: The overlay cannot be used.
    """
    settings, where = read(files.folder / FILE), files.address.shown
    bundled = bundled or manifests.bundled()
    own = sorted(path.parent.name for path in files.folder.glob("templates/*/template.toml"))
    known = manifests.ids_of(bundled)
    for id_ in own:
        if id_ in known or not shape.ID.fullmatch(id_):
            raise _refusal(f"templates/{id_}", "a template of the catalogue has that id, or it cannot be one")
    folder = opening.keep(_entries(bundled, files.folder, own, where), where)
    policy = policy_of(settings.get("policy", {}), FILE)
    found = Foreign(where, files.address.ref or files.version, files.hash, folder)
    return replace(
        found,
        ids=_allowed([*known, *own], policy),
        defaults=settings.get("defaults", {}),
        house=files.folder / HOUSE,
        settings=settings.get("wrangler", {}),
        policy=policy,
    )


def read(path: Path) -> dict[str, Any]:
    """Return the data of an overlay's file.

    Raises:
        BadInput: It cannot be read, or has a key that is not known.
    """
    try:
        data = untrusted_files.toml(untrusted_files.content(path).decode())
    except (OSError, ValueError) as error:
        raise _refusal(path.name, str(error)) from error
    for key, value in data.items():
        if key not in KEYS or not isinstance(value, KEYS[key]):
            raise _refusal(path.name, f"`{key}` is none of its tables, which are {', '.join(KEYS)}")
    return data


def _allowed(ids: list[str], policy: Policy) -> tuple[str, ...]:
    if policy.templates is None:
        return tuple(ids)
    if unknown := [id_ for id_ in policy.templates if id_ not in ids]:
        raise _refusal(FILE, f"the policy names templates that do not exist: {', '.join(unknown)}")
    return tuple(id_ for id_ in ids if id_ in policy.templates)


def _entries(bundled: Path, overlay: Path, own: list[str], where: str) -> Iterator[Entry]:
    """Yield the files of both catalogues."""
    yield Entry(
        "copier.yml", _with_choices((bundled / "copier.yml").read_text(encoding="utf-8"), overlay, own).encode()
    )
    for folder in (bundled, overlay):
        if (folder / "templates").is_dir():
            for each in unpacking.from_folder(folder / "templates", where):
                yield replace(each, path=f"templates/{each.path}")


def _with_choices(text: str, overlay: Path, own: list[str]) -> str:
    """Return the bundled questions with the overlay's templates as further choices."""
    found = CHOICES.search(text)
    if found is None:
        raise _refusal(FILE, "the bundled catalogue lists no templates")
    lines = ""
    for id_ in own:
        summary = foreign_manifest.read(overlay / "templates" / id_ / "template.toml", id_)["summary"]
        lines += f"    {json.dumps(f'{id_}: {summary}', ensure_ascii=False)}: {id_}\n"
    return text[: found.end()] + lines + text[found.end() :]


def _refusal(where: str, why: str) -> BadInput:
    return BadInput(what="the overlay cannot be used", where=where, why=why, fix="see docs/organisations.md")
