"""Words results as the parts of the README that lie between two markers.

Not here: measuring (`__main__.py`).
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def write(readme: Path, results: dict[str, Any]) -> None:
    """Put the results into a page."""
    text = readme.read_text(encoding="utf-8")
    for name, words in (("catalogue", catalogue), ("figures", figures), ("transcript", transcript)):
        pattern = rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)"
        body = words(results)
        before, after = re.split(pattern, text, maxsplit=1, flags=re.DOTALL)[::3]
        text = f"{before}<!-- {name} -->\n{body}\n<!-- /{name} -->{after}"
    readme.write_text(text, encoding="utf-8")


def catalogue(results: dict[str, Any]) -> str:
    """Word the table of templates, with what the last run saw of each."""
    lines = ["| template | what it does | bindings | wasm (gzipped) | proven in |", "| --- | --- | --- | --- | --- |"]
    for proof in results["warm"]:
        id_ = proof["project"]
        manifest = tomllib.loads((ROOT / "templates" / id_ / "template.toml").read_text(encoding="utf-8"))
        kinds = ", ".join(sorted({binding["kind"] for binding in manifest["bindings"]})) or "none"
        size = f"{proof['wasm_bytes']:,} ({proof['wasm_gzip_bytes']:,})"
        lines.append(f"| `{id_}` | {manifest['summary']} | {kinds} | {size} | {proof['seconds']:.0f} s |")
    tools = results["tools"]
    names = ("rustc", "worker-build", "wrangler", "node")
    versions = ", ".join(f"{name} {tools[name]}" for name in names)
    how = f"Proven on {results['date']} with {versions}, side by side; every dependency was built before."
    return "\n".join([*lines, "", f"Sizes in bytes. {how}"])


def figures(results: dict[str, Any]) -> str:
    """Word the table of what users wait for."""
    seconds = results["seconds"]
    rows = [
        ("Python environment, made at the first start", seconds["environment"]),
        ("`scaffold setup` from nothing", seconds["setup"]),
        ("`scaffold new --validate`, the first project of all", seconds["first"]),
        ("`scaffold new` without a validation", seconds["plain"]),
    ]
    for when, run in zip(("first time", "again"), results["whole"], strict=True):
        count = len(results["warm"])
        rows.append((f"`scaffold validate --all`, {when}: {count} templates", run["seconds"]))
        rows.append(("... which is for each", run["seconds_each"]))
    lines = [f"| {what} | {value:.1f} |" for what, value in rows]
    head = (
        f"Measured by `python3 benchmarks` on {results['date']} ({results['machine']}), in an empty cache of the "
        "scaffolder's own; what cargo, pip and npm keep for themselves was there."
    )
    return "\n".join([head, "", "| what | seconds |", "| --- | --- |", *lines])


def transcript(results: dict[str, Any]) -> str:
    """Word what a real run of the first command said."""
    return f"What the first command said on {results['date']}:\n\n```text\n{results['transcript'].strip()}\n```"


def main() -> None:
    """Word the results that were kept, without measuring again."""
    results = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    write(ROOT / "README.md", results)


if __name__ == "__main__":
    main()
