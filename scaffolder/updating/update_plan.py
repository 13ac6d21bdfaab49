"""Plans an update: both versions of the template with the project's additions, merged with the project.

Nothing of the project is written.

Not here: the merge (`merge/`), trying the result (`trial.py`), and writing it (`update_delivery.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from scaffolder.catalogue import manifests
from scaffolder.core.errors import BadInput, IOFailure, Refusal
from scaffolder.editing import history, lines, record
from scaffolder.editing.record import ANSWERS, Addition
from scaffolder.reading import project as reading
from scaffolder.reading import recorded_source
from scaffolder.reading.recorded_source import RecordedSource
from scaffolder.reading.secret_files import is_secret_file
from scaffolder.system.file_writer import FileChange
from scaffolder.updating import comparison, kept_files, trees
from scaffolder.updating.merge.outcome import Entry, MergedPath
from scaffolder.updating.merge.tree_merge import merge_trees
from scaffolder.updating.origin_record import OriginRecord, with_origin
from scaffolder.updating.rendering import Side, render_both, rendered
from scaffolder.updating.replay import Refused


@dataclass(frozen=True)
class UpdatePlan:
    """What an update would do to a project.

    Args:
        record: What the project recorded of its template.
        old: The old version.
        new: The new one.
        additions: What was added to the project.
        refused: The additions that one of the versions cannot take, which stay as the project has them.
        paths: The result for each path that changes or is in conflict.
        records: The changes of the files about the project: the answers, and the additions.
        notes: Further sentences for the owner.
    """

    record: OriginRecord
    old: Side
    new: Side
    additions: tuple[Addition, ...]
    refused: tuple[Refused, ...]
    paths: Mapping[str, MergedPath]
    records: tuple[FileChange, ...]
    notes: tuple[str, ...] = ()

    @property
    def conflicts(self) -> dict[str, MergedPath]:
        """The paths in conflict."""
        return {path: each for path, each in self.paths.items() if each.conflicts}

    @property
    def changes(self) -> list[FileChange]:
        """The changes of all files."""
        folder = self.record.folder
        merged = [
            FileChange(folder / path, _content(each.current), _content(each.entry))
            for path, each in self.paths.items()
            if _content(each.current) != _content(each.entry)
        ]
        return [*merged, *self.records]

    @property
    def modes(self) -> dict[str, str]:
        """The modes that files get, as git writes them, where they are not those of the project's files."""
        changed = {path: each for path, each in self.paths.items() if each.entry is not None}
        return {
            path: each.entry.mode for path, each in changed.items() if each.entry and _mode(each) != each.entry.mode
        }


def additions_of(found: OriginRecord, old: Side, place: Path) -> tuple[tuple[Addition, ...], bool]:
    """Return what was added to a project, and whether the project records it.

    Args:
        found: What the project records of its template.
        old: The version that it is made from.
        place: A temporary folder.
    """
    listed = record.read(found.folder)
    if listed is not None:
        return listed, True
    rendered(old, (), place / "template")
    return comparison.additions(place / "template", found.folder), False


def plan(found: OriginRecord, old: Side, new: Side, moved: Mapping[str, str], place: Path) -> UpdatePlan:
    """Plan an update.

    Args:
        found: What the project records of its template.
        old: The version that it is made from.
        new: The version that it is to get.
        moved: The new paths of files, by the old ones.
        place: A temporary folder.

    Raises:
        Refusal: A version does not render.
    """
    additions, is_recorded = additions_of(found, old, place)
    before, after, refused = render_both(old, new, additions, place)
    base, theirs = trees.of_template(before), trees.of_template(after)
    ours = trees.of_project(found.folder, {*base, *theirs})
    listed = record.own_files(found.folder)
    own = kept_files.after(listed, base, theirs, moved)
    base, theirs = _left_out(own, base, theirs, ours)
    merged = merge_trees(base, theirs, ours, moved=moved, used_tags=_used_tags(found.folder))
    kept = {path: each for path, each in merged.items() if each.is_changed or each.conflicts or each.is_stale}
    kept |= {path: each for path, each in merged.items() if each.notes}
    records = _records(found, new, after, () if is_recorded else additions)
    if set(own) != set(listed):
        records.append(kept_files.record_change(found, own))
    notes = tuple(f"{path} is left out: the program is your own" for path, is_new in own.items() if is_new)
    return UpdatePlan(found, old, new, additions, tuple(refused), dict(sorted(kept.items())), tuple(records), notes)


def _left_out(
    own: Collection[str], base: Mapping[str, Entry], theirs: Mapping[str, Entry], ours: Mapping[str, Entry]
) -> tuple[dict[str, Entry], dict[str, Entry]]:
    """Return the templates' files without those that an adopted project keeps as its own, and those with secrets.

    A file with secrets is brought only to a project that lacks it.
    """
    left = {*own} | {
        path for path in (*base, *theirs) if is_secret_file(PurePosixPath(path).name) and (path in ours or path in base)
    }
    return tuple({path: each for path, each in tree.items() if path not in left} for tree in (base, theirs))  # type: ignore[return-value]


def _used_tags(folder: Path) -> frozenset[str]:
    """Return the tags of migrations that a version of the project's wrangler files had, as far as git knows."""
    found = frozenset[str]()
    # A project that cannot be read is for the check to report.
    with suppress(Refusal):
        for worker in reading.read(folder).workers:
            with suppress(IOFailure):
                found |= history.used_tags(worker)
    return found


def _records(found: OriginRecord, new: Side, after: Path, additions: Sequence[Addition]) -> list[FileChange]:
    path = found.folder / ANSWERS
    before = path.read_bytes()
    made = after / ANSWERS
    text = made.read_bytes() if made.is_file() else with_origin(before, new.version.commit, new.version.source)
    answers = lines.with_newline(text, lines.newline(before))
    changes = [FileChange(path, before, answers)] if before != answers else []
    if recorded := recorded_source.read(found.folder):
        now = source_after(recorded, new)
        source, text = found.folder / recorded_source.FILE, recorded_source.text(now).encode()
        if source.is_file() and source.read_bytes() != text:
            changes.append(FileChange(source, source.read_bytes(), text))
    if additions:
        changes.append(FileChange(found.folder / record.FILE, None, record.text_of(additions).encode()))
    return changes


def source_after(recorded: RecordedSource, new: Side) -> RecordedSource:
    """Return where a project of other people's catalogue is from after an update."""
    version, template = new.version, new.template or recorded.template
    if manifests.is_bundled(version.source):
        # What lies over it is still that of the overlay.
        return replace(recorded, template=template)
    return RecordedSource(version.source, version.commit, version.hash, template, version.beneath)


def refuse_gone_template(new: Side, old: Side) -> None:
    """Refuse a version that does not have the project's template.

    Raises:
        BadInput: It has not.
    """
    known = new.version.templates
    if not new.version.is_catalogue or new.template in known:
        return
    if new.version == old.version or not old.template:
        raise BadInput(
            what=f"the project's template `{new.template}` is none of its version"
            if new.template
            else "the project does not record which template it was made from",
            where=f"`template` in {ANSWERS}",
            why=f"version {new.version.shown} has {', '.join(known)}",
            fix=f"restore {ANSWERS} from git, or correct `template` in it",
        )
    raise BadInput(
        what=f"the template `{new.template}` is gone",
        where=f"version {new.version.shown}",
        why=f"it has {', '.join(known)}, and no table tells which of them took its place",
        fix="update to an earlier version: --to VERSION",
    )


def _content(entry: Entry | None) -> bytes | None:
    return entry.content if entry is not None else None


def _mode(merged: MergedPath) -> str:
    return merged.current.mode if merged.current is not None else "100644"
