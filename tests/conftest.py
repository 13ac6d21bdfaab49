"""What the tests share: a catalogue seen by nobody's settings, and the program's doors."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _no_user_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the developer's Copier settings, git identity and colours out of the tests."""
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(tmp_path / "no-settings.yml"))
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    if "GIT_CONFIG_GLOBAL" not in os.environ:
        identity = tmp_path / "gitconfig"
        identity.write_text("[user]\nname = A Tester\nemail = tester@example.com\n", encoding="utf-8")
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(identity))
