"""Appends the Durable Object migrations of a new template behind the project's, none of which may change.

A deploy looks for the tag that it applied last. So a step of the project keeps its tag, its place and its content, and
a step of the new template gets a tag of its own.

Not here: folders of SQL migrations (`sql_log.py`), and `exports`, which have no order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from scaffolder.editing.config.lifecycle_edits import counted_up
from scaffolder.updating.merge.plain_data import canonical

CREATED = ("new_sqlite_classes", "new_classes")


def appended(
    base: list[Any], theirs: list[Any], ours: list[Any], used_tags: Collection[str] = ()
) -> list[dict[str, Any]] | None:
    """Return the steps to append to a project's migrations.

    Args:
        base: The old template's migrations.
        theirs: The new template's.
        ours: The project's.
        used_tags: Further tags that a new step must not get.

    Returns:
        The steps, or None if the new template changed a step that may have been applied.
    """
    old, new, own = ({_content(step): step for step in steps} for steps in (base, theirs, ours))
    added = [step for content, step in new.items() if content not in old]
    if added and any(content not in new for content in old):
        return None if any(_content(step) not in own for step in added) else []
    found: list[dict[str, Any]] = []
    tags = {_tag(step) for step in ours} | {*used_tags}
    for step in added:
        rest = _still_needed(step, _living([*ours, *found])) if _content(step) not in own else {}
        if rest:
            tag = _free(_tag(step), tags, len(ours) + len(found))
            tags.add(tag)
            found.append({"tag": tag, **rest})
    return found


def _content(step: Any) -> str:
    """Return the content of a step without its tag."""
    return canonical({key: value for key, value in step.items() if key != "tag"} if isinstance(step, dict) else step)


def _tag(step: Any) -> str:
    return str(step.get("tag", "")) if isinstance(step, dict) else ""


def _free(tag: str, taken: Collection[str], number: int) -> str:
    while not tag or tag in taken:
        tag = counted_up(tag, number)
        number += 1
    return tag


def _still_needed(step: dict[str, Any], living: set[str]) -> dict[str, Any]:
    """Return a step without its tag, and without what the project did itself."""
    found: dict[str, Any] = {}
    for key, listed in step.items():
        if key == "tag":
            continue
        left = [each for each in listed if _is_needed(key, each, living)] if isinstance(listed, list) else listed
        if left:
            found[key] = left
    return found


def _is_needed(key: str, each: Any, living: set[str]) -> bool:
    if key in CREATED:
        return each not in living
    if key == "deleted_classes":
        return each in living
    return key != "renamed_classes" or not isinstance(each, dict) or each.get("from") in living


def _living(steps: list[Any]) -> set[str]:
    """Return the classes that exist after some steps."""
    found: set[str] = set()
    for step in steps:
        listed = {key: each for key, each in step.items() if isinstance(each, list)} if isinstance(step, dict) else {}
        found -= set(map(str, listed.get("deleted_classes", [])))
        pairs = [*listed.get("renamed_classes", []), *listed.get("transferred_classes", [])]
        found -= {str(pair.get("from")) for pair in listed.get("renamed_classes", []) if isinstance(pair, dict)}
        found |= {str(pair.get("to")) for pair in pairs if isinstance(pair, dict)}
        found |= set(_names(listed))
    return found


def _names(listed: dict[str, list[Any]]) -> Iterator[str]:
    for key in CREATED:
        yield from map(str, listed.get(key, []))
