"""Writes the corpus and its results into docs/corpus.md.

Not here: measuring (`measuring.py`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.corpus.judging import verdicts
from benchmarks.corpus.shelf import ROOT, Entry, entries
from benchmarks.stamp import sentence

RESULTS = Path(__file__).resolve().parent / "results.json"
PAGE = ROOT / "docs" / "corpus.md"

HEAD = """\
# The corpus

How the scaffolder does on other people's workers: real configurations and crates from public packages, unmodified, on
which `scaffold check`, `add` and `remove` are run. Written by `python3 -m benchmarks.corpus` from
tests/corpus/corpus.toml, tests/corpus/verdicts.toml and the results of the run.
"""

WHERE = """\
A **worker** has its wrangler file and its Rust. A **crate** is a library without a wrangler file, placed beside a small
one. A **configuration** is the wrangler file of a worker in JavaScript or Python, placed beside a small Rust crate:
`scaffold check` and `add` refuse a project without Rust with exit code 2. Configurations are checked by the rules about
wrangler files only, crates by the rules about Rust only, and workers by all rules.

Whole Rust workers are rare in packages, because they are deployed rather than published. We looked through public
documentation, registries and code search for packages that use the `worker` crate, and found two. `worker-kv` is made
for Workers but does not depend on that crate, so an edit that needs one of the crate's features is rightly refused.

The corpus also served to correct the rules: PJ301, PJ302, PJ305 and WR126 reported false findings on it and were fixed,
each with a test case. The precision below is therefore that of rules that have seen this corpus.
"""


def load() -> dict[str, Any]:
    """Return the saved results."""
    results: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return results


def write(results: dict[str, Any]) -> None:
    """Save results, and write the page."""
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    PAGE.write_text(page(results), encoding="utf-8")


def page(results: dict[str, Any]) -> str:
    """Return the whole page."""
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    return "\n".join(
        [
            *(HEAD, WHERE, "## Results\n", figures(results), f"\n{_further(results)}", f"\nVersions: {versions}.\n"),
            *("## Verdicts\n", *_verdicts(), "\n## Entries\n", *_entries(entries())),
        ]
    )


def figures(results: dict[str, Any]) -> str:
    """Return the table of the figures."""
    checked, edited, large = results["check"], results["edit"], results["large"]
    right, false, aside = (checked["verdicts"][name] for name in ("right", "false", "aside"))
    done, refused = _tried(edited)
    share = f"{refused / (done + refused):.1%}"
    rows = [
        ("correct findings", f"{right} of {right + false} ({right / (right + false):.0%})"),
        ("entries without a finding", f"{checked['silent']}"),
        ("edits refused because of a file's layout", f"{refused} of {done + refused} ({share})"),
        ("edits that lost a byte, or that `remove` did not undo", f"{len(edited['broken'])} of {done}"),
        ("`scaffold check` of all entries", f"{checked['seconds']} s"),
        (f"`scaffold check` of a project of {large['files']} Rust files, with its start", f"{large['seconds']} s"),
    ]
    kinds = ", ".join(f"{count} {name}s" for name, count in results["entries"].items())
    head = (
        f"{sentence(results, 'python3 -m benchmarks.corpus')}: "
        f"{sum(results['entries'].values())} real entries ({kinds}), and {len(edited['kinds'])} kinds of edit in each."
    )
    foot = (
        f"Not counted: {aside} findings that are no mistake of an owner, such as a placeholder in a template where a "
        "name should be. Rules that misfired on the corpus were fixed. A removal leaves a database's migrations, and "
        f"in {len(edited['stayed'])} cases a feature or a handler that something else needs; Durable Objects are "
        "removed as never deployed."
    )
    table = "\n".join(["| measure | result |", "| --- | --- |", *(f"| {what} | {value} |" for what, value in rows)])
    return f"{head}\n\n{table}\n\n{foot}"


def _tried(edited: dict[str, Any]) -> tuple[int, int]:
    outcomes = edited["outcomes"]
    return outcomes.get("done", 0), outcomes.get("refused", 0)


def _further(results: dict[str, Any]) -> str:
    edited = results["edit"]
    there, taken, unparsed = (edited["outcomes"].get(name, 0) for name in ("there", "taken", "unparsed"))
    lines = [
        f"All edits took {edited['seconds']} s. Not in the figures above: in {there} cases it was there before,",
        f"in {taken} something else had its name, and in {unparsed} a file does not parse",
        f"(of {', '.join(results['check']['unparsed'])}), where nothing may be written.",
    ]
    lines += [f"\nRefused: {_pairs(edited['refused'])}."]
    lines += [f"Kept, because something else needs the feature or the handler: {_pairs(edited['stayed'])}."]
    lines += [f"- {kind} in {entry}: {'; '.join(what)}" for entry, kind, *what in edited["broken"]]
    return "\n".join(lines)


def _pairs(listed: list[list[str]]) -> str:
    return ", ".join(f"{kind} in {entry}" for entry, kind in listed) or "nothing"


def _verdicts() -> list[str]:
    rows = [
        f"| {each.verdict} | {each.code} | {each.message} | {', '.join(each.entries)} | {each.why} |"
        for each in sorted(verdicts(), key=lambda each: ("false", "right", "aside").index(each.verdict))
    ]
    return ["| verdict | rule | finding | entries | why |", "| --- | --- | --- | --- | --- |", *rows]


def _entries(listed: list[Entry]) -> list[str]:
    rows = [
        f"| {each.name} | {each.kind} | {each.about} | {each.registry}: {each.package} {each.version} "
        f"| {each.licence} |"
        for each in listed
    ]
    return ["| entry | kind | about | package | licence |", "| --- | --- | --- | --- | --- |", *rows, ""]
