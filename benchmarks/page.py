"""Writes the measured tables into docs/figures.md and docs/size.md, and the transcript into docs/first-run.md.

`python3 -m benchmarks.page` writes both again from the results that were kept, without measuring.

Not here: measuring (`measures.py`), and the tables of docs/size.md (`size_page.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from benchmarks import size_page
from benchmarks.stamp import ROOT, sentence

RESULTS = ROOT / "benchmarks" / "results.json"
FIGURES = ROOT / "docs" / "figures.md"
SIZE = ROOT / "docs" / "size.md"
FIRST_RUN = ROOT / "docs" / "first-run.md"

TOOLS = ("rustc", "worker-build", "wrangler", "node")
"""The tools whose versions a table of builds names."""

METHODS = ("scaffold", "copier", "cruft")
"""The ways of an update that are compared."""

MEASURED = {
    "histories in conflict": "projects with a conflict",
    "untouched in conflict": "... of those that nobody edited by hand",
    "files in conflict": "files in conflict",
    "edits lost": "edits of the owner that are gone",
    "migrations edited": "applied migrations that changed",
}

Results = dict[str, Any]

HEAD = """\
# Figures

Written by `python3 benchmarks`, which clones what is committed and measures it in an empty cache of its own; the caches
of cargo, pip and npm are kept. Each table names the day, the commit and the machine that it was measured on.
The figures of `scaffold check`, `add` and `remove` on other people's workers are in [The corpus](corpus.md).
"""

FIRST_RUN_HEAD = """\
# A first run

The output of the first command of [README.md](../README.md), recorded by `python3 benchmarks`.
"""


def load() -> Results:
    """Return the results that were kept."""
    results: Results = json.loads(RESULTS.read_text(encoding="utf-8"))
    return results


def write(results: Results) -> None:
    """Keep results, and write the pages."""
    in_order = {name: results[name] for name in TABLES if name in results}
    RESULTS.write_text(json.dumps(in_order, indent=2) + "\n", encoding="utf-8")
    for path, text in pages(results).items():
        path.write_text(text, encoding="utf-8")


def pages(results: Results) -> dict[Path, str]:
    """Return the text of each page."""
    return {
        FIGURES: _page(HEAD, FIGURE_TABLES, results),
        SIZE: _page(size_page.HEAD, size_page.TABLES, results),
        FIRST_RUN: first_run(results["first-project"]),
    }


def _page(head: str, tables: Iterable[str], results: Results) -> str:
    return "\n".join([head, *(_section(name, results[name]) for name in tables if name in results)])


def first_run(result: Results) -> str:
    """Return the page that shows the transcript of a first run."""
    transcript = result["transcript"].strip()
    measured = sentence(result["stamp"], "python3 benchmarks first-project")
    return f"{FIRST_RUN_HEAD}\n{measured}, with {_versions(result)}.\n\n```text\n{transcript}\n```\n"


def first_project(result: Results) -> str:
    """Return the table of the seconds from nothing to a first project."""
    seconds = result["seconds"]
    rows = {
        "Python environment, made at the first start": seconds["environment"],
        "`scaffold setup` from nothing": seconds["setup"],
        "`scaffold new --validate`, the first project of all": seconds["first"],
        "`scaffold new` without a validation": seconds["plain"],
    }
    lines = [f"| {what} | {value:.1f} |" for what, value in rows.items()]
    return "\n".join(["## From nothing to a first project", "", "| step | seconds |", "| --- | --- |", *lines])


def commands(result: Results) -> str:
    """Return the table of commands that build nothing, each beside the one of Copier that it is compared with."""
    medians = result["medians"]
    rows = [
        ("`scaffold new --defaults --no-git --no-validate`, installed", "scaffold new", "copier copy"),
        ("`python3 scaffold.py new`, the same from a clone", "scaffold.py new", "copier copy"),
        ("`scaffold list`, installed", "scaffold list", "copier --help"),
        ("`scaffold info hello`, installed", "scaffold info", "copier --help"),
    ]
    lines = [
        "## Commands that build nothing",
        "",
        "Medians of runs in turn, in seconds. The other command is Copier's: `copier copy --defaults` of the template",
        "`hello` from a local clone of this repository, or `copier --help`.",
        "",
        "| command | seconds | Copier's | seconds | ratio |",
        "| --- | --- | --- | --- | --- |",
    ]
    for title, ours, theirs in rows:
        ratio = medians[ours] / medians[theirs]
        lines.append(f"| {title} | {medians[ours]:.2f} | `{theirs}` | {medians[theirs]:.2f} | {ratio:.2f} |")
    return "\n".join(lines)


def templates(result: Results) -> str:
    """Return the table of the sizes and the seconds of every template, and of all of them side by side."""
    lines = [
        "## The templates",
        "",
        "Bytes of the wasm that a deploy would upload, and seconds of one validation. The first validation builds the",
        "dependencies, of which later templates use what earlier ones built; the second finds them built.",
        "",
        "| template | wasm | gzipped | first validation | second validation |",
        "| --- | --- | --- | --- | --- |",
    ]
    for cold, warm in zip(result["cold"], result["warm"], strict=True):
        sizes = f"{warm['wasm_bytes']:,} | {warm['wasm_gzip_bytes']:,}"
        lines.append(f"| `{warm['project']}` | {sizes} | {cold['seconds']:.0f} | {warm['seconds']:.0f} |")
    first, second = (f"{run['seconds']:.1f}" for run in result["whole"])
    lines.append(f"| all, side by side | | | {first} | {second} |")
    first, second = (f"{run['seconds_each']:.1f}" for run in result["whole"])
    return "\n".join([*lines, f"| ... for each template | | | {first} | {second} |"])


def updates(result: Results) -> str:
    """Return the table of the conflicts of updates, in each of three ways."""
    count, totals = result["histories"], result["totals"]
    lines = [
        "## Updates",
        "",
        f"The same {count} projects, updated in three ways from one version of the catalogue to a later one. Each has",
        "a history that a generator made: what `scaffold add` added, what was renamed and removed, what its owner",
        f"edited, deleted and moved; {result['untouched']} of them have additions only. Cruft's method is the",
        "difference of two renderings, applied by `git apply --3way`. Copier and cruft know nothing of additions. A",
        "project is in conflict if a file has markers, or git left rejects.",
        "",
        "| | `scaffold update` | `copier update` | cruft's method |",
        "| --- | --- | --- | --- |",
    ]
    for measure in (
        "histories in conflict",
        "untouched in conflict",
        "files in conflict",
        "edits lost",
        "migrations edited",
    ):
        title = MEASURED[measure]
        lines.append(f"| {title} | {' | '.join(str(totals[name].get(measure, 0)) for name in METHODS)} |")
    return "\n".join(lines)


def fleet(result: Results) -> str:
    """Return the table of a report on many repositories, and of an update of all of them."""
    seconds, processor, count = result["seconds"], result["processor"], result["projects"]
    behind, left = result["behind"]
    rows = (
        (f"`scaffold fleet FILE`: {behind} are behind", "report"),
        (f"`scaffold fleet FILE update --no-validate`: {result['updated']} are updated", "update"),
        (f"`scaffold fleet FILE` again: {left} are behind", "again"),
    )
    lines = [
        f"## A fleet of {count} local repositories",
        "",
        "Seconds of the whole run, of the processor alone, and of that for each repository. The load of the machine",
        f"was {result['load']} when it began; above the number of cores, a run has to wait for other programs.",
        "",
        "| command | seconds | processor | processor, for each |",
        "| --- | --- | --- | --- |",
    ]
    for title, name in rows:
        lines.append(f"| {title} | {seconds[name]:.0f} | {processor[name]:.0f} | {processor[name] / count:.2f} |")
    return "\n".join(lines)


def workers_builds(result: Results) -> str:
    """Return the table of the seconds of a build as Workers Builds does it."""
    steps = ("`npm ci`", "the build command, which installs rustup", "the deploy command, as a dry run")
    rows = [*zip(steps, result["seconds"], strict=True), ("all", sum(result["seconds"]))]
    lines = [
        "## Workers Builds",
        "",
        "Seconds of the commands that the README of `hello` gives for",
        "[Workers Builds](https://developers.cloudflare.com/workers/ci-cd/builds/), on a machine without Rust and with",
        "nothing downloaded or built before. The deploy command downloads Rust, compiles worker-build, and then builds",
        f"the worker. The load of the machine was {result['load']} when it began.",
        "",
        "| step | seconds |",
        "| --- | --- |",
    ]
    return "\n".join([*lines, *(f"| {step} | {seconds:.0f} |" for step, seconds in rows)])


def _section(name: str, result: Results) -> str:
    """Return a table with its heading, and with what was measured when and where."""
    measured = sentence(result["stamp"], f"python3 benchmarks {name}")
    versions = f", with {_versions(result)}"
    return f"{TABLES[name](result)}\n\n{measured}{versions}.\n"


def _versions(result: Results) -> str:
    versions = result["versions"] if "versions" in result else {name: result["tools"][name] for name in TOOLS}
    return ", ".join(f"{name} {version}" for name, version in versions.items())


FIGURE_TABLES: dict[str, Callable[[Results], str]] = {
    "commands": commands,
    "first-project": first_project,
    "templates": templates,
    "updates": updates,
    "fleet": fleet,
    "workers-builds": workers_builds,
}
"""The tables of docs/figures.md, by the names of their measurements; a heading, and what follows it."""

TABLES = {**FIGURE_TABLES, **size_page.TABLES}
"""The table of each measurement, by the measurement's name."""


if __name__ == "__main__":
    write(load())
