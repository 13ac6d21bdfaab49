"""Words the corpus and its results: docs/corpus.md, and the part of the README between two markers.

Not here: measuring (`measuring.py`).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from benchmarks.corpus.judging import verdicts
from benchmarks.corpus.shelf import ROOT, Entry, entries

RESULTS = Path(__file__).resolve().parent / "results.json"
PAGE = ROOT / "docs" / "corpus.md"
README = ROOT / "README.md"

HEAD = """\
# The corpus

Real configurations and crates from public packages, unmodified, on which `scaffold check`, `add` and `remove` are
run. Written by `python3 -m benchmarks.corpus` from tests/corpus/corpus.toml, tests/corpus/verdicts.toml and what it
measured.
"""

WHERE = """\
A **worker** has its wrangler file and its Rust. A **crate** is a library without a wrangler file, laid beside a small
one. A **configuration** is a wrangler file alone, of a worker in JavaScript or Python, laid beside a small Rust crate:
without one, `scaffold check` and `add` refuse it with exit code 2, for a project without Rust is none of theirs. Of
configurations the rules about wrangler files are asked, of crates those about Rust alone, and of workers all.

Whole Rust workers are rare in packages: they are deployed, not published. Two were found, after looking through what
public documentation, registries and code search name as built on the `worker` crate. `worker-kv` is for Workers and
does not depend on that crate, so that nowhere in it can one of its features be asked for: a refusal is right there.

The corpus was not only measured: PJ301, PJ302, PJ305 and WR126 said on it what is false, and were mended, each with a
case in tests/cases/check. So the precision says how the rules do on what they were mended on.
"""


def load() -> dict[str, Any]:
    """Answer the results that were kept."""
    results: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return results


def write(results: dict[str, Any]) -> None:
    """Keep results, and write both pages."""
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    PAGE.write_text(page(results), encoding="utf-8")
    text = README.read_text(encoding="utf-8")
    before, after = re.split(r"<!-- corpus -->\n.*?<!-- /corpus -->", text, maxsplit=1, flags=re.DOTALL)
    README.write_text(f"{before}<!-- corpus -->\n{figures(results)}\n<!-- /corpus -->{after}", encoding="utf-8")


def page(results: dict[str, Any]) -> str:
    """Word the whole page."""
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    return "\n".join(
        [
            *(HEAD, WHERE, "## Results\n", figures(results), f"\n{_further(results)}", f"\nVersions: {versions}.\n"),
            *("## Verdicts\n", *_verdicts(), "\n## Entries\n", *_entries(entries())),
        ]
    )


def figures(results: dict[str, Any]) -> str:
    """Word the figures, for the README and the page."""
    checked, edited, large = results["check"], results["edit"], results["large"]
    right, false, aside = (checked["verdicts"][name] for name in ("right", "false", "aside"))
    done, refused = _tried(edited)
    share = f"{refused / (done + refused):.1%}"
    rows = [
        ("findings that are right", f"{right} of {right + false} ({right / (right + false):.0%})"),
        ("entries in which nothing is found", f"{checked['silent']}"),
        ("edits refused because of a file's layout", f"{refused} of {done + refused} ({share})"),
        ("edits that lost a byte, or that `remove` did not undo", f"{len(edited['broken'])} of {done}"),
        ("`scaffold check` of all entries", f"{checked['seconds']} s"),
        (f"`scaffold check` of a project of {large['files']} Rust files, with its start", f"{large['seconds']} s"),
    ]
    kinds = ", ".join(f"{count} {name}s" for name, count in results["entries"].items())
    head = (
        f"Measured by `python3 -m benchmarks.corpus` on {results['date']} ({results['machine']}): "
        f"{sum(results['entries'].values())} real entries ({kinds}), and {len(edited['kinds'])} kinds of edit in each."
    )
    foot = (
        f"Not counted: {aside} findings that say nothing about an owner, such as that a template's placeholder is no "
        "name. Rules that were wrong on the corpus have been mended. A removal leaves a database's migrations, and in "
        f"{len(edited['stayed'])} cases a feature or a handler that something else needs; Durable Objects are removed "
        "as never deployed."
    )
    table = "\n".join(["| what | |", "| --- | --- |", *(f"| {what} | {value} |" for what, value in rows)])
    return f"{head}\n\n{table}\n\n{foot}"


def _tried(edited: dict[str, Any]) -> tuple[int, int]:
    outcomes = edited["outcomes"]
    return outcomes.get("done", 0), outcomes.get("refused", 0)


def _further(results: dict[str, Any]) -> str:
    edited = results["edit"]
    there, taken, unread = (edited["outcomes"].get(name, 0) for name in ("there", "taken", "unread"))
    lines = [
        f"All edits took {edited['seconds']} s. {there} found what they were to add already there, {taken} something",
        f"else in its place, and {unread} a file that does not parse (of {', '.join(results['check']['unread'])}),",
        "where nothing may be written; these are not in the figures above.",
    ]
    lines += [f"\nRefused: {_pairs(edited['refused'])}."]
    lines += [f"Kept, for something else needs the feature or the handler: {_pairs(edited['stayed'])}."]
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
