"""The lock files: complete for every platform, resolved from the pinned tuple, and never by hand."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict
from typing import Any

import pytest

from scaffolder.catalogue import manifests, npm_lock
from scaffolder.toolchain.tools import npm

LOCKS = [manifests.folder("_shared") / "package-lock.json", npm.SHIPPED / "package-lock.json"]


def packages(text: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(text)["packages"]
    return found


def test_a_platform_that_npm_left_out_is_added_without_a_hash() -> None:
    lock = {
        "packages": {
            "": {},
            "node_modules/workerd": {
                "dev": True,
                "resolved": "https://registry.example/workerd.tgz",
                "optionalDependencies": {"@cloudflare/workerd-windows-64": "1.2.3", "not-a-platform": "1.0.0"},
            },
        }
    }

    completed = packages(npm_lock.completed(json.dumps(lock)))

    assert completed["node_modules/@cloudflare/workerd-windows-64"] == {
        "version": "1.2.3",
        "cpu": ["x64"],
        "optional": True,
        "os": ["win32"],
        "dev": True,
    }
    assert "resolved" not in completed["node_modules/workerd"]
    assert "node_modules/not-a-platform" not in completed


@pytest.mark.parametrize("lock", LOCKS, ids=["projects", "tools"])
def test_a_shipped_lock_has_every_optional_package_and_no_address(lock: Any) -> None:
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
    locked = packages(LOCKS[1].read_text(encoding="utf-8"))
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
