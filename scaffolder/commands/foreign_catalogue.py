"""Opens the catalogue that `--from` names, for every command that takes templates.

Not here: fetching it (`opening.py`), and the consent to run its commands (`consent.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from scaffolder.catalogue import current
from scaffolder.catalogue.sources import opening, registered
from scaffolder.catalogue.sources.opening import Files
from scaffolder.catalogue.sources.registered import Registered
from scaffolder.core.errors import BadInput, IOFailure, TrustRefused
from scaffolder.core.foreign import Foreign
from scaffolder.core.invocation import program
from scaffolder.core.requests import Consent
from scaffolder.system import source_address
from scaffolder.ui.report import Report


@contextmanager
def taken_from(text: str | None, report: Report, consent: Consent | None = None) -> Iterator[None]:
    """Take the templates from the catalogue that `--from` names during the block; None means the bundled one.

    Args:
        text: An address, or a name that the user has given to one.
        report: Where its source and hash are shown.
        consent: The consent to what rendering runs; None for a command that only reads.

    Raises:
        BadInput: There is no such catalogue.
        IOFailure: It cannot be reached.
        TrustRefused: It is harmful, or a version of it was changed after it was pinned.
    """
    if text is None or text == registered.BUNDLED:
        yield
        return
    with report.working("fetching the catalogue"):
        foreign = opened(text)
    with current.taken_from(foreign):
        report.note(f"from {foreign.address} at {foreign.hash}")
        for note in foreign.notes:
            report.note(note)
        report.result(catalogue={"name": foreign.name, "source": foreign.address, "hash": foreign.hash})
        if consent is not None:
            from scaffolder.commands import consent as asking  # noqa: PLC0415 - it loads the reader of projects

            asking.to_render(foreign, consent, report)
        yield


def opened(text: str) -> Foreign:
    """Return the catalogue of an address or of a registered name."""
    known = registered.find(text)
    if known is None:
        return look_at(opening.fetch(text))
    files, note = pinned(known)
    return look_at(files, known.name, (note,) if note else ())


def as_pinned(known: Registered) -> Foreign:
    """Return a registered catalogue as it was when it was added, without asking its source if it is in the cache."""
    address = source_address.parse(known.source)
    folder = opening.kept(known.hash)
    return look_at(Files(address, known.ref, known.hash, folder) if folder else pinned(known)[0], known.name)


def look_at(files: Files, name: str = "", notes: tuple[str, ...] = ()) -> Foreign:
    """Return a catalogue with what is in it."""
    from scaffolder.catalogue.sources import contents  # noqa: PLC0415 - it loads Copier

    return contents.foreign(files, name, notes)


def pinned(known: Registered) -> tuple[Files, str]:
    """Return a registered catalogue as it was when it was added, and a sentence if its source could not be asked.

    Raises:
        TrustRefused: The tag, or the folder, is not what it was.
        IOFailure: It is not in the cache, and its source cannot be reached.
    """
    address = source_address.parse(known.source)
    folder = opening.kept(known.hash)
    if opening.is_plain_folder(address):
        files = opening.fetch(known.source)
        _refuse_other(known, files.hash)
        return files, ""
    if known.ref.startswith("refs/tags/"):
        try:
            _refuse_other(known, opening.resolve(source_address.with_version(address, known.ref))[1])
        except BadInput:
            _refuse_other(known, "nowhere")
        except IOFailure as failure:
            if folder is None:
                raise
            note = f"{known.name} could not be asked whether its tag has moved: {failure.why}"
            return Files(address, known.ref, known.hash, folder), note
    return opening.at(address, known.ref, known.hash), ""


def _refuse_other(known: Registered, found: str) -> None:
    if found != known.hash:
        raise TrustRefused(
            what=f"the catalogue {known.name} is not what it was when you added it",
            where=f"{known.source} {known.ref}".strip(),
            why=f"it was pinned to {known.hash}, and is {found} now; a tag that is moved gives others another content",
            fix=f"ask its maintainers; to accept it: {program()} catalogue remove {known.name}, and add it again",
        )
