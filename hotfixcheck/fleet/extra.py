"""pyarrow, which the extra `fleet` brings: loaded where a Parquet file is read or written, and nowhere else."""

from __future__ import annotations

import importlib
from typing import Any

from hotfixcheck.errors import TargetError


def parquet(file: str) -> tuple[Any, Any]:
    """The modules pyarrow and pyarrow.parquet, for `file`; raises TargetError that says how to install them."""
    try:
        return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise TargetError(
            "Parquet needs the package pyarrow",
            file=file,
            advice="python -m pip install 'hotfixcheck[fleet]'",
        ) from None
