"""Turns Copier's errors into refusals.

Not here: Copier's set-up (`copier_worker.py`).
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from copier.errors import (
    ConfigFileError,
    CopierError,
    ExtensionNotFoundError,
    ForbiddenPathError,
    UnsafeTemplateError,
    UnsupportedVersionError,
)
from jinja2 import TemplateError

from scaffolder.core.errors import BadInput, InternalError, Refusal, ToolMissing, TrustRefused
from scaffolder.system import bounds

TOO_MUCH = {errno.EFBIG: "it writes a file that is too large", errno.ENAMETOOLONG: "it writes a path that is too long"}


@contextmanager
def refusals(where: str, *, is_foreign: bool) -> Iterator[None]:
    """Turn Copier's errors into refusals; other people's templates also get bounds.

    Args:
        where: The source of the template.
        is_foreign: Whether others wrote it, so that anything may be wrong with it.
    """
    try:
        with bounds.bounded(where) if is_foreign else nullcontext():
            yield
    except (CopierError, TemplateError) as error:
        raise _of_copier(error, where, is_foreign=is_foreign) from error
    except OSError as error:
        if is_foreign and error.errno in TOO_MUCH:
            why = TOO_MUCH[error.errno]
            raise TrustRefused("the template takes too much", where, why, "use another template") from error
        raise
    except Refusal:
        raise
    except Exception as error:
        # A template may make Copier fail in any way, and every one of them means the same.
        if not is_foreign:
            raise
        raise _unusable(where, str(error) or type(error).__name__) from error


def _of_copier(error: Exception, where: str, *, is_foreign: bool) -> Refusal:
    if isinstance(error, UnsafeTemplateError):
        return TrustRefused(
            what="the template wants to run code",
            where=where,
            why=str(error),
            fix="use a catalogue whose templates need no trust",
        )
    if isinstance(error, ForbiddenPathError):
        return TrustRefused(
            what="the template reaches outside of itself or of the project",
            where=where,
            why=str(error),
            fix="use a catalogue whose templates stay inside",
        )
    if is_foreign and isinstance(error, ConfigFileError):
        return _unusable(where, f"its configuration does not parse: {error.__cause__ or error}")
    if is_foreign and isinstance(error, UnsupportedVersionError | ExtensionNotFoundError):
        fix = "install what it names beside this program, or use an older version of the template"
        return ToolMissing("the template needs another Copier, or an extension of it", where, str(error), fix)
    place = f"{getattr(error, 'filename', None) or 'a template'}:{getattr(error, 'lineno', '?')}"
    return InternalError(
        what="a template of the catalogue does not render",
        where=place,
        why=str(error),
        fix="report it to the maintainers of the catalogue",
    )


def _unusable(where: str, why: str) -> BadInput:
    return BadInput(
        what="the template cannot be used",
        where=where,
        why=" ".join(why.split()),
        fix="report it to the maintainers of the template",
    )
