"""A handler for incoming e-mail, which is Rust alone: the wrangler file has nothing of it.

Not here: sending e-mail (`bindings.py`), and the rules of Email Routing, which are set in the account.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scaffolder.core.errors import BadInput, Conflict
from scaffolder.core.invocation import program
from scaffolder.editing.kind import Kind
from scaffolder.editing.operations import Insert, KeyPath
from scaffolder.editing.plan import Plan
from scaffolder.editing.rust import crate_root, handler_item
from scaffolder.editing.rust.written_rust import EMAIL
from scaffolder.editing.target import EditTarget, Found
from scaffolder.reading.rust.facts import Handler


@dataclass(frozen=True, kw_only=True)
class Email(Kind):
    """The handler of incoming e-mail."""

    @property
    def table(self) -> KeyPath:
        """The path of its table, which is empty: it has none."""
        return ()

    def find(self, target: EditTarget) -> Found | None:
        """Return the handler of the crate, whoever wrote it."""
        return Found((), "", matches=True) if _handler(target) is not None else None

    def insertions_for(self, target: EditTarget) -> Iterator[Insert]:  # noqa: ARG002 - no target needs any
        """Yield nothing."""
        yield from ()

    def validate(self, target: EditTarget) -> None:
        """Refuse a name.

        Raises:
            BadInput: There is one.
        """
        if target.name:
            raise BadInput(
                what=f"`{self.name}` takes no name, but `{target.name}` was given",
                where="NAME",
                why="a worker has one handler for the e-mail to all its addresses",
                fix=f"{program()} add {self.name}",
            )

    def rust_to_paste(self, target: EditTarget) -> list[str]:
        """Return the lines of the handler."""
        return handler_item.to_paste(target.worker, [EMAIL])

    def on_add(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Write the handler, if the crate has none.

        Raises:
            TooOld: The crate's version of `worker` has no such handlers.
        """
        worker = targets[0].worker
        if _handler(targets[0]) is None:
            handler_item.add(worker, [EMAIL], plan)
            plan.notes.append("once it is deployed, send an address to it: Email Routing of your domain, Routing rules")

    def on_remove(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Delete the handler, if it is as `on_add` wrote it.

        Raises:
            Conflict: It was changed since.
        """
        worker, handler = targets[0].worker, _handler(targets[0])
        if not any(crate_root.remove_item(worker, text, plan) for text in handler_item.texts([EMAIL])):
            raise Conflict(
                what="the email handler is not as it was written",
                where=f"{handler.span.file}:{handler.span.line}" if handler else worker.crate.sources[0].file,
                why="its removal would lose your Rust",
                fix="remove the function by hand",
            )


def _handler(target: EditTarget) -> Handler | None:
    handlers = (handler for crate in target.worker.crates for handler in crate.handlers)
    return next((each for each in handlers if each.kind == "email"), None)


KINDS = (
    Email(
        name="email",
        title="A handler for incoming e-mail, which rejects it until you change that. It takes no name.",
        details=(
            "A message that a handler neither forwards nor rejects is lost, so the handler begins with a rejection, "
            "of which the sender learns."
        ),
        argument="",
        usual_name="",
        handler="email",
        is_inherited=True,
        is_single=True,
        limits=("Incoming e-mail needs a domain with Email Routing, whose rules send addresses to the worker.",),
        test="""
test("an e-mail that nobody reads is rejected", async () => {
  const [from, to] = ["ada@example.org", "desk@example.com"];
  const raw = `From: <$${from}>\\r\\nTo: <$${to}>\\r\\nMessage-ID: <1@example.org>\\r\\n\\r\\nHello\\r\\n`;
  const { outcome, rejectReason } = await $worker.email({ from, to, raw });
  assert.deepEqual([outcome, rejectReason], ["ok", "nobody reads this mailbox yet"]);
});
""",
    ),
)
