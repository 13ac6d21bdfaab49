"""Finds the files of an update that change which programs are run, or what they are: the owner has to look at them.

Not here: the changes themselves (`merge/`).
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from scaffolder.reading.config import jsonc_parser
from scaffolder.reading.config.config_search import CONFIGS
from scaffolder.reading.source import Source

ALWAYS = re.compile(
    r"""(.*/)?(
        \.cargo/config(\.toml)? | build\.rs | rust-toolchain(\.toml)? | rustfmt\.toml
        | [Mm]akefile | [Jj]ustfile | Dockerfile | \.npmrc | \.nvmrc | \.node-version | \.tool-versions | .*\.sh
        | \.github/(workflows|actions)/.* | \.gitlab-ci\.yml | \.husky/.* | \.pre-commit-config\.yaml
    )""",
    re.VERBOSE,
)
"""Files whose every change counts."""


def is_executed(path: str, before: bytes | None, after: bytes | None) -> str:
    """Return what a change of a file changes of what is executed; an empty text if nothing.

    Args:
        path: Its path.
        before: Its bytes, or None.
        after: Its new bytes, or None.
    """
    if ALWAYS.fullmatch(path) or (after or b"").startswith(b"#!"):
        return "the file itself"
    name = PurePosixPath(path).name
    parts: dict[str, dict[str, Callable[[Any], Any]]] = {
        "package.json": {"scripts": lambda data: data.get("scripts")},
        "Cargo.toml": {
            "build script": lambda data: (data.get("package") or {}).get("build"),
            "build dependencies": lambda data: data.get("build-dependencies"),
        },
        **{config: {"build command": lambda data: data.get("build")} for config in CONFIGS},
    }
    old, new = _data(name, before), _data(name, after)
    return ", ".join(word for word, part in parts.get(name, {}).items() if part(old) != part(new))


def _data(name: str, content: bytes | None) -> dict[str, Any]:
    """Return a file's data; none for one that does not parse, such as one in conflict."""
    try:
        text = (content or b"").decode()
        if name.endswith(".toml"):
            return tomllib.loads(text)
        if name == "package.json":
            data = json.loads(text)
            return data if isinstance(data, dict) else {}
        return jsonc_parser.read(Source(name, text.encode())).data if text else {}
    except Exception:  # noqa: BLE001 - whatever is wrong with it, the merge has reported it
        return {}
