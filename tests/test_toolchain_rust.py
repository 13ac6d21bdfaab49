"""The choice of Rust: only one that has compiled a crate, and the user's before the private one."""

from pathlib import Path

import pytest

from scaffolder.system import paths
from scaffolder.toolchain.machine import Machine
from scaffolder.toolchain.probes import probing
from scaffolder.toolchain.tools import rustc
from tests.fakes.toolbox import PINS, Toolbox


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toolbox:
    monkeypatch.setenv("SCAFFOLD_CACHE", str(tmp_path / "cache"))
    return Toolbox(tmp_path)


def found_on(machine: Machine) -> rustc.Rust | None:
    with probing(machine) as probes:
        return rustc.find(probes, PINS)


def reasons_on(machine: Machine) -> list[str]:
    with probing(machine) as probes:
        return [each.why for each in rustc.survey(probes, PINS)[1]]


def from_rustup(box: Toolbox) -> Path:
    return box.rust(root=paths.tools() / "rustup" / "toolchains" / "1.96.0-fake")


def test_the_users_rust_comes_before_the_private_one(box: Toolbox) -> None:
    from_rustup(box)
    own = box.rust("1.95.0")

    found = found_on(box.machine(more=(own,)))

    assert found is not None
    assert (own, "1.95.0", "1.95.0") == (found.folder, found.release, found.cargo)


def test_the_private_rust_of_rustup_comes_before_debians(box: Toolbox) -> None:
    box.rust(root=paths.tools() / "0123456789ab" / "debian")
    private = from_rustup(box)

    found = found_on(box.machine())

    assert found is not None
    assert private == found.folder


def test_a_rustc_without_the_wasm_target_is_not_used(box: Toolbox) -> None:
    machine = box.machine(more=(box.rust(wasm=False),))

    assert found_on(machine) is None
    assert ["does not compile to wasm32-unknown-unknown"] == reasons_on(machine)


def test_a_rustc_that_succeeds_without_writing_wasm_is_not_used(box: Toolbox) -> None:
    folder = box.rust()
    box.add("rustc", "[ \"$1\" = -vV ] && echo 'release: 1.96.0'\nexit 0\n", folder)

    assert found_on(box.machine(more=(folder,))) is None


def test_a_rustc_older_than_the_worker_crate_needs_is_not_used(box: Toolbox) -> None:
    machine = box.machine(more=(box.rust("1.90.0"),))

    assert found_on(machine) is None
    assert ["is older than 1.91"] == reasons_on(machine)


def test_a_rustc_without_a_cargo_is_not_used(box: Toolbox) -> None:
    folder = box.rust()
    (folder / "cargo").unlink()

    assert found_on(box.machine(more=(folder,))) is None


def test_the_second_rustc_on_the_path_is_used_if_the_first_is_unusable(box: Toolbox) -> None:
    broken, good = box.rust("1.95.0", wasm=False), box.rust("1.96.0")

    found = found_on(box.machine(more=(broken, good)))

    assert found is not None
    assert good == found.folder


def test_the_compilers_own_folder_replaces_rustups_proxy(box: Toolbox) -> None:
    real = box.rust()
    box.add("rustc", f'exec {real}/rustc "$@"\n')

    found = found_on(box.machine())

    assert found is not None
    assert real == found.folder


def test_rustup_is_kept_from_installing_a_toolchain(box: Toolbox) -> None:
    real = box.rust()
    box.add("rustc", f'[ "$RUSTUP_AUTO_INSTALL" = 0 ] && exec {real}/rustc "$@"\n')

    assert found_on(box.machine()) is not None


def test_two_compilers_of_one_release_have_two_keys() -> None:
    assert rustc.key_of("rustc 1.96.0 (a)") != rustc.key_of("rustc 1.96.0 (b)")
