"""The versions of a catalogue: those that this program carries, and those of the Copier source that a project names.

A project of the program's own catalogue is updated without a network: each release is packed in `releases/`, and the
newest version is the program itself. Another source is fetched, as Copier does, and nothing in it is taken for granted:
who wrote its first version may not have written the next one.

Not here: packing a release (`release.py`), fetching (`git_fetch.py`), and rendering (`rendering.py`).
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from scaffolder.catalogue import manifests, template_configuration, yaml_documents
from scaffolder.catalogue.sources import git_archive, overlay, shape
from scaffolder.catalogue.sources.opening import Files
from scaffolder.core.errors import BadInput, TrustRefused
from scaffolder.core.template import Catalogue
from scaffolder.editing.record import ANSWERS
from scaffolder.system import git_fetch, source_address, untrusted_files
from scaffolder.system.source_address import Address
from scaffolder.updating.origin_record import OriginRecord

RELEASE = re.compile(r"v?(\d+(?:\.\d+)*)")
"""A tag of a release, as Copier takes it; it leaves out pre-releases."""

NUMBERED = re.compile(r"v?(\d+(?:\.\d+)+)|v(\d+)|(\d{1,6})(?=$|-\d+-g)")
"""The number at the beginning of what git describes, unless it is the hash of a commit without one: `89abcde`."""


@dataclass(frozen=True)
class Version(Catalogue):
    """One version of a catalogue.

    Args:
        is_own: Whether it is the program's own state, whose name Copier's worker finds out.
        hash: The full hash of its commit; empty for what the program carries.
    """

    is_own: bool = False
    hash: str = ""

    @cached_property
    def number(self) -> str:
        """The version's number, as far as it has one."""
        file = self.folder / "templates" / "_shared" / "versions.yml"
        if self.is_catalogue and file.is_file():
            versions = yaml_documents.plain(untrusted_files.searchable(file))
            found = versions.get("catalogue_version") if isinstance(versions, dict) else None
            return str(found.get("default", "")) if isinstance(found, dict) else ""
        return ".".join(map(str, numbers(self.commit)))

    @cached_property
    def is_catalogue(self) -> bool:
        """Whether it has several templates, as this project's catalogue does."""
        return (self.folder / "templates").is_dir() and bool(self.templates)

    @cached_property
    def templates(self) -> list[str]:
        """The ids of its templates."""
        asked = template_configuration.configuration(self.folder, self.source or self.shown).get("template")
        choices = asked.get("choices") if isinstance(asked, dict) else None
        return [str(each) for each in choices.values()] if isinstance(choices, dict) else []

    @property
    def shown(self) -> str:
        """The version as messages name it."""
        return self.commit or f"v{self.number}"


@dataclass
class Versions:
    """The versions that a project can have.

    Args:
        record: What the project records of its template.
        place: A temporary folder, in which versions are unpacked.
    """

    record: OriginRecord
    place: Path
    _found: dict[str, Version] = field(default_factory=dict)

    @property
    def is_own(self) -> bool:
        """Whether the project is from the catalogue of this program."""
        return self.record.source in {"", manifests.PLACEHOLDER, manifests.pins().catalogue_source}

    @property
    def may_fetch(self) -> bool:
        """Whether the source can be asked. A placeholder belongs to nobody, unless the user's git redirects it."""
        is_placeholder = self.record.source in {"", manifests.PLACEHOLDER}
        return not is_placeholder or (bool(self.record.source) and git_fetch.is_redirected(self._address))

    def newest(self) -> Version:
        """Return the newest version.

        Raises:
            BadInput: The source has none.
            IOFailure: The source cannot be reached.
        """
        if self.is_own and not git_fetch.is_redirected(self._address):
            return self._program()
        released = sorted((tag for tag in git_fetch.tags(self._repository) if RELEASE.fullmatch(tag)), key=_order)
        newest = released[-1] if released else "HEAD"
        if self.is_own and numbers(newest) <= numbers(manifests.pins().catalogue_version):
            return self._program()
        return self.find(newest)

    def find(self, name: str) -> Version:
        """Return a version by its number, tag, hash or description.

        Raises:
            BadInput: There is no such version.
            IOFailure: The source cannot be reached.
        """
        if name not in self._found:
            self._found[name] = next(self._candidates(name), None) or self._unknown(name)
        return self._found[name]

    def _candidates(self, name: str) -> Iterator[Version]:
        if self.is_own:
            yield from self._carried(name)
        if self.may_fetch:
            yield from self._of(self._repository, name)

    def _carried(self, name: str) -> Iterator[Version]:
        number = name.removeprefix("v")
        archive = manifests.root() / "releases" / f"{number}.tar.xz"
        if RELEASE.fullmatch(number) and archive.is_file():
            folder = self.place / f"release-{number}"
            with tarfile.open(archive) as packed:
                packed.extractall(folder, filter="data")
            yield Version(folder, self.record.source, f"v{number}")
        if number == manifests.pins().catalogue_version:
            yield self._program()
        if (manifests.root() / ".git").exists():
            yield from self._of(self._own, name)

    def _of(self, repository: Path, name: str) -> Iterator[Version]:
        """Yield the version of a repository that has a name, with or without the first letter of a tag."""
        for each in (name, f"v{name}", name.removeprefix("v")):
            commit = git_fetch.commit_of(repository, each)
            if commit:
                folder = self.place / f"commit-{commit}"
                if not folder.exists():
                    git_archive.take(repository, commit, folder, self._address.shown)
                shown = git_fetch.described(repository, commit, each)
                yield Version(self._laid(folder, commit), self.record.source, shown, hash=commit)

    def _laid(self, folder: Path, commit: str) -> Path:
        """Return the files of a version; those of an organisation's overlay are laid over the bundled catalogue."""
        if overlay.is_one(folder):
            return overlay.laid(Files(self._address, "", commit, folder)).folder
        _refuse_unusable(folder, self._address.shown)
        return folder

    @cached_property
    def _repository(self) -> Path:
        folder = self.place / "source.git"
        git_fetch.mirror(self._address, folder)
        return folder

    @cached_property
    def _own(self) -> Path:
        """The history of a program that is a clone of its repository."""
        folder, root = self.place / "own.git", manifests.root()
        git_fetch.mirror(Address(str(root), str(root), path=root), folder)
        return folder

    @cached_property
    def _address(self) -> Address:
        return source_address.recorded(self.record.source or manifests.PLACEHOLDER, self.record.folder)

    def _program(self) -> Version:
        """Return the version that the program itself is."""
        root = manifests.root()
        commit = git_fetch.described(root, "HEAD") if (root / ".git").exists() else ""
        return Version(root, self.record.source, commit or f"v{manifests.pins().catalogue_version}", is_own=True)

    def _unknown(self, name: str) -> Version:
        known = self.known()
        other = "name another version" if name != self.record.commit else f"correct `_commit` in {ANSWERS}"
        raise BadInput(
            what=f"there is no version `{name}`",
            where=self._address.shown if self.may_fetch else "this program",
            why=f"the versions are {', '.join(known)}"
            if known
            else "nothing in the template's repository has that name",
            fix=f"use a later version of this program, or {other}" if self.is_own else other,
        )

    def known(self) -> list[str]:
        """Return the numbers of all released versions, the oldest first."""
        found = {manifests.pins().catalogue_version} if self.is_own else set[str]()
        if self.is_own:
            packed = (manifests.root() / "releases").glob("*.tar.xz")
            found |= {path.name.removesuffix(".tar.xz") for path in packed}
        if self.may_fetch:
            found |= {match[1] for tag in git_fetch.tags(self._repository) if (match := RELEASE.fullmatch(tag))}
        return sorted(found, key=_order)


def _refuse_unusable(folder: Path, where: str) -> None:
    """Refuse a version that is no template, or one that runs something: an update never does.

    Raises:
        BadInput: It is no template.
        TrustRefused: It wants to run code.
    """
    shape.refuse_no_template(folder, where)
    if runs := list(shape.runs(template_configuration.configuration(folder, where))):
        raise TrustRefused(
            what="the template wants to run code",
            where=where,
            why="; ".join(runs),
            fix="read what it runs, and use copier update, which runs it",
        )


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version; none for what is no release."""
    match = NUMBERED.match(version)
    return _order(next(filter(None, match.groups()))) if match else ()


def _order(tag: str) -> tuple[int, ...]:
    """Return the numbers of the tag of a release."""
    return tuple(map(int, tag.removeprefix("v").split(".")))
