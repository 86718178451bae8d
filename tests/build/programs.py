"""What .ci/packages installs."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def missing(said: str) -> NoReturn:
    """For a program that is not there: skips, or fails where .ci/packages was to install it (CI, as root)."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if os.environ.get("CI") and is_root and shutil.which("apt-get"):
        pytest.fail(f"{said}, and .ci/packages should have seen to it")
    pytest.skip(f"{said}; .ci/packages installs it", allow_module_level=True)
