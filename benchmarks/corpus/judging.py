"""What `scaffold check` finds in the corpus, and the verdict that a person gave on each finding.

A verdict is `right`; `false`, which takes in what a careful owner would wave off; or `aside`, which is not counted:
the finding is true of the file as it lies here, and says nothing about its owner, such as that a placeholder of a
template is no name.

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

ASKED = {"configuration": ["WR"], "crate": ["RS202", "RS205", "RS206", "RS207", "RS208", "PJ301"], "worker": []}
"""The rules that are asked of each kind; of a worker, all.

Of a configuration, those about the wrangler file. A library is no worker, so what its manifest and the wrangler file
beside it lack says nothing; it is asked what its own Rust shows.
"""

Key = tuple[str, str, str]
"""What tells findings apart: the entry, the rule's code and the message."""


@dataclass(frozen=True)
class Verdict:
    """What a person said of a finding.

    Args:
        entries: The entries in which it is found.
        code: The rule's code.
        message: What the rule says.
        verdict: One of VERDICTS.
        why: One sentence.
    """

    entries: list[str]
    code: str
    message: str
    verdict: str
    why: str

    def keys(self) -> Iterator[Key]:
        """Yield what it is about."""
        yield from ((entry, self.code, self.message) for entry in self.entries)


def verdicts() -> list[Verdict]:
    """Return all verdicts."""
    text = (FOLDER / "verdicts.toml").read_text(encoding="utf-8")
    return [Verdict(**table) for table in tomllib.loads(text)["verdict"]]


def given() -> dict[Key, Verdict]:
    """Return the verdict on each finding."""
    return {key: verdict for verdict in verdicts() for key in verdict.keys()}  # noqa: SIM118 - not a dictionary


def found(entry: Entry) -> list[Finding] | None:
    """Return what is found in an entry; None where its files cannot be read."""
    with tempfile.TemporaryDirectory() as place:
        folder = entry.lay(Path(place))
        try:
            return examine(reading.read(folder), rule_registry.choose(ASKED[entry.kind], []))
        except BadInput:
            return None


def key_of(entry: Entry, finding: Finding) -> Key:
    """Return what tells a finding apart."""
    return entry.name, finding.code, finding.message
