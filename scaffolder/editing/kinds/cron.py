"""A cron, with a handler that runs at its times.

Not here: the values that the five fields may have (`accepted_values.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.editing import origin
from scaffolder.editing.javascript import rename_in_script
from scaffolder.editing.operations import KeyPath
from scaffolder.editing.plan import Plan
from scaffolder.editing.rust import handler_item, item_origin, rename_binding
from scaffolder.editing.rust.written_rust import SCHEDULED
from scaffolder.editing.storage import ListedName
from scaffolder.editing.target import EditTarget
from scaffolder.reading.config.accepted_values import cron_problem
from scaffolder.reading.config.environments import environments

CRON = re.compile(r"\S+( \S+){4}")
WANTS = origin.any_of(("triggers", "crons"))


@dataclass(frozen=True, kw_only=True)
class Cron(ListedName):
    """A time at which the worker runs, which is its own name."""

    @property
    def table(self) -> KeyPath:
        """The path of the list of crons."""
        return ("triggers", "crons")

    def validate(self, target: EditTarget) -> None:
        """Check the five fields, by the function of the rule.

        Raises:
            BadInput: They are not valid.
        """
        problem, hint = cron_problem(target.name)
        if not problem and not CRON.fullmatch(target.name):
            problem, hint = "has other spaces than one between two fields", "separate the fields by one space"
        if problem:
            raise BadInput(
                what=f"the cron `{target.name}` {problem}",
                where="NAME",
                why=hint,
                fix=f'{program()} add cron "5 * * * *"',
            )

    def rust_to_paste(self, target: EditTarget) -> list[str]:
        """Return the lines of the handler, if the crate has none."""
        has_handler = any(handler.kind == "scheduled" for handler in target.worker.crate.handlers)
        return [] if has_handler else handler_item.to_paste(target.worker, [SCHEDULED])

    def on_add(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Write the handler, if the crate has none.

        Raises:
            TooOld: The crate's version of `worker` has no such handlers.
        """
        worker = targets[0].worker
        is_new = not any(handler.kind == "scheduled" for handler in worker.crate.handlers)
        item_origin.note(worker, "scheduled", plan, is_new=is_new, wants=WANTS)
        if is_new:
            handler_item.add(worker, [SCHEDULED], plan)

    def on_remove(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Delete the handler along with the last cron, if it is as `on_add` wrote it and was not there before."""
        worker, texts = targets[0].worker, handler_item.texts([SCHEDULED])
        if not _has_others(targets) and not item_origin.remove(worker, "scheduled", texts, plan, WANTS):
            plan.notes.append("the scheduled handler is no longer called")

    def on_rename(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Change the time where Rust or JavaScript compares with it."""
        first = targets[0]
        rename_binding.rename_text(first.worker, first.name, first.new_name, plan)
        rename_in_script.rename_text(first.worker, first.name, first.new_name, plan)


def _has_others(targets: Sequence[EditTarget]) -> bool:
    """Return whether a cron is left in any environment."""
    first = targets[0]
    edited = {target.environment.name for target in targets}
    for each in environments(first.worker.config):
        crons = first.worker.config.get(*each.prefix, "triggers", "crons") or []
        if [cron for cron in crons if each.name not in edited or cron != first.name]:
            return True
    return False


KINDS = (
    Cron(
        name="cron",
        title='A cron trigger, such as `"5 * * * *"`, in UTC, with a handler if the worker has none.',
        argument='"MINUTE HOUR DAY MONTH WEEKDAY"',
        usual_name="0 5 * * *",
        is_inherited=True,
        handler="scheduled",
        test="""
test("the cron $name succeeds", async () => {
  const { outcome } = await $worker.scheduled({ cron: "$name", scheduledTime: new Date() });
  assert.equal(outcome, "ok");
});
""",
    ),
)
