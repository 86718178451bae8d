"""Applications: shown by the registry or by files of their own, absent where both would show them, else unknown."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from hotfixcheck.products import parse_product
from hotfixcheck.system.model import System
from hotfixcheck.targets.layout import Layout, TargetKind
from hotfixcheck.verdicts import candidates
from hotfixcheck.verdicts.applicability import Applies
from hotfixcheck.verdicts.presence import Presence
from tests.build.systems import DRIVE, SYSTEM32, article, facts, inventory, system
from tests.verdicts.applications import (
    BIN,
    HERE,
    NO,
    S32,
    STORE,
    UNKNOWN,
    YES,
    Files,
    exchange,
    installed,
    windows,
    with_registry,
)

SQL_2000 = with_registry(installed("SQL Server", "8.00.194"))

IE_5 = with_registry(installed("Internet Explorer", "5.0"))
SMS = with_registry(installed("Systems Management Server", "2.00.1493"))

FOXPRO = with_registry(installed("Visual FoxPro", "6.0"), installed("Visual FoxPro", "7.0"))


@dataclass(frozen=True)
class Case:
    line: str
    expected: Applies
    files: Files
    here: System = HERE
    layout: Layout = DRIVE


CASES = {
    # by files
    "its program in its folder": Case("Exchange Server 5.5", YES, STORE),
    "its program by its own words": Case("Exchange Server 5.5", YES, {"X/store.exe": exchange("5.5.1960.3")}),
    "its program unreadable in its folder": Case("Exchange Server 5.5", YES, {f"{BIN}/store.exe": "no permission"}),
    "a program that says nothing of itself": Case("Exchange Server 5.5", UNKNOWN, {"X/store.exe": facts("5.5.1960.3")}),
    "two programs that say nothing of themselves": Case(
        "Exchange Server 5.5", YES, {"X/store.exe": facts("5.5.1960.3"), "X/mad.exe": facts("5.5.1960.3")}
    ),
    "Windows' file of its program's name": Case(
        "Exchange Server 5.5", NO, {f"{S32}/store.exe": windows("4.0.1381.1")}
    ),
    "a file of Windows' version": Case("Exchange Server 5.5", NO, {f"{S32}/store.exe": facts("4.0.1381.1")}),
    "another company's file": Case(
        "Exchange Server 5.5", NO, {"X/store.exe": facts("5.5.0.0", CompanyName="Example Company")}
    ),
    "another product's file": Case(
        "Exchange Server 5.5", NO, {"X/store.exe": facts("5.5.0.0", ProductName="Microsoft Site Server 3.0")}
    ),
    "nothing on the whole drive": Case("Exchange Server 5.5", NO, {}),
    "nothing in system32": Case("Exchange Server 5.5", UNKNOWN, {}, layout=SYSTEM32),
    "nothing of a product without known programs": Case("Microsoft BackOffice Server 4.5", UNKNOWN, {}),
    # by the registry
    "a key": Case("SNA Server 4.0", YES, {}, with_registry(installed("SNA Server")), SYSTEM32),
    "no key where both hives were read": Case("SNA Server 4.0", NO, {}, with_registry(), SYSTEM32),
    "no key in half of the registry": Case("SNA Server 4.0", UNKNOWN, {}, with_registry(known=False), SYSTEM32),
    "no key, and its program": Case("Exchange Server 5.5", YES, STORE, with_registry()),
    # versions and service packs
    "another version": Case("Microsoft Exchange Server, versions 4.0, 5.0", NO, STORE),
    "one of its versions": Case("Microsoft Exchange Server, versions 5.0, 5.5", YES, STORE),
    "no version printed": Case("Microsoft Exchange", YES, STORE),
    "a version that is not told": Case("SNA Server 4.0", YES, {}, with_registry(installed("SNA Server"))),
    "a version with leading zeros": Case("SMS 2.0", YES, {}, SMS),
    "a version named by a year": Case("SQL Server 2000", YES, {}, SQL_2000),
    "a version whose minor one has a digit more": Case(
        "Microsoft Data Access Components version 2.5", YES, {},
        with_registry(installed("Data Access Components", "2.50.4403.12")),
    ),
    "another minor version": Case(
        "Microsoft Data Access Components version 2.1", NO, {},
        with_registry(installed("Data Access Components", "2.50.4403.12")),
    ),
    "a version that its files count otherwise": Case(
        "Microsoft Internet Explorer version 5.01 for Windows NT 4.0", YES, {},
        with_registry(installed("Internet Explorer", "5.00.2919.6307")),
    ),
    "programs that do not tell its version": Case(
        "Microsoft Cluster Server, version 1.0", YES, {"WINNT/cluster/clussvc.exe": facts("4.2.3.4")},
    ),
    "another version by the registry": Case("SQL Server 7.0", NO, {}, SQL_2000),
    "two versions side by side": Case(
        "Visual FoxPro 6.0", YES, {}, FOXPRO),
    "its service pack": Case("Microsoft Exchange Server, versions 5.5 SP2, 5.5 SP3", YES, STORE),
    "below its service packs": Case("Microsoft Exchange Server, version 5.5 SP4", NO, STORE),
    "above its service packs": Case("Microsoft Exchange Server, versions 5.5, 5.5 SP1", NO, STORE),
    "service pack not told": Case(
        "Microsoft SNA Server, version 4.0 SP3", YES, {}, with_registry(installed("SNA Server", "4.0"))
    ),
    # suites and parts of Windows
    "a suite by a member": Case("Visual Studio 6.0", YES, {}, with_registry(installed("Visual Basic", "6.0"))),
    "a suite without members": Case("Visual Studio 6.0", NO, {}, with_registry()),
    "a part of Windows in its folder": Case(
        "Internet Information Server 4.0", YES, {f"{S32}/inetsrv/infocomm.dll": windows("4.2.720.1")}
    ),
    "a part of Windows in Windows' version": Case(
        "Internet Information Server 4.0", YES, {f"{S32}/inetsrv/w3svc.dll": windows("4.0.1381.1")}
    ),
    # where it runs
    "on another Windows": Case("Microsoft Internet Explorer version 5 for Windows 98", NO, {}, IE_5),
    "on this Windows": Case("Microsoft Internet Explorer version 5 for Windows NT 4.0", YES, {}, IE_5),
    "on Macintosh": Case("Microsoft Exchange Macintosh client, version 5.0", NO, STORE),
    "a book": Case("MSPRESS Microsoft Exchange Server 5.5", NO, STORE),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_presence(case: Case) -> None:
    taken = inventory(case.here, case.files, case.layout)
    presence = Presence(taken, candidates.Files(taken))
    (printed,) = parse_product(case.line).applications
    answer = presence.of(printed, article())
    assert answer.applies is case.expected
    assert bool(answer.reason) == (case.expected is not YES)
    assert answer.owners == (frozenset() if case.expected is NO else {printed.application})


def test_of_a_system_that_only_lists_its_fixes() -> None:
    """Nothing shows an application there but its fix in the list; parts of Windows may be there."""
    here = replace(system(pack=None, Q123456=1), applications_known=False)
    taken = inventory(here, layout=Layout(TargetKind.LISTING))
    presence = Presence(taken, candidates.Files(taken))
    (exchange_server,) = parse_product("Exchange Server 5.5").applications
    (server,) = parse_product("Internet Information Server 4.0").applications
    assert presence.of(exchange_server, article(number="Q999999")).applies is NO
    assert presence.of(exchange_server, article(number="Q123456")).applies is UNKNOWN
    assert presence.of(server, article(number="Q999999")).applies is UNKNOWN


def test_programs_of_what_articles_are_about_are_read_too() -> None:
    names = candidates.names_to_read([article(applies_to=("Visual Studio 6.0", "Exchange Server 5.5"))])
    assert {"store.exe", "vb6.exe"} <= names


def test_owned_by_one_of_several() -> None:
    taken = inventory(HERE, STORE)
    presence = Presence(taken, candidates.Files(taken))
    both = frozenset(printed.application for printed in parse_product("SNA Server; Exchange Server").applications)
    assert presence.owned(taken.records[0], both) is candidates.Owned.YES
