"""Writes the evidence into scaffolder/checks/evidence.toml.

Not here: the measurement (`bench.py`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import tomlkit

from scaffolder.catalogue import manifests
from scaffolder.checks import evidence

from .cases import Case


def versions(node_modules: Path) -> dict[str, str]:
    """Return the versions of the tools that measure."""
    pins = manifests.pins()
    workerd = json.loads((node_modules / "workerd" / "package.json").read_text(encoding="utf-8"))["version"]
    return {
        "worker": pins.worker_version,
        "worker-build": pins.worker_build_version,
        "wrangler": pins.wrangler_version,
        "workerd": workerd,
        "rust": pins.rust_version,
    }


def write(measured: Sequence[tuple[Case, evidence.Evidence]], node_modules: Path) -> None:
    """Write the file."""
    document: dict[str, Any] = {"date": dt.datetime.now(dt.UTC).date(), "versions": versions(node_modules)}
    for case, each in measured:
        document.setdefault(case.code, []).append({key: value for key, value in asdict(each).items() if value})
    head = "# What real tools did with a worker that breaks each rule. Written by `python3 -m tests.truth`.\n\n"
    evidence.FILE.write_text(head + tomlkit.dumps(document), encoding="utf-8")
