"""Searches the files of a project for unresolved merge conflicts.

Every file is searched that a command of ours, Cargo, wrangler, Node, a shell or git may read. Markdown is not, in which
a heading may be underlined with the same signs, and which may quote a conflict.

Not here: the markers (`conflict_markers.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from scaffolder.core.findings import Span
from scaffolder.reading.secret_files import EXAMPLES, is_secret_file
from scaffolder.reading.source import Source
from scaffolder.system.conflict_markers import MergeConflict, merge_conflicts, refuse_conflicts
from scaffolder.system.untrusted_files import beginning

LEFT_OUT = {".git", ".venv", ".wrangler", "build", "dist", "node_modules", "target", "vendor"}
"""Folders of what others made."""

SUFFIXES = re.compile(
    r"\.([cm]?[jt]sx?|cfg|css|graphql|html?|ini|jsonc?|lock|proto|ps1|py|rs|s[ac]ss|sh|sql|svg|toml|xml|ya?ml)"
)
NAMES = re.compile(
    r"\.(git(ignore|attributes)|npmrc|nvmrc|node-version|tool-versions)|([Mm]ake|[Jj]ust|Docker)file|rust-toolchain"
    r"|_headers|_redirects"
)

MOST = 20_000
"""Files of a project that are looked at."""


def conflicts(project: Path) -> Iterator[tuple[Span, MergeConflict]]:
    """Yield each conflict in the files of a project, with its place."""
    for path in islice(_files(project), MOST):
        content = beginning(path)
        if not _is_known(path.name) and not content.startswith(b"#!"):
            continue
        for found in merge_conflicts(path.suffix, content):
            source = Source(path.relative_to(project).as_posix(), content, project)
            yield source.span(found.start, found.end), found


def refuse(project: Path) -> None:
    """Refuse a project with an unresolved conflict.

    Raises:
        Conflicted: A file has one.
    """
    for span, _ in islice(conflicts(project), 1):
        refuse_conflicts(project / span.file, beginning(project / span.file))


def _files(project: Path) -> Iterator[Path]:
    for folder, inner, names in os.walk(project):
        inner[:] = sorted(set(inner) - LEFT_OUT)
        # A file without a suffix may be a script.
        yield from (Path(folder, name) for name in sorted(names) if _is_known(name) or "." not in name)


def _is_known(name: str) -> bool:
    is_named = NAMES.fullmatch(name) is not None or name in EXAMPLES or is_secret_file(name)
    return is_named or SUFFIXES.fullmatch(Path(name).suffix) is not None
