"""Where the scan cache lies."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from hotfixcheck.cli.scanning import CACHE_FOLDER, _cache_folder, scan_cache


def test_the_users_cache_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CACHE_FOLDER, raising=False)
    assert _cache_folder() == platformdirs.user_cache_path("hotfixcheck", appauthor=False)


def test_a_folder_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(CACHE_FOLDER, str(tmp_path))
    assert _cache_folder() == tmp_path


def test_a_user_without_a_home_has_no_cache(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_home(*_: object, **__: object) -> Path:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.delenv(CACHE_FOLDER, raising=False)
    monkeypatch.setattr(platformdirs, "user_cache_path", no_home)
    with scan_cache(no_cache=False, verbose=True) as cache:
        assert cache is None
    assert capsys.readouterr().err == "hotfixcheck: scan cache: not used: could not determine the home directory\n"
