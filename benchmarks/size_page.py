"""Writes the tables of docs/size.md, from what was measured.

Not here: measuring (`sizes.py`, `beside_upstream.py`), and the pages (`page.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from benchmarks.sizes import OWN
from benchmarks.wasm_file import STANDARD

HEAD = """\
# Size

Where the bytes of a worker go, what each dependency costs, and how `hello`, `http` and `axum-like` compare with the
templates of workers-rs. Bytes are those of the wasm file that a deployment uploads, after gzip at level 9 unless it is
said otherwise. They include the names section, which stack traces need, and which `npm run build:small` leaves out.
[Decision 17](decisions/0017-hello-is-smaller-than-upstreams-but-not-by-a-fifth.md) records what was tried to save more.
"""

SMALL = 5_000
"""Crates with fewer bytes than these in every template are counted together."""

EXPLAINED = {
    STANDARD: "Rust's standard library",
    OWN: "the project's own code",
    "dlmalloc": "`dlmalloc`, the allocator",
    "js_sys": "`js_sys`, with the futures of handlers",
    "wasm_bindgen": "`wasm_bindgen`, and what it generates",
}

Results = dict[str, Any]


def beside_upstream(result: Results) -> str:
    """Return the table of templates beside those of workers-rs."""
    lines = [
        "## Beside workers-rs",
        "",
        "Each of upstream's templates is made and built as its README does, with the dependencies that ours locks.",
        "They do less: that of `http` sends an empty response, that of axum one line of text; ours relay requests and",
        "store notes. So the last columns compare the same work: upstream's source, built with our settings.",
        "",
        "| gzipped bytes | ours | upstream's | ratio | upstream's source, our settings | ratio |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for id_, (ours, theirs) in result["gzipped"].items():
        same = result["our settings"][id_]
        cells = (f"`{id_}`", f"{ours:,}", f"{theirs:,}", f"{ours / theirs:.2f}", f"{same:,}", f"{same / theirs:.2f}")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", *_requests(result)])


def _requests(result: Results) -> list[str]:
    rows = {f"`hello`, {what}": pair for what, pair in result["requests"].items()}
    return [
        "Requests are counted for `hello`, whose `GET /` does what upstream's does: without a log line on either side,",
        "and with ours on both. `wrangler dev` serves the release builds; the figures are medians of runs in turn.",
        f"Other programs make them uncertain: the load of the machine was {result['load']} when they began.",
        "",
        "| requests a second | ours | upstream's | ratio |",
        "| --- | --- | --- | --- |",
        *(f"| {what} | {ours:,} | {theirs:,} | {ours / theirs:.2f} |" for what, (ours, theirs) in rows.items()),
    ]


def sizes(result: Results) -> str:
    """Return the tables of the parts of templates: the sections of the file, and the crates of the functions."""
    templates: dict[str, Results] = result["templates"]
    lines = [
        "## Where the bytes go",
        "",
        "The names section takes what the file loses without it. The other figures are bytes before gzip.",
        "",
        "| template | gzipped | ... of that, names | whole file | functions | data |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for id_, parts in templates.items():
        names = parts["gzipped"] - parts["without names"]
        numbers = (parts["gzipped"], names, parts["bytes"], parts["code"], parts["data"])
        lines.append(f"| `{id_}` | {' | '.join(f'{number:,}' for number in numbers)} |")
    lines += ["", *_crates({id_: Counter(parts["crates"]) for id_, parts in templates.items()})]
    return "\n".join(lines)


def _crates(templates: dict[str, Counter[str]]) -> list[str]:
    every = sum(templates.values(), Counter())
    shown = [name for name, _ in every.most_common() if any(crates[name] >= SMALL for crates in templates.values())]
    lines = [
        "Bytes of functions by the crate at the start of their names. What the compiler inlines counts for the caller:",
        "so a part of each handler is in `js_sys`, whose future runs it, and of each generic function in its caller.",
        "",
        f"| crate | {' | '.join(f'`{id_}`' for id_ in templates)} |",
        f"|{' --- |' * (len(templates) + 1)}",
    ]
    for name in shown:
        sizes = " | ".join(f"{crates[name]:,}" for crates in templates.values())
        lines.append(f"| {EXPLAINED.get(name, f'`{name}`')} | {sizes} |")
    others = (crates.total() - sum(crates[name] for name in shown) for crates in templates.values())
    return [*lines, f"| all others | {' | '.join(f'{size:,}' for size in others)} |"]


def dependencies(result: Results) -> str:
    """Return the table of what each dependency adds to a worker that does next to nothing."""
    (bare, *added) = result["gzipped"].items()
    lines = [
        "## What a dependency costs",
        "",
        "Gzipped bytes that one use of a dependency adds to a worker that does next to nothing, with the settings of",
        "`hello`; the last column leaves out the names section. Some is shared: two crates that format numbers or read",
        "addresses cost less together. `chrono`, `serde_json` and `url` are dependencies of `worker` anyway, so that",
        "they cost nothing until they are used.",
        "",
        "| added | gzipped | without names |",
        "| --- | --- | --- |",
        f"| {bare[0]} | {bare[1][0]:,} | {bare[1][1]:,} |",
    ]
    for title, sizes in added:
        named, small = (size - base for size, base in zip(sizes, bare[1], strict=True))
        lines.append(f"| {title} | {named:+,} | {small:+,} |")
    return "\n".join(lines)


TABLES: dict[str, Callable[[Results], str]] = {
    "beside-upstream": beside_upstream,
    "sizes": sizes,
    "dependencies": dependencies,
}
"""The tables of docs/size.md, by the names of their measurements."""
