"""Where the scan cache lies."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from hotfixcheck.cli.scanning import CACHE_FOLDER, _cache_folder


def test_the_users_cache_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CACHE_FOLDER, raising=False)
    assert _cache_folder() == platformdirs.user_cache_path("hotfixcheck", appauthor=False)


def test_a_folder_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(CACHE_FOLDER, str(tmp_path))
    assert _cache_folder() == tmp_path
