"""A cron, with a handler that runs at its times.

Not here: what a time may be beyond its five fields, which Cloudflare decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.editing.kind import Changes, Kind, Order
from scaffolder.editing.operations import Path, Put
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

    def check(self, order: Order) -> None:
        """Refuse what is no cron, and a Sunday that is written as 0."""
        last = order.name.rpartition(" ")[2]
        if not CRON.fullmatch(order.name) or "0" in re.split(r"[^0-9]+", last):
            raise BadInput(
                what=f"`{order.name}` is no cron",
                where="NAME",
                why="it has five fields with one space between: minute hour day month weekday; Sunday is 1 or SUN",
                fix=f'{program()} add cron "5 * * * *"',
            )

    def there(self, order: Order) -> tuple[Path, Any] | None:
        """Answer the cron's place."""
        path = (*order.prefix, "triggers", "crons")
        listed = order.worker.config.get(*path) or []
        return ((*path, listed.index(order.name)), order.name) if order.name in listed else None

    def puts(self, order: Order) -> Iterator[Put]:
        """Tell the cron."""
        yield Put((*order.prefix, "triggers", "crons"), order.name, appends=True)

    def named(self, path: Path) -> Path | None:
        """Answer the cron's place."""
        return path

    def is_same(self, order: Order, there: Any) -> bool:
        """Answer whether it is that one."""
        return bool(there == order.name)

    def leaves(self, order: Order) -> Iterator[Put]:
        """Leave an environment without its last cron an empty list, as it would have the top level's without one."""
        own = order.worker.config.get(*order.prefix, "triggers", "crons")
        if order.prefix and own == [order.name] and order.worker.config.get("triggers", "crons"):
            yield Put((*order.prefix, "triggers", "crons"), [])

    def brings(self, orders: Sequence[Order], changes: Changes) -> None:
        """Write the handler, if there is none."""
        worker = orders[0].worker
        if not any(handler.kind == "scheduled" for handler in worker.crate.handlers):
            items.add(worker, HANDLER, changes)

    def takes(self, orders: Sequence[Order], changes: Changes) -> None:
        """Take the handler out with the last cron, if it is as it was written."""
        worker = orders[0].worker
        if _crons_left(orders):
            return
        if not items.remove(worker, HANDLER, changes):
            changes.notes.append("nothing calls the scheduled handler any more")

    def follows(self, orders: Sequence[Order], changes: Changes) -> None:
        """Change the time where Rust compares with it."""
        rename_binding.rename_text(orders[0].worker, orders[0].name, orders[0].to, changes)


def _crons_left(orders: Sequence[Order]) -> bool:
    first = orders[0]
    gone = {order.environment.name for order in orders}
    for each in environments(first.worker.config):
        crons = first.worker.config.get(*each.prefix, "triggers", "crons") or []
        if [cron for cron in crons if each.name not in gone or cron != first.name]:
            return True
    return False
