"""The findings of `scaffold check` in the corpus, and the verdict that a person gave on each.

A verdict is `right`; `false`, which includes findings that a careful owner would dismiss; or `aside`, which is not
counted: the finding is true of the file in the corpus, but is no mistake of its owner, such as a placeholder in a
template where a name should be.

Not here: the verdicts (tests/corpus/verdicts.toml).
"""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus.shelf import FOLDER, Entry
from scaffolder.checks import rule_registry
from scaffolder.checks.engine import examine
from scaffolder.core.errors import BadInput
from scaffolder.core.findings import Finding
from scaffolder.reading import project as reading

VERDICTS = ("right", "false", "aside")

SELECTED = {"configuration": ["WR"], "crate": ["RS202", "RS205", "RS206", "RS207", "RS208", "PJ301"], "worker": []}
"""The rules for each kind of entry; all of them for a worker.

A configuration is checked by the rules about the wrangler file. A library is no worker, so that gaps in its manifest
and in the wrangler file beside it mean nothing; it is checked by rules about the Rust itself.
"""

Key = tuple[str, str, str]
"""The identity of a finding: the entry, the rule's code and the message."""


@dataclass(frozen=True)
class Verdict:
    """A person's verdict on a finding.

    Args:
        entries: The entries in which it is found.
        code: The rule's code.
        message: The finding's message.
        verdict: One of VERDICTS.
        why: One sentence.
    """

    entries: list[str]
    code: str
    message: str
    verdict: str
    why: str

    def keys(self) -> Iterator[Key]:
        """Yield the identity of each finding that it is about."""
        yield from ((entry, self.code, self.message) for entry in self.entries)


def verdicts() -> list[Verdict]:
    """Return all verdicts."""
    text = (FOLDER / "verdicts.toml").read_text(encoding="utf-8")
    return [Verdict(**table) for table in tomllib.loads(text)["verdict"]]


def given() -> dict[Key, Verdict]:
    """Return the verdict on each finding, by its identity."""
    return {key: verdict for verdict in verdicts() for key in verdict.keys()}  # noqa: SIM118 - not a dictionary


def found(entry: Entry) -> list[Finding] | None:
    """Return the findings in an entry; None if its files do not parse."""
    with tempfile.TemporaryDirectory() as place:
        folder = entry.lay(Path(place))
        try:
            return examine(reading.read(folder), rule_registry.choose(SELECTED[entry.kind], []))
        except BadInput:
            return None


def key_of(entry: Entry, finding: Finding) -> Key:
    """Return the identity of a finding."""
    return entry.name, finding.code, finding.message
