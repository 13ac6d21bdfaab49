"""The files that the dev server watches.

Not here: the build command itself (`build.py`).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.core.text_edit import TextEdit
from scaffolder.reading.build_commands import is_stub
from scaffolder.reading.config.environments import Environment, environments
from scaffolder.reading.project import Worker
from scaffolder.system.untrusted_files import searchable

DEFAULT = "./src"
"""The folder that wrangler watches by default."""

BUILD = '[build]\ncommand = "worker-build --release"\n'
PAGE = 'pub const PAGE: &str = include_str!("../pages/index.html");\n'


class WR126(Rule):
    """The dev server watches the sources that the build reads.

    Why: wrangler rebuilds when something in `watch_dir` changes, which is the folder src by default; after an edit
    anywhere else the dev server silently keeps running the old worker.

    Fix: list them in `watch_dir`, which takes files and folders, relative to the wrangler file.

    Not checked: patterns in `watch_dir`; folders that build.rs reads; and Cargo.toml, since a new dependency has no
    effect until it is used in `src`.
    """

    name = "unwatched-source"
    fixable = True
    wrong = {"wrangler.toml": BUILD, "src/lib.rs": PAGE, "pages/index.html": "<h1>Notes</h1>\n"}
    right = {**wrong, "wrangler.toml": f'{BUILD}watch_dir = ["src", "pages/index.html"]\n'}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the environments in which a file that the build reads is not watched."""
        read = list(dict.fromkeys(_read(worker)))
        for environment in environments(worker.config):
            setting = environment.get("build", "watch_dir")
            watched = setting if isinstance(setting, list) else [DEFAULT if setting is None else setting]
            is_known = all(isinstance(each, str) and not re.search(r"[*{}]", each) for each in watched)
            missing = [path for path in read if not _is_covered(worker, path, watched)] if is_known else []
            command = environment.get("build", "command")
            if missing and command and not is_stub(str(command)):
                yield self._of(worker, environment, setting, _shown(worker, missing))

    def _of(self, worker: Worker, environment: Environment, setting: object, missing: list[str]) -> Finding:
        key = "command" if setting is None else "watch_dir"
        whole = [
            *([setting] if isinstance(setting, str) else setting if isinstance(setting, list) else ["src"]),
            *missing,
        ]
        return self.found(
            environment.key("build", key),
            f"the dev server does not watch {_listed(missing)}",
            fix=f"set watch_dir {'=' if worker.config.file.endswith('.toml') else 'to'} {json.dumps(whole)}",
            environment=environment.name,
            edits=_edits(environment, setting, whole, missing),
        )


def _read(worker: Worker) -> Iterator[Path]:
    """Yield the files and folders that the build reads."""
    home, cargo = worker.crate_folder, worker.cargo
    if home is None or cargo is None:
        return
    for manifest in (cargo, *worker.manifests_beside):
        folder = (worker.project / manifest.document.file).parent
        yield from _of_crate(worker, folder / str(manifest.document.get("lib", "path") or "src/lib.rs"))
    if (home / "build.rs").is_file() and cargo.document.get("package", "build") is not False:
        yield from _of_script(home)


def _of_crate(worker: Worker, root: Path) -> Iterator[Path]:
    """Yield a crate's folder of Rust, and the files that its Rust includes."""
    # Not the crate's whole folder, which includes the output of the build.
    path = (root if (root.parent / "Cargo.toml").is_file() else root.parent).resolve()
    if path.exists():
        yield path
    for crate in worker.crates:
        for fact in crate.included:
            path = ((worker.project / fact.span.file).parent / fact.path).resolve()
            if path.is_file() and not fact.condition and path.name != worker.config.file.rpartition("/")[2]:
                yield path


def _of_script(home: Path) -> Iterator[Path]:
    """Yield build.rs, and the files that a string in it certainly names."""
    yield home / "build.rs"
    text = re.sub(r"//[^\n]*", "", searchable(home / "build.rs"))
    for name in re.findall(r'"(?:cargo::?rerun-if-changed=)?([\w./-]+\.\w+)"', text):
        path = (home / name).resolve()
        if path.is_file():
            yield path


def _is_covered(worker: Worker, path: Path, watched: list[str]) -> bool:
    folders = ((worker.folder / each).resolve() for each in watched)
    return any(path == folder or path.is_relative_to(folder) for folder in folders)


def _shown(worker: Worker, paths: list[Path]) -> list[str]:
    """Return paths relative to the wrangler file, without those inside of a folder that is in the list."""
    kept = [path for path in paths if not any(path != other and path.is_relative_to(other) for other in paths)]
    return [Path(os.path.relpath(path, worker.folder)).as_posix() for path in kept]


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def _edits(environment: Environment, setting: object, whole: list[str], missing: list[str]) -> tuple[TextEdit, ...]:
    """Return the edit that adds the missing paths, where the file has one clear place for them."""
    if isinstance(setting, list) and setting:
        span = environment.at("build", "watch_dir", len(setting) - 1)
        return (TextEdit(span.file, span.end, span.end, "".join(f", {json.dumps(each)}" for each in missing)),)
    if setting is not None:
        span = environment.at("build", "watch_dir")
        return (TextEdit(span.file, span.start, span.end, json.dumps(whole)),)
    return _inserted(environment, whole)


def _inserted(environment: Environment, whole: list[str]) -> tuple[TextEdit, ...]:
    """Return the edit that inserts `watch_dir` before the command, on a line of its own if the command has one."""
    source, span = environment.document.source, environment.key("build", "command")
    line = source.line(span.line)
    before, ending = line[: span.column - 1], "\r\n" if line.endswith("\r\n") else "\n"
    is_toml = source.file.endswith(".toml")
    text = f"watch_dir = {json.dumps(whole)}" if is_toml else f'"watch_dir": {json.dumps(whole)},'
    if not before.strip("\ufeff \t"):
        return (TextEdit(span.file, span.start, span.start, f"{text}{ending}{before}"),)
    is_inline = before.rstrip().endswith(("{", ","))
    return (TextEdit(span.file, span.start, span.start, f"{text}{', ' if is_toml else ' '}"),) if is_inline else ()
