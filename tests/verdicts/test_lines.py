"""Rows of another Windows: by the products that are printed, and where none is by the versions themselves."""

from __future__ import annotations

import pytest

from hotfixcheck.manifest.model import FileRow, FilesFix
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Edition
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.finding import Finding, Status
from tests.build.systems import article, facts, inventory, system, table

FIXED, MISSING, ELSEWHERE = Status.FIXED, Status.MISSING, Status.NOT_APPLICABLE
AMD64, IA64 = Platform.AMD64, Platform.IA64

NT4 = system()
W2K = system("Windows 2000", Edition.SERVER, "SP4", build=2195)
XP = system("Windows XP", Edition.PROFESSIONAL, "SP2", build=2600)
XP_X64 = system("Windows XP", Edition.PROFESSIONAL, "SP1", AMD64, build=3790)
XP_2002 = system("Windows XP", Edition.PROFESSIONAL, "none", IA64, build=2600)
XP_2003 = system("Windows XP", Edition.PROFESSIONAL, "none", IA64, build=3790)
SEVEN = system("Windows 7", Edition.PROFESSIONAL, "SP1", AMD64, build=7601)
EIGHT = system("Windows Server 2012 R2", Edition.SERVER, "none", AMD64, build=9600)
TEN = system("Windows 10", Edition.PROFESSIONAL, "none", AMD64, build=17763)
ELEVEN = system("Windows 11", Edition.PROFESSIONAL, "none", AMD64, build=22631)

CSV_1809 = table(FileRow("A.dll", AMD64, version="10.0.17763.2928"), FileRow("A.mof", size=100))
CSV_81 = table(FileRow("A.dll", AMD64, version="6.3.9600.17041"))
XP_ROW = FileRow("A.dll", version="5.1.2600.3119")
PLAIN_XP = "Microsoft Windows XP Professional"


def judge(here: System, file: str, fix: FilesFix, *applies_to: str) -> Finding:
    found: dict[str, FileFacts | str] = {
        "WINDOWS/system32/a.dll": facts(file, platform=here.platform),
        "WINDOWS/system32/a.mof": facts(size=7, platform=None, linked=None),
    }
    (finding,) = compare([article(fix, applies_to=applies_to)], inventory(here, found))
    return finding


@pytest.mark.parametrize(
    ("here", "file", "fix", "applies_to", "status"),
    [
        pytest.param(SEVEN, "6.1.7601.17514", CSV_1809, (), ELSEWHERE, id="a list of Windows 10 on Windows 7"),
        pytest.param(EIGHT, "6.3.9600.17031", CSV_1809, (), ELSEWHERE, id="on Server 2012 R2"),
        pytest.param(ELEVEN, "10.0.22621.2506", CSV_1809, (), ELSEWHERE, id="on Windows 11"),
        pytest.param(TEN, "10.0.17763.1", CSV_1809, (), MISSING, id="on its own Windows"),
        pytest.param(EIGHT, "6.3.9600.17031", CSV_81, (), MISSING, id="two Windows of one version, one of them here"),
        pytest.param(TEN, "10.0.17763.1", CSV_81, (), ELSEWHERE, id="a list of Windows 8.1 on Windows 10"),
        pytest.param(W2K, "5.0.2195.6717", table(XP_ROW), (), ELSEWHERE, id="without a product: XP's on 2000"),
        pytest.param(W2K, "5.0.2195.6717", table(XP_ROW), (PLAIN_XP, "Microsoft Windows 2000 Server"), MISSING,
                     id="with a product the article says it"),
        pytest.param(NT4, "4.0.1381.3", table(FileRow("A.dll", version="5.131.2195.1")), (), MISSING,
                     id="a version that is no Windows' tells nothing"),
        pytest.param(XP, "5.1.2600.2180", table(XP_ROW), (PLAIN_XP,), MISSING, id="Windows XP on x86"),
        pytest.param(XP_X64, "5.2.3790.1830", table(XP_ROW), (PLAIN_XP,), ELSEWHERE, id="on x64 it is 5.2"),
        pytest.param(XP_2003, "5.2.3790.0", table(XP_ROW), (PLAIN_XP,), ELSEWHERE, id="and on the later Itanium"),
        pytest.param(XP_2002, "5.1.2600.0", table(XP_ROW), (PLAIN_XP,), MISSING, id="not on the first Itanium"),
        pytest.param(XP_X64, "5.2.3790.1830", table(FileRow("A.dll", AMD64, version="5.2.3790.2783")),
                     ("Microsoft Windows XP Professional x64 Edition",), MISSING, id="its own rows"),
    ],
)  # fmt: skip
def test_a_row_of_another_windows(
    here: System, file: str, fix: FilesFix, applies_to: tuple[str, ...], status: Status
) -> None:
    finding = judge(here, file, fix, *applies_to)
    assert finding.status is status, finding.reason


def test_reasons() -> None:
    assert judge(SEVEN, "6.1.7601.17514", CSV_1809).reason == (
        "it is for Windows 10, or 2 other products, by the versions of its files"
    )
    assert judge(XP_X64, "5.2.3790.1830", table(XP_ROW), PLAIN_XP).reason == (
        "none of its files is of this Windows, by their versions"
    )
    of_both = table(FileRow("A.dll", AMD64, version="6.1.7601.24000"), FileRow("A.dll", version="10.0.17763.2928"))
    finding = judge(SEVEN, "6.1.7601.17514", of_both)
    assert (finding.status, [one.required.version for one in finding.files]) == (MISSING, ["6.1.7601.24000"])
    assert "its version is that of Windows 10, or 2 other products" in {step.answer for step in finding.steps}
