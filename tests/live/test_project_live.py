"""The daily work on a project: build, test, serve, and find nothing changed."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from copier import Settings, run_copy

from scaffolder.catalogue import manifests
from scaffolder.core.tool import Toolchain
from scaffolder.toolchain import newest_version, project_tools
from scaffolder.toolchain.machine import Machine
from scaffolder.toolchain.probes import probing
from scaffolder.validation import smoke
from tests.check import write

from .conftest import ROOT, Prove, Scaffold

NAMES = ["aaa-first", "middle", "zzz-last"]


def by_scaffold(folder: Path, make: Callable[..., Path]) -> None:
    make("hello", folder.name)


def by_copier(folder: Path, _make: Callable[..., Path]) -> None:
    data = {"template": "hello", "worker_name": folder.name}
    run_copy(str(ROOT), folder, data=data, defaults=True, vcs_ref="HEAD", quiet=True, settings=Settings())
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=start")


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("door", [by_scaffold, by_copier])
@pytest.mark.parametrize("name", NAMES)
def test_building_and_installing_change_nothing_in_a_fresh_project(
    make: Callable[..., Path], tool_environment: dict[str, str], tmp_path: Path, name: str, door: Callable[..., None]
) -> None:
    folder = tmp_path / name
    door(folder, make)

    for command in ("cargo build", "cargo build --locked", "npm ci"):
        subprocess.run(command.split(), cwd=folder, env=tool_environment, check=True, capture_output=True)

    assert git(folder, "status", "--porcelain") == ""


def test_two_projects_of_one_name_prove_their_own_worker_at_the_same_moment(
    scaffold: Scaffold, make: Callable[..., Path], tmp_path: Path
) -> None:
    projects = []
    for number, greeting in enumerate(["Hello, Alpha!", "Hello, Omega!"]):
        (tmp_path / str(number)).mkdir()
        project = make("hello", f"{number}/twin", worker_name="twin")
        for name in ("src/lib.rs", "tests/smoke.toml", "tests/worker.test.mjs"):
            path = project / name
            path.write_text(path.read_text(encoding="utf-8").replace("Hello, World!", greeting), encoding="utf-8")
        projects.append(project)
    outcomes = {}

    def validate(project: Path) -> None:
        outcomes[project] = scaffold("validate", project)

    threads = [threading.Thread(target=validate, args=[project]) for project in projects]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [outcomes[project].code for project in projects] == [0, 0], [outcomes[project].err for project in projects]


# One test, as both need a first build of all dependencies.
def test_dev_serves_the_worker_whatever_its_file_shows_an_edit_and_stops_with_ctrl_c(
    scaffold: Scaffold, copy_of: Callable[..., Path]
) -> None:
    project = copy_of("hello", "served")
    assert scaffold("doctor").code == 0
    exchanges = smoke.load(project / "tests" / "smoke.toml")

    with served_by_dev(project) as port:
        assert smoke.send_all(exchanges, port, lambda _: None, threading.Event()) == []
        edit_source(project, "Hello, World!", "Hello, Moon!")
        assert first_other_answer(port, b"Hello, World!\n") == b"Hello, Moon!\n"
    as_jsonc(project)
    with served_by_dev(project) as port:
        assert answer_of(port) == b"Hello, Moon!\n"
    assert not list((project / "target" / "wasm32-unknown-unknown").glob("release"))


@contextmanager
def served_by_dev(project: Path) -> Iterator[int]:
    """Serve a project with `scaffold dev`, and stop it with Ctrl-C, which must leave no process."""
    argv = [sys.executable, str(ROOT / "scaffold.py"), "dev", str(project), "--port", "0", "--inspector-port", "0"]
    with subprocess.Popen(
        argv,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as server:
        assert server.stdout is not None
        ready = (re.search(r"http://(127\.0\.0\.1|localhost):(\d+)", line) for line in server.stdout)
        port = next(match[2] for match in ready if match)
        # Its output is read to the end, or it would stand still once the pipe is full.
        rest = threading.Thread(target=server.stdout.read)
        rest.start()
        yield int(port)
        os.killpg(server.pid, signal.SIGINT)
        rest.join()
        assert server.wait(timeout=30) in {0, 130}
    assert group_is_gone(server.pid)


def answer_of(port: int) -> bytes:
    with urlopen(f"http://127.0.0.1:{port}/") as response:
        answer: bytes = response.read()
    return answer


def first_other_answer(port: int, before: bytes) -> bytes:
    """Ask until the answer is another one; a request waits for the build that is under way."""
    deadline = time.monotonic() + 120
    while (answer := answer_of(port)) == before:
        assert time.monotonic() < deadline
    return answer


def edit_source(project: Path, old: str, new: str) -> None:
    source = project / "src" / "lib.rs"
    text = source.read_text(encoding="utf-8")
    assert old in text
    source.write_text(text.replace(old, new), encoding="utf-8")


def as_jsonc(project: Path) -> None:
    """Rewrite the wrangler file of a project as JSONC."""
    path = project / "wrangler.toml"
    text = json.dumps(tomllib.loads(path.read_text(encoding="utf-8")), indent=2)
    path.unlink()
    path.with_suffix(".jsonc").write_text(f"// What wrangler reads.\n{text}\n", encoding="utf-8")
    tests = project / "tests" / "worker.test.mjs"
    tests.write_text(tests.read_text(encoding="utf-8").replace("wrangler.toml", "wrangler.jsonc"), encoding="utf-8")


def test_a_worker_with_a_jsonc_file_is_proven(prove: Prove, copy_of: Callable[..., Path]) -> None:
    project = copy_of("hello", "jsonc")
    as_jsonc(project)

    (proof,) = prove([project])

    assert proof.verdict == "proven", proof


AROUND = {
    "Cargo.toml": """\
[workspace]
members = ["crates/*"]
resolver = "2"

[workspace.dependencies]
common = { path = "crates/common" }
""",
    "crates/common/Cargo.toml": """\
[package]
name = "common"
version = "0.1.0"
edition = "2024"

[dependencies]
deep = { path = "../../../deep" }
""",
    "crates/common/src/lib.rs": "pub use deep::greeting;\n",
    "crates/other/Cargo.toml": '[package]\nname = "other"\nversion = "0.1.0"\nedition = "2024"\n',
    "crates/other/src/lib.rs": "",
    "../deep/Cargo.toml": '[package]\nname = "deep"\nversion = "0.1.0"\nedition = "2024"\n',
    "../deep/src/lib.rs": 'pub fn greeting() -> &\'static str {\n    include_str!("../../texts/greeting.txt")\n}\n',
    "../texts/greeting.txt": "Hello",
}
"""A workspace, one of whose crates depends on one outside, which includes a file outside of itself."""

USE = """
#[cfg(test)]
mod around {
    #[test]
    fn what_is_around_is_there() {
        assert_eq!(common::greeting(), include_str!("../../../../texts/greeting.txt"));
    }
}
"""


def test_a_member_that_needs_what_is_around_it_is_proven_and_not_where_cargo_refuses_it(
    scaffold: Scaffold, prove: Prove, tool_environment: dict[str, str], tmp_path: Path
) -> None:
    workspace = tmp_path / "code" / "ws"
    write(workspace, AROUND)
    project = workspace / "workers" / "edge"
    named = ("--template", "hello", "--defaults", "--workspace", "join")
    assert scaffold("new", project, *named).code == 0
    cargo = project / "Cargo.toml"
    text = cargo.read_text(encoding="utf-8")
    cargo.write_text(text.replace("[dependencies]\n", "[dependencies]\ncommon.workspace = true\n"), encoding="utf-8")
    with (project / "src" / "lib.rs").open("a", encoding="utf-8") as library:
        library.write(USE)
    subprocess.run(["cargo", "update", "--workspace", "--offline"], cwd=workspace, env=tool_environment, check=True)

    (proof,) = prove([project])
    assert proof.verdict == "proven", proof
    assert "PJ310" not in codes_of(scaffold, project)

    (workspace / "Cargo.toml").write_text(AROUND["Cargo.toml"], encoding="utf-8")
    (refused,) = prove([project], goal="build")
    (details,) = (each.details for each in refused.steps if each.name == "build")
    assert "believes it's in a workspace when it's not" in details[0]
    assert "PJ310" in codes_of(scaffold, project)


def codes_of(scaffold: Scaffold, project: Path) -> set[str]:
    return {finding["code"] for finding in scaffold("check", project).document["findings"]}


def test_ctrl_c_during_a_validation_leaves_no_process_and_no_copy(
    scaffold: Scaffold, make: Callable[..., Path]
) -> None:
    project = make("hello", "stopped")
    assert scaffold("doctor").code == 0
    marker = f"stopped-{os.getpid()}"
    argv = [sys.executable, str(ROOT / "scaffold.py"), "validate", str(project)]
    with subprocess.Popen(
        argv, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env={**os.environ, "MARKER": marker}
    ) as program:
        assert program.stderr is not None
        next(line for line in program.stderr if "build" in line)
        program.send_signal(signal.SIGINT)
        program.stderr.read()
        assert program.wait(timeout=30) == 130

    assert processes_with(f"MARKER={marker}") == []


def group_is_gone(group: int) -> bool:
    """Wait until no process of a group is left; return whether that came true."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def processes_with(variable: str) -> list[str]:
    """List the processes that have a variable in their environment, once they had time to end."""
    deadline = time.monotonic() + 10
    found: list[str] = []
    while time.monotonic() < deadline:
        found = [path.parent.name for path in Path("/proc").glob("[0-9]*/environ") if variable in _read(path)]
        if not found:
            break
        time.sleep(0.05)
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


# --- the versions that a project asks for ------------------------------------------------------


def cargo(project: Path, environment: dict[str, str], *words: str) -> str:
    """Run cargo in a project; return what it printed."""
    ran = subprocess.run(["cargo", *words], cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stderr


def test_the_worker_build_of_a_build_command_is_installed_already_and_needs_no_network(
    tool_environment: dict[str, str], tmp_path: Path
) -> None:
    root = Path(tool_environment["CARGO_INSTALL_ROOT"])
    before = sorted(root.rglob("*"))
    install = ("install", f"worker-build@{manifests.pins().worker_build_version}", "--locked")

    said = cargo(tmp_path, {**tool_environment, "CARGO_NET_OFFLINE": "true"}, *install)

    assert "is already installed" in said
    assert sorted(root.rglob("*")) == before


def test_cargo_names_the_worker_build_that_a_range_takes(quick: Toolchain) -> None:
    with probing(Machine()) as probes:
        found = newest_version.find(probes, quick.rust_folder / "cargo", "worker-build", "^0.8")

    assert found is not None
    assert found.version.startswith("0.8.")


def test_the_command_that_a_refusal_names_locks_the_pinned_wasm_bindgen(
    copy_of: Callable[..., Path], tool_environment: dict[str, str]
) -> None:
    project, pinned = copy_of("hello", "relocked"), manifests.pins().wasm_bindgen_version
    lock = project / "Cargo.lock"
    family = [name for name in project_tools.FAMILY if f'name = "{name}"\n' in lock.read_text(encoding="utf-8")]

    cargo(project, tool_environment, "update", *family)
    cargo(project, tool_environment, "update", *family, "--precise", pinned)

    assert f'name = "wasm-bindgen"\nversion = "{pinned}"\n' in lock.read_text(encoding="utf-8")


@pytest.mark.long
def test_a_worker_is_built_by_the_wasm_bindgen_of_its_lock(
    copy_of: Callable[..., Path], tool_environment: dict[str, str], prove: Prove
) -> None:
    project = copy_of("hello", "newer")
    cargo(project, tool_environment, "update", *project_tools.FAMILY[:4])
    locked = re.search(r'name = "wasm-bindgen"\nversion = "(.*)"', (project / "Cargo.lock").read_text(encoding="utf-8"))

    (proof,) = prove([project])

    assert locked is not None
    assert (proof.verdict, proof.versions["wasm-bindgen"]) == ("proven", locked[1]), proof
