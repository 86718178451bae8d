"""Articles to manifests, as YAML that loads."""

from __future__ import annotations

import pytest

from hotfixcheck.articles.convert import to_manifest
from hotfixcheck.manifest.yaml import dump, load
from tests.articles.shapes import ATTRIBUTES, kbcd, read

TABLE = """
   Date        Time   Version         Size     File name    Platform
   -----------------------------------------------------------------
   03/14/2000  18:00  4.0.1381.33478  105 KB   Sample.exe   Windows: 95
"""


def test_a_manifest_says_what_the_article_says_and_loads() -> None:
    manifest = to_manifest(read(kbcd(ATTRIBUTES + "\n" + TABLE + "\nNOTE: This hotfix requires 4.0 SP5 or later.\n")))
    text = dump(manifest)
    assert load(text.encode(), "sample") == manifest
    assert "prerequisite: 4.0 SP5" in text
    assert "note: 'Windows: 95'" in text


def test_an_article_without_a_fix_has_no_manifest() -> None:
    with pytest.raises(ValueError, match="Q987654 states no fix"):
        to_manifest(read(kbcd("Contact the vendor.")))
