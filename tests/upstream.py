"""The templates of cloudflare/workers-rs, unmodified, in every version of their history, and projects made of them.

`python3 -m tests.upstream GIT_DIRECTORY` reads a repository of workers-rs, and writes the archive with the texts, and
the table by which `scaffold adopt` recognises them.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath

from scaffolder.adopting import upstream

ARCHIVE = Path(__file__).with_name("upstream.tar.xz")
TABLE = Path(upstream.__file__).with_name("upstream_files.json")

TEMPLATES = ("hello-world", "hello-world-http", "axum", "leptos")
MADE_BY_NOBODY = "cargo-generate.toml"
"""The file of a template that no project gets."""

FLAGS = ("panic_unwind", "use_nightly", "win")
EPOCH = 0

BLOCK = re.compile(r"\{% if (\w+) -?%\}(.*?)\{% endif -?%\}", re.DOTALL)
ASSIGN = re.compile(r'\{% assign (\w+) = "([^"]*)" -?%\}')
PLACE = re.compile(r'\{\{\s*(project-name|authors|"now" \| date: "%Y-%m-%d")\s*\}\}')
KINDS = {"project-name": "name", "authors": "authors"}

Parts = list[int | str]


@cache
def versions() -> dict[str, dict[str, dict[str, bytes]]]:
    """Return the files of each version of each template: by the template's name, and by `WORKER-COMMIT`."""
    found: dict[str, dict[str, dict[str, bytes]]] = {name: {} for name in TEMPLATES}
    with tarfile.open(ARCHIVE) as archive:
        for member in archive:
            stream = archive.extractfile(member)
            if stream is not None and member.name != "LICENSE":
                name, version, *path = PurePosixPath(member.name).parts
                found[name].setdefault(version, {})["/".join(path)] = stream.read()
    return found


def generated(
    template: str,
    version: str,
    *,
    name: str = "my-app",
    authors: str = "A Tester <tester@example.com>",
    date: str = "2025-03-04",
    flags: tuple[str, ...] = (),
) -> dict[str, bytes]:
    """Return the files that `cargo generate` makes of one version of a template."""
    values = {"name": name, "authors": authors, "date": date}
    files = {}
    for path, content in versions()[template][version].items():
        if path != MADE_BY_NOBODY:
            pieces = pieces_of(path, content, frozenset(flags))
            files[path] = b"".join(each if isinstance(each, bytes) else values[each].encode() for each in pieces)
    return files


def made(folder: Path, template: str, version: str, **how: str) -> Path:
    """Write the files that `cargo generate` makes into a folder."""
    for path, content in generated(template, version, **how).items():  # type: ignore[arg-type]
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def newest(template: str, worker: str) -> str:
    """Return the last version of a template that was about one minor version of `worker`."""
    return [version for version in versions()[template] if version.startswith(f"{worker}-")][-1]


def pieces_of(path: str, content: bytes, flags: frozenset[str]) -> list[bytes | str]:
    """Return a file of a template as its literal pieces, and the kinds of what is put between them."""
    if path.endswith(".ico"):
        return [content]
    text = BLOCK.sub(lambda found: found[2] if found[1] in flags else "", content.decode())
    assigned = {name: value for name, value in ASSIGN.findall(content.decode()) if "win" in flags}
    text = re.sub(r"\{\{(prefix|suffix)\}\}", lambda found: assigned.get(found[1], ""), ASSIGN.sub("", text))
    if "-%}" in content.decode():
        # All that such a tag removes stands at the start of the file.
        text = text.lstrip()
    pieces = PLACE.split(text)
    return [KINDS.get(each, "date") if number % 2 else each.encode() for number, each in enumerate(pieces)]


def _history(repository: Path) -> Iterator[tuple[str, str, dict[str, bytes]]]:
    """Yield template, version and files of each version, the oldest first."""
    seen = set()
    for commit in _git(repository, "log", "--reverse", "--format=%h", "--", "templates").decode().split():
        for template in TEMPLATES:
            tree = f"{commit}:templates/{template}"
            listed = _git(repository, "ls-tree", "-r", "-z", "--full-tree", tree, missing=b"").decode()
            paths = [entry.partition("\t")[2] for entry in filter(None, listed.split("\0"))]
            if paths and (template, listed) not in seen:
                seen.add((template, listed))
                files = {path: _git(repository, "show", f"{tree}/{path}") for path in paths}
                minor = re.search(rb'^worker = .*?"(\d+\.\d+)', files["Cargo.toml"], re.MULTILINE)
                assert minor
                yield template, f"{minor[1].decode()}-{commit}", files


def _git(repository: Path, *words: str, missing: bytes | None = None) -> bytes:
    ran = subprocess.run(
        ["git", f"--git-dir={repository}", *words], capture_output=True, check=missing is None, timeout=60
    )
    return ran.stdout if ran.returncode == 0 or missing is None else missing


def write_archive(repository: Path) -> None:
    """Write the texts, and the licence that allows it, as they are in the repository."""
    with tarfile.open(ARCHIVE, "w:xz", preset=9) as archive:
        _put(archive, "LICENSE", _git(repository, "show", "HEAD:LICENSE"))
        for template, version, files in sorted(_history(repository), key=lambda each: TEMPLATES.index(each[0])):
            for path, content in files.items():
                _put(archive, f"{template}/{version}/{path}", content)


def _put(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mtime = len(content), EPOCH
    archive.addfile(member, io.BytesIO(content))


def table() -> str:
    """Return the table of all files of all versions, in every form that a choice of their user gives them."""
    entries: dict[tuple[str, str], list[object]] = {}
    for template, found in versions().items():
        for files in found.values():
            for path, content in files.items():
                for parts, digest in set(_forms(path, content)) if path != MADE_BY_NOBODY else ():
                    entry = entries.setdefault((path, digest + parts), [path, json.loads(parts), digest, []])
                    names = entry[3]
                    assert isinstance(names, list)
                    if template not in names:
                        names.append(template)
    lines = ",\n".join(json.dumps(entries[key]) for key in sorted(entries))
    about = "path, lengths of the literal parts and what is put between them, their SHA-256, templates"
    return f'{{"columns": "{about}",\n"files": [\n{lines}\n]}}\n'


def _forms(path: str, content: bytes) -> Iterator[tuple[str, str]]:
    used = [flag for flag in FLAGS if flag.encode() in content]
    for size in range(len(used) + 1):
        for flags in itertools.combinations(used, size):
            pieces = pieces_of(path, content, frozenset(flags))
            parts = [len(each) if isinstance(each, bytes) else each for each in pieces]
            literal = b"".join(each for each in pieces if isinstance(each, bytes))
            yield json.dumps(parts), hashlib.sha256(literal).hexdigest()


if __name__ == "__main__":
    write_archive(Path(sys.argv[1]))
    TABLE.write_text(table(), encoding="utf-8")
