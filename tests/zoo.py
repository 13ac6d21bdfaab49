"""Hostile templates: what each tries, and how it is made. `python3 -m tests.zoo` tries all, and writes their page.

`PLACE` in a file or a path stands for a folder around everything that must stay as it is; a file there is a secret.
Whatever an animal would run writes a file called `ran`, and whatever it would write is called `evil`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from . import sources

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "hostile-templates.md"

SECRET = "the secret of the sentinel"  # noqa: S105 - it protects nothing
RAN = "touch PLACE/ran"

SECONDS = 3.0
"""Seconds that one look at a template may take in these runs; ten times as many otherwise."""

Files = Mapping[str, str]


@dataclass(frozen=True)
class Animal:
    """A hostile template.

    Args:
        name: Its name.
        tries: What it tries.
        code: The exit code of `scaffold new --from` it.
        files: Its files; `PLACE` is replaced in them.
        links: Links among them, by path and target.
        make: Makes it in a folder in another way, or adds to the files; gets the folder and the place.
        source: The source as it is given; empty for the folder.
        words: Further arguments.
        advisory: Where it was reported, or which release of Copier or git fixed it.
        is_committed: Whether it is a repository.
    """

    name: str
    tries: str
    code: int
    files: Files = field(default_factory=dict)
    links: Files = field(default_factory=dict)
    make: Callable[[Path, Path], None] | None = None
    source: str = ""
    words: tuple[str, ...] = ()
    advisory: str = ""
    is_committed: bool = False


def git(folder: Path, *words: str, given: bytes = b"") -> str:
    settings = ("-c", "user.name=x", "-c", "user.email=x", "-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0")
    ran = subprocess.run(["git", *settings, *words], cwd=folder, input=given, capture_output=True, check=True)
    return ran.stdout.decode().strip()


def path(rendered: str, more: str = "") -> Files:
    """Return a template that renders one path; a slash cannot be in the name of a file."""
    return {"copier.yml": f"name: {{type: str, default: '{rendered}'}}\n{more}", "{{ name }}.jinja": "evil\n"}


def text(body: str, more: str = "") -> Files:
    """Return a template with one file."""
    return {"copier.yml": f"name: x\n{more}", "file.txt.jinja": body}


def config(body: str) -> Files:
    return {"copier.yml": body, "file.txt": "x\n"}


def tree_of(folder: Path, listing: bytes) -> str:
    """Write a tree object that git itself would not make, and return its hash."""
    return git(folder, "hash-object", "-t", "tree", "--literally", "-w", "--stdin", given=listing)


def entry(mode: str, name: bytes, hash_: str) -> bytes:
    return f"{mode} ".encode() + name + b"\0" + bytes.fromhex(hash_)


def commit_tree(folder: Path, listing: Callable[[str], bytes]) -> None:
    """Make a repository with one commit of a tree that follows from the hash of a file."""
    git(folder, "init", "--quiet", "--initial-branch=main")
    blob = git(folder, "hash-object", "-w", "--stdin", given=b"name: x\n")
    tree = tree_of(folder, listing(blob))
    git(folder, "update-ref", "refs/heads/main", git(folder, "commit-tree", tree, "-m", "x"))


def with_name(name: bytes, mode: str = "100644") -> Callable[[Path, Path], None]:
    def make(folder: Path, _: Path) -> None:
        commit_tree(folder, lambda blob: entry("100644", b"copier.yml", blob) + entry(mode, name, blob))

    return make


def in_git_folder(folder: Path, _: Path) -> None:
    def listing(blob: str) -> bytes:
        hooks = tree_of(folder, entry("100755", b"post-checkout", blob))
        inner = tree_of(folder, entry("40000", b"hooks", hooks))
        return entry("40000", b".git", inner) + entry("100644", b"copier.yml", blob)

    commit_tree(folder, listing)


def tree_bomb(folder: Path, _: Path) -> None:
    """Ten levels of ten folders, each the same: ten thousand million files in a few kilobytes."""

    def listing(blob: str) -> bytes:
        inner = tree_of(folder, b"".join(entry("100644", b"%d" % n, blob) for n in range(10)))
        for _level in range(9):
            inner = tree_of(folder, b"".join(entry("40000", b"%d" % n, inner) for n in range(10)))
        return entry("100644", b"copier.yml", blob) + entry("40000", b"d", inner)

    commit_tree(folder, listing)


def deep(folder: Path, _: Path) -> None:
    def listing(blob: str) -> bytes:
        inner = tree_of(folder, entry("100644", b"f", blob))
        for _level in range(200):
            inner = tree_of(folder, entry("40000", b"d", inner))
        return entry("100644", b"copier.yml", blob) + entry("40000", b"d", inner)

    commit_tree(folder, listing)


def many(folder: Path, _: Path) -> None:
    def listing(blob: str) -> bytes:
        inner = tree_of(folder, b"".join(entry("100644", b"%06d" % n, blob) for n in range(20_100)))
        return entry("100644", b"copier.yml", blob) + entry("40000", b"d", inner)

    commit_tree(folder, listing)


def large(folder: Path, _: Path) -> None:
    with (folder / "zeros").open("wb") as stream:
        stream.truncate(80 * 2**20)


def submodule(url: str, name: str = "sub") -> Callable[[Path, Path], None]:
    def make(folder: Path, place: Path) -> None:
        git(folder, "init", "--quiet")
        text = f'[submodule "{name}"]\n\tpath = sub\n\turl = {url.replace("PLACE", str(place))}\n'
        (folder / ".gitmodules").write_text(text, encoding="utf-8")
        git(folder, "add", "--all")
        git(folder, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
        git(folder, "commit", "--quiet", "--message=x")

    return make


def hostile_settings(folder: Path, place: Path) -> None:
    """Give a repository settings and hooks that run something, for whoever runs git in it."""
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=x")
    run = f"touch {place}/ran"
    for key in ("core.fsmonitor", "core.sshCommand", "core.pager", "diff.external", "uploadpack.packObjectsHook"):
        git(folder, "config", key, run)
    for name in ("filter.x.clean", "filter.x.smudge", "core.gitProxy", "core.alternateRefsCommand"):
        git(folder, "config", name, run)
    for hook in ("post-checkout", "reference-transaction", "fsmonitor-watchman", "post-index-change", "pre-commit"):
        (folder / ".git" / "hooks").mkdir(exist_ok=True)
        (folder / ".git" / "hooks" / hook).write_text(f"#!/bin/sh\n{run}\n", encoding="utf-8")
        (folder / ".git" / "hooks" / hook).chmod(0o755)
    (folder / ".git" / "info" / "attributes").write_text("* filter=x\n", encoding="utf-8")


def option_refs(folder: Path, place: Path) -> None:
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=x")
    head = git(folder, "rev-parse", "HEAD")
    refs = ["refs/heads/--upload-pack=x", "refs/tags/--output=evil", "refs/tags/v1;touch_ran", "refs/tags/-n"]
    packed = "".join(f"{head} {ref}\n" for ref in refs)
    (folder / ".git" / "packed-refs").write_text("# pack-refs with: peeled fully-peeled sorted\n" + packed)
    assert place.is_dir()


def pipe(folder: Path, _: Path) -> None:
    os.mkfifo(folder / "pipe")


def listening(folder: Path, _: Path) -> None:
    before = Path.cwd()
    os.chdir(folder)
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("socket")
    finally:
        os.chdir(before)


def cut_bundle(folder: Path, _: Path) -> None:
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=x")
    git(folder, "bundle", "create", "--quiet", "cut.bundle", "--all")
    whole = (folder / "cut.bundle").read_bytes()
    (folder / "cut.bundle").write_bytes(whole[: len(whole) // 2])


ANIMALS = [
    # --- paths that lead out
    Animal("dotdot-path", "write through `..` in a path", 4, path("../evil"), advisory="CVE-2025-55214"),
    Animal("absolute-path", "write to an absolute path", 4, path("PLACE/evil"), advisory="CVE-2025-55214"),
    Animal("deep-dotdot-path", "leave the project from a folder in it", 4, path("a/../../evil")),
    Animal("backslash-path", "leave by backslashes, which Windows reads as slashes", 4, path("..\\evil")),
    Animal("drive-path", "name another drive of Windows", 4, path("C:evil")),
    Animal(
        "yielded-path",
        "leave by one of the paths that a `yield` makes",
        4,
        {
            "copier.yml": "names: {type: yaml, default: [a, ../../evil]}\n",
            "{% yield n from names %}{{ n }}{% endyield %}.jinja": "evil\n",
        },
    ),
    Animal(
        "answers-file",
        "write the answers file elsewhere",
        4,
        {"copier.yml": "_answers_file: ../evil.yml\nname: x\n", "{{ _copier_conf.answers_file }}.jinja": "evil\n"},
    ),
    Animal(
        "absolute-answers-file",
        "write the answers file to an absolute path",
        2,
        {"copier.yml": "_answers_file: PLACE/evil.yml\nname: x\n", "{{ _copier_conf.answers_file }}.jinja": "evil\n"},
    ),
    Animal("long-path", "write a path that is longer than any system takes", 4, path("a" * 5000)),
    Animal("deep-path", "write a path of a thousand folders", 4, path("/".join(["d"] * 1000))),
    Animal(
        "escape-in-path",
        "write a name that clears the terminal when it is listed",
        4,
        {"copier.yml": 'name: {type: str, default: "a\\e[2Jb"}\n', "{{ name }}.jinja": "evil\n"},
    ),
    # --- the folder of git
    Animal(
        "git-hook",
        "write a hook into .git",
        4,
        path(".git/hooks/pre-commit", "_exclude: []\n"),
        advisory="open in Copier",
    ),
    Animal(
        "git-hook-upper-case",
        "write it to .GIT, which macOS and Windows take for .git",
        4,
        path(".GIT/hooks/pre-commit"),
    ),
    Animal("git-hook-mixed-case", "write it to a subfolder's .gIt", 4, path("a/.gIt/config")),
    Animal("git-trailing-dot", "write it to `.git.`, which Windows takes for .git", 4, path(".git./hooks/pre-commit")),
    Animal("git-trailing-space", "write it to `.git `, likewise", 4, path(".git /hooks/pre-commit")),
    Animal("git-short-name", "write it to git~1, the short name of Windows", 4, path("git~1/hooks/pre-commit")),
    Animal("git-stream", "write it to a stream of NTFS", 4, path(".git::$INDEX_ALLOCATION/hooks/x")),
    Animal(
        "git-ignorable",
        "write it to .git with a character that macOS leaves out",
        4,
        {"copier.yml": 'name: {type: str, default: ".g\\u200cit/config"}\n', "{{ name }}.jinja": "evil\n"},
    ),
    Animal("git-in-tree", "have a .git in the tree of the commit", 4, make=in_git_folder),
    Animal("own-record", "forge the record of where the project is from", 4, path(".scaffold-source.toml")),
    Animal("own-staging", "forge a folder that a killed run has left", 4, path(".scaffold-moving-1.1.a/evil")),
    Animal(
        "bare-repository",
        "make the project look like a bare repository whose settings run something",
        0,
        {
            "copier.yml": "_subdirectory: s\nname: x\n",
            "s/HEAD": "ref: refs/heads/main\n",
            "s/objects/x": "",
            "s/refs/x": "",
            "s/config": f"[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tfsmonitor = {RAN}\n",
        },
    ),
    Animal(
        "nested-bare-repository",
        "have such a one in a subfolder",
        0,
        {
            "copier.yml": "_subdirectory: s\nname: x\n",
            "s/a/HEAD": "ref: refs/heads/main\n",
            "s/a/objects/x": "",
            "s/a/refs/x": "",
            "s/a/config": f"[core]\n\trepositoryformatversion = 0\n\tfsmonitor = {RAN}\n",
        },
    ),
    Animal(
        "git-attributes",
        "let git filter the project's files when they are committed",
        0,
        {
            "copier.yml": "_subdirectory: s\nname: x\n",
            "s/.gitattributes": "* filter=x\n",
            "s/a.txt": "x\n",
            "s/.gitconfig": f'[filter "x"]\n\tclean = {RAN}\n',
        },
    ),
    # --- links
    Animal(
        "link-to-file",
        "copy a file from outside through a link",
        4,
        config("name: x\n"),
        {"stolen.txt": "PLACE/secret.txt"},
        advisory="CVE-2026-23968",
    ),
    Animal(
        "relative-link",
        "do so through a relative link",
        4,
        config("name: x\n"),
        {"stolen.txt": "../secret.txt"},
        advisory="CVE-2026-23968",
    ),
    Animal(
        "committed-link",
        "do so in a repository",
        4,
        config("name: x\n"),
        {"stolen.txt": "../secret.txt"},
        is_committed=True,
        advisory="CVE-2026-23968",
    ),
    Animal(
        "link-to-folder",
        "write through a link to a folder that is kept",
        4,
        {"copier.yml": "_preserve_symlinks: true\nname: {type: str, default: a/evil}\n", "{{ name }}.jinja": "evil\n"},
        {"a": "PLACE"},
        advisory="CVE-2026-23986",
    ),
    Animal(
        "rendered-link",
        "keep a link whose target is rendered",
        4,
        config("_preserve_symlinks: true\nplace: {type: str, default: PLACE}\n"),
        {"a.jinja": "{{ place }}"},
    ),
    Animal(
        "kept-link",
        "keep a link inside of the template, to be written through later",
        4,
        config("_preserve_symlinks: true\nname: x\n"),
        {"a": "file.txt"},
    ),
    Animal("link-loop", "hang on a link to itself", 4, config("name: x\n"), {"a": "b", "b": "a"}),
    Animal(
        "link-upwards",
        "hang on links to the folder that they are in",
        4,
        config("name: x\n"),
        {"d/a": "..", "d/b": ".."},
    ),
    Animal(
        "crossed-links",
        "hang on two folders that link to each other",
        4,
        {**config("name: x\n"), "a/x": "", "b/x": ""},
        {"a/b": "../b", "b/a": "../a"},
    ),
    Animal(
        "link-as-configuration",
        "read the configuration through a link",
        4,
        {"file.txt": "x\n"},
        {"copier.yml": "PLACE/secret.txt"},
    ),
    # --- what the configuration reads
    Animal(
        "subdirectory-dotdot",
        "render the folder around the template",
        4,
        config("_subdirectory: ..\nname: x\n"),
        advisory="CVE-2026-34726",
    ),
    Animal(
        "subdirectory-absolute",
        "render any folder",
        4,
        config("_subdirectory: PLACE\nname: x\n"),
        advisory="CVE-2026-34726",
    ),
    Animal(
        "external-data",
        "read any YAML file",
        4,
        {**text("{{ _external_data.x }}", "_external_data: {x: PLACE/secret.txt}\n")},
        advisory="CVE-2026-34730",
    ),
    Animal(
        "include-dotdot",
        "include a file from outside",
        7,
        text("{% include '../../secret.txt' %}"),
        advisory="Copier 9.17.2",
    ),
    Animal(
        "include-absolute",
        "include an absolute path",
        7,
        text("{% include 'PLACE/secret.txt' %}"),
        advisory="Copier 9.17.2",
    ),
    Animal(
        "yaml-include-dotdot", "include YAML from outside", 4, config("a: !include ../../*\n"), advisory="Copier 9.17.2"
    ),
    Animal("yaml-include-absolute", "include YAML by an absolute path", 2, config("a: !include PLACE/secret.txt\n")),
    Animal("yaml-include-itself", "include itself for ever", 2, config("a: !include copier.yml\n")),
    Animal(
        "path-objects",
        "read a file by the path objects of the context",
        7,
        text("{{ (_copier_conf.src_path / '../../secret.txt').read_text() }}"),
        advisory="CVE-2025-55201",
    ),
    Animal(
        "path-objects-write",
        "write a file by them",
        7,
        text("{{ (_copier_conf.dst_path / '../evil').write_text('evil') }}"),
        advisory="CVE-2025-55201",
    ),
    Animal(
        "settings-object",
        "reach Python's modules by the settings object",
        7,
        text("{{ _copier_conf.settings.__class__.__init__.__globals__ }}"),
        advisory="Copier 9.17.1",
    ),
    Animal(
        "lookup-file",
        "read a file by a filter of Ansible",
        7,
        text("{{ 'PLACE/secret.txt' | fileglob | list }}{{ lookup('file', 'x') }}"),
    ),
    # --- code
    Animal("task", "run a task", 4, config(f"_tasks: ['{RAN}']\nname: x\n")),
    Animal(
        "hidden-task",
        "run one that stands in an included file",
        4,
        {"copier.yml": "---\n!include more.yml\n---\nname: x\n", "more.yml": f"_tasks: ['{RAN}']\n"},
    ),
    Animal(
        "migration", "run a migration at the next update", 4, config(f"_migrations: [{{command: '{RAN}'}}]\nname: x\n")
    ),
    Animal("extension", "load an extension of Jinja", 4, config("_jinja_extensions: [os.system]\nname: x\n")),
    Animal(
        "extension-in-envops",
        "load one by the options of Jinja",
        2,
        config("_envops: {extensions: [os.system]}\nname: x\n"),
    ),
    Animal(
        "undefined-in-envops",
        "load a class for undefined variables",
        2,
        config("_envops: {undefined: os.system}\nname: x\n"),
    ),
    Animal("yaml-object", "run code by a tag of YAML", 2, config(f"name: !!python/object/apply:os.system ['{RAN}']\n")),
    Animal(
        "yaml-finalizer",
        "hand Jinja a function by a tag of YAML",
        2,
        config("_envops: {finalize: !!python/name:os.system}\nname: x\n"),
        advisory="Copier 9.17.1",
    ),
    Animal("sandbox-class", "leave the sandbox by a class", 7, text("{{ ''.__class__.__mro__[1].__subclasses__() }}")),
    Animal(
        "sandbox-format",
        "leave it by a format string",
        7,
        text("{{ '{0.__class__.__init__.__globals__}'.format(x) }}"),
        advisory="CVE-2016-10745",
    ),
    Animal(
        "sandbox-stored-format",
        "leave it by a method that is stored first",
        7,
        text("{{ ['{0.__class__.__init__.__globals__}'.format] | map('call') | list }}"),
        advisory="CVE-2024-56326",
    ),
    Animal(
        "sandbox-attr",
        "leave it by the filter `attr`",
        7,
        text("{{ ('' | attr('format'))('x') | attr('__class__') | attr('__mro__') | first | attr('mro') }}"),
        advisory="CVE-2025-27516",
    ),
    Animal(
        "trusted-prefix",
        "count on a prefix that the user's settings of Copier trust",
        4,
        config(f"_tasks: ['{RAN}']\nname: x\n"),
        advisory="CVE-2026-53951",
    ),
    # --- what is run later
    Animal(
        "build-script",
        "run a build script when it is validated",
        4,
        {
            "copier.yml": "_subdirectory: s\nname: x\n",
            "s/build.rs": "fn main() {}\n",
            "s/Cargo.toml": '[package]\nname = "x"\n',
            "s/wrangler.toml": f'name = "x"\n[build]\ncommand = "{RAN}"\n',
            "s/.cargo/config.toml": f'[build]\nrustc-wrapper = "{RAN}"\n',
        },
        words=("--validate",),
    ),
    Animal(
        "package-scripts",
        "run scripts of npm when it is validated",
        4,
        {
            "copier.yml": "_subdirectory: s\nname: x\n",
            "s/package.json": f'{{"scripts": {{"postinstall": "{RAN}", "test": "{RAN}"}}}}\n',
            "s/.npmrc": "ignore-scripts=false\n",
        },
        words=("--validate",),
    ),
    Animal(
        "editor-tasks",
        "wait in files that editors and shells obey",
        0,
        {
            "copier.yml": "_subdirectory: s\nname: x\n",
            "s/.envrc": f"{RAN}\n",
            "s/.vscode/tasks.json": "{}\n",
            "s/.husky/pre-commit": f"{RAN}\n",
        },
    ),
    # --- bombs
    Animal(
        "loop-bomb",
        "render for ever",
        4,
        text("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"),
    ),
    Animal("memory-bomb", "make a text of ten thousand million letters", 4, text("{% set a = 'a' * 10000000000 %}")),
    Animal(
        "doubling-bomb",
        "double a list sixty times",
        4,
        text("{% set n = namespace(a='aaaaaaaaaa') %}{% for i in range(60) %}{% set n.a = n.a ~ n.a %}{% endfor %}"),
    ),
    Animal("power-bomb", "compute a number of a thousand million digits", 4, text("{{ (10 ** 1000000000) > 1 }}")),
    Animal(
        "regex-bomb",
        "search with an expression that takes exponential time",
        4,
        text("{{ ('a' * 40 ~ 'b') | regex_search('^(a+)+$') }}"),
    ),
    Animal(
        "regex-in-validator",
        "do so in the validator of a question",
        4,
        config(f"name: {{type: str, default: {'a' * 40}b, validator: \"{{{{ name | regex_search('^(a+)+$') }}}}\"}}\n"),
    ),
    Animal("recursion-bomb", "call a macro from itself", 4, text("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}")),
    Animal(
        "question-bomb",
        "compute the default of a question for ever",
        4,
        config(
            'name: {type: str, default: "'
            '{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"}\n'
        ),
    ),
    Animal(
        "path-bomb",
        "write a hundred thousand files by one `yield`",
        4,
        {"copier.yml": "name: x\n", "{% yield n from range(99999) %}{{ n }}{% endyield %}.jinja": "evil\n"},
    ),
    Animal("file-bomb", "write a file of a hundred megabytes", 4, text("{{ 'a' * 100000000 }}")),
    Animal(
        "laughs",
        "stand for a thousand million values with a few lines of YAML",
        2,
        config(
            "a0: &a0 {x: 1}\n"
            + "".join(f"a{n}: &a{n} {{{', '.join(f'k{k}: *a{n - 1}' for k in range(9))}}}\n" for n in range(1, 10))
        ),
    ),
    Animal(
        "listed-laughs",
        "do so with lists, which Copier flattens",
        4,
        config("- &a0 [{x: 1}]\n" + "".join(f"- &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 11))),
    ),
    Animal("nested-yaml", "nest YAML three hundred levels deep", 2, config("a: " + "[" * 300 + "]" * 300 + "\n")),
    Animal("tree-bomb", "be a tree of ten thousand million files in a few kilobytes", 4, make=tree_bomb),
    Animal("deep-tree", "be two hundred folders deep", 4, make=deep),
    Animal("many-files", "have more than twenty thousand files", 4, make=many),
    Animal(
        "large-file",
        "have a file of 80 MiB, of which a repository stores a few kilobytes",
        4,
        config("name: x\n"),
        make=large,
    ),
    Animal("large-committed-file", "have it in a repository", 4, config("name: x\n"), make=large, is_committed=True),
    # --- git
    Animal("submodule", "fetch a submodule", 4, config("name: x\n"), make=submodule("https://example.com/x.git")),
    Animal(
        "submodule-ext",
        "run a command by the address of one",
        4,
        config("name: x\n"),
        make=submodule("ext::sh -c touch% PLACE/ran"),
        advisory="CVE-2024-32002",
    ),
    Animal(
        "submodule-name",
        "leave .git/modules by the name of one",
        4,
        config("name: x\n"),
        make=submodule("https://example.com/x.git", "../../evil"),
        advisory="CVE-2024-32002",
    ),
    Animal(
        "submodule-carriage-return",
        "confuse git by a carriage return at the end of its path",
        4,
        config("name: x\n"),
        make=submodule("https://example.com/x.git\r"),
        advisory="CVE-2025-48384",
    ),
    Animal(
        "hostile-repository",
        "have settings and hooks that run whenever git looks at it",
        0,
        config("name: x\n"),
        make=hostile_settings,
    ),
    Animal("option-refs", "have tags and branches that look like options", 0, config("name: x\n"), make=option_refs),
    Animal("option-as-version", "be asked for a version that is an option", 2, source="gh:acme/x@--upload-pack=touch"),
    Animal("option-as-source", "be named like an option", 2, source="--upload-pack=touch"),
    Animal("ext-address", "run a command by its address", 2, source="ext::sh -c touch% PLACE/ran"),
    Animal("file-address", "read any repository of the disk by a URL", 2, source="file://PLACE/template"),
    Animal(
        "encoded-address",
        "hide `..` in its address by percent-encoding",
        2,
        source="https://example.com/trusted/%2e%2e/x",
        advisory="Copier 9.17.0",
    ),
    Animal(
        "dotdot-address",
        "leave a trusted prefix by `..`",
        2,
        source="https://example.com/trusted/../x",
        advisory="CVE-2026-53951",
    ),
    Animal("credentials", "have a password in its address", 2, source="https://me:hunter2@example.com/x"),
    Animal(
        "shell-address", "have a shell's words in its address", 2, source="gh:acme/x;touch ran", advisory="degit, 2026"
    ),
    Animal("newline-in-tree", "have a line feed in the name of a file", 4, make=with_name(b"a\nb")),
    Animal("escape-in-tree", "have an escape sequence in the name of a file", 4, make=with_name(b"a\x1b]0;evil\x07")),
    Animal("dotdot-in-tree", "have `..` for the name of a file", 4, make=with_name(b"..")),
    Animal("slash-in-tree", "have a slash in the name of a file", 4, make=with_name(b"../evil")),
    Animal("twice-in-tree", "have two files of one name", 2, make=with_name(b"copier.yml")),
    Animal("gitlink", "have a submodule that no file declares", 0, make=with_name(b"sub", "160000")),
    Animal(
        "cut-bundle",
        "be the first half of a bundle",
        6,
        config("name: x\n"),
        make=cut_bundle,
        source="PLACE/template/cut.bundle",
    ),
    # --- files that are none, and texts
    Animal("pipe", "hang on a named pipe", 4, config("name: x\n"), make=pipe),
    Animal("socket", "have a socket among its files", 4, config("name: x\n"), make=listening),
    Animal(
        "escape-in-question",
        "take over the terminal by the text of a question",
        0,
        config('name: {type: str, help: "a\\e[2J\\e]0;evil\\a", default: x, choices: {"b\\e[31m": x}}\n'),
    ),
    Animal(
        "escape-in-refusal",
        "do so by the refusal of an answer",
        2,
        config('name: {type: str, default: "", validator: "\\e]52;c;ZXZpbA==\\a"}\n'),
    ),
    Animal(
        "escape-in-message",
        "do so by a message after the copy",
        0,
        config('_message_after_copy: "\\e[2Jevil"\nname: x\n'),
    ),
    Animal(
        "direction-of-text",
        "show another text than the one that is meant",
        0,
        config('name: {type: str, help: "a\\u202eb", default: x}\n'),
    ),
    Animal(
        "reserved-question",
        "replace a variable of Copier by a question",
        2,
        config("_copier_conf: x\n_folder_name: y\nname: {when: [}\n"),
    ),
    Animal("future-copier", "ask for a Copier that does not exist", 3, config("_min_copier_version: '99'\nname: x\n")),
]


def build(animal: Animal, place: Path) -> str:
    """Make an animal in a place, and return its source."""
    folder = place / "template"
    folder.mkdir()
    for name, body in animal.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(body.replace("PLACE", str(place)), encoding="utf-8")
    for name, target in animal.links.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(target.replace("PLACE", str(place)))
    if animal.make:
        animal.make(folder, place)
    if animal.is_committed:
        git(folder, "init", "--quiet")
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message=x")
    return animal.source.replace("PLACE", str(place)) or str(folder)


def as_next_version(animal: Animal, place: Path) -> str:
    """Make an animal the version 2.0.0 of a template whose 1.0.0 is good, and return their source."""
    source, folder = build(animal, place), place / "template"
    if not animal.source:
        if not (folder / ".git").exists():
            git(folder, "init", "--quiet", "--initial-branch=main")
            git(folder, "add", "--all")
            git(folder, "commit", "--quiet", "--allow-empty", "--message=x")
        good = sources.repository(place / "good", sources.TEMPLATE, "v1.0.0")
        shutil.copytree(good / ".git" / "objects", folder / ".git" / "objects", dirs_exist_ok=True)
        # Not by git, which would run the commands of this repository's own settings.
        for tag, each in (("v1.0.0", good), ("v2.0.0", folder)):
            (folder / ".git" / "refs" / "tags" / tag).write_text(f"{git(each, 'rev-parse', 'HEAD')}\n")
        shutil.rmtree(good)
    return source


def surroundings(place: Path) -> Path:
    """Make what must stay as it is around the folder that a project is made in, and return that folder."""
    for name in ("here", "home"):
        (place / name).mkdir()
    (place / "secret.txt").write_text(f"secret: {SECRET}\n", encoding="utf-8")
    (place / "home" / "file").write_text("mine\n", encoding="utf-8")
    return place / "here"


def main() -> None:
    """Try every animal, and write the page."""
    rows = [f"| {each.name} | {each.tries} | {each.advisory or '-'} | {code} |" for each, code in _tried()]
    today = datetime.now(UTC).date().isoformat()
    used = f"Copier {version('copier')}, Jinja {version('jinja2')} and {git(ROOT, '--version').replace(' version', '')}"
    PAGE.write_text(page(rows, f"on {today} with {used}"), encoding="utf-8")


def _tried() -> Iterator[tuple[Animal, int]]:
    for animal in ANIMALS:
        with tempfile.TemporaryDirectory() as name:
            place = Path(name).resolve()
            here = surroundings(place)
            own = {"HOME": str(place / "home"), "SCAFFOLD_CACHE": str(place.parent / f"{place.name}-cache")}
            source = build(animal, place)
            words = ["new", "mine", f"--from={source}", "--defaults", *animal.words]
            argv = [sys.executable, str(ROOT / "scaffold.py"), *words]
            ran = subprocess.run(
                argv, cwd=here, env={**os.environ, **own}, capture_output=True, check=False, timeout=120
            )
            yield animal, ran.returncode


def page(rows: list[str], measured: str) -> str:
    """Return the text of the page."""
    table = "\n".join(["| name | what it tries | reported as | exit code |", "| --- | --- | --- | --- |", *rows])
    return f"""\
# Hostile templates

Written by `python3 -m tests.zoo`, which tried all {len(rows)} of them {measured}.
Around each lay a folder with files that had to stay as they were, and a secret that had to stay there. None wrote
outside of the project, ran anything, took the secret into the project or hung: a look at a template ends after 30 s.
`tests/zoo.py` makes them, and `tests/test_zoo.py` tries them in each run of the tests.

Exit code 4 is a refusal because of what was found, 2 that of an address or a configuration, 7 that of a template that
does not render, 3 and 6 what they always [mean](exit-codes.md), and 0 a project that is harmless until its owner
[agrees](catalogues.md#trust) to build it.

{table}
"""


if __name__ == "__main__":
    main()
