"""Parses the address of a repository, and refuses those that git might take for something else.

Not here: reaching it (`git_fetch.py`), and the names that a user gives to catalogues (`registered.py`).
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

from scaffolder.core.errors import BadInput
from scaffolder.system import untrusted_files

HOSTS = {"gh": "github.com", "gl": "gitlab.com", "cb": "codeberg.org"}
"""The hosts of the short forms; `gh` and `gl` are Copier's own, too."""

NAME = r"[A-Za-z0-9_][A-Za-z0-9._-]*"

SHORT = re.compile(rf"(?P<host>{'|'.join(HOSTS)}):(?P<path>{NAME}(?:/{NAME})+)")
HTTPS = re.compile(rf"https://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d+)?(?:/~?{NAME})+/?")
SSH = re.compile(
    rf"ssh://(?:{NAME}@)?[A-Za-z0-9][A-Za-z0-9.-]*(?::\d+)?(?:/~?{NAME})+/?|{NAME}@[A-Za-z0-9][A-Za-z0-9.-]*:~?/?{NAME}(?:/{NAME})*/?"
)

FREE = re.compile(
    rf"(?!(?:{'|'.join(HOSTS)}):)(?!.*/(?:\.|%2e){{2}}(?:/|$))"
    r"(?:(?:https?|ssh|file)://|(?:[\w.-]+@)?[\w.-]+:(?!:))[^\s-]\S*",
    re.IGNORECASE,
)
"""What Copier and git take beside these; an address that other programs would be started for is none of them."""

PASSWORD = re.compile(r"://[^/@\s]*:[^/@\s]+@")

REF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._/+-]{0,199}")
"""A tag, a branch or a hash; nothing that an option or a range begins with."""

SECRETS = re.compile(r"(?<=://)[^/\s@]*:[^/\s]*(?=@)|(?<=http://)[^/\s]+(?=@)|(?<=https://)[^/\s]+(?=@)|(?<=\?)\S+")
"""What may be a password or a token in an address, also in one of git's messages."""


@dataclass(frozen=True)
class Address:
    """The address of a repository, or of the folder of a catalogue.

    Args:
        shown: The address as it is shown and recorded.
        url: What git or the file system gets.
        ref: The tag, branch or hash that was given; empty for none.
        path: Its place on this disk; None for one that is elsewhere.
    """

    shown: str
    url: str
    ref: str = ""
    path: Path | None = None


def parse(text: str) -> Address:
    """Parse the address of a catalogue, with its version after an `@`.

    Raises:
        BadInput: It is none, or has a password.
    """
    if SECRETS.search(text):
        raise _refusal(
            text,
            "it has a user's name, a password or a token, which would be shown to others and recorded in projects",
            "leave it out: git asks its credential helpers",
        )
    if not text or not text.isprintable() or text.startswith("-") or "::" in text:
        raise _refusal(
            text, "it is no address", "gh:OWNER/REPO, https://HOST/REPO.git, or a folder such as ./templates"
        )
    given, ref = _split(text)
    if ref and (not REF.fullmatch(ref) or ".." in ref or "//" in ref or ref.endswith((".lock", "/", "."))):
        raise _refusal(text, f"`{ref}` cannot be the name of a version", "name a tag, a branch or a full hash")
    if short := SHORT.fullmatch(given):
        path = short["path"].removesuffix(".git")
        return _remote(text, f"{short['host']}:{path}", f"https://{HOSTS[short['host']]}/{path}.git", ref)
    if HTTPS.fullmatch(given) or SSH.fullmatch(given):
        return _remote(text, given, given, ref)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", given) and not Path(given).exists():
        host = given.partition(":")[0]
        why = f"{host}: needs OWNER/REPO behind it" if host in HOSTS else f"git is not asked for {host}: addresses"
        raise _refusal(text, why, f"{', '.join(f'{each}:OWNER/REPO' for each in HOSTS)}, or https://HOST/REPO.git")
    return _local(text, given, ref)


def recorded(text: str, home: Path) -> Address:
    """Return the address of a project's template as Copier records it, which is freer than what `--from` takes.

    Args:
        text: The address; it has no version.
        home: The folder that a relative path is seen from.

    Raises:
        BadInput: It is none, or has a password.
    """
    if PASSWORD.search(text):
        raise _not_recorded(
            text, "it has a password or a token, which everybody can read who has the project", "take it out of"
        )
    found = repository(text, home)
    if found is None:
        raise _not_recorded(text, "git takes a URL, a path, or user@host:path", "correct")
    return found


def repository(text: str, home: Path) -> Address | None:
    """Return the address of any repository, or None if it is none.

    Args:
        text: The address; it has no version.
        home: The folder that a relative path is seen from.
    """
    given = text.removeprefix("git+")
    if not given or not given.isprintable() or given.startswith("-"):
        return None
    if short := SHORT.fullmatch(given):
        return Address(text, f"https://{HOSTS[short['host']]}/{short['path'].removesuffix('.git')}.git")
    path = home / given if not given.startswith("~") else Path(given).expanduser()
    if untrusted_files.is_there(path):
        path = path.resolve()
        return Address(text, str(path), path=path)
    return Address(masked(text), given) if FREE.fullmatch(given) or given.startswith(("/", ".", "~")) else None


def with_version(address: Address, ref: str) -> Address:
    """Return an address with the version that a full name of a ref stands for."""
    return replace(address, ref=ref.split("/", 2)[2] if ref.startswith("refs/") else "")


def masked(text: str) -> str:
    """Return a text in which addresses have no credentials."""
    return SECRETS.sub("***", text)


def _split(text: str) -> tuple[str, str]:
    """Split a version from an address; an `@` of ssh, and one in the path of a file, is none."""
    if Path(text).exists():
        return text, ""
    before, at, ref = text.rpartition("@")
    is_host = at and not before.startswith(("ssh://", "https://")) and ":" in ref and ":" not in before
    is_user = at and re.fullmatch(r"ssh://[^/]*", before)
    return (text, "") if not at or is_host or is_user else (before, ref)


def _remote(text: str, shown: str, url: str, ref: str) -> Address:
    if ".." in url.split("/"):
        raise _refusal(text, "`..` in it leads elsewhere than it seems", "write it without")
    return Address(shown, url, ref)


def _local(text: str, given: str, ref: str) -> Address:
    try:
        path = Path(os.path.abspath(Path(given).expanduser()))  # noqa: PTH100 - a link in it stays
    except RuntimeError as error:
        raise _refusal(text, "there is no such home folder", "name the folder in full") from error
    if not path.exists():
        fix = "gh:OWNER/REPO, https://HOST/REPO.git, the path of a folder or bundle, or a name of `catalogue list`"
        raise _refusal(text, f"there is no file or folder {path}, and no catalogue of that name is registered", fix)
    return Address(str(path), str(path), ref, path)


def _not_recorded(text: str, why: str, fix: str) -> BadInput:
    return BadInput(
        what="the template's source is not an address",
        where=masked(text),
        why=why,
        fix=f"{fix} `_src_path` in .copier-answers.yml; git asks its credential helpers for a login",
    )


def _refusal(text: str, why: str, fix: str) -> BadInput:
    return BadInput(what="not the source of a catalogue", where=f"SOURCE {masked(text)}", why=why, fix=fix)
