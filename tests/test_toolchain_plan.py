"""The steps that a setup plans, and its refusals."""

from pathlib import Path

import pytest

from scaffolder.core.errors import ToolMissing
from scaffolder.toolchain import setup_plan
from scaffolder.toolchain.machine import Machine
from tests.fakes.toolbox import PINS, Toolbox

TOOLS = ["worker-build", "wasm-bindgen", "node", "npm tools"]


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toolbox:
    monkeypatch.setenv("SCAFFOLD_CACHE", str(tmp_path / "cache"))
    toolbox = Toolbox(tmp_path)
    toolbox.basics()
    return toolbox


def names(machine: Machine) -> list[str]:
    return [each.name for each in setup_plan.plan(PINS, machine)]


def test_rustup_comes_first_and_debians_packages_are_its_fallback(box: Toolbox) -> None:
    box.rustup_that_works()
    box.debian(installed=False)

    assert ["rust", "rust packages", "rust std", *TOOLS] == names(box.machine())


def test_installed_packages_are_not_planned(box: Toolbox) -> None:
    box.debian(installed=True)

    assert ["rust std", *TOOLS] == names(box.machine())


def test_the_command_for_root_is_shown_in_full(box: Toolbox) -> None:
    box.debian(installed=False)

    packages = setup_plan.plan(PINS, box.machine())[0]

    assert ("system packages", True) == (packages.name, packages.needs_root)
    assert packages.command.startswith("apt-get update && env DEBIAN_FRONTEND=noninteractive apt-get install -y")
    assert " rustc-web " in packages.command


def test_the_command_uses_sudo_for_other_users_than_root(box: Toolbox) -> None:
    box.debian(installed=False)
    box.add("sudo", 'exec "$@"\n')

    packages = setup_plan.plan(PINS, box.machine(is_root=False, has_terminal=True))[0]

    assert 2 == packages.command.count("sudo ")


def test_a_missing_compiler_is_among_the_packages(box: Toolbox) -> None:
    box.rustup_that_works()
    box.debian(installed=False)
    box.add("cc", "exit 1\n")

    packages = setup_plan.plan(PINS, box.machine())[0]

    assert packages.command.endswith(" gcc libc6-dev")


def test_without_root_and_sudo_the_refusal_shows_the_administrators_command(box: Toolbox) -> None:
    box.debian(installed=False)

    with pytest.raises(ToolMissing) as refused:
        setup_plan.plan(PINS, box.machine(is_root=False))

    assert 3 == refused.value.exit_code
    assert "ask an administrator to run: apt-get update && " in refused.value.fix
    # Not `scaffold setup`, which would leave out the tools of a template or an option.
    assert refused.value.details[-1] == "then run the same command again, as yourself"
    assert "rustc-web" in refused.value.fix


def test_a_sudo_that_needs_a_password_without_a_terminal_is_not_used(box: Toolbox) -> None:
    box.debian(installed=False)
    box.add("sudo", "exit 1\n")

    with pytest.raises(ToolMissing):
        setup_plan.plan(PINS, box.machine(is_root=False))


def test_macos_with_rustup_needs_no_package(box: Toolbox) -> None:
    box.rustup_that_works()

    assert ["rust", *TOOLS] == names(box.machine(platform="darwin"))


@pytest.mark.parametrize(("platform", "command"), [("darwin", "https://sh.rustup.rs"), ("win32", "winget install")])
def test_without_rustup_and_debian_the_exact_command_is_shown(box: Toolbox, platform: str, command: str) -> None:
    with pytest.raises(ToolMissing) as refused:
        setup_plan.plan(PINS, box.machine(platform=platform))

    assert command in refused.value.fix
    assert "1.96.0" in refused.value.fix


def test_macos_without_a_compiler_gets_its_own_command(box: Toolbox) -> None:
    (box.programs / "cc").unlink()

    with pytest.raises(ToolMissing) as refused:
        setup_plan.plan(PINS, box.machine(platform="darwin"))

    assert refused.value.fix.startswith("xcode-select --install")


def test_a_browser_is_among_the_packages_only_on_request(box: Toolbox) -> None:
    box.debian(installed=True)
    rust = box.machine(more=(box.rust(),))

    assert names(rust) == TOOLS
    assert setup_plan.plan(PINS, rust, {"chromium"})[0].command.endswith(" chromium")


def test_a_database_is_among_the_packages_only_on_request_and_if_it_is_missing(box: Toolbox) -> None:
    box.debian(installed=True)
    machine = box.machine(more=(box.rust(),))

    assert setup_plan.plan(PINS, machine, {"postgresql"})[0].command.endswith(" postgresql")
    box.prints("initdb", "initdb (PostgreSQL) 15.17")
    assert [each.name for each in setup_plan.plan(PINS, machine, {"postgresql"})] == TOOLS


def test_an_installed_browser_is_not_planned(box: Toolbox) -> None:
    box.prints("google-chrome", "Google Chrome 156.0.8078.79")

    planned = setup_plan.plan(PINS, box.machine(more=(box.rust(),)), {"chromium"})

    assert [each.name for each in planned] == TOOLS


def test_without_apt_the_refusal_explains_how_to_install_a_browser(box: Toolbox) -> None:
    with pytest.raises(ToolMissing) as refused:
        setup_plan.plan(PINS, box.machine(platform="darwin", more=(box.rust(),)), {"chromium"})

    assert "CHROME_PATH" in refused.value.fix


def test_without_apt_the_refusal_explains_how_to_install_a_database(box: Toolbox) -> None:
    with pytest.raises(ToolMissing) as refused:
        setup_plan.plan(PINS, box.machine(platform="darwin", more=(box.rust(),)), {"postgresql"})

    assert "POSTGRES_BIN" in refused.value.fix


def test_a_rust_that_works_is_not_planned(box: Toolbox) -> None:
    assert TOOLS == names(box.machine(more=(box.rust(),)))


def test_an_old_node_is_replaced(box: Toolbox) -> None:
    box.node("20.20.2")

    assert "node" in names(box.machine(more=(box.rust(),)))


def test_a_node_without_npm_is_replaced(box: Toolbox) -> None:
    box.node()
    (box.programs / "npm").unlink()

    assert "node" in names(box.machine(more=(box.rust(),)))


def test_another_version_of_worker_build_is_replaced(box: Toolbox) -> None:
    box.prints("worker-build", "0.8.6")
    box.prints("wasm-bindgen", "wasm-bindgen 0.2.129")
    box.node()

    assert ["worker-build", "npm tools"] == names(box.machine(more=(box.rust(),)))


def test_planning_changes_nothing(box: Toolbox, tmp_path: Path) -> None:
    box.rustup_that_works()
    box.debian(installed=False)
    setup_plan.plan(PINS, box.machine())

    assert [] == box.calls()
    assert [] == list((tmp_path / "cache" / "tools").iterdir())
