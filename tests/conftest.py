"""What every test needs: nothing that it runs touches the scan cache of the one who runs it."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    patch = pytest.MonkeyPatch()
    patch.setenv("HOTFIXCHECK_CACHE", str(tmp_path_factory.mktemp("cache")))
