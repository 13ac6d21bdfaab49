"""The commands that a README gives for Workers Builds, on a machine without Rust.

Its machines fetch wasm-bindgen, wasm-opt and esbuild from GitHub and npm. Here those are the pinned ones, since a test
needs nothing but the registries; and what a deployment would upload is written by a dry run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.mark.long  # it compiles worker-build
def test_the_commands_for_workers_builds_bring_rust_and_build_what_a_deployment_uploads(
    copy_of: Callable[..., Path], tool_environment: dict[str, str], tmp_path: Path
) -> None:
    project = copy_of("hello")
    readme = (project / "README.md").read_text(encoding="utf-8")
    build, deploy = re.findall(r"```sh\n *(.*)\n", readme.partition("Workers Builds")[2])[:2]
    node = Path(str(shutil.which("node", path=tool_environment["PATH"]))).parent
    (tmp_path / "home").mkdir()
    kept = {name: value for name, value in tool_environment.items() if not name.startswith(("CARGO", "RUST"))}
    environment = kept | {
        "HOME": str(tmp_path / "home"),
        "PATH": f"{node}{os.pathsep}/usr/bin{os.pathsep}/bin",
        "CI": "true",
    }
    assert shutil.which("cargo", path=environment["PATH"]) is None

    for command in ("npm ci", build, f"{deploy} -- --dry-run"):
        ran = subprocess.run(
            ["sh", "-c", command], cwd=project, env=environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, f"{command}\n{ran.stdout}{ran.stderr}"

    assert "Total Upload" in ran.stdout
    assert (tmp_path / "home" / ".cargo" / "bin" / "worker-build").is_file()
