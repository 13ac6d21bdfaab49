"""Plans a kind's test at the end of a test file that has a harness of the worker, its removal, and its renaming.

What a test cannot have (a secret's value, another worker, a login) is stubbed by two files beside the tests, from which
the test files then import their harness: `"wrangler"` becomes `"./stubbed-wrangler.mjs"`, and no byte is lost.

Not here: the text of the tests (`kinds/`), and the test files that can take one (`harness.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from string import Template

from scaffolder.editing import lines, origin
from scaffolder.editing.kind import Kind
from scaffolder.editing.kind_registry import kinds
from scaffolder.editing.operations import Unclear
from scaffolder.editing.plan import Plan
from scaffolder.editing.target import EditTarget
from scaffolder.editing.verify import is_kept
from scaffolder.editing.worker_tests.harness import Harness, harness_of, test_files
from scaffolder.reading.project import Worker
from scaffolder.reading.source import Source

STUBS = Path(__file__).parent / "stubs"
FILES = ("stub.mjs", "stubbed-wrangler.mjs")
PLAIN = re.compile(rb'^(import \{[^}]*\bcreateTestHarness\b[^}]*\} from )"wrangler";', re.MULTILINE)
STUBBED = re.compile(rb'^(import \{[^}]*\bcreateTestHarness\b[^}]*\} from )"\./stubbed-wrangler\.mjs";', re.MULTILINE)


def add(kind: Kind, targets: Sequence[EditTarget], plan: Plan) -> None:
    """Plan a test of what is added to the top level.

    Raises:
        Unclear: The test file is written in a way that cannot be edited safely.
    """
    target = next((each for each in targets if kind.wants_test(each)), None)
    if target is None:
        return
    harness = harness_of(target.worker)
    if harness is None:
        plan.notes.append("no test was added: no tests/*.test.mjs starts a wrangler test harness at its top level")
        return
    if kind.needs_stub:
        _stub(target.worker, plan)
    text = text_of(kind, target, harness)
    _change(target.worker, harness.source, plan, lambda current: _with(current, text))


def remove(kind: Kind, targets: Sequence[EditTarget], plan: Plan) -> None:
    """Plan the removal of a test that is as it was written, and note other tests that would fail.

    Raises:
        Unclear: The test file is written in a way that cannot be edited safely.
    """
    target = next((each for each in targets if not each.environment.name), None)
    harness = harness_of(target.worker) if target is not None else None
    if target is None or harness is None or not kind.test:
        return
    text = text_of(kind, target, harness)
    _change(target.worker, harness.source, plan, lambda current: _without(current, text))
    if kind.needs_stub:
        _unstub(target.worker, plan)
    named = re.compile(rb"(?<![\w$])" + re.escape(target.name.encode()) + rb"(?![\w$])")
    for source in test_files(target.worker):
        if named.search(plan.current(target.worker.project / source.file, source.content)):
            plan.notes.append(f"{source.file} still mentions `{target.name}`: tests that use it will fail")


def rename(kind: Kind, target: EditTarget, plan: Plan) -> None:
    """Plan the new name in a test that is as it was written; one that was changed since stays."""
    harness = harness_of(target.worker) if kind.test else None
    if harness is None:
        return
    path, newline = target.worker.project / harness.source.file, lines.newline(harness.source.content)
    texts = [text_of(kind, target, harness, name).strip("\n") for name in (target.name, target.new_name)]
    old, new = (text.replace("\n", newline).encode() for text in texts)
    current = plan.current(path, harness.source.content)
    plan.change(path, harness.source.content, current.replace(old, new, 1))


def text_of(kind: Kind, target: EditTarget, harness: Harness, name: str = "") -> str:
    """Return the test of a target, under its name or another one."""
    values = {**kind.test_values(target), "worker": harness.worker, **({"name": name} if name else {})}
    return Template(kind.test).substitute(values)


def _change(worker: Worker, source: Source, plan: Plan, make: Callable[[bytes], bytes]) -> None:
    path = worker.project / source.file
    current = plan.current(path, source.content)
    after = make(current)
    if not is_kept(current, after):
        raise Unclear(source.file)
    plan.change(path, source.content, after)


def _with(content: bytes, text: str) -> bytes:
    """Return a file with a text at its end, after an empty line."""
    newline = lines.newline(content)
    whole = text.strip("\n").replace("\n", newline)
    added = f"{newline}{whole}{newline}" if content.endswith(b"\n") else f"{newline}{newline}{whole}"
    return content + added.encode()


def _without(content: bytes, text: str) -> bytes:
    """Return a file without a text that `_with` wrote; one that was changed since stays."""
    newline = lines.newline(content)
    whole = text.strip("\n").replace("\n", newline)
    within = f"{newline}{whole}{newline}".encode()
    if within in content:
        return content.replace(within, b"", 1)
    return content.removesuffix(f"{newline}{newline}{whole}".encode())


def _stub(worker: Worker, plan: Plan) -> None:
    """Plan that every test file imports its harness with stubs, and the stubs beside it."""
    is_new = any(PLAIN.search(source.even) for source in test_files(worker))
    origin.note(worker, "stubs", plan, is_new=is_new, wants=lambda _: _has_stubbed_test(worker, plan))
    for source in test_files(worker):
        if PLAIN.search(source.even):
            _change(worker, source, plan, lambda current: PLAIN.sub(rb'\1"./stubbed-wrangler.mjs";', current))
            for path, content in _files(worker, source):
                if not path.exists():
                    plan.change(path, None, content)


def _unstub(worker: Worker, plan: Plan) -> None:
    """Plan the removal of stubs that are as they were written, unless a test still uses them, or did before an edit."""
    if _has_stubbed_test(worker, plan) or origin.receipt_of(worker, "stubs") is False:
        return
    for source in test_files(worker):
        if STUBBED.search(source.even):
            _change(worker, source, plan, lambda current: STUBBED.sub(rb'\1"wrangler";', current))
            for path, content in _files(worker, source):
                if path.is_file() and path.read_bytes() == content:
                    plan.change(path, content, None)


def _has_stubbed_test(worker: Worker, plan: Plan) -> bool:
    texts = [plan.current(worker.project / source.file, source.content) for source in test_files(worker)]
    return any(pattern.search(text.replace(b"\r\n", b"\n")) for pattern in _stubbed_tests() for text in texts)


def _files(worker: Worker, source: Source) -> list[tuple[Path, bytes]]:
    folder = worker.project / PurePosixPath(source.file).parent
    return [(folder / name, (STUBS / name).read_bytes()) for name in FILES]


def _stubbed_tests() -> list[re.Pattern[bytes]]:
    """Return patterns of the tests that use a stub, whatever the names in them."""
    stubbed = [kind.test.strip("\n") for kind in kinds().values() if kind.needs_stub]
    parts = [re.split(r"\$\w+", text) for text in stubbed]
    return [re.compile(".+".join(map(re.escape, each)).encode()) for each in parts]
