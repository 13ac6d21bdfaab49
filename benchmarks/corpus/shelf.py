"""The entries of the corpus in tests/corpus, and the projects that are made of them.

The files of all entries are in one archive: they are other people's, are never edited, and would be a fifth of the
files of this repository.

An entry that is no worker by itself is completed with the minimum that makes it one, so that the real commands can be
run on it: a configuration with a small crate, a crate with a small wrangler file.

Not here: the commands that are run on it (`editing.py`, `judging.py`).
"""

from __future__ import annotations

import re
import tomllib
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "tests" / "corpus"

PERMISSIVE = {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "Unlicense"}

CRATE = {
    "Cargo.toml": (
        '[package]\nname = "corpus-worker"\nversion = "0.1.0"\nedition = "2024"\n\n'
        '[lib]\ncrate-type = ["cdylib"]\n\n[dependencies]\nworker = "0.8.7"\n\n[profile.release]\nopt-level = "z"\n'
    ),
    "Cargo.lock": '[[package]]\nname = "worker"\nversion = "0.8.7"\n',
    "src/lib.rs": (
        "use worker::*;\n\n#[event(fetch)]\n"
        "async fn fetch(_request: Request, _env: Env, _context: Context) -> Result<Response> {\n"
        '    Response::ok("hello")\n}\n'
    ),
}
"""The files that complete a configuration."""

CONFIGURATION = {
    "wrangler.toml": (
        'name = "corpus-worker"\nmain = "build/index.js"\ncompatibility_date = "2026-11-17"\n\n'
        '[build]\ncommand = "worker-build --release"\n'
    )
}
"""The files that complete a crate."""

BESIDE = {"configuration": CRATE, "crate": CONFIGURATION, "worker": {}}


SCHEDULED = (
    "\n#[event(scheduled)]\nasync fn scheduled(_event: ScheduledEvent, _env: Env, _context: ScheduleContext) {\n"
    '    console_log!("now");\n}\n'
)

FEATURES = {"d1": "d1_databases", "queue": "queues"}
"""The features of the `worker` crate, each with the key of a wrangler file that needs it."""


@dataclass(frozen=True)
class Entry:
    """One entry of the corpus.

    Args:
        name: Its folder's name.
        kind: configuration (a wrangler file alone), crate (Rust without a wrangler file) or worker (both).
        about: A description, with the peculiarities of its layout.
        registry: The registry of its package: npm or cargo.
        package: The package.
        version: The package's version.
        licence: The licence in the package's own manifest.
        notices: The names in licences.toml of the texts of its licence.
        files: Each file: its path in the package, and its SHA-256.
    """

    name: str
    kind: str
    about: str
    registry: str
    package: str
    version: str
    licence: str
    notices: list[str]
    files: dict[str, dict[str, str]]

    @property
    def config(self) -> str:
        """The name of its wrangler file."""
        return next(name for name in [*self.files, *BESIDE[self.kind]] if name.startswith("wrangler."))

    @property
    def is_permissive(self) -> bool:
        """Whether one of its licences requires no more than a notice."""
        return bool(PERMISSIVE & set(self.licence.replace("/", " OR ").split(" OR ")))

    def lay(self, folder: Path) -> Path:
        """Make a project of it in a new folder."""
        real = {name: files()[f"{self.name}/{name}"] for name in self.files}
        made = {name: text.encode() for name, text in _beside(self.kind, real.get(self.config, b"")).items()}
        for name, content in {**made, **real}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        # The folder of the static assets is in the package, or is made by its build.
        for path in re.findall(rb'"directory": "([^"]+)"', real.get(self.config, b"")):
            (folder / path.decode()).mkdir(parents=True, exist_ok=True)
        return folder


def _beside(kind: str, config: bytes) -> dict[str, str]:
    """Return the files that complete an entry, with the features and handlers that its configuration needs.

    A removal would otherwise keep them, since something else needs them.
    """
    made = dict(BESIDE[kind])
    needed = [feature for feature, key in FEATURES.items() if _has_key(config, key)]
    if kind == "configuration" and needed:
        listed = ", ".join(f'"{feature}"' for feature in needed)
        made["Cargo.toml"] = made["Cargo.toml"].replace('"0.8.7"', f'{{ version = "0.8.7", features = [{listed}] }}')
    if kind == "configuration" and _has_key(config, "crons"):
        made["src/lib.rs"] += SCHEDULED
    return made


def _has_key(config: bytes, key: str) -> bool:
    return re.search(rf'^\s*(\[+|")?{key}\b'.encode(), config, re.MULTILINE) is not None


@cache
def files() -> dict[str, bytes]:
    """Return the content of each file of the corpus, by its entry and its path in it."""
    with zipfile.ZipFile(FOLDER / "files.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def entries() -> list[Entry]:
    """Return all entries, in the order of corpus.toml."""
    text = (FOLDER / "corpus.toml").read_text(encoding="utf-8")
    return [Entry(**table) for table in tomllib.loads(text)["entry"]]
