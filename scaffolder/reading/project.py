"""Reads a project: its workers, each with its wrangler file, its manifests and its Rust.

A project is one worker, or a Cargo workspace some of whose members are workers. Each file is read when it is first
needed, and only once.

Not here: workers without Rust, which are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from scaffolder.reading.config import config_search, jsonc_parser, toml_parser
from scaffolder.reading.config.cargo_manifest import Lock, Manifest, lock, refuse_wrong_types
from scaffolder.reading.config.document import Document
from scaffolder.reading.config.environments import Environment, environments
from scaffolder.reading.config.workspace import Workspace, by_path, claimed_by, has_package, of_crate
from scaffolder.reading.named_configs import named_configs
from scaffolder.reading.object_literals import test_scripts
from scaffolder.reading.project_refusals import no_folder, no_worker
from scaffolder.reading.rust import crate
from scaffolder.reading.rust.crate import Crate
from scaffolder.reading.source import Source

OUTPUTS = {"build/index.js", "build/worker/shim.mjs"}
"""The entry points that worker-build makes. Behind another `main`, JavaScript may export more than the Rust does."""


class Worker:
    """One worker of a project.

    Args:
        project: The project's folder.
        folder: The folder of its wrangler file.
        file: The wrangler file, if it is given by a command; None for the one that wrangler prefers in the folder.
    """

    def __init__(self, project: Path, folder: Path, file: Path | None = None) -> None:
        self.project = project
        self.folder = folder
        self.is_given = file is not None
        self.file = file or config_search.in_folder(folder)[0]

    @cached_property
    def config(self) -> Document:
        """Its wrangler file."""
        source = Source.read(self.project, self.file)
        return toml_parser.read(source) if self.file.suffix == ".toml" else jsonc_parser.read(source)

    @cached_property
    def environments(self) -> list[Environment]:
        """The top level and every environment; a top level that binds nothing is left out where others bind."""
        found = environments(self.config)
        binds = [bool(list(environment.bindings())) for environment in found]
        return found[1:] if any(binds) and not binds[0] else found

    @property
    def build_command(self) -> str:
        """The shell line that builds it; empty if its wrangler file has none."""
        return str(self._build.get("command", ""))

    @property
    def build_folder(self) -> Path:
        """The folder in which wrangler, which is run in the project's folder, runs that line."""
        return self.project / str(self._build.get("cwd", "."))

    @property
    def _build(self) -> dict[str, Any]:
        build = self.config.get("build")
        return build if isinstance(build, dict) else {}

    @cached_property
    def crate_folder(self) -> Path | None:
        """The folder of the crate that it is built from, or None where that is not clear."""
        # `cwd` is seen from where wrangler is run, which may be either.
        starts = (self.folder, self.project) if self.is_given or "cwd" in self._build else (self.folder,)
        homes = [start / str(self._build.get("cwd", ".")) for start in starts]
        words = re.findall(r"[\w./][\w./-]*", self.build_command)
        folders = [*homes, *(homes[0] / word for word in words)]
        return next((folder.resolve() for folder in folders if has_package(folder)), None)

    @cached_property
    def cargo(self) -> Manifest | None:
        """The manifest of its crate."""
        if self.crate_folder is None:
            return None
        return self._manifest(self.crate_folder)

    @cached_property
    def workspace(self) -> Workspace | None:
        """The workspace that its crate is a member of, or None."""
        return of_crate(self.project, self.crate_folder) if self.crate_folder else None

    @property
    def refusing_workspace(self) -> Workspace | None:
        """The workspace for whose member Cargo takes its crate, which is none; Cargo then refuses the crate."""
        return claimed_by(self.project, self.crate_folder) if self.crate_folder and not self.workspace else None

    @cached_property
    def lock(self) -> Lock | None:
        """The Cargo.lock that applies to it, which for a member is the workspace's."""
        home = self.workspace.folder if self.workspace else self.crate_folder
        path = home / "Cargo.lock" if home else None
        if path is None or not path.is_file():
            return None
        return lock(toml_parser.read(Source.read(self.project, path), places=False))

    @cached_property
    def package(self) -> Document | None:
        """The package.json beside its wrangler file, or the project's."""
        paths = [folder / "package.json" for folder in (self.folder, self.project)]
        found = next((path for path in paths if path.is_file()), None)
        return jsonc_parser.read(Source.read(self.project, found), comments=False) if found else None

    @cached_property
    def crate(self) -> Crate:
        """The Rust of its own crate."""
        if self.cargo is None or self.crate_folder is None:
            return Crate()
        return crate.read(self.project, self.crate_folder / str(self.cargo.document.get("lib", "path") or "src/lib.rs"))

    @cached_property
    def crates(self) -> list[Crate]:
        """The Rust of its own crate, and of the crates that it depends on by path."""
        return [self.crate, *(crate.read(self.project, root) for root in self._roots_beside)]

    @cached_property
    def tests(self) -> list[Crate]:
        """The Rust of its crate's tests in files of their own."""
        home = self.crate_folder
        return [crate.read(self.project, path) for path in sorted((home / "tests").glob("*.rs"))] if home else []

    @property
    def is_complete(self) -> bool:
        """Whether all Rust that the worker may export was analyzed, so that nothing can exist without being found."""
        main = self.config.get("main")
        is_plain = isinstance(main, str) and main.removeprefix("./") in OUTPUTS
        # A crate from a registry that depends on `worker` may export handlers too.
        is_alone = self.lock is None or not self.lock.on_worker
        return is_plain and is_alone and all(each.is_complete for each in self.crates)

    @property
    def builds_rust(self) -> bool:
        """Whether its wrangler file is about the Rust, and not about JavaScript beside it, such as that of a test."""
        return bool(self.build_command) or re.search(r"\bbuild/", str(self.config.get("main"))) is not None

    @property
    def sources(self) -> Iterator[Source]:
        """The files in which rules may have findings."""
        documents = (self.config, self.cargo.document if self.cargo else None, self.package)
        yield from (document.source for document in documents if document is not None)
        yield from self.test_scripts
        for each in (*self.crates, *self.tests):
            yield from each.sources

    @cached_property
    def test_scripts(self) -> list[Source]:
        """The JavaScript and TypeScript of its tests, as far as it is text."""
        return test_scripts(self.project, (self.folder, self.project))

    def read(self, name: str) -> Source | None:
        """Read another file beside the wrangler file; return None if there is none."""
        path = self.folder / name
        return Source.read(self.project, path) if path.is_file() else None

    @cached_property
    def _beside(self) -> dict[Path, Manifest]:
        """The manifests of the crates that it depends on by path, directly or not, by their folders."""
        if self.crate_folder is None or self.cargo is None:
            return {}
        return by_path(self.crate_folder, self.cargo, self.workspace, self._manifest)

    def _manifest(self, folder: Path) -> Manifest:
        document = toml_parser.read(Source.read(self.project, folder / "Cargo.toml"))
        refuse_wrong_types(document)
        return Manifest(document, self.workspace.document if self.workspace else None)

    @property
    def manifests_beside(self) -> list[Manifest]:
        """The manifests of the crates that it depends on by path."""
        return list(self._beside.values())

    @property
    def _roots_beside(self) -> list[Path]:
        return [folder / str(each.document.get("lib", "path") or "src/lib.rs") for folder, each in self._beside.items()]


class Project:
    """A project.

    Args:
        folder: Its folder.
        workers: Its workers.
        variants: The same workers with other wrangler files, which its commands give to wrangler.
    """

    def __init__(self, folder: Path, workers: list[Worker], variants: Sequence[Worker] = ()) -> None:
        self.folder = folder
        self.workers = workers
        self.variants = variants

    @property
    def configured(self) -> list[Worker]:
        """Its workers, with each wrangler file that may be used."""
        return [*self.workers, *self.variants]


def read(folder: Path, config: Path | None = None) -> Project:
    """Find the workers of a project.

    Args:
        folder: Its folder.
        config: The only wrangler file that is meant, as `config_search.given` returns it.

    Raises:
        BadInput: There is no such folder, or no Rust Worker in it.
    """
    if not folder.is_dir():
        raise no_folder(folder)
    folder = folder.resolve()
    if config is not None:
        if not (given := _of_rust([Worker(folder, config.parent, config)])):
            raise no_worker(folder, [config])
        return Project(folder, given)
    workspace = of_crate(folder, folder)
    folders = [folder, *(workspace.members() if workspace and workspace.folder == folder else ())]
    homes = [each for each in dict.fromkeys(folders) if config_search.in_folder(each)]
    workers = _of_rust([Worker(folder, each) for each in homes])
    known = {worker.file for worker in workers}
    named = [path for path in named_configs(folder, folders) if path not in known]
    variants = [each for each in _of_rust([Worker(folder, path.parent, path) for path in named]) if each.builds_rust]
    if not workers and not variants:
        raise no_worker(folder, [path for each in homes for path in config_search.in_folder(each)])
    return Project(folder, workers, variants) if workers else Project(folder, variants)


def _of_rust(workers: list[Worker]) -> list[Worker]:
    return [worker for worker in workers if worker.crate_folder is not None]
