"""The commands that a README gives for Workers Builds, on a machine without Rust."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.workers_builds import commands, without_rust


@pytest.mark.long  # it compiles worker-build
def test_the_commands_for_workers_builds_bring_rust_and_build_what_a_deployment_uploads(
    copy_of: Callable[..., Path], tool_environment: dict[str, str], tmp_path: Path
) -> None:
    project = copy_of("hello")
    (tmp_path / "home").mkdir()
    environment = without_rust(tool_environment, tmp_path / "home")
    assert shutil.which("cargo", path=environment["PATH"]) is None

    for command in commands(project):
        ran = subprocess.run(
            ["sh", "-c", command], cwd=project, env=environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, f"{command}\n{ran.stdout}{ran.stderr}"

    assert "Total Upload" in ran.stdout
    assert (tmp_path / "home" / ".cargo" / "bin" / "worker-build").is_file()
