"""Design section 5, rule 17: what a missing article's remedy is, and the smallest set of fixes for all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.manifest.model import FileRow, FilesFix, Fix, Manifest, ServicePackFix
from hotfixcheck.manifest.waivers import Waiver
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Edition, ServicePack
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.system.model import InstalledApplication, System
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.coverage import Wanted, carried
from hotfixcheck.verdicts.finding import Finding, Remedy, RemedyKind, Status
from hotfixcheck.verdicts.plan import Plan
from hotfixcheck.verdicts.remedy import with_remedies
from tests.build.systems import article, facts, inventory, system, table

NT4, TERMINAL = "Microsoft Windows NT Server version 4.0", Edition.TERMINAL_SERVER
SP6 = system(pack="SP6")
FILES: dict[str, FileFacts | str] = {
    f"WINNT/system32/{name}.dll": facts("4.0.1381.100", linked="1998-01-01", size=1) for name in "abcdefg"
}
FILES["WINNT/system32/ntoskrnl.exe"] = facts("4.0.1381.100", OriginalFilename="ntkrnlmp.exe")


def fix(number: int, *files: str, packs: tuple[str, ...] = (), **more: object) -> Manifest:
    """An article of files such as `a7001` (a.dll of revision 7001) or `a2000-01-31`."""
    rows = []
    for file in files:
        name, what = f"{file[0]}.dll", file[1:]
        is_day = what.count("-") == 2
        rows.append(
            FileRow(name, date=date.fromisoformat(what), size=9)
            if is_day
            else FileRow(name, version=f"4.0.1381.{what}")
        )
    fixes: list[Fix] = [FilesFix(tuple(rows))] if rows else []
    for pack in packs:
        product, _, which = pack.rpartition(" ")
        known = which.startswith("SP")
        fixes.append(
            ServicePackFix(product or "Windows NT 4.0", ServicePack.parse(which))
            if known
            else ServicePackFix("Windows NT 4.0", package=pack)
        )
    return article(*fixes, number=f"Q{number}", applies_to=(NT4,), **more)  # type: ignore[arg-type]


def judge(
    manifests: list[Manifest], here: System = SP6, only: list[int] | None = None
) -> tuple[dict[str, Finding], Plan]:
    taken = inventory(here, FILES)
    asked = [manifest for manifest in manifests if only is None or manifest.number in only]
    findings, plan = with_remedies(compare(asked, taken), manifests, taken)
    assert [finding.manifest for finding in findings] == sorted(asked, key=lambda each: each.number)
    return {finding.manifest.article: finding for finding in findings}, plan


def remedies(manifests: list[Manifest], here: System = SP6, only: list[int] | None = None) -> dict[str, str]:
    """Each article's remedy by name, what comes first before it."""
    findings, _ = judge(manifests, here, only)
    return {
        name: " > ".join((*finding.remedy.first, finding.remedy.name))
        for name, finding in findings.items()
        if finding.remedy
    }


def steps(plan: Plan) -> list[str]:
    return [f"{step.remedy.name}: {' '.join(step.articles)}" for step in plan.steps]


ROLLUP = "Q299444 Windows NT 4.0 Security Rollup Package"
SP6A = fix(900, packs=("SP6a",))  # so that the catalogue knows of it

CASES: dict[str, tuple[list[Manifest], System, dict[str, str], list[str]]] = {
    "itself": ([fix(1, "a7001")], SP6, {"Q1": "Q1"}, ["Q1: Q1"]),
    "a chain of one file": (
        [fix(1, "a7001"), fix(2, "a7005"), fix(3, "a7003")],
        SP6,
        {"Q1": "Q2", "Q2": "Q2", "Q3": "Q2"},
        ["Q2: Q1 Q2 Q3"],
    ),
    "a chain by dates": (
        [fix(1, "a1999-01-01"), fix(2, "a2000-01-01")],
        SP6,
        {"Q1": "Q2", "Q2": "Q2"},
        ["Q2: Q1 Q2"],
    ),
    "a version says nothing against a date": (
        [fix(1, "a1999-01-01"), fix(2, "a7001")],
        SP6,
        {"Q1": "Q1", "Q2": "Q2"},
        ["Q2: Q2", "Q1: Q1"],
    ),
    "every file counts": (
        [fix(1, "a7001", "b7001"), fix(2, "a7005"), fix(3, "a7002", "b7002", "c7002")],
        SP6,
        {"Q1": "Q3", "Q2": "Q2", "Q3": "Q3"},
        ["Q3: Q1 Q3", "Q2: Q2"],
    ),
    "one file older": (
        [fix(1, "a7001", "b7009"), fix(2, "a7002", "b7002")],
        SP6,
        {"Q1": "Q1", "Q2": "Q2"},
        ["Q1: Q1", "Q2: Q2"],
    ),
    "the same rows: the later article": (
        [fix(1, "a7001"), fix(2, "a7001")],
        SP6,
        {"Q1": "Q2", "Q2": "Q2"},
        ["Q2: Q1 Q2"],
    ),
    "a fork: two newer fixes that do not carry each other": (
        [fix(1, "a7001"), fix(2, "a7002", "b7001"), fix(3, "a7003", "c7001")],
        SP6,
        {"Q1": "Q3", "Q2": "Q2", "Q3": "Q3"},
        ["Q2: Q1 Q2", "Q3: Q3"],
    ),
    "said to replace, in a chain": (
        [fix(1, "a7001"), fix(2, "b7001", supersedes=("Q1",)), fix(3, "c7001", supersedes=("KB2",))],
        SP6,
        {"Q1": "Q3", "Q2": "Q3", "Q3": "Q3"},
        ["Q3: Q1 Q2 Q3"],
    ),
    "said to replace, through one that is not for this system": (
        [fix(1, "a7001"), fix(2, "z1", supersedes=("Q1",)), fix(3, "c7001", supersedes=("Q2",))],
        SP6,
        {"Q1": "Q3", "Q3": "Q3"},
        ["Q3: Q1 Q3"],
    ),
    "said to replace, and its row is older": (
        [fix(1, "a7005"), fix(2, "a7001", supersedes=("Q1",))],
        SP6,
        {"Q1": "Q1", "Q2": "Q1"},
        ["Q1: Q1 Q2"],
    ),
    "a circle": (
        [fix(1, "a7001", supersedes=("Q2",)), fix(2, "b7001", supersedes=("Q1",))],
        SP6,
        {"Q1": "Q2", "Q2": "Q2"},
        ["Q2: Q1 Q2"],
    ),
    "the service pack that contains it": (
        [fix(1, packs=("SP4",)), SP6A],
        system(pack="SP3"),
        {"Q1": "Windows NT 4.0 SP6a", "Q900": "Windows NT 4.0 SP6a"},
        ["Windows NT 4.0 SP6a: Q1 Q900"],
    ),
    "the service pack before newer fixes": (
        [fix(1, "a7001", packs=("SP6",)), fix(2, "a7002")],
        system(pack="SP5"),
        {"Q1": "Windows NT 4.0 SP6", "Q2": "Q2"},
        ["Q2: Q1 Q2"],
    ),
    "what a fix in the service pack carries": (
        [fix(1, "a7001"), fix(2, "a7002", packs=("SP6",))],
        system(pack="SP5"),
        {"Q1": "Windows NT 4.0 SP6", "Q2": "Windows NT 4.0 SP6"},
        ["Windows NT 4.0 SP6: Q1 Q2"],
    ),
    "not the service pack of another edition": (
        [fix(1, "a7001"), fix(2, packs=("Windows NT Server 4.0, Terminal Server Edition SP6",))],
        SP6,
        {"Q1": "Q1"},
        ["Q1: Q1"],
    ),
    "a rollup": (
        [fix(1, "a7001", packs=(ROLLUP,)), fix(2, "b7001", packs=(ROLLUP,)), fix(3, "c7001")],
        SP6,
        {"Q1": ROLLUP, "Q2": ROLLUP, "Q3": "Q3"},
        [f"{ROLLUP}: Q1 Q2", "Q3: Q3"],
    ),
    "a rollup after the service pack that it requires": (
        [
            fix(1, "a7001", packs=(ROLLUP,)),
            fix(2, "b7001", packs=(ROLLUP,)),
            fix(299444, "z1", prerequisite="4.0 SP6a"),
        ],
        SP6,
        {"Q1": f"Windows NT 4.0 SP6a > {ROLLUP}", "Q2": f"Windows NT 4.0 SP6a > {ROLLUP}"},
        ["Q1: Q1", "Q2: Q2"],
    ),
    "what is required comes first": (
        [fix(1, "a7001"), fix(2, "a7002", prerequisite="4.0 SP6a"), fix(3, "b7001", prerequisite="4.0 SP6a")],
        SP6,
        {
            "Q1": "Windows NT 4.0 SP6a > Q2",
            "Q2": "Windows NT 4.0 SP6a > Q2",
            "Q3": "Windows NT 4.0 SP6a > Q3",
        },
        ["Q1: Q1"],
    ),
    "what is required, in the plan": (
        [fix(1, "a7001", "b7001", packs=("SP6",)), fix(2, packs=("SP6",)), fix(3, "a7002", prerequisite="4.0 SP6a")],
        system(pack="SP5"),
        {
            "Q1": "Windows NT 4.0 SP6a",
            "Q2": "Windows NT 4.0 SP6a",
            "Q3": "Windows NT 4.0 SP6a > Q3",
        },
        ["Windows NT 4.0 SP6a: Q1 Q2"],
    ),
    "the older of two that bring one file goes first": (
        [fix(1, "a2001-01-01", "b1999-01-01"), fix(2, "a2000-01-01", "c2001-06-01")],
        SP6,
        {"Q1": "Q1", "Q2": "Q2"},
        ["Q2: Q2", "Q1: Q1"],
    ),
    # Q185137 and Q185142 each say that they replace the other, and one names a service pack that the other does not.
    "two that say they replace each other": (
        [fix(1, "a7001", supersedes=("Q2",)), fix(2, "b7001", supersedes=("Q1",))],
        SP6,
        {"Q1": "Q2", "Q2": "Q2"},
        ["Q2: Q1 Q2"],
    ),
    "two of a service pack that say they replace each other": (
        [fix(1, packs=("SP6a",), supersedes=("Q2",)), fix(2, "b7001", supersedes=("Q1",)), SP6A],
        SP6,
        {"Q1": "Windows NT 4.0 SP6a", "Q2": "Windows NT 4.0 SP6a", "Q900": "Windows NT 4.0 SP6a"},
        ["Windows NT 4.0 SP6a: Q1 Q2 Q900"],
    ),
    "three that replace each other in a circle, of which one has the older file": (
        [
            fix(1, "a7002", supersedes=("Q2",)),
            fix(2, "b7001", supersedes=("Q3",)),
            fix(3, "a7001", supersedes=("Q1",)),
        ],
        SP6,
        {"Q1": "Q2", "Q2": "Q2", "Q3": "Q2"},
        ["Q2: Q1 Q2 Q3"],
    ),
    "one that replaces what is not in the catalogue": (
        [fix(1, "a7001", supersedes=("Q5",))],
        SP6,
        {"Q1": "Q1"},
        ["Q1: Q1"],
    ),
    "nothing missing": ([fix(1, "a50")], SP6, {}, []),
    "nothing at all": ([], SP6, {}, []),
}


@pytest.mark.parametrize(("manifests", "here", "expected", "plan"), CASES.values(), ids=CASES)
def test_remedies(manifests: list[Manifest], here: System, expected: dict[str, str], plan: list[str]) -> None:
    assert remedies(manifests, here) == expected
    _, made = judge(manifests, here)
    assert steps(made) == plan
    assert made.exact
    assert judge(manifests[::-1], here) == judge(manifests, here)


def test_a_part_of_the_catalogue_is_judged_and_all_of_it_is_looked_through() -> None:
    manifests = [fix(1, "a7001"), fix(2, "a7002", "b7001"), fix(3, "c7001"), fix(4, "a7003", prerequisite="4.0 SP6a")]
    assert remedies(manifests, only=[1]) == {"Q1": "Windows NT 4.0 SP6a > Q4"}
    _, plan = judge(manifests, only=[1])
    assert steps(plan) == ["Q2: Q1"]


def test_a_kernel_is_one_file_whatever_its_build_is_called() -> None:
    single, multi = (
        FileRow(name, version=f"4.0.1381.{at}") for name, at in (("Ntoskrnl.exe", 7001), ("Ntkrnlmp.exe", 7002))
    )
    manifests = [article(table(single), number="Q1"), article(table(single, multi), number="Q2")]
    assert remedies(manifests) == {"Q1": "Q2", "Q2": "Q2"}
    assert remedies(manifests, only=[1]) == {"Q1": "Q2"}


def test_rows_for_a_service_pack_that_is_not_there_ask_for_it_first() -> None:
    row = FileRow("A.dll", version="5.1.2600.3119")
    manifest = article(
        FilesFix((row,), release="SP2GDR"), number="Q1", applies_to=("Microsoft Windows XP Professional",)
    )
    here = system("Windows XP", Edition.PROFESSIONAL, "SP1")
    taken = inventory(here, {"WINNT/system32/a.dll": facts("5.1.2600.1106")})
    (finding,), plan = with_remedies(compare([manifest], taken), [manifest], taken)
    assert finding.remedy == Remedy(RemedyKind.ARTICLE, "Q1", "An article", ("Windows XP SP2",))
    assert steps(plan) == ["Windows XP SP2: ", "Q1: Q1"]
    other = replace(manifest, applies_to=("Microsoft Exchange Server 5.5",))
    assert with_remedies(compare([other], taken), [other], taken)[1] == Plan()


def test_rows_of_a_service_packs_build_ask_for_it_first() -> None:
    rows = [FileRow("A.dll", version=f"6.0.600{build}") for build in ("1.18560", "1.22810", "2.18340", "2.22530")]
    manifest = article(table(*rows), number="Q1", applies_to=("Windows Vista",))
    here = system("Windows Vista", Edition.ULTIMATE, "none", build=6000)
    taken = inventory(here, {"WINNT/system32/a.dll": facts("6.0.6000.16386")})
    (finding,), plan = with_remedies(compare([manifest], taken), [manifest], taken)
    assert finding.remedy == Remedy(RemedyKind.ARTICLE, "Q1", "An article", ("Windows Vista SP1",))
    assert steps(plan) == ["Windows Vista SP1: ", "Q1: Q1"]


def test_another_branch_is_not_a_remedy() -> None:
    """Q2 is newer for QFE alone: what it asks of this GDR file is older."""

    def pair(number: int, gdr: int, qfe: int) -> Manifest:
        rows = (
            FileRow("A.dll", version=f"5.1.2600.{at}", note=branch) for branch, at in (("SP2GDR", gdr), ("SP2QFE", qfe))
        )
        return article(table(*rows), number=f"Q{number}")

    here = system("Windows XP", Edition.PROFESSIONAL, "SP2")
    file = facts("5.1.2600.2180", FileVersion="5.1.2600.2180 (xpsp_sp2_rtm.040803-2158)")
    taken = inventory(here, {"WINNT/system32/a.dll": file})
    manifests = [pair(1, 3119, 3125), pair(2, 3100, 3300)]
    findings, _ = with_remedies(compare(manifests, taken), manifests, taken)
    assert [finding.remedy and finding.remedy.name for finding in findings] == ["Q1", "Q1"]


def test_another_products_service_packs_have_a_line_of_their_own() -> None:
    manifests = [
        fix(1, packs=("Exchange Server 5.5 SP3",)),
        fix(2, packs=("Microsoft Exchange Server version 5.5 SP4",)),
    ]
    here = replace(
        SP6,
        applications=(InstalledApplication("Exchange Server", "5.5", ServicePack(2), "a key"),),
        applications_known=True,
    )
    findings, plan = judge(
        [replace(manifest, applies_to=("Microsoft Exchange Server, version 5.5",)) for manifest in manifests], here
    )
    assert findings["Q1"].status is Status.MISSING
    assert steps(plan) == ["Exchange Server 5.5 SP4: Q1 Q2"]


def test_waived_articles_are_not_planned_for_and_keep_their_remedy() -> None:
    taken = inventory(SP6, FILES)
    manifests = [fix(1, "a7001"), fix(2, "b7001")]
    waiver = Waiver("Q1", "not here", "me", date(2030, 1, 1))
    first, second = compare(manifests, taken)
    findings, plan = with_remedies([replace(first, waiver=waiver), second], manifests, taken)
    assert [finding.remedy and finding.remedy.name for finding in findings] == ["Q1", "Q2"]
    assert steps(plan) == ["Q2: Q2"]


def test_what_applies_only_later_is_named() -> None:
    manifests = [fix(1, packs=("SP6",)), fix(2, "a7002", prerequisite="4.0 SP6a")]
    _, plan = judge(manifests, system(pack="SP5"))
    assert steps(plan) == ["Windows NT 4.0 SP6a: Q1"]
    assert plan.later == ("Q2",)


def test_what_nothing_puts_right_is_named() -> None:
    """Windows Vista or Windows Server 2008, nobody knows: the service pack has no name."""
    pack = ServicePackFix("Windows Vista and Windows Server 2008", ServicePack(2))
    here = system(("Windows Vista", "Windows Server 2008"), None, "SP1")
    _, plan = judge([article(pack, number="Q1")], here)
    assert plan == Plan(unknown=("Q1",))


def test_on_terminal_server_the_line_is_its_own() -> None:
    tse = "Windows NT Server 4.0, Terminal Server Edition"
    manifests = [
        replace(fix(1, packs=(f"{tse} SP5",)), applies_to=(tse,)),
        replace(fix(2, packs=(f"{tse} SP6", "SP7")), applies_to=(tse,)),
    ]
    here = system(edition=TERMINAL, pack="SP4")
    _, plan = judge(manifests, here)
    assert steps(plan) == [f"{tse} SP6: Q1 Q2"]


def test_platforms_do_not_mix() -> None:
    x86, alpha = (
        FileRow("A.dll", platform, version=f"4.0.1381.{at}")
        for platform, at in ((Platform.X86, 7001), (Platform.ALPHA, 7009))
    )
    manifests = [
        article(table(x86), number="Q1"),
        article(table(alpha, replace(x86, version="4.0.1381.7000")), number="Q2"),
    ]
    assert remedies(manifests) == {"Q1": "Q1", "Q2": "Q1"}


def test_a_thousand_fixes_of_one_file() -> None:
    manifests = [fix(1000 + at, f"a{7000 + at}", f"b{7000 + at * 37 % 1000}") for at in range(1000)]
    before = process_time()
    found = remedies(manifests)
    assert process_time() - before < 5  # some 0.4 s; pair by pair it took 20
    assert found["Q1000"] == "Q1999"
    assert len(found) == 1000


rows = st.builds(
    FileRow,
    name=st.just("a.dll"),
    version=st.none() | st.sampled_from(["4.0.1381.7", "4.0.1381.07", "4.0.1381.8", "5.0.2195.1"]),
    date=st.none() | st.sampled_from([date(1999, 1, 1), date(2000, 1, 1), date(2001, 1, 1)]),
)


@given(st.lists(rows, min_size=1, max_size=8))
def test_what_a_row_carries_of_many_is_what_it_carries_of_each(drawn: list[FileRow]) -> None:
    """A row carries itself too, even if it prints nothing to compare: the caller adds that."""
    wanted = Wanted(list(enumerate(drawn)))
    for by in drawn:
        mask = wanted.carried(by)
        told = [place for place, row in enumerate(drawn) if row is not by or row.version or row.date]
        assert {place for place in told if mask >> place & 1} == {place for place in told if carried(drawn[place], by)}
