"""What holds for every system and every article."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.inventory import FileRecord, Inventory
from hotfixcheck.manifest.model import FileRow, FilesFix, Fix, Manifest, ServicePackFix
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Edition, ServicePack
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.system.model import InstalledFix, System
from hotfixcheck.verdicts.branches import level_of_file
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.finding import FileFinding, Finding, ServicePackFinding, Status
from hotfixcheck.verdicts.remedy import with_remedies
from hotfixcheck.verdicts.settled import is_data
from tests.build.systems import MACHINES, inventory, system

NAMES = ("a.dll", "ntoskrnl.exe", "ntkrnlmp.exe", "wa.dll", "readme.txt")
FOLDERS = ("WINNT/system32", "WINNT/System32", "WINNT", "WINNT/SysWOW64", "Program Files/X")
NT, TSE = "Windows NT Server 4.0", "Windows NT Server 4.0, Terminal Server Edition"
PRODUCTS = (NT, "Windows NT 4.0", TSE, "Windows 2000", "Windows XP", "Windows Server 2003", "Windows 7", "Windows 10")
LABELS = (None, "RTMGDR", "RTMQFE", "SP1QFE", "SP2GDR", "SP2QFE", "SP2", "post SP3", "Service Pack 6", "LDR")
NOTES = (None, "GDR", "QFE", "German", "English", "Windows 98", "56-bit")
PREREQUISITES = (None, None, "4.0 SP5", "Service Pack 3", "Windows XP SP2; Windows NT 4.0 SP6a")
# Versions of every numbering, near each other: NT 4.0, XP, 2003, 7, 10, and another product's.
LINES: dict[str, tuple[int, ...]] = {
    "4.0.1381": (4, 133, 200, 32_772, 33_478),
    "5.1.2600": (0, 1106, 1581, 2180, 3119, 3125, 5512),
    "5.2.3790": (0, 134, 500, 1830, 2700, 3959, 4050),
    "6.1.7600": (16_385, 20_500),
    "6.1.7601": (17_514, 18_000, 20_000, 21_700),
    "10.0.14393": (1, 5127),
    "10.0.17763": (1, 2928, 20_100),
    "5.5.2448": (0, 8),
}
TAGS = ("", "xpsp_sp2_gdr", "xpsp_sp2_qfe", "srv03_gdr", "srv03_sp1_qfe", "win7sp1_ldr")

platforms = st.none() | st.sampled_from([Platform.X86, Platform.ALPHA, Platform.IA64])
versions = st.sampled_from(
    [FileVersion.parse(f"{line}.{revision}") for line, revisions in LINES.items() for revision in revisions]
)
days = st.dates(date(1996, 1, 1), date(2002, 1, 1))
sizes = st.sampled_from([1000, 1024, 1500, 2000])
numbers = st.integers(100_000, 100_009).map(lambda number: f"Q{number}")


def rows() -> st.SearchStrategy[FileRow]:
    return st.builds(
        FileRow,
        name=st.sampled_from(NAMES),
        platform=platforms,
        version=st.none() | versions.map(str),
        date=st.none() | days,
        size=st.none() | sizes,
        size_approx=st.booleans(),
        note=st.sampled_from(NOTES),
    )


def manifests() -> st.SearchStrategy[Manifest]:
    tables = st.builds(
        FilesFix,
        st.lists(rows(), min_size=1, max_size=4).map(tuple),
        scope=st.none() | st.sampled_from(PRODUCTS),
        release=st.sampled_from(LABELS),
        language=st.none() | st.sampled_from(["English", "German"]),
    )
    packs = st.builds(ServicePackFix, st.sampled_from(PRODUCTS), st.builds(ServicePack, st.integers(1, 6)))
    return st.builds(
        Manifest,
        article=numbers,
        title=st.just("An article"),
        fixes=st.lists(tables | packs, min_size=1, max_size=3).map(tuple),
        applies_to=st.lists(st.sampled_from(PRODUCTS), max_size=2).map(tuple),
        prerequisite=st.sampled_from(PREREQUISITES),
        supersedes=st.lists(numbers, max_size=2).map(tuple),
    )


def catalogues() -> st.SearchStrategy[list[Manifest]]:
    return st.lists(manifests(), max_size=5, unique_by=lambda manifest: manifest.article)


facts_of_files = st.builds(
    lambda tag, **facts: FileFacts(**facts, strings=(("FileVersion", f"({tag}.070416-1301)"),) if tag else ()),
    tag=st.sampled_from(TAGS),
    kind=st.just(FileKind.PE),
    size=sizes,
    machine=st.sampled_from(sorted(MACHINES.values())),
    link_time=st.integers(0, 1_400_000_000),
    file_version=st.none() | versions,
    language=st.sampled_from([None, 0x407, 0x409]),
)
files = st.dictionaries(
    st.builds("{}/{}".format, st.sampled_from(FOLDERS), st.sampled_from(NAMES)), facts_of_files | st.just("cut short")
)
FAMILIES = {
    "Windows NT 4.0": (None, Edition.SERVER, Edition.TERMINAL_SERVER),
    "Windows 2000": (None, Edition.SERVER),
    "Windows XP": (Edition.PROFESSIONAL,),
    "Windows Server 2003": (Edition.SERVER,),
    "Windows 7": (None,),
    "Windows 10": (None,),
}


@st.composite
def systems(draw: st.DrawFn) -> System:
    family = draw(st.sampled_from(sorted(FAMILIES)))
    here = system(
        family,
        draw(st.sampled_from(FAMILIES[family])),
        draw(st.none() | st.sampled_from(["none", "SP1", "SP2", "SP3", "SP6a"])),
        draw(platforms),
        language=draw(st.sampled_from([None, 0x407, 0x409])),
        build=draw(st.sampled_from([None, 14_393, 17_763])) if family == "Windows 10" else None,
    )
    keys = draw(st.dictionaries(st.integers(100_000, 100_009), st.booleans(), max_size=3))
    return replace(here, fixes=tuple(InstalledFix(f"Q{n}", n, on, "a key") for n, on in sorted(keys.items())))


inventories = st.builds(inventory, systems(), files)


@given(manifests(), inventories)
def test_every_verdict_has_a_reason_and_says_what_was_asked(manifest: Manifest, taken: Inventory) -> None:
    (finding,) = compare([manifest], taken)
    assert finding.reason
    assert finding.steps
    requirements: list[FileFinding | ServicePackFinding] = [*finding.files, *finding.service_packs]
    assert all(one.reason and one.steps and one.evidence for one in requirements)
    steps = [*finding.steps, *(step for one in requirements for step in one.steps)]
    assert all(step.answer for step in steps)


@given(manifests(), inventories)
def test_an_unreadable_file_is_never_fixed_or_missing(manifest: Manifest, taken: Inventory) -> None:
    (finding,) = compare([manifest], taken)
    unreadable = [one for one in finding.files if one.found and one.found.problem]
    assert all(one.status is Status.INDETERMINATE or _is_left_aside(one) for one in unreadable)


def _is_left_aside(one: FileFinding) -> bool:
    """A row that asks nothing of its file beside others: a name alone, the data of a cumulative update."""
    return one.status is Status.NOT_APPLICABLE and (one.required.is_bare or is_data(one.required))


@given(catalogues(), inventories, st.randoms())
def test_order_changes_nothing(articles: list[Manifest], taken: Inventory, random: Random) -> None:
    shuffled, records, keys = list(articles), list(taken.records), list(taken.system.fixes)
    for each in (shuffled, records, keys):
        random.shuffle(each)
    other = replace(taken, records=tuple(records), system=replace(taken.system, fixes=tuple(keys)))
    before, after = compare(articles, taken), compare(shuffled, other)
    assert [_without_order(each) for each in before] == [_without_order(each) for each in after]
    assert with_remedies(before, articles, taken) == with_remedies(before, shuffled, taken)


def _without_order(finding: Finding) -> tuple[object, ...]:
    found = {(one.required, one.path, one.status, one.reason) for one in finding.files}
    return finding.manifest, finding.status, finding.evidence, found, finding.service_packs


@given(manifests(), inventories, st.randoms())
def test_the_order_of_rows_tables_and_products_changes_no_verdict(
    manifest: Manifest, taken: Inventory, random: Random
) -> None:
    def mixed(fix: Fix) -> Fix:
        if isinstance(fix, ServicePackFix):
            return fix
        return replace(fix, files=tuple(random.sample(fix.files, len(fix.files))))

    other = replace(
        manifest,
        fixes=tuple(mixed(fix) for fix in random.sample(manifest.fixes, len(manifest.fixes))),
        applies_to=tuple(random.sample(manifest.applies_to, len(manifest.applies_to))),
    )
    (before,), (after,) = compare([manifest], taken), compare([other], taken)
    assert before.status is after.status
    statuses = [Counter((one.required, one.path, one.status) for one in each.files) for each in (before, after)]
    assert statuses[0] == statuses[1]


@given(manifests(), inventories, facts_of_files, manifests())
def test_an_unrelated_file_key_or_article_changes_nothing(
    manifest: Manifest, taken: Inventory, extra: FileFacts, other: Manifest
) -> None:
    more = replace(
        taken,
        records=(*taken.records, FileRecord("WINNT/system32/zzz.dll", extra)),
        system=replace(taken.system, fixes=(*taken.system.fixes, InstalledFix("Q999999", 999_999, True, "a key"))),
    )
    other = replace(other, article="Q100010")
    assert compare([manifest, other], more)[:1] == compare([manifest], taken)


@given(manifests(), inventories, st.data())
def test_a_later_version_of_its_branch_never_turns_fixed_into_missing(
    manifest: Manifest, taken: Inventory, data: st.DataObject
) -> None:
    """Inside its branch: the same Windows and build, service pack and source branch."""
    readable = [record for record in taken.records if record.facts and record.facts.file_version]
    assume(readable)
    record = data.draw(st.sampled_from(readable))
    assert record.facts
    assert record.facts.file_version
    version = record.facts.file_version
    later = replace(version, revision=data.draw(st.integers(version.revision, 65_535)))
    assume(later.is_terminal_server_build == version.is_terminal_server_build)
    assume(level_of_file(later, record.facts) == level_of_file(version, record.facts))
    raised = FileRecord(record.path, replace(record.facts, file_version=later))
    after = replace(taken, records=tuple(raised if each is record else each for each in taken.records))
    (before,), (now,) = compare([manifest], taken), compare([manifest], after)
    assert (before.status, now.status) != (Status.FIXED, Status.MISSING)


@given(catalogues(), inventories)
def test_the_plan_puts_every_missing_article_right_once(articles: list[Manifest], taken: Inventory) -> None:
    findings, plan = with_remedies(compare(articles, taken), articles, taken)
    missing = [finding.manifest.article for finding in findings if finding.status is Status.MISSING]
    planned = [article for step in plan.steps for article in step.articles]
    assert sorted((*planned, *plan.unknown)) == sorted(missing)
    assert all(finding.remedy for finding in findings if finding.manifest.article in planned)
    assert len(plan.steps) <= len(missing) + 1  # each by itself, and the service pack that they require
    assert [replace(each, remedy=None) for each in findings] == list(compare(articles, taken))
