"""A secret: its name in the wrangler file, and a line for its value in `.dev.vars.example`.

Not here: values, which must not be in a file that git sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scaffolder.core.errors import BadInput
from scaffolder.core.invocation import program
from scaffolder.core.text_edit import TextEdit, apply_edits
from scaffolder.editing import lines, origin
from scaffolder.editing.operations import KeyPath, Unclear
from scaffolder.editing.plan import Plan
from scaffolder.editing.rust.binding_field import Accessor
from scaffolder.editing.storage import ListedName
from scaffolder.editing.target import EditTarget
from scaffolder.editing.verify import is_kept
from scaffolder.reading.config.document import dig
from scaffolder.reading.config.environments import environments
from scaffolder.reading.gitignore import is_ignored, is_versioned
from scaffolder.reading.project import Worker
from scaffolder.system import untrusted_files

LOCAL = ".dev.vars"
EXAMPLE = ".dev.vars.example"
HEAD = b"# Secrets for local development. Copy this file to .dev.vars, which git must ignore.\n"


@dataclass(frozen=True, kw_only=True)
class Secret(ListedName):
    """A secret that the worker requires."""

    @property
    def table(self) -> KeyPath:
        """The path of the list of required secrets."""
        return ("secrets", "required")

    def value_refusal(self, target: EditTarget) -> BadInput:
        """Return the refusal of a value, which git would see."""
        return BadInput(
            what="the value of a secret does not belong in a file that git tracks",
            where="NAME",
            why="the wrangler file lists only its name",
            fix=f"{program()} add secret {target.name}",
        )

    def on_add(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Write the name into `.dev.vars.example`.

        Raises:
            Unclear: The file cannot be edited safely.
        """
        path, before = _example(targets[0].worker)
        name = targets[0].name
        is_new = before is None or _line(before, name) is None
        origin.note(targets[0].worker, _thing(name), plan, is_new=is_new, wants=_requires(name))
        plan.change(path, before, _with_secret(before, name))
        local = path.with_name(LOCAL)
        if is_versioned(local.parent) and not is_ignored(local):
            plan.notes.append(f"git does not ignore {LOCAL}: add `{LOCAL}*` and `!{EXAMPLE}` to .gitignore")

    def on_remove(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Delete the name from `.dev.vars.example`, unless another environment requires it, or it was there before.

        Raises:
            Unclear: The file cannot be edited safely.
        """
        first = targets[0]
        path, before = _example(first.worker)
        if before is None or any(first.name in listed for listed in _elsewhere(targets)):
            return
        if _was_added(first) is False:
            plan.notes.append(f"kept `{first.name}` in {EXAMPLE}, where it was before")
            return
        plan.change(path, before, _without_secret(before, first.name))
        origin.forget(first.worker, _thing(first.name), plan)

    def on_rename(self, targets: Sequence[EditTarget], plan: Plan) -> None:
        """Change the name in `.dev.vars.example`; Cloudflare still has the value under the old name."""
        first = targets[0]
        path, before = _example(first.worker)
        if before is not None and not _line(before, first.new_name):
            found = _line(before, first.name)
            edits = [] if found is None else [TextEdit(EXAMPLE, *found.span("name"), first.new_name)]
            plan.change(path, before, apply_edits(before, edits))
        plan.notes.append(f"set the secret under its new name: npx wrangler secret put {first.new_name}")


def _thing(name: str) -> str:
    return f"example {name}"


def _requires(name: str) -> origin.Wants:
    return origin.in_any(lambda table: name in (dig(table, ("secrets", "required")) or ()))


def _was_added(target: EditTarget) -> bool | None:
    def was_there(earlier: origin.Reader) -> bool:
        content = earlier(target.worker.folder / EXAMPLE)
        return content is not None and _line(content, target.name) is not None

    return origin.was_added(target.worker, _thing(target.name), _requires(target.name), was_there)


def _line(content: bytes, name: str) -> re.Match[bytes] | None:
    """Find the line of a secret."""
    return re.search(rb"^[ \t]*(?:export\s+)?(?P<name>" + name.encode() + rb")\s*=.*$", content, re.MULTILINE)


def _example(worker: Worker) -> tuple[Path, bytes | None]:
    path = worker.folder / EXAMPLE
    return path, untrusted_files.content(path) if path.exists() else None


def _with_secret(before: bytes | None, name: str) -> bytes:
    if before is None:
        return HEAD + f'{name}=""\n'.encode()
    if _line(before, name):
        return before
    newline = lines.newline(before)
    last = before.rstrip()[before.rstrip().rfind(b"\n") + 1 :]
    # A comment at the end of the file must not become the comment of the new line.
    gap = newline if lines.is_comment(last) else ""
    ends = not before or before.endswith(b"\n")
    text = f'{gap}{name}=""{newline}' if ends else f'{newline}{gap}{name}=""'
    return _kept(before, before + text.encode())


def _without_secret(before: bytes, name: str) -> bytes | None:
    if before == HEAD + f'{name}=""\n'.encode():
        return None
    found = _line(before, name)
    if found is None:
        return before
    begin, end = lines.above(before, found.start()), lines.after(before, found.start())
    upper = lines.start_of(before, begin - 1) if lines.is_blank_above(before, begin) else begin
    if upper < begin and lines.is_comment(before[lines.start_of(before, upper - 1) : upper]) and end == len(before):
        begin = upper
    if end == len(before) and not before.endswith(b"\n") and begin:
        begin = lines.before(before, begin)
    return _kept(before, before[:begin] + before[end:])


def _kept(before: bytes, after: bytes) -> bytes:
    if not is_kept(before, after):
        raise Unclear(EXAMPLE)
    return after


def _elsewhere(targets: Sequence[EditTarget]) -> Iterator[list[str]]:
    """Yield the secrets that each of the other environments requires."""
    worker, gone = targets[0].worker, {target.environment.name for target in targets}
    for each in environments(worker.config):
        listed = worker.config.get(*each.prefix, "secrets", "required")
        if each.name not in gone and isinstance(listed, list):
            yield listed


KINDS = (
    Secret(
        name="secret",
        title="A secret. Only its name is written, to the wrangler file and to `.dev.vars.example`.",
        binding="secret",
        usual_name="API_KEY",
        accessor=Accessor("worker::Secret", "env.secret({})?", needs=("Secret", "Env::secret")),
        needs_stub=True,
        test="""
test("$name is set, here to a stub", async () => {
  const { $name } = await $worker.getEnv();
  assert.equal($name, "a test value of $name");
});
""",
    ),
)
