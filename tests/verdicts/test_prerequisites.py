"""Design section 5, rule 2: what must be installed first, as articles print it."""

from __future__ import annotations

import pytest

from hotfixcheck.manifest.model import FileRow
from hotfixcheck.products import Edition, ServicePack
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.applicability import Applies
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.finding import Status
from hotfixcheck.verdicts.prerequisites import prerequisite_applies, required_pack
from tests.build.systems import article, facts, inventory, system, table

YES, NO, UNKNOWN = Applies.YES, Applies.NO, Applies.UNKNOWN
W2K, S2003 = "Windows 2000", "Windows Server 2003"
TERMINAL = Edition.TERMINAL_SERVER

PREREQUISITES = {
    "met": ("4.0 SP5", system(pack="SP5"), YES),
    "more than met": ("4.0 SP5 or later", system(pack="SP6a"), YES),
    "unmet": ("4.0 SP5", system(pack="SP4"), NO),
    "unmet without any": ("Service Pack 3", system(pack="none"), NO),
    "SP6 is not SP6a": ("Microsoft Windows NT 4.0 Service Pack 6a", system(pack="SP6"), NO),
    "SP6a is": ("Microsoft Windows NT 4.0 Service Pack 6a (SP6a)", system(pack="SP6a"), YES),
    "of another Windows": ("5.0 SP2", system(pack="SP1"), YES),
    "of another product": ("Exchange Server 5.5 Service Pack 2", system(pack="SP1"), YES),
    "of another product, with a bare version": ("SMS 2.0 SP1", system(pack="none"), YES),
    "of another edition": (
        "Windows NT Server 4.0, Terminal Server Edition Service Pack 6",
        system(pack="SP4"),
        YES,
    ),
    "of this edition": (
        "Windows NT Server 4.0, Terminal Server Edition Service Pack 6",
        system(edition=TERMINAL, pack="SP4"),
        NO,
    ),
    "the edition last": (
        "Microsoft Windows NT 4.0 Service Pack 6a, Terminal Server Edition",
        system(edition=TERMINAL, pack="SP5"),
        NO,
    ),
    "SP6a of Terminal Server, whose last is SP6": (
        "Microsoft Windows NT 4.0 Service Pack 6a, Terminal Server Edition",
        system(edition=TERMINAL, pack="SP6"),
        YES,
    ),
    "of another product, named behind": ("SP1 for Systems Management Server 2.0", system(pack="none"), YES),
    "of this Windows, named behind": ("Service Pack 3 for Windows NT 4.0", system(pack="SP1"), NO),
    "service pack unknown": ("4.0 SP5", system(pack=None), UNKNOWN),
    "no service pack in it": ("the latest rollup", system(pack="none"), YES),
    "no service pack of a product": ("Rollup fix on the SP6 CD-ROM", system(pack="none"), YES),
    "another component": ("TAPI 2.1", system(pack="none"), YES),
    "Windows unknown": ("4.0 SP5", System(), YES),
    "nothing printed": (None, system(pack="none"), YES),
    "2003": ("Windows Server 2003 Service Pack 1 (SP1)", system(S2003, pack="none"), NO),
}


@pytest.mark.parametrize(("printed", "here", "expected"), PREREQUISITES.values(), ids=PREREQUISITES)
def test_prerequisite(printed: str | None, here: System, expected: Applies) -> None:
    answer = prerequisite_applies(printed, here)
    assert answer.applies is expected
    assert bool(answer.reason) is (expected is not YES)


BOTH = "Windows 2000 Service Pack 2 (SP2) or Service Pack 1 (SP1); Windows NT 4.0 Service Pack 6a (SP6a)"
GOLD = (
    "Windows 2000 Gold, Windows 2000 Service Pack 1, or Windows 2000 Service Pack 2; "
    "Windows NT 4.0 Service Pack 5 or Windows NT 4.0 Service Pack 6a"
)
TWO = (
    "Microsoft Windows NT 4.0 Service Pack 6a (SP6a); "
    "Microsoft Windows NT Server 4.0, Terminal Server Edition Service Pack 6 (SP6)"
)
ALTERNATIVES = {
    "the least of two": (BOTH, system(W2K), "SP1"),
    "the other Windows": (BOTH, system(), "SP6a"),
    "the release itself": (GOLD, system(W2K), "none"),
    "beside the release of another": (GOLD, system(), "SP5"),
    "a bare one after a product": ("Windows NT 4.0 Service Pack 5 or Service Pack 6a", system(), "SP5"),
    "three bare ones": ("Service pack 2; Service pack 3; Service pack 5", system(), "SP2"),
    "the plain edition's": (TWO, system(), "SP6a"),
    "Terminal Server's": (TWO, system(edition=TERMINAL), "SP6"),
    "every edition that it may be": (TWO, system(edition=None), "SP6"),
}


@pytest.mark.parametrize(("printed", "here", "pack"), ALTERNATIVES.values(), ids=ALTERNATIVES)
def test_alternatives(printed: str, here: System, pack: str) -> None:
    assert required_pack(printed, here) == ServicePack.parse(pack)


def test_an_article_does_not_apply_until_then() -> None:
    manifest = article(table(FileRow("a.dll", version="4.0.1381.7000")), prerequisite="4.0 SP5")
    files: dict[str, FileFacts | str] = {"WINNT/system32/a.dll": facts("4.0.1381.100")}
    (before,) = compare([manifest], inventory(system(pack="SP4"), files))
    assert (before.status, before.reason) == (Status.NOT_APPLICABLE, "it requires 4.0 SP5, and this system has SP4")
    (then,) = compare([manifest], inventory(system(pack="SP5"), files))
    assert then.status is Status.MISSING
    (as_if,) = compare([manifest], inventory(system(pack="SP4"), files), prerequisites_count=False)
    assert as_if.status is Status.MISSING
    (bare,) = compare([manifest], inventory(system(pack="none"), files))
    assert bare.reason == "it requires 4.0 SP5, and this system has no service pack"
