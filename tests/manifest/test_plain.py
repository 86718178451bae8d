"""Manifests as JSON-ready values, and back."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hotfixcheck.manifest.plain import from_plain
from hotfixcheck.platforms import Platform


def test_values_are_left_as_they_are() -> None:
    values: dict[str, Any] = {
        "article": "Q123456",
        "title": "A handle leaks",
        "fixes": [{"kind": "files", "files": [{"name": "A.dll", "platform": "Intel", "size": 4096.0}]}],
    }
    before = deepcopy(values)
    (row,) = from_plain(values).rows()
    assert (row.platform, row.size) == (Platform.X86, 4096)
    assert values == before
