"""Packs the catalogue as a release, `releases/VERSION.tar.xz`, from which later programs render that version.

The same files give the same bytes. Only what a project is rendered from is packed, and the changelog. A packed release
never changes.

    python3 -m scaffolder.catalogue.release

Not here: rendering from it (`template_versions.py`).
"""

from __future__ import annotations

import io
import os
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

from scaffolder.catalogue import manifests, yaml_documents
from scaffolder.core.errors import BadInput

FILES = ("copier.yml", "CHANGELOG.md", "releases/moved.toml")
NOT_RENDERED = {"mutations.toml", ".DS_Store", "__pycache__"}
"""Names of files and folders in `templates` that no project is rendered from."""

LARGEST = 300_000
"""Bytes of a release at most: each is in every clone and every wheel."""


def pack(root: Path, folder: Path) -> Path:
    """Pack the catalogue of a folder, and return the archive.

    Args:
        root: The catalogue.
        folder: The folder for the archive.

    Raises:
        BadInput: The version is packed already, from other files; or the archive is too large.
    """
    version = yaml_documents.first(root / "templates" / "_shared" / "versions.yml")["catalogue_version"]["default"]
    path, content = folder / f"{version}.tar.xz", _packed(root)
    if path.is_file() and path.read_bytes() != content:
        raise _refuse(path, "it was packed from other files, and a release never changes", "raise `catalogue_version`")
    if len(content) > LARGEST:
        raise _refuse(path, f"it has {len(content):,} bytes, and at most {LARGEST:,} are allowed", "make files smaller")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _packed(root: Path) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:xz", preset=9, format=tarfile.PAX_FORMAT) as archive:
        for path in _files(root):
            member = tarfile.TarInfo(path.relative_to(root).as_posix())
            content = path.read_bytes()
            member.size, member.mode = len(content), 0o755 if os.access(path, os.X_OK) else 0o644
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def _files(root: Path) -> Iterator[Path]:
    yield from (root / name for name in FILES if (root / name).is_file())
    for path in sorted((root / "templates").rglob("*")):
        if path.is_file() and not NOT_RENDERED.intersection(path.parts):
            yield path


def _refuse(path: Path, why: str, fix: str) -> BadInput:
    return BadInput(what="cannot pack the release", where=str(path), why=why, fix=fix)


if __name__ == "__main__":
    sys.stdout.write(f"{pack(manifests.root(), manifests.root() / 'releases')}\n")
