"""Sets Copier up: the catalogue as its template, rendered where it is, and its errors as refusals.

Copier itself clones a local repository before it copies from it. Here it reads the working tree, and the files that
git ignores are left out as they would be in a clone.

Not here: questions and answers (`render.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from copier._jinja_ext import SandboxedEnvironment
from copier._main import Worker
from copier._settings import SettingsModel
from copier._template import Template
from copier._vcs import get_git
from copier.errors import CopierError, ForbiddenPathError, UnsafeTemplateError
from jinja2 import TemplateError

from scaffolder.catalogue import manifests
from scaffolder.core.errors import InternalError, TrustRefused
from scaffolder.core.template import Catalogue


class CatalogueWorker(Worker):
    """Copier's worker, for a new folder and a catalogue on this disk."""

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
        if not self.is_ignored(src_relpath):
            super()._render_file(src_relpath, dst_relpath, extra_context)

    def _render_folder(self, dst_relpath: Path) -> None:
        """Leave every folder to the files in it: a clone has no empty ones."""

    def _sync_git_index_executable_bit(self, dst_relpath: Path, src_mode: int) -> None:
        """Do nothing: no file of a new folder is in an index. Copier would start git for each."""


@cache
def _template(root: str) -> Template:
    """Return the catalogue as it is on this disk; a repository's commit is recorded, but nothing is cloned."""
    template = Template(url=root, ref="HEAD")
    template.local_abspath = Path(root).resolve()
    if not (template.local_abspath / ".git").exists():
        # Copier would look for a repository, and then for a bundle of one, with four processes.
        template.vcs = None
    return template


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


@contextmanager
def worker(
    template: str, folder: Path, answers: dict[str, Any], catalogue: Catalogue | None = None
) -> Iterator[CatalogueWorker]:
    """Yield a worker that takes given answers, and the default of every other question.

    Args:
        template: The template's id; empty for a catalogue that is one template.
        folder: The project's folder.
        answers: Answers by the names of their questions.
        catalogue: Another catalogue than the program's own.

    Raises:
        TrustRefused: The template wants to run code, or to reach outside of itself.
        InternalError: The template does not render.
    """
    root = catalogue.folder if catalogue else manifests.root()
    with (
        _refusals(root),
        CatalogueWorker(
            src_path=str(root),
            dst_path=folder,
            data={**({"template": template} if template else {}), **answers},
            vcs_ref="HEAD",
            defaults=True,
            overwrite=True,
            quiet=True,
            settings=SettingsModel(),
        ) as copier,
    ):
        if catalogue:
            copier.template = _recorded(catalogue)
        # Without this, the first question would load the template's extensions before anybody trusted them.
        copier._check_unsafe("copy")
        yield copier


@contextmanager
def _refusals(root: Path) -> Iterator[None]:
    """Turn Copier's errors into refusals."""
    try:
        yield
    except UnsafeTemplateError as error:
        raise TrustRefused(
            what="the template wants to run code",
            where=str(root),
            why=str(error),
            fix="use a catalogue whose templates need no trust",
        ) from error
    except ForbiddenPathError as error:
        raise TrustRefused(
            what="the template reaches outside of itself or of the project",
            where=str(root),
            why=str(error),
            fix="use a catalogue whose templates stay inside",
        ) from error
    except (CopierError, TemplateError) as error:
        place = f"{getattr(error, 'filename', None) or 'a template'}:{getattr(error, 'lineno', '?')}"
        raise InternalError(
            what="a template of the catalogue does not render",
            where=place,
            why=str(error),
            fix="report it to the maintainers of the catalogue",
        ) from error
