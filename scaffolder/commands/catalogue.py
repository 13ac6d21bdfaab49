"""The commands `scaffold catalogue add`, `list` and `remove`: other people's catalogues by name.

Not here: where they are kept (`registered.py`), and their use (`foreign_catalogue.py`).
"""

from __future__ import annotations

from dataclasses import asdict

from scaffolder.catalogue.sources import opening, registered
from scaffolder.catalogue.sources.opening import Files
from scaffolder.catalogue.sources.registered import Registered
from scaffolder.commands.foreign_catalogue import look_at
from scaffolder.core.errors import Conflict, TrustRefused
from scaffolder.core.foreign import Foreign
from scaffolder.core.invocation import program
from scaffolder.core.requests import Consent
from scaffolder.ui import prompts
from scaffolder.ui.report import Report


def add(name: str, source: str, consent: Consent, report: Report) -> int:
    """Name a catalogue, and pin it to what is there now.

    Args:
        name: Its name.
        source: Its address.
        consent: The user's consent to let it run its commands at that hash, now and later.
        report: Where it is described.

    Returns:
        The exit code.

    Raises:
        BadInput: The name or the address cannot be one.
        IOFailure: It cannot be reached, or the list cannot be written.
        TrustRefused: It is harmful, its tag was moved, or it has not the hash that was given.
        Conflict: The name is that of another one.
    """
    registered.refuse_name(name)
    known = registered.find(name)
    with report.working("fetching the catalogue"):
        files = opening.fetch(source)
        foreign = look_at(files, name)
    _refuse_change(known, foreign, files)
    if consent.given and not foreign.hash.startswith(consent.given.lower()):
        raise TrustRefused(
            what=f"{foreign.address} has another hash",
            where=f"--trust {consent.given}",
            why=f"it is {foreign.hash} now",
            fix="look at what has changed, or leave --trust out",
        )
    is_trusted = consent.given is not None or _agrees(foreign, consent, report)
    kept = Registered(name, foreign.address, files.ref, foreign.hash, is_trusted)
    registered.put(kept)
    _show_added(known, kept, foreign, report)
    return 0


def list_(report: Report) -> int:
    """List the catalogues that have a name.

    Returns:
        The exit code.
    """
    found = list(registered.read().values())
    rows = [[each.name, each.source, each.hash, "yes" if each.trusted else "asks"] for each in found]
    report.rows(["name", "source", "pinned to", "trusted"], [[registered.BUNDLED, "this program", "-", "yes"], *rows])
    report.result(catalogues=[asdict(each) for each in found])
    return 0


def remove(name: str, report: Report) -> int:
    """Forget a catalogue; its projects stay as they are.

    Returns:
        The exit code.

    Raises:
        BadInput: There is none of that name.
    """
    removed = registered.remove(name)
    report.plain(f"removed {removed.name}: {removed.source}")
    report.result(catalogue=asdict(removed))
    return 0


def _refuse_change(known: Registered | None, foreign: Foreign, files: Files) -> None:
    """Refuse another catalogue under a name that is taken, and the same tag with another content."""
    if known is None:
        return
    same = known.source.rpartition("@")[0] or known.source
    if known.source != foreign.address and same not in {foreign.source, foreign.address}:
        raise Conflict(
            what=f"there is a catalogue named {known.name} already",
            where="NAME",
            why=f"it is {known.source}",
            fix=f"choose another name, or remove it first: {program()} catalogue remove {known.name}",
        )
    if files.ref.startswith("refs/tags/") and known.ref == files.ref and known.hash != foreign.hash:
        raise TrustRefused(
            what=f"the tag {foreign.ref} was moved",
            where=foreign.address,
            why=f"you added it at {known.hash}, and it is {foreign.hash} now",
            fix=f"ask its maintainers; to accept it: {program()} catalogue remove {known.name}, and add it again",
        )


def _agrees(foreign: Foreign, consent: Consent, report: Report) -> bool:
    """Ask whether projects of it may be built without a question, as long as it has this hash."""
    if not consent.interactive:
        return False
    report.note(f"{foreign.address}")
    report.note(f"hash {foreign.hash}")
    for each in foreign.runs:
        report.note(f"runs {each}")
    return prompts.confirm("Build and run its projects without asking, at this hash?", default=False)


def _show_added(known: Registered | None, kept: Registered, foreign: Foreign, report: Report) -> None:
    count = len(foreign.ids) or 1
    templates = "1 template" if count == 1 else f"{count} templates"
    report.plain(f"added {kept.name}: {kept.source}, {templates}")
    report.plain(f"  pinned to {kept.hash}" + (f", before {known.hash}" if known and known.hash != kept.hash else ""))
    asks = "its projects are built without a question" if kept.trusted else "building one of its projects asks first"
    report.plain(f"  {asks}")
    report.plain(f"  {program()} new my-worker --from {kept.name}")
    report.result(catalogue=asdict(kept), templates=list(foreign.ids), runs=list(foreign.runs))
