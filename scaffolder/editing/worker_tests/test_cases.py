"""Writes a test with what is added, at the end of a test file that has a harness of the worker; and takes it out again.

What a test cannot have (a secret's value, another worker, a login) is stubbed by two files beside the tests, from which
the test files then get their harness: `"wrangler"` becomes `"./stubbed-wrangler.mjs"`, and no byte goes.

Not here: what the tests say (`kinds/`), and where they can be (`harness.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from string import Template

from scaffolder.editing import lines
from scaffolder.editing.kind import Changes, EditTarget, Kind
from scaffolder.editing.kind_registry import kinds
from scaffolder.editing.operations import Unclear
from scaffolder.editing.verify import is_kept
from scaffolder.editing.worker_tests.harness import Harness, harness_of, test_files
from scaffolder.reading.project import Worker
from scaffolder.reading.source import Source

STUBS = Path(__file__).parent / "stubs"
FILES = ("stub.mjs", "stubbed-wrangler.mjs")
PLAIN = re.compile(rb'^(import \{[^}]*\bcreateTestHarness\b[^}]*\} from )"wrangler";', re.MULTILINE)
STUBBED = re.compile(rb'^(import \{[^}]*\bcreateTestHarness\b[^}]*\} from )"\./stubbed-wrangler\.mjs";', re.MULTILINE)


def add(kind: Kind, targets: Sequence[EditTarget], changes: Changes) -> None:
    """Plan a test of what the top level gets.

    Raises:
        Unclear: The test file is written in a way that cannot be changed for certain.
    """
    target = next((each for each in targets if not each.environment.name), None)
    if not kind.test or target is None or not kind.is_tested(target):
        return
    harness = harness_of(target.worker)
    if harness is None:
        changes.notes.append("no test was written: no tests/*.test.mjs starts a harness of wrangler at its top level")
        return
    if kind.is_stubbed:
        _stub(target.worker, changes)
    text = text_of(kind, target, harness)
    _change(target.worker, harness.source, changes, lambda now: _with(now, text))


def remove(kind: Kind, targets: Sequence[EditTarget], changes: Changes) -> None:
    """Plan to take a test out as it was written, and say where another one is left that would fail.

    Raises:
        Unclear: The test file is written in a way that cannot be changed for certain.
    """
    target = next((each for each in targets if not each.environment.name), None)
    harness = harness_of(target.worker) if target is not None else None
    if target is None or harness is None or not kind.test:
        return
    text = text_of(kind, target, harness)
    _change(target.worker, harness.source, changes, lambda now: _without(now, text))
    if kind.is_stubbed:
        _unstub(target.worker, changes)
    named = re.compile(rb"(?<![\w$])" + re.escape(target.name.encode()) + rb"(?![\w$])")
    for source in test_files(target.worker):
        if named.search(changes.now(target.worker.project / source.file, source.content)):
            changes.notes.append(f"{source.file} still has `{target.name}`: a test that asks for it will fail")


def rename(kind: Kind, target: EditTarget, changes: Changes) -> None:
    """Plan the new name in a test that is as it was written."""
    harness = harness_of(target.worker) if kind.test else None
    if harness is None:
        return
    path, newline = target.worker.project / harness.source.file, lines.newline(harness.source.content)
    texts = [text_of(kind, target, harness, name).strip("\n") for name in (target.name, target.new_name)]
    old, new = (text.replace("\n", newline).encode() for text in texts)
    now = changes.now(path, harness.source.content)
    changes.change(path, harness.source.content, now.replace(old, new, 1))


def text_of(kind: Kind, target: EditTarget, harness: Harness, name: str = "") -> str:
    """Answer the test of something, under its name or another one."""
    return Template(kind.test).substitute(kind.said(target), name=name or target.name, worker=harness.worker)


def _change(worker: Worker, source: Source, changes: Changes, make: Callable[[bytes], bytes]) -> None:
    path = worker.project / source.file
    now = changes.now(path, source.content)
    after = make(now)
    if not is_kept(now, after):
        raise Unclear(source.file)
    changes.change(path, source.content, after)


def _with(content: bytes, text: str) -> bytes:
    """Answer a file with a text at its end, after an empty line."""
    newline = lines.newline(content)
    whole = text.strip("\n").replace("\n", newline)
    added = f"{newline}{whole}{newline}" if content.endswith(b"\n") else f"{newline}{newline}{whole}"
    return content + added.encode()


def _without(content: bytes, text: str) -> bytes:
    """Answer a file without a text that `_with` wrote; one that was changed since stays."""
    newline = lines.newline(content)
    whole = text.strip("\n").replace("\n", newline)
    within = f"{newline}{whole}{newline}".encode()
    if within in content:
        return content.replace(within, b"", 1)
    return content.removesuffix(f"{newline}{newline}{whole}".encode())


def _stub(worker: Worker, changes: Changes) -> None:
    """Let every test file get its harness with stubs, and write these beside it."""
    for source in test_files(worker):
        if PLAIN.search(source.even):
            _change(worker, source, changes, lambda now: PLAIN.sub(rb'\1"./stubbed-wrangler.mjs";', now))
            for path, content in _files(worker, source):
                if not path.exists():
                    changes.change(path, None, content)


def _unstub(worker: Worker, changes: Changes) -> None:
    """Take the stubs out as they were written, unless some test still asks them."""
    texts = [changes.now(worker.project / source.file, source.content) for source in test_files(worker)]
    if any(pattern.search(text.replace(b"\r\n", b"\n")) for pattern in _asking() for text in texts):
        return
    for source in test_files(worker):
        if STUBBED.search(source.even):
            _change(worker, source, changes, lambda now: STUBBED.sub(rb'\1"wrangler";', now))
            for path, content in _files(worker, source):
                if path.is_file() and path.read_bytes() == content:
                    changes.change(path, content, None)


def _files(worker: Worker, source: Source) -> list[tuple[Path, bytes]]:
    folder = worker.project / PurePosixPath(source.file).parent
    return [(folder / name, (STUBS / name).read_bytes()) for name in FILES]


def _asking() -> list[re.Pattern[bytes]]:
    """Answer what the tests look like that ask a stub, whatever the names in them are."""
    stubbed = [kind.test.strip("\n") for kind in kinds().values() if kind.is_stubbed]
    parts = [re.split(r"\$\w+", text) for text in stubbed]
    return [re.compile(".+".join(map(re.escape, each)).encode()) for each in parts]
