"""Importers never raise anything but NotUnderstoodError, and take time in proportion to what they read."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.articles.article import Article, Document, NotUnderstoodError
from hotfixcheck.articles.convert import to_manifest
from hotfixcheck.articles.kbcd import KbCdImporter
from hotfixcheck.articles.learn import LearnImporter
from hotfixcheck.articles.markdown import MarkdownImporter
from hotfixcheck.articles.mskb import MskbImporter
from hotfixcheck.manifest.yaml import dump, load
from tests.articles.shapes import ATTRIBUTES, kbcd, tables_in

# What articles are made of, in any order: most of it lands where no article has it.
_PIECES = st.sampled_from(
    [
        "The English version of this fix for Windows NT 4.0 should have the following file attributes or later:",
        "This problem was first corrected in Windows NT 4.0 Service Pack 4.0 and IIS 4.0 SP2.",
        "   Date      Time    Version    Size     File name    Platform",
        "   -----------------------------------------------------------",
        "+---------------+",
        "| File name | Version |",
        "| Sample.dll | 5.0.1461.91 |",
        "   11/18/99  04:19pm  4.0.1381.33478  375,056  Sample.dll  Intel",
        "   99/99/99  99:99pm  9.9.9.99999999  375,05  .  \\\\",
        "Windows NT 4.0",
        "==============",
        "RESOLUTION",
        "Alpha",
        "Korean",
        " - Microsoft Windows NT",
        "   Q152734 How to Obtain It",
        "NOTE: This hotfix requires 4.0 SP5 or later.",
        "|File name|File version|File size|\n|---|---|---|",
        "| `Sample.dll` | 6.1.7600.20555 | 582,656 |",
        "## For all supported x64-based versions of Windows 7",
        "Prerequisites\n\nWindows 7 Service Pack 1 (SP1)",
        "File name Sample.mum\nFile version Not applicable\nFile size 1,907",
        "```",
        "<table><tr><td>",
        "This hotfix supersedes the fix in the following article:",
        "For Windows 2000:",
        "-or-",
        "",
        "\t",
        "\x85\u2028é",
    ]
)
_TEXT = st.lists(_PIECES | st.text(max_size=40), max_size=40).map("\n".join)
_IMPORTERS = [KbCdImporter(), MarkdownImporter(), LearnImporter(), MskbImporter()]
_OPENINGS = {
    "kbcd": "DOCUMENT:Q987654  08-MAY-2002\nTITLE   :A Sample\n\nThe information in this article applies to:\n\n",
    "markdown": '---\ntitle: "Q987654: A Sample"\n---\n\n## Q987654: A Sample\n\n',
    "learn": "# KB987654 - A Sample\n\n",
    "mskb": "A Sample\n\nArticle ID: 987654\n\n",
}


@pytest.mark.parametrize("importer", _IMPORTERS, ids=lambda importer: str(importer.name))
@given(data=st.binary(max_size=2000) | _TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes(importer: KbCdImporter, data: bytes) -> None:
    for opening in (b"", _OPENINGS[importer.name].encode()):
        importer.detect(opening + data)
        with suppress(NotUnderstoodError):
            importer.read(Document("any", opening + data))


@pytest.mark.parametrize("importer", _IMPORTERS, ids=lambda importer: str(importer.name))
@given(text=_TEXT)
def test_whatever_is_read_makes_a_manifest_that_loads(importer: KbCdImporter, text: str) -> None:
    try:
        article = importer.read(Document("any", (_OPENINGS[importer.name] + text).encode("utf-8", "replace")))
    except NotUnderstoodError:
        return
    if article.fixes:
        manifest = to_manifest(article)
        assert load(dump(manifest).encode(), "any") == manifest


@given(text=_TEXT)
def test_tables_lie_within_their_lines(text: str) -> None:
    lines = text.split("\n")
    end = 0
    for table in tables_in(lines):
        assert end <= table.start < table.end <= len(lines) + 1
        assert all(table.start <= at < table.end for at, _ in table.rows)
        end = table.end


def _read(data: bytes) -> Article | None:
    with suppress(NotUnderstoodError):
        return KbCdImporter().read(Document("long", data))
    return None


_LONG = {
    "rows": "   11/18/99  04:19pm  375,056  Sample.dll  Intel\n",
    "headers": "   Date      Time    Size     File name    Platform\n",
    "rules": "-----------------------\n",
    "sentences": "The fix should have a fix that must have the following fix corrected in SP. ",
    "one sentence": "the fix should have the following fix corrected in Service Pack and ",
    "commas": "corrected in Windows NT,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,x ",
    "corners": "+-",
    "processors": "Intel and ",
    "numbers": "1.1",
    "folders": "\\a",
    "blanks": " ",
    "blank lines": "\n",
    "bars": "| a ",
}


@pytest.mark.parametrize("run_on", [False, True], ids=["lines", "one line"])
@pytest.mark.parametrize("piece", _LONG)
def test_time_is_linear(piece: str, *, run_on: bool) -> None:
    def seconds(size: int) -> float:
        text = _LONG[piece] * (size // len(_LONG[piece]))
        data = kbcd(ATTRIBUTES + "\n\n" + text)
        data = b" ".join(data.split()) if run_on else data
        start = time.process_time()
        _read(data)
        return time.process_time() - start

    small, large = seconds(50_000), seconds(400_000)
    assert large < 2 or large < 8 * 3 * small


def test_a_hundred_megabytes_of_one_line_are_refused_at_once() -> None:
    data = b"DOCUMENT:Q987654 TITLE :" + b"x" * (100 << 20)
    start = time.process_time()
    with pytest.raises(NotUnderstoodError, match="bytes"):
        KbCdImporter().read(Document("huge", data))
    assert not MskbImporter().detect(data)
    assert not MarkdownImporter().detect(data)
    assert time.process_time() - start < 0.5
