"""The lock files: complete for every platform, resolved from the pinned tuple, and never by hand."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from scaffolder.catalogue import manifests, npm_lock
from scaffolder.core.errors import IOFailure
from scaffolder.toolchain.tools import npm

LOCKS = [*manifests.root().glob("templates/*/package-lock.json"), npm.SHIPPED / "package-lock.json"]
SHA512 = re.compile(r"sha512-[A-Za-z0-9+/]{86}==")


def packages(text: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(text)["packages"]
    return found


def a_lock(**workerd: Any) -> str:
    """Return a lock as npm writes it, with a change to the entry of workerd for Windows."""
    listed = {
        "": {},
        "node_modules/workerd": {
            "version": "1.2.3",
            "resolved": "https://registry.example/workerd.tgz",
            "integrity": "sha512-one",
            "optionalDependencies": {"@cloudflare/workerd-windows-64": "1.2.3"},
        },
        "node_modules/@cloudflare/workerd-windows-64": {"version": "1.2.3", "integrity": "sha512-two", **workerd},
    }
    return json.dumps({"packages": listed})


def test_a_lock_loses_its_addresses_and_keeps_its_hashes() -> None:
    made = packages(npm_lock.portable(a_lock(resolved="https://registry.example/windows.tgz")))

    assert made["node_modules/@cloudflare/workerd-windows-64"] == {"version": "1.2.3", "integrity": "sha512-two"}
    assert "resolved" not in made["node_modules/workerd"]


@pytest.mark.parametrize("registry", ["lacks the platform", "lacks its hash", "lacks the hash of another package"])
def test_a_lock_in_which_a_hash_is_missing_is_not_written(registry: str) -> None:
    document = json.loads(a_lock())
    windows = "node_modules/@cloudflare/workerd-windows-64"
    named = windows
    if registry == "lacks the platform":
        del document["packages"][windows]
        named = "@cloudflare/workerd-windows-64"
    elif registry == "lacks its hash":
        del document["packages"][windows]["integrity"]
    else:
        named = "node_modules/workerd"
        del document["packages"][named]["integrity"]

    with pytest.raises(IOFailure) as refused:
        npm_lock.portable(json.dumps(document))

    assert refused.value.where == named


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.parent.name)
def test_a_shipped_lock_has_every_optional_package_a_hash_for_each_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    locked = packages(text)
    optional = {
        f"node_modules/{name}"
        for package in locked.values()
        for name in package.get("optionalDependencies", {})
        if name.startswith("@")
    }

    assert optional
    assert optional <= locked.keys()
    assert [path for path, package in locked.items() if path and not SHA512.fullmatch(package["integrity"])] == []
    assert "resolved" not in text


@pytest.mark.parametrize("id_", manifests.template_ids())
def test_a_template_locks_the_pinned_crates(id_: str) -> None:
    pins = manifests.pins()
    lock = tomllib.loads((manifests.folder(id_) / "Cargo.lock").read_text(encoding="utf-8"))
    versions = {package["name"]: package["version"] for package in lock["package"]}

    assert versions["worker"] == pins.worker_version
    assert versions["wasm-bindgen"] == pins.wasm_bindgen_version


def test_the_node_locks_hold_the_pinned_wrangler() -> None:
    for lock in LOCKS:
        locked = packages(lock.read_text(encoding="utf-8"))
        assert locked["node_modules/wrangler"]["version"] == manifests.pins().wrangler_version


def test_the_compatibility_date_is_the_one_of_the_locked_workerd() -> None:
    locked = packages(LOCKS[-1].read_text(encoding="utf-8"))
    released = locked["node_modules/workerd"]["version"].split(".")[1]

    assert manifests.pins().compatibility_date.replace("-", "") == released


def test_no_crate_that_a_template_locks_can_be_a_workers_name() -> None:
    listed = (manifests.folder("_shared") / "dependencies.jinja").read_text(encoding="utf-8")
    for id_ in manifests.template_ids():
        lock = tomllib.loads((manifests.folder(id_) / "Cargo.lock").read_text(encoding="utf-8"))
        names = {package["name"] for package in lock["package"]}
        assert all(f'"{name}"' in listed for name in names if not name.startswith("{{ worker_name }}"))


def test_every_pin_has_one_choice_which_is_its_default() -> None:
    text = (manifests.folder("_shared") / "versions.yml").read_text(encoding="utf-8")

    for name, value in asdict(manifests.pins()).items():
        block = text.partition(f"\n{name}:\n")[2].partition("\n\n")[0]
        assert f'"{value}"]' in block
        assert "when: false" in block
