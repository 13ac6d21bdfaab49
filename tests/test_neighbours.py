"""What a project needs outside of its folder is in the copy that is validated, in its place, and nothing else is."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from scaffolder.core.errors import BadInput
from scaffolder.reading.config.workspace import claimed_by
from scaffolder.validation import tree_copy, working_copy

from .check import BASE, write

Copied = Callable[..., set[str]]

PACKAGE = '[package]\nname = "{}"\nversion = "0.1.0"\nedition = "2024"\n'


def crate(name: str, more: str = "") -> dict[str, str]:
    """Return the files of a crate, some of which Cargo never reads."""
    files = {"Cargo.toml": PACKAGE.format(name) + more, "src/lib.rs": "", "notes.txt": "", "target/debug/old": ""}
    return {f"{name}/{file}": text for file, text in files.items()}


def project(more: str = "", **files: str) -> dict[str, str]:
    """Return the files of a worker in the folder `edge`; of a path in a keyword, `__` stands for each slash."""
    own = {**BASE, "Cargo.toml": BASE["Cargo.toml"] + more}
    return {f"edge/{file}": text for file, text in own.items()} | {
        f"edge/{file.replace('__', '/').replace('_', '.')}": text for file, text in files.items()
    }


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copied:
    """Return a function that writes files, and returns the paths of those in the copy of `edge` but not in `edge`."""
    monkeypatch.setenv("SCAFFOLD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("CARGO_HOME", str(tmp_path / "cargo"))

    def copy(files: Mapping[str, str], *, at: str = "edge") -> set[str]:
        write(tmp_path / "all", files)
        own = (tmp_path / "all" / at).resolve()
        with working_copy.copy_of(own, keep=False, on_wait=print, stop=threading.Event()) as made:
            base = Path(*own.parts[: len(own.parts) - len(made.folder.relative_to(made.root).parts)])
            found = {path for path in made.root.rglob("*") if path.is_file() or path.is_symlink()}
            beside = {path.relative_to(made.root) for path in found if not path.is_relative_to(made.folder)}
            assert (made.folder / "wrangler.toml").is_file()
            return {Path(os.path.relpath(base / path, tmp_path / "all")).as_posix() for path in beside}

    return copy


COMMON = {"common/Cargo.toml", "common/src/lib.rs", "common/notes.txt"}
STRANGERS = {**crate("stranger"), "secret.txt": "", "README.md": "", ".env": ""}

CRATES = {
    "nothing": (project(), set()),
    "a path dependency": (project('[dependencies.common]\npath = "../common"\n') | crate("common"), COMMON),
    "one for tests": (project('[dev-dependencies]\ncommon = { path = "../common" }\n') | crate("common"), COMMON),
    "one of another target": (
        project('[target."cfg(unix)".build-dependencies]\ncommon = { path = "../common" }\n') | crate("common"),
        COMMON,
    ),
    "one of one": (
        project('[dependencies.common]\npath = "../common"\n')
        | crate("common", '[dependencies]\ndeep = { path = "../deep" }\n')
        | crate("deep"),
        COMMON | {"deep/Cargo.toml", "deep/src/lib.rs", "deep/notes.txt"},
    ),
    "a patch": (project('[patch.crates-io]\ncommon = { path = "../common" }\n') | crate("common"), COMMON),
    "one that inherits from its own workspace": (
        project('[dependencies.common]\npath = "../shared/common"\n')
        | {f"shared/{file}": text for file, text in {**crate("common"), **crate("other")}.items()}
        | {"shared/Cargo.toml": '[workspace]\nmembers = ["*"]\n', "shared/Cargo.lock": ""},
        {f"shared/{file}" for file in COMMON} | {"shared/Cargo.toml"},
    ),
    "one that is the package around": (
        project('[dependencies.site]\npath = ".."\n')
        | {"Cargo.toml": PACKAGE.format("site"), "src/lib.rs": "", "assets/x": "", ".hidden": "", "target/old": ""},
        {"Cargo.toml", "src/lib.rs", "assets/x", "secret.txt", "README.md"},
    ),
    "a library outside of its crate": (
        project('[[test]]\nname = "x"\npath = "../shared/x.rs"\n') | {"shared/x.rs": "", "shared/y.rs": ""},
        {"shared/x.rs", "shared/y.rs"},
    ),
    "the settings of cargo and rustup": (
        project() | {".cargo/config.toml": "", "rust-toolchain.toml": "", ".cargo/credentials.toml": ""},
        {".cargo/config.toml", "rust-toolchain.toml"},
    ),
    "what cargo's settings name": (
        project()
        | crate("common")
        | crate("other")
        | {
            ".cargo/config.toml": """
paths = ["other"]
[patch.crates-io]
common = { path = "common" }
[source.vendored]
directory = "vendor"
""",
            "vendor/x/Cargo.toml": PACKAGE.format("x"),
        },
        COMMON
        | {".cargo/config.toml", "vendor/x/Cargo.toml", "other/Cargo.toml", "other/src/lib.rs", "other/notes.txt"},
    ),
    "the settings beside a dependency": (
        project('[dependencies.common]\npath = "../x/common"\n')
        | {f"x/{file}": text for file, text in crate("common").items()}
        | {"x/rust-toolchain": ""},
        {f"x/{file}" for file in COMMON} | {"x/rust-toolchain"},
    ),
}
"""Files, and those outside of the project that its copy has."""

MEMBERS = {
    "the workspace around": (
        project() | crate("one") | {"Cargo.toml": '[workspace]\nmembers = ["edge", "one"]\n', "Cargo.lock": ""},
        {"Cargo.toml", "Cargo.lock", "one/Cargo.toml", "one/src/lib.rs"},
    ),
    "a dependency that it inherits": (
        project("[dependencies.common]\nworkspace = true\n")
        | crate("common")
        | {"Cargo.toml": '[workspace]\nmembers = ["e*"]\n[workspace.dependencies]\ncommon = { path = "common" }\n'},
        {"Cargo.toml", *COMMON},
    ),
    "its patch": (
        project()
        | crate("common")
        | {"Cargo.toml": '[workspace]\nmembers = ["edge"]\n[patch.crates-io]\ncommon = { path = "common" }\n'},
        {"Cargo.toml", *COMMON},
    ),
    "members with sources elsewhere": (
        project()
        | crate("one", '[lib]\npath = "lib.rs"\n[[bin]]\nname = "b"\npath = "tools/b.rs"\n')
        | {"one/lib.rs": "", "one/tools/b.rs": "", "Cargo.toml": '[workspace]\nmembers = ["edge", "one"]\n'},
        {"Cargo.toml", "one/Cargo.toml", "one/src/lib.rs", "one/lib.rs", "one/tools/b.rs"},
    ),
    "the root package": (
        project() | {"Cargo.toml": PACKAGE.format("site") + '[workspace]\nmembers = ["edge"]\n', "src/main.rs": ""},
        {"Cargo.toml", "src/main.rs"},
    ),
    "what a member depends on outside": (
        project()
        | crate("one", '[dependencies]\nout = { path = "../../out" }\n')
        | {f"../{file}": text for file, text in crate("out").items()}
        | {"Cargo.toml": '[workspace]\nmembers = ["edge", "one"]\n'},
        {"Cargo.toml", "one/Cargo.toml", "one/src/lib.rs", "../out/Cargo.toml", "../out/src/lib.rs"},
    ),
}
"""The same for members of a workspace."""

NPM = {
    "a package of a file": (
        project(package_json='{"dependencies": {"lib": "file:../lib"}}')
        | {"lib/package.json": '{"name": "lib"}', "lib/build/x.js": "", "lib/node_modules/y.js": ""},
        {"lib/package.json", "lib/build/x.js"},
    ),
    "an archive": (
        project(package_json='{"devDependencies": {"lib": "file:../lib-1.0.0.tgz"}}') | {"lib-1.0.0.tgz": ""},
        {"lib-1.0.0.tgz"},
    ),
    "a workspace": (
        project(package_json='{"dependencies": {"lib": "*", "far": "1"}}')
        | {
            "package.json": '{"workspaces": {"packages": ["edge", "libs/*", "!libs/off"]}}',
            "package-lock.json": "{}",
            "libs/lib/package.json": '{"name": "lib", "dependencies": {"deep": "*"}}',
            "libs/lib/x.js": "",
            "libs/deep/package.json": '{"name": "deep"}',
            "libs/deep/x.js": "",
            "libs/other/package.json": '{"name": "other"}',
            "libs/other/x.js": "",
            "libs/off/package.json": '{"name": "off"}',
        },
        {"package.json", "package-lock.json", "libs/other/package.json"}
        | {f"libs/{name}/{file}" for name in ("lib", "deep") for file in ("package.json", "x.js")},
    ),
    "a workspace that does not list it": (
        project(package_json="{}") | {"package.json": '{"workspaces": ["libs/*"]}', "package-lock.json": "{}"},
        set(),
    ),
}
"""The same for npm."""

NAMED = {
    "included text": (project(src__lib_rs='const T: &str = include_str!("../../texts/t.txt");\n'), {"texts/t.txt"}),
    "included bytes of an array": (
        project(src__lib_rs='const T: [&[u8]; 1] = [include_bytes! {\n"../../texts/t.txt"}];\n'),
        {"texts/t.txt"},
    ),
    "by the folder of the manifest": (
        project(src__lib_rs='include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../texts/t.txt"));\n'),
        {"texts/t.txt"},
    ),
    "a module": (project(src__lib_rs='#[path = "../../texts/m.rs"]\nmod m;\n'), {"texts/m.rs"}),
    "a derived folder": (
        project(src__lib_rs='#[derive(Embed)]\n#[folder = "../texts"]\nstruct T;\n'),
        {"texts/t.txt", "texts/m.rs"},
    ),
    "an input of a build script": (
        project(build_rs='fn main() { println!("cargo::rerun-if-changed=../texts/t.txt"); }\n'),
        {"texts/t.txt"},
    ),
    "in a dependency": (
        project('[dependencies.common]\npath = "../common"\n')
        | crate("common")
        | {"common/src/lib.rs": 'const T: &str = include_str!("../../texts/t.txt");\n'},
        COMMON | {"texts/t.txt"},
    ),
    "assets": (
        project(wrangler_toml=BASE["wrangler.toml"] + '[assets]\ndirectory = "../texts"\n'),
        {"texts/t.txt", "texts/m.rs"},
    ),
    "a script": (project(package_json='{"scripts": {"test": "node ../texts/t.txt"}}'), {"texts/t.txt"}),
    "a hidden file": (project(src__lib_rs='const T: &str = include_str!("../../.texts/t.txt");\n'), set()),
    "a file of secrets": (project(src__lib_rs='const T: &str = include_str!("../../.env");\n'), set()),
    "a folder around": (project(wrangler_toml=BASE["wrangler.toml"] + '[assets]\ndirectory = "../"\n'), set()),
    "nothing that exists": (project(src__lib_rs='const T: &str = include_str!("../../no.txt");\n'), set()),
}
"""The same for what files name."""


@pytest.mark.parametrize("name", CRATES)
def test_the_crates_that_a_project_depends_on_are_copied(copied: Copied, name: str) -> None:
    files, expected = CRATES[name]

    assert copied(STRANGERS | files) == expected


@pytest.mark.parametrize("name", MEMBERS)
def test_a_member_is_copied_with_its_workspace(copied: Copied, name: str) -> None:
    files, expected = MEMBERS[name]

    assert copied(STRANGERS | files) == expected


@pytest.mark.parametrize("name", NPM)
def test_the_packages_that_npm_needs_are_copied(copied: Copied, name: str) -> None:
    files, expected = NPM[name]

    assert copied(STRANGERS | files) == expected


@pytest.mark.parametrize("name", NAMED)
def test_what_files_name_outside_is_copied(copied: Copied, name: str) -> None:
    files, expected = NAMED[name]

    texts = {f"{folder}/{file}": "" for folder in ("texts", ".texts") for file in ("t.txt", "m.rs")}
    assert copied(STRANGERS | texts | files) == expected


LONG = "x" * 5000
ODD = {
    "a long path of a crate": project(f'[dependencies.c]\npath = "../{LONG}"\n'),
    "a NUL": project('[dependencies.c]\npath = "../\\u0000x"\n[patch.crates-io]\nd = { path = "\\u0000" }\n'),
    "odd types": project("[patch]\nx = 1\n[replace]\ny = { path = 3 }\n[[bin]]\npath = 4\n"),
    "all files of the machine": project(
        '[dependencies.c]\npath = "/"\n[dependencies.d]\npath = "../../../../../../.."\n'
    ),
    "itself": project('[dependencies.c]\npath = "."\n'),
    "no manifest above": project() | {"Cargo.toml": "[[["},
    "a long name in Rust": project(src__lib_rs=f'const T: &str = include_str!("../../{LONG}");\n'),
    "a NUL in Rust": project(src__lib_rs='const T: &str = include_str!("../../\0");\n'),
    "odd packages": project(package_json=f'{{"dependencies": {{"a": "file:..", "b": "file:/{LONG}", "d": 4}}}}')
    | {"package.json": '{"workspaces": ["\\u0000", 3, "!", ""]}'},
}
"""Files that name what cannot be: Cargo and npm refuse them, and a copy has nothing for them."""


@pytest.mark.parametrize("name", ODD)
def test_what_cannot_be_is_no_fault_of_the_copy(copied: Copied, name: str) -> None:
    assert copied(ODD[name]) <= {"Cargo.toml", "package.json"}


def test_a_workspace_around_the_cache_does_not_take_the_copy_for_a_member(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCAFFOLD_CACHE", str(tmp_path / "ws" / ".cache"))
    write(tmp_path, {"ws/Cargo.toml": "[workspace]\n", **project()})

    with working_copy.copy_of(tmp_path / "edge", keep=False, on_wait=print, stop=threading.Event()) as copy:
        assert claimed_by(copy.folder, copy.folder) is None
    with working_copy.template_folder(print) as folder:
        assert claimed_by(folder / "hello", folder / "hello") is None


def test_a_linked_crate_is_copied_where_it_is_named(copied: Copied, tmp_path: Path) -> None:
    write(tmp_path / "real", crate("common"))
    (tmp_path / "all").mkdir()
    (tmp_path / "all" / "common").symlink_to(tmp_path / "real" / "common")

    assert copied(project('[dependencies.common]\npath = "../common"\n')) == COMMON


def test_a_project_behind_a_linked_folder_has_the_neighbours_of_its_real_place(copied: Copied, tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    (tmp_path / "all" / "link").symlink_to(tmp_path / "all" / "ws" / "workers", target_is_directory=True)
    files = {f"ws/workers/{file}": text for file, text in project().items()}

    found = copied(files | {"ws/Cargo.toml": '[workspace]\nmembers = ["workers/*"]\n'}, at="link/edge")

    assert found == {"ws/Cargo.toml"}


def test_a_link_to_a_crate_that_is_copied_leads_to_its_copy(copied: Copied, tmp_path: Path) -> None:
    files = project('[dependencies.common]\npath = "../common"\n') | crate("common")
    write(tmp_path / "all", files)
    (tmp_path / "all" / "edge" / "link").symlink_to("../common")

    assert copied({}) == COMMON


def test_a_neighbour_that_leads_to_a_hidden_folder_is_refused(copied: Copied, tmp_path: Path) -> None:
    write(tmp_path / "all" / ".keys", crate("common"))
    (tmp_path / "all" / "common").symlink_to(tmp_path / "all" / ".keys" / "common")

    with pytest.raises(BadInput, match="cannot be copied"):
        copied(project('[dependencies.common]\npath = "../common"\n'))


def test_neighbours_without_end_are_refused(copied: Copied, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_copy, "MOST_FILES", 2)

    with pytest.raises(BadInput, match="cannot be copied"):
        copied(project('[dependencies.common]\npath = "../common"\n') | crate("common"))
