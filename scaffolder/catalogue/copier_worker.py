"""Sets Copier up: the catalogue as its template, rendered where it is.

Copier itself clones a local repository before it copies from it. Here it reads the working tree, and the files that
git ignores are left out as they would be in a clone.

Other people's catalogues are rendered from a copy of one commit, within bounds; their tasks are run here, without the
variables that are withheld from a build.

Not here: questions and answers (`render.py`), and Copier's errors (`copier_errors.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from copier._jinja_ext import SandboxedEnvironment
from copier._main import Worker
from copier._settings import SettingsModel
from copier._template import Task, Template
from copier._tools import cast_to_bool
from copier._vcs import get_git

from scaffolder.catalogue import current, manifests, template_tasks
from scaffolder.catalogue.copier_errors import refusals
from scaffolder.core.errors import TrustRefused
from scaffolder.core.foreign import Foreign
from scaffolder.core.template import Catalogue
from scaffolder.system import harmless_names

MOST = 20_000
"""Files of a project."""

OWN = ".scaffold"
"""The beginning of the names of this program's records, and of the folders in which it makes a project."""

SILENT: dict[str, Any] = {"vcs_ref": "HEAD", "defaults": True, "overwrite": True, "quiet": True}
SILENT["settings"] = SettingsModel()
"""Options by which Copier neither asks nor prints anything, takes what is there, and no setting of the user."""

BYTES = 64 * 2**20
"""Bytes of all of them."""


class CatalogueWorker(Worker):
    """Copier's worker, for a new folder and a catalogue on this disk."""

    is_foreign: bool = False
    task_environment: Mapping[str, str] | None = None
    written: tuple[int, int] = (0, 0)

    @cached_property
    def template(self) -> Template:
        """The catalogue, read once for all workers."""
        return _template(self.src_path)

    @cached_property
    def jinja_env(self) -> SandboxedEnvironment:
        """The environment of Jinja, in which all workers share what was compiled."""
        return _environment(self.src_path)

    @cached_property
    def changes(self) -> list[tuple[str, str]]:
        """The status letters and the path of each file of the template that is not as it was committed."""
        if self.template.vcs is None:
            return []
        paths = ("copier.yml", "templates/_shared", f"templates/{self.data.get('template', '')}")
        options = ("--porcelain", "-z", "--no-renames", "--untracked-files=normal", "--ignored")
        git = get_git(self.template.local_abspath)
        listed = git("--no-optional-locks", "status", *options, "--", *paths)
        return [(entry[:2], entry[3:]) for entry in listed.split("\0") if entry]

    def is_ignored(self, path: Path) -> bool:
        """Return whether git ignores a file of the template."""
        ignored = {name.rstrip("/") for letters, name in self.changes if letters == "!!"}
        return bool(ignored) and any(each.as_posix() in ignored for each in (path, *path.parents))

    def _render_file(self, src_relpath: Path, dst_relpath: Path, extra_context: dict[str, Any] | None = None) -> None:
        if self.is_ignored(src_relpath):
            return
        if self.is_foreign:
            self._bound(dst_relpath, 0)
        super()._render_file(src_relpath, dst_relpath, extra_context)
        if self.is_foreign:
            self._bound(dst_relpath, (self.subproject.local_abspath / dst_relpath).lstat().st_size)

    def rendered_text(self, text: str) -> str:
        """Return a text that is rendered with the answers."""
        return str(self._render_string(text))

    def _render_symlink(self, src_relpath: Path, dst_relpath: Path) -> None:
        """Refuse a link: what is written through it later would be elsewhere."""
        raise _refusal(self.template.url, dst_relpath, f"{src_relpath} is a link")

    def _bound(self, path: Path, size: int) -> None:
        """Refuse a file that others want to write: for its name, or since all files together are too much."""
        # The second call for the same file is the one with its size.
        self.written = (self.written[0] + (size == 0), self.written[1] + size)
        why = harmless_names.why_harmful(path.as_posix())
        if self.written[0] > MOST or self.written[1] > BYTES:
            why = f"a project may have {MOST} files, and {BYTES // 2**20} MiB"
        if path.parts[0].lower().startswith(OWN):
            why = "it is a record of this program"
        if why:
            raise _refusal(self.template.url, path, why)

    def _execute_tasks(self, tasks: Sequence[Task]) -> None:
        """Run the template's tasks, to which the user has agreed, without what is withheld from a build."""
        context = {"_copier_operation": "copy", "_stage": "task"}
        for task in tasks if self.task_environment is not None else ():
            if not cast_to_bool(self._render_value(task.condition, context)):
                continue
            words = ["sh", "-c", task.cmd] if isinstance(task.cmd, str) else list(task.cmd)
            argv = [self._render_string(str(word), context) for word in words]
            folder = self._render_string(str(task.working_directory), context)
            template_tasks.run(argv, self.subproject.local_abspath / folder, self.task_environment or {})

    def _render_folder(self, dst_relpath: Path) -> None:
        """Leave every folder to the files in it: a clone has no empty ones."""

    def _sync_git_index_executable_bit(self, dst_relpath: Path, src_mode: int) -> None:
        """Do nothing: no file of a new folder is in an index. Copier would start git for each."""


def _refusal(where: str, path: Path, why: str) -> TrustRefused:
    return TrustRefused(
        what=f"the template would write {path}", where=where, why=why, fix="use a template that writes no such file"
    )


@cache
def _template(root: str) -> Template:
    """Return the catalogue as it is on this disk; a repository's commit is recorded, but nothing is cloned."""
    template = Template(url=root, ref="HEAD")
    template.local_abspath = Path(root).resolve()
    if not (template.local_abspath / ".git").exists():
        # Copier would look for a repository, and then for a bundle of one, with four processes.
        template.vcs = None
    # A project of an overlay is one of the bundled catalogue, with which it is updated.
    if (foreign := current.foreign()) and foreign.folder == Path(root) and foreign.policy is None:
        _be_of(template, foreign)
    return template


def _be_of(template: Template, foreign: Foreign) -> None:
    """Let a template record where its files are from, and not in which folder they are now."""
    template.url, template.commit = foreign.source, foreign.ref or foreign.hash
    template.commit_hash, template.git_index_modes = foreign.hash, {}
    template.vcs = None


@cache
def _recorded(catalogue: Catalogue) -> Template:
    """Return a catalogue as a template whose projects record where it is from, and not the folder that it is in."""
    template = Template(url=str(catalogue.folder), ref="HEAD")
    template.local_abspath = catalogue.folder.resolve()
    template.vcs = None
    template.url, template.commit = catalogue.source, catalogue.commit
    return template


@cache
def _environment(root: str) -> SandboxedEnvironment:
    """Return Copier's environment of Jinja, changed to compile each text once.

    A question's texts are rendered a dozen times in one interview, and at a terminal there is one for each key.
    """
    plain = Worker(src_path=root, settings=SettingsModel())
    plain.template = _template(root)
    environment: SandboxedEnvironment = plain.jinja_env
    compiled = cache(environment.from_string)

    def from_string(source: str) -> Any:
        # A compilation resets the state of Copier's `yield` tag, which the cached ones then have to do as well.
        environment.preprocess("")
        return compiled(source)

    # Copier calls it with a text alone.
    environment.from_string = from_string  # type: ignore[method-assign, assignment]
    return environment


def chosen(template: str) -> dict[str, str]:
    """Return the answer that chooses a template, if its catalogue has several."""
    return {"template": template} if template and not manifests.is_single() else {}


def _refuse_to_run(foreign: Foreign | None) -> None:
    """Refuse a catalogue that runs something without the user's consent; whoever asks for that comes before this."""
    if foreign and foreign.runs and not current.may_run():
        raise TrustRefused(
            what="the template wants to run code",
            where=foreign.address,
            why="; ".join(foreign.runs),
            fix=f"look at it, and give its hash: --trust {foreign.hash}",
        )


def _shown(foreign: Foreign | None, catalogue: Catalogue | None) -> str:
    return foreign.address if foreign else catalogue.source if catalogue else ""


@contextmanager
def worker(
    template: str,
    folder: Path,
    answers: dict[str, Any],
    catalogue: Catalogue | None = None,
    task_environment: Mapping[str, str] | None = None,
) -> Iterator[CatalogueWorker]:
    """Yield a worker that takes given answers, and the default of every other question.

    Args:
        template: The template's id; empty for a catalogue that is one template.
        folder: The project's folder.
        answers: Answers by the names of their questions.
        catalogue: Another catalogue than the one of this run.
        task_environment: The environment of the template's tasks; None to run none.

    Raises:
        TrustRefused: The template wants to run code without consent, or to reach outside of itself.
    """
    foreign = None if catalogue else current.foreign()
    root = catalogue.folder if catalogue else manifests.root()
    is_foreign = bool(foreign or catalogue)
    _refuse_to_run(foreign)
    with (
        refusals(_shown(foreign, catalogue) or str(root), is_foreign=is_foreign),
        CatalogueWorker(
            src_path=str(root),
            dst_path=folder,
            data={**chosen(template), **answers},
            **SILENT,
            unsafe=current.may_run(),
            skip_tasks=foreign is not None and task_environment is None,
        ) as copier,
    ):
        if catalogue:
            copier.template = _recorded(catalogue)
        copier.is_foreign, copier.task_environment = is_foreign, task_environment
        # Without this, the first question would load the template's extensions before anybody trusted them.
        copier._check_unsafe("copy")
        yield copier
