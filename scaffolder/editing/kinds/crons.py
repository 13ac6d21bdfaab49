"""A cron, with a handler that runs at its times.

Not here: what a time may be beyond its five fields, which Cloudflare decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.editing.kind import Changes, EditTarget, Kind
from scaffolder.editing.operations import Insert, KeyPath
from scaffolder.editing.rust import items, rename_binding
from scaffolder.reading.config.environments import environments

CRON = re.compile(r"[0-9A-Za-z*/,\-#]+( [0-9A-Za-z*/,\-#]+){4}")
HANDLER = """
/// Runs at the times that the crons of the wrangler file name.
#[worker::event(scheduled)]
async fn scheduled(
    event: worker::ScheduledEvent,
    _env: worker::Env,
    _context: worker::ScheduleContext,
) {
    worker::console_log!("cron {}", event.cron());
}
"""


class Cron(Kind):
    """A time at which the worker runs, such as `"5 * * * *"`, in UTC; with a handler, if there is none."""

    word, is_inherited, form, usual = "cron", True, '"MINUTE HOUR DAY MONTH WEEKDAY"', "0 5 * * *"
    test = """
test("the cron $name runs to its end", async () => {
  const { outcome } = await $worker.scheduled({ cron: "$name", scheduledTime: new Date() });
  assert.equal(outcome, "ok");
});
"""

    def check(self, target: EditTarget) -> None:
        """Refuse what is no cron, and a Sunday that is written as 0."""
        last = target.name.rpartition(" ")[2]
        if not CRON.fullmatch(target.name) or "0" in re.split(r"[^0-9]+", last):
            raise BadInput(
                what=f"`{target.name}` is no cron",
                where="NAME",
                why="it has five fields with one space between: minute hour day month weekday; Sunday is 1 or SUN",
                fix=f'{program()} add cron "5 * * * *"',
            )

    def there(self, target: EditTarget) -> tuple[KeyPath, Any] | None:
        """Answer the cron's place."""
        path = (*target.prefix, "triggers", "crons")
        listed = target.worker.config.get(*path) or []
        return ((*path, listed.index(target.name)), target.name) if target.name in listed else None

    def puts(self, target: EditTarget) -> Iterator[Insert]:
        """Tell the cron."""
        yield Insert((*target.prefix, "triggers", "crons"), target.name, appends=True)

    def named(self, path: KeyPath) -> KeyPath | None:
        """Answer the cron's place."""
        return path

    def is_same(self, target: EditTarget, there: Any) -> bool:
        """Answer whether it is that one."""
        return bool(there == target.name)

    def leaves(self, target: EditTarget) -> Iterator[Insert]:
        """Leave an environment without its last cron an empty list, as it would have the top level's without one."""
        own = target.worker.config.get(*target.prefix, "triggers", "crons")
        if target.prefix and own == [target.name] and target.worker.config.get("triggers", "crons"):
            yield Insert((*target.prefix, "triggers", "crons"), [])

    def brings(self, targets: Sequence[EditTarget], changes: Changes) -> None:
        """Write the handler, if there is none."""
        worker = targets[0].worker
        if not any(handler.kind == "scheduled" for handler in worker.crate.handlers):
            items.add(worker, HANDLER, changes)

    def takes(self, targets: Sequence[EditTarget], changes: Changes) -> None:
        """Take the handler out with the last cron, if it is as it was written."""
        worker = targets[0].worker
        if _crons_left(targets):
            return
        if not items.remove(worker, HANDLER, changes):
            changes.notes.append("nothing calls the scheduled handler any more")

    def follows(self, targets: Sequence[EditTarget], changes: Changes) -> None:
        """Change the time where Rust compares with it."""
        rename_binding.rename_text(targets[0].worker, targets[0].name, targets[0].new_name, changes)


def _crons_left(targets: Sequence[EditTarget]) -> bool:
    first = targets[0]
    gone = {target.environment.name for target in targets}
    for each in environments(first.worker.config):
        crons = first.worker.config.get(*each.prefix, "triggers", "crons") or []
        if [cron for cron in crons if each.name not in gone or cron != first.name]:
            return True
    return False
