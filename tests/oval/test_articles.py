"""Which articles OVAL can say, and what it says of those."""

from __future__ import annotations

from datetime import date

import pytest

from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest, ServicePackFix
from hotfixcheck.oval.articles import article_definitions, why_not
from hotfixcheck.platforms import Platform
from hotfixcheck.products import ServicePack
from tests.build.systems import article, table

A = FileRow("a.dll", version="4.0.1381.5")
NT4 = ("Microsoft Windows NT Server version 4.0",)


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        pytest.param(article(table(A), applies_to=NT4), "", id="a table of Windows"),
        pytest.param(article(table(A)), "", id="for any Windows"),
        pytest.param(
            article(table(A), applies_to=("Microsoft Exchange Server version 5.5",)),
            "products other than Windows",
            id="another product",
        ),
        pytest.param(
            article(table(A, scope="Microsoft SNA Server version 4.0"), applies_to=NT4),
            "products other than Windows",
            id="another product's table",
        ),
        pytest.param(
            article(table(A), applies_to=("Microsoft Windows 98",)), "no Windows NT or later", id="Windows 98"
        ),
        pytest.param(
            article(table(A, language="English"), table(A, language="German"), applies_to=NT4),
            "tables by language",
            id="languages",
        ),
        pytest.param(
            article(table(FileRow("a.dll", version="4.0.1381.5", note="retail")), applies_to=NT4),
            "rows with notes",
            id="notes",
        ),
        pytest.param(
            article(table(FileRow("a.dll", version="4.0.1381.5", note="Windows NT 4.0")), applies_to=NT4),
            "",
            id="a note that names a Windows",
        ),
        pytest.param(
            article(table(A, FileRow("a.dll", version="4.0.1381.9")), applies_to=NT4),
            "several rows of one file that its version does not tell apart",
            id="two rows of one file",
        ),
        pytest.param(
            article(
                table(FileRow("a.dll", version="5.2.3790.134")),
                table(FileRow("a.dll", version="5.2.3790.2440")),
                applies_to=("Microsoft Windows Server 2003, Standard Edition",),
            ),
            "",
            id="two rows of two service packs",
        ),
        pytest.param(
            article(
                table(A, scope="Windows NT Server 4.0, Terminal Server Edition"),
                table(A, scope="Windows 2000"),
                applies_to=NT4,
            ),
            "",
            id="two tables of products that exclude each other",
        ),
        pytest.param(
            article(table(A, scope="Windows NT 4.0"), table(A, scope="Windows NT Server 4.0"), applies_to=NT4),
            "several rows of one file that its version does not tell apart",
            id="two tables of products that do not",
        ),
    ],
)
def test_what_oval_can_say(manifest: Manifest, reason: str) -> None:
    assert why_not(manifest) == reason
    assert bool(list(article_definitions(manifest))) is not bool(reason)


@pytest.mark.parametrize(
    ("manifest", "platforms"),
    [
        pytest.param(
            article(table(A), applies_to=NT4),
            [Platform.ALPHA, Platform.MIPS, Platform.PPC, Platform.X86],
            id="every platform of Windows NT 4.0",
        ),
        pytest.param(
            article(table(FileRow("a.dll", Platform.X86, date=date(2000, 1, 1))), applies_to=NT4),
            [Platform.X86],
            id="the platform of the rows",
        ),
        pytest.param(
            article(
                ServicePackFix("Windows NT 4.0", ServicePack(5)),
                FilesFix((FileRow("a.dll", Platform.ALPHA, date=date(2000, 1, 1)),)),
                applies_to=NT4,
            ),
            [Platform.ALPHA, Platform.MIPS, Platform.PPC, Platform.X86],
            id="a service pack is for all",
        ),
        pytest.param(
            article(table(A), applies_to=("Microsoft Windows XP 64-Bit Edition",)), [Platform.IA64], id="Itanium alone"
        ),
    ],
)
def test_platforms(manifest: Manifest, platforms: list[Platform]) -> None:
    assert [each.platform for each in article_definitions(manifest)] == platforms
