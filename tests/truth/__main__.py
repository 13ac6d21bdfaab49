"""Measures and writes the evidence: `python3 -m tests.truth`; with codes, prints that of their rules alone."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from scaffolder.toolchain import provision
from tests.live.conftest import run_scaffold

from . import record
from .bench import Bench, environment_of
from .cases import cases


def main(codes: list[str]) -> None:
    """Measure all cases, or those of some rules."""
    tools = provision.find_tools()
    environment = environment_of(run_scaffold("env").document["environment"], tools)
    chosen = [case for case in cases() if not codes or case.code in codes]
    with tempfile.TemporaryDirectory(prefix="truth-") as folder:
        measured = []
        for case, each in Bench(Path(folder), environment, tools.node_modules).measure(chosen):
            measured.append((case, each))
            print(case.code, case.breakage, "|", each.stage or "nothing", "|", each.output, flush=True)  # noqa: T201
    if not codes:
        record.write(measured, tools.node_modules)


if __name__ == "__main__":
    main(sys.argv[1:])
