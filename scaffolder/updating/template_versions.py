"""The versions of a catalogue: those that this program carries, and those of the Copier source that a project names.

A project of the program's own catalogue is updated without a network: each release is packed in `releases/`, and the
newest version is the program itself. Another source is fetched, as Copier does, and nothing in it is taken for granted:
who wrote its first version may not have written the next one.

Not here: their order (`version_numbers.py`), packing a release (`release.py`), fetching (`git_fetch.py`), and rendering
(`rendering.py`).
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from scaffolder.catalogue import manifests, template_configuration, yaml_documents
from scaffolder.catalogue.sources import git_archive, overlay, shape
from scaffolder.catalogue.sources.opening import Files
from scaffolder.core.errors import BadInput, TrustRefused
from scaffolder.core.template import Catalogue
from scaffolder.editing.record import ANSWERS
from scaffolder.reading import recorded_source
from scaffolder.system import git_fetch, source_address, untrusted_files
from scaffolder.system.source_address import Address
from scaffolder.updating.origin_record import OriginRecord
from scaffolder.updating.version_numbers import RELEASE, numbers, of_release


@dataclass(frozen=True)
class Version(Catalogue):
    """One version of a catalogue.

    Args:
        is_own: Whether it is the program's own state, whose name Copier's worker finds out.
        hash: The full hash of its commit; empty for what the program carries.
        beneath: The version of the bundled catalogue over which it is laid; empty if it is no organisation's overlay.
    """

    is_own: bool = False
    hash: str = ""
    beneath: str = ""

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
        return (self.commit or f"v{self.number}") + (f"+{self.beneath}" if self.beneath else "")

    def is_of(self, record: OriginRecord) -> bool:
        """Return whether a project is made from it."""
        return record.commit in {self.commit, self.hash} and record.beneath in {"", self.beneath}


@dataclass
class Versions:
    """The versions that a project can have.

    Args:
        record: What the project records of its template.
        place: A temporary folder, in which versions are unpacked.
    """

    record: OriginRecord
    place: Path
    _found: dict[tuple[str, str], Version] = field(default_factory=dict)

    @property
    def is_own(self) -> bool:
        """Whether the project is from the catalogue of this program."""
        return manifests.is_bundled(self.record.source)

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
        released = sorted((tag for tag in git_fetch.tags(self._repository) if RELEASE.fullmatch(tag)), key=of_release)
        newest = released[-1] if released else "HEAD"
        if self.is_own and numbers(newest) <= numbers(manifests.pins().catalogue_version):
            return self._program()
        return self.find(newest)

    def recorded(self) -> Version:
        """Return the version that the project is made from.

        Raises:
            BadInput: There is no such version.
            IOFailure: The source cannot be reached.
        """
        return self.find(self.record.commit, self.record.beneath)

    def find(self, name: str, beneath: str = "") -> Version:
        """Return a version by its number, tag, hash or description.

        Args:
            name: The name.
            beneath: The version of the bundled catalogue over which an overlay is laid; empty for the program's.

        Raises:
            BadInput: There is no such version.
            IOFailure: The source cannot be reached.
        """
        if (name, beneath) not in self._found:
            self._found[name, beneath] = next(self._candidates(name, beneath), None) or self._unknown(name)
        return self._found[name, beneath]

    def _candidates(self, name: str, beneath: str) -> Iterator[Version]:
        if self.is_own:
            yield from self._carried(name)
        if self.may_fetch:
            yield from self._of(self._repository, name, beneath)

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

    def _of(self, repository: Path, name: str, beneath: str = "") -> Iterator[Version]:
        """Yield the version of a repository that has a name, with or without the first letter of a tag."""
        for each in (name, f"v{name}", name.removeprefix("v")):
            commit = git_fetch.commit_of(repository, each)
            if commit:
                folder = self.place / f"commit-{commit}"
                if not folder.exists():
                    git_archive.take(repository, commit, folder, self._address.shown)
                shown = git_fetch.described(repository, commit, each)
                version = Version(folder, self.record.source, shown, hash=commit)
                yield self._laid(version, beneath) if overlay.is_one(folder) else _usable(version, self._address.shown)

    def _laid(self, found: Version, beneath: str) -> Version:
        """Return a version of an organisation's overlay, laid over a version of the bundled catalogue."""
        bundled = self._beneath(beneath) if beneath else self._program()
        laid = overlay.laid(Files(self._address, "", found.hash, found.folder), bundled.folder)
        return replace(found, folder=laid.folder, beneath=bundled.commit)

    def _beneath(self, name: str) -> Version:
        if found := next(self._carried(name), None):
            return found
        raise BadInput(
            what=f"this program has no version `{name}` of the bundled catalogue",
            where=f"`catalogue` in {recorded_source.FILE}",
            why=f"over it the project's overlay was laid, and the versions are {', '.join(_carried_numbers())}",
            fix=f"use a later version of this program, or restore {recorded_source.FILE} from git",
        )

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
        return Version(manifests.root(), self.record.source, manifests.bundled_version(), is_own=True)

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
        found = set(_carried_numbers()) if self.is_own else set[str]()
        if self.may_fetch:
            found |= {match[1] for tag in git_fetch.tags(self._repository) if (match := RELEASE.fullmatch(tag))}
        return sorted(found, key=of_release)


def _carried_numbers() -> list[str]:
    """Return the numbers of the versions that the program carries, the oldest first."""
    packed = {path.name.removesuffix(".tar.xz") for path in (manifests.root() / "releases").glob("*.tar.xz")}
    return sorted({manifests.pins().catalogue_version, *packed}, key=of_release)


def _usable(version: Version, where: str) -> Version:
    """Return a version, unless it is no template, or runs something: an update never does.

    Raises:
        BadInput: It is no template.
        TrustRefused: It wants to run code.
    """
    shape.refuse_no_template(version.folder, where)
    if runs := list(shape.runs(template_configuration.configuration(version.folder, where))):
        raise TrustRefused(
            what="the template wants to run code",
            where=where,
            why="; ".join(runs),
            fix="read what it runs, and use copier update, which runs it",
        )
    return version
