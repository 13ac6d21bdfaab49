"""The nightly Rust of projects whose panics unwind: got only where it is asked for, and kept to them."""

from dataclasses import replace
from pathlib import Path

import pytest

from scaffolder.core.errors import Refusal, ToolMissing
from scaffolder.core.models import Pins, Toolchain
from scaffolder.system import paths
from scaffolder.toolchain import inventory, setup_plan
from scaffolder.toolchain.machine import Machine
from tests.fakes.toolbox import PINS, Toolbox

ASKED = {"nightly"}


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toolbox:
    monkeypatch.setenv("SCAFFOLD_CACHE", str(tmp_path / "cache"))
    toolbox = Toolbox(tmp_path)
    toolbox.basics()
    toolbox.node()
    return toolbox


@pytest.fixture
def machine(box: Toolbox) -> Machine:
    """A machine with rustup, on which everything is there but the nightly."""
    machine = box.machine(more=(box.rust(),))
    box.rustup_with_nightly()
    set_up(machine)
    return machine


def set_up(machine: Machine, *extras: str) -> None:
    setup_plan.acquire(PINS, setup_plan.plan(PINS, machine, extras), lambda *_: None, machine)


def planned(machine: Machine, *, pins: Pins = PINS) -> list[str]:
    return [each.name for each in setup_plan.plan(pins, machine, ASKED)]


def toolchain_of(machine: Machine, *extras: str) -> Toolchain:
    toolchain = inventory.examine(PINS, machine, extras).toolchain
    assert toolchain is not None
    return toolchain


def test_it_is_planned_and_needed_only_if_it_is_asked_for(machine: Machine) -> None:
    assert setup_plan.plan(PINS, machine) == ()
    assert planned(machine) == ["nightly"]
    assert inventory.examine(PINS, machine).toolchain is not None
    assert inventory.examine(PINS, machine, ASKED).toolchain is None


def test_the_doctor_says_how_to_get_it(machine: Machine) -> None:
    row = inventory.examine(PINS, machine).tools[-1]

    assert (row.name, row.is_ok, row.is_needed) == ("nightly", False, False)
    assert row.needed == "exactly 2026-10-28; for projects whose panics unwind"
    assert row.fix == "scaffold setup --for panic-unwind"


def test_once_got_it_is_there_and_is_not_got_again(box: Toolbox, machine: Machine) -> None:
    set_up(machine, "nightly")

    assert [call for call in box.calls() if "nightly" in call] == ["rustup nightly-2026-10-28"]
    assert planned(machine) == []
    assert inventory.examine(PINS, machine, ASKED).tools[-1].found == "2026-10-28"


def test_a_set_up_that_was_stopped_in_the_middle_is_gone_on_with(machine: Machine) -> None:
    set_up(machine, "nightly")
    for link in ("toolchains/nightly-fake", "programs/rustc"):
        (paths.tools() / "nightly-2026-10-28" / link).unlink()

    assert planned(machine) == ["nightly"]
    set_up(machine, "nightly")
    assert planned(machine) == []


def test_one_of_another_date_will_not_do(machine: Machine) -> None:
    set_up(machine, "nightly")

    assert planned(machine, pins=replace(PINS, nightly_date="2026-11-01")) == ["nightly"]


def test_one_without_the_source_of_the_standard_library_will_not_do(box: Toolbox, machine: Machine) -> None:
    box.rustup_with_nightly(parts="rust-std-wasm32-unknown-unknown")

    with pytest.raises(ToolMissing):
        set_up(machine, "nightly")
    assert planned(machine) == ["nightly"]


def test_a_download_that_fails_is_told_in_rustups_own_words(box: Toolbox, machine: Machine) -> None:
    box.rustup("echo 'error: could not download the nightly'\nexit 1\n")

    with pytest.raises(Refusal) as refused:
        set_up(machine, "nightly")
    assert refused.value.what == "could not get nightly"
    assert "error: could not download the nightly" in refused.value.details


def test_without_rustup_it_is_refused_with_a_way_to_it_and_one_around_it(box: Toolbox) -> None:
    box.debian(installed=True)

    with pytest.raises(ToolMissing) as refused:
        planned(box.machine(more=(box.rust(),)))

    assert "no rustup" in refused.value.what
    assert "https://sh.rustup.rs" in refused.value.fix
    assert "run the same command again" in refused.value.fix
    assert "panic_unwind=false" in refused.value.details[0]


def test_it_is_gone_when_rustup_is(box: Toolbox, machine: Machine) -> None:
    set_up(machine, "nightly")
    (box.programs / "rustup").unlink()

    assert inventory.examine(PINS, machine, ASKED).toolchain is None


def test_only_a_project_that_unwinds_is_built_by_rustups_stand_ins(box: Toolbox, machine: Machine) -> None:
    before = toolchain_of(machine)
    set_up(machine, "nightly")

    after = toolchain_of(machine, "nightly")

    assert replace(after, unwinding=None) == before
    assert after.unwinding is not None
    home = paths.tools() / "nightly-2026-10-28"
    assert after.unwinding.path == (home / "programs", *before.path)
    more = {"RUSTUP_HOME": str(home), "RUSTUP_TOOLCHAIN": str(box.rust().parent)}
    assert after.unwinding.variables == before.variables | more
