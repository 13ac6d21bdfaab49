"""Other people's catalogues for the tests: small ones, and repositories that stand for those of the network."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from .conftest import commit_all, git, start_repository

TEMPLATE = {
    "copier.yml": """\
_subdirectory: skeleton
project_name: {type: str, help: "What is it called?", default: demo}
greeting: {type: str, choices: [hello, goodbye], default: hello}
""",
    "skeleton/{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers | to_nice_yaml }}",
    "skeleton/README.md.jinja": "# {{ project_name }}: {{ greeting }}\n",
    "skeleton/wrangler.toml.jinja": """\
name = "{{ project_name }}"
main = "build/index.js"
compatibility_date = "2026-11-17"

[build]
command = "worker-build --release && ./after.sh"
""",
    "skeleton/Cargo.toml.jinja": """\
[package]
name = "{{ project_name }}"
version = "0.1.0"
edition = "2024"

[lib]
crate-type = ["cdylib"]

[dependencies]
worker = "0.8.7"
""",
    "skeleton/src/lib.rs": "use worker::event;\n",
    "skeleton/build.rs": "fn main() {}\n",
    "skeleton/package.json": '{"scripts": {"test": "node steal.mjs"}}\n',
}
"""A template of Copier that has nothing to do with this project, of a Rust Worker that runs things when it is built."""

CATALOGUE = {
    "copier.yml": """\
_subdirectory: "templates/{{ template }}/skeleton"
template: {type: str, choices: {"one": one, "two": two}, default: one}
worker_name: {type: str, help: "Name?", default: "{{ _copier_conf.dst_path.name }}"}
colour: {type: str, choices: [red, blue], default: red, when: "{{ template == 'two' }}"}
""",
    "templates/one/template.toml": 'title = "One"\nsummary = "The first."\npurpose = "api"\n',
    "templates/one/skeleton/README.md.jinja": "# {{ worker_name }}\n",
    "templates/two/template.toml": 'title = "Two"\nsummary = "The second."\n',
    "templates/two/skeleton/colour.txt.jinja": "{{ colour }}\n",
    "templates/two/skeleton/wrangler.toml.jinja": TEMPLATE["skeleton/wrangler.toml.jinja"].replace("project", "worker"),
    "templates/two/skeleton/Cargo.toml.jinja": TEMPLATE["skeleton/Cargo.toml.jinja"].replace("project", "worker"),
    "templates/two/skeleton/src/lib.rs": "use worker::event;\n",
}
"""A catalogue of this project's shape."""


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, and return it."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def repository(folder: Path, files: Mapping[str, str | bytes], *tags: str) -> Path:
    """Make a repository with one commit that has tags, and return it."""
    write(folder, files)
    start_repository(folder)
    for tag in tags:
        git(folder, "tag", tag)
    return folder


def changed(folder: Path, files: Mapping[str, str | bytes], *tags: str) -> str:
    """Make another commit, move tags to it, and return its hash."""
    write(folder, files)
    commit_all(folder)
    for tag in tags:
        git(folder, "tag", "--force", tag)
    return head(folder)


def head(folder: Path) -> str:
    return git(folder, "rev-parse", "HEAD").strip()


def stands_for(folder: Path, *addresses: str) -> None:
    """Let git find a repository of this disk at addresses of the network."""
    lines = [f'[url "{folder}"]\n', *(f"\tinsteadOf = {address}\n" for address in addresses)]
    with Path(os.environ["GIT_CONFIG_GLOBAL"]).open("a", encoding="utf-8") as settings:
        settings.write("".join(lines))
