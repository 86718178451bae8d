"""The shipped catalogue is what the importers make of the real articles, byte for byte."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.conftest import COMMAND

PROJECT = Path(__file__).resolve().parents[2]
TEXT = PROJECT.parent / "shared" / "kb" / "text"
MANIFESTS = PROJECT / "manifests"


def files_of(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.skipif(not TEXT.is_dir(), reason=f"there are no articles at {TEXT}")
def test_the_catalogue_is_what_the_articles_say(tmp_path: Path) -> None:
    """README's recipe for it: import, then arrange beside the seeds."""
    made = tmp_path / "manifests"
    shutil.copytree(MANIFESTS / "seeds", made / "seeds")
    subprocess.run([COMMAND, "import", TEXT, "-o", made, "-q"], check=True, capture_output=True, timeout=300)
    subprocess.run([COMMAND, "manifest", "arrange", made], check=True, capture_output=True, timeout=300)
    expected, found = files_of(made), files_of(MANIFESTS)
    assert sorted(found) == sorted(expected)
    differing = [name for name in expected if expected[name] != found[name]]
    assert not differing
