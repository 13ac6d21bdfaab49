"""The nightly Rust of projects whose panics unwind: installed only on request, and used only for them."""

from dataclasses import replace

import pytest

from scaffolder.core.errors import Refusal, ToolMissing
from scaffolder.core.template import Pins
from scaffolder.core.tool import Toolchain
from scaffolder.system import paths
from scaffolder.toolchain import inventory, setup_plan
from scaffolder.toolchain.machine import Machine
from tests.fakes.toolbox import PINS, Toolbox

REQUESTED = {"nightly"}


@pytest.fixture
def machine(box: Toolbox) -> Machine:
    """A machine with rustup and every tool but the nightly."""
    machine = box.machine(more=(box.rust(),))
    box.rustup_with_nightly()
    set_up(machine)
    return machine


def set_up(machine: Machine, *extras: str) -> None:
    setup_plan.install(PINS, setup_plan.plan(PINS, machine, extras), lambda *_: None, machine)


def planned(machine: Machine, *, pins: Pins = PINS) -> list[str]:
    return [each.name for each in setup_plan.plan(pins, machine, REQUESTED)]


def toolchain_of(machine: Machine, *extras: str) -> Toolchain:
    toolchain = inventory.examine(PINS, machine, extras).toolchain
    assert toolchain is not None
    return toolchain


def test_it_is_planned_and_needed_only_on_request(machine: Machine) -> None:
    assert setup_plan.plan(PINS, machine) == ()
    assert planned(machine) == ["nightly"]
    assert inventory.examine(PINS, machine).toolchain is not None
    assert inventory.examine(PINS, machine, REQUESTED).toolchain is None


def test_the_doctor_shows_how_to_install_it(machine: Machine) -> None:
    row = inventory.examine(PINS, machine).tools[-1]

    assert (row.name, row.is_ok, row.is_needed) == ("nightly", False, False)
    assert row.needed == "exactly 2026-10-28; for projects whose panics unwind"
    assert row.fix == "scaffold setup --for panic-unwind"


def test_it_is_installed_only_once(box: Toolbox, machine: Machine) -> None:
    set_up(machine, "nightly")

    assert [call for call in box.calls() if "nightly" in call] == ["rustup nightly-2026-10-28"]
    assert planned(machine) == []
    assert inventory.examine(PINS, machine, REQUESTED).tools[-1].found == "2026-10-28"


def test_an_interrupted_setup_is_resumed(machine: Machine) -> None:
    set_up(machine, "nightly")
    for link in ("toolchains/nightly-fake", "programs/rustc"):
        (paths.tools() / "nightly-2026-10-28" / link).unlink()

    assert planned(machine) == ["nightly"]
    set_up(machine, "nightly")
    assert planned(machine) == []


def test_a_nightly_of_another_date_is_not_used(machine: Machine) -> None:
    set_up(machine, "nightly")

    assert planned(machine, pins=replace(PINS, nightly_date="2026-11-01")) == ["nightly"]


def test_a_nightly_without_the_source_of_the_standard_library_is_not_used(box: Toolbox, machine: Machine) -> None:
    box.rustup_with_nightly(parts="rust-std-wasm32-unknown-unknown")

    with pytest.raises(ToolMissing):
        set_up(machine, "nightly")
    assert planned(machine) == ["nightly"]


def test_a_failed_download_shows_rustups_error_message(box: Toolbox, machine: Machine) -> None:
    box.rustup("echo 'error: could not download the nightly'\nexit 1\n")

    with pytest.raises(Refusal) as refused:
        set_up(machine, "nightly")
    assert refused.value.what == "could not install nightly"
    assert "error: could not download the nightly" in refused.value.details


def test_without_rustup_the_refusal_names_its_installation_and_the_alternative(box: Toolbox) -> None:
    box.debian(installed=True)

    with pytest.raises(ToolMissing) as refused:
        planned(box.machine(more=(box.rust(),)))

    assert "no rustup" in refused.value.what
    assert "https://sh.rustup.rs" in refused.value.fix
    assert "run the same command again" in refused.value.fix
    assert "panic_unwind=false" in refused.value.details[0]


def test_it_is_missing_without_rustup(box: Toolbox, machine: Machine) -> None:
    set_up(machine, "nightly")
    (box.programs / "rustup").unlink()

    assert inventory.examine(PINS, machine, REQUESTED).toolchain is None


def test_only_a_project_that_unwinds_is_built_through_rustups_proxies(box: Toolbox, machine: Machine) -> None:
    before = toolchain_of(machine)
    set_up(machine, "nightly")

    after = toolchain_of(machine, "nightly")

    assert replace(after, unwinding=None) == before
    assert after.unwinding is not None
    home = paths.tools() / "nightly-2026-10-28"
    assert after.unwinding.path == (home / "programs", *before.path)
    more = {"RUSTUP_HOME": str(home), "RUSTUP_TOOLCHAIN": str(box.rust().parent)}
    assert after.unwinding.variables == before.variables | more
