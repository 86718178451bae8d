"""What holds for every system and every article."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.inventory import FileRecord, Inventory
from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest, ServicePackFix
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Edition, ServicePack
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.system.model import InstalledFix, System
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.finding import Status
from tests.build.systems import MACHINES, inventory, system

NAMES = ("a.dll", "ntoskrnl.exe", "ntkrnlmp.exe", "wa.dll", "readme.txt")
FOLDERS = ("WINNT/system32", "WINNT/System32", "WINNT", "WINNT/SysWOW64", "Program Files/X")
PRODUCTS = ("Windows NT Server 4.0", "Windows NT 4.0", "Windows NT Server 4.0, Terminal Server Edition", "Windows 2000")

platforms = st.none() | st.sampled_from([Platform.X86, Platform.ALPHA, Platform.IA64])
versions = st.builds(FileVersion, st.just(4), st.just(0), st.just(1381), st.sampled_from([4, 133, 200, 32_772, 33_478]))
days = st.dates(date(1996, 1, 1), date(2002, 1, 1))
sizes = st.sampled_from([1000, 1024, 1500, 2000])


def rows() -> st.SearchStrategy[FileRow]:
    return st.builds(
        FileRow,
        name=st.sampled_from(NAMES),
        platform=platforms,
        version=st.none() | versions.map(str),
        date=st.none() | days,
        size=st.none() | sizes,
        size_approx=st.booleans(),
    )


def manifests() -> st.SearchStrategy[Manifest]:
    tables = st.builds(
        FilesFix,
        st.lists(rows(), min_size=1, max_size=4).map(tuple),
        scope=st.none() | st.sampled_from(PRODUCTS),
        language=st.none() | st.sampled_from(["English", "German"]),
    )
    packs = st.builds(ServicePackFix, st.sampled_from(PRODUCTS), st.builds(ServicePack, st.integers(1, 6)))
    return st.builds(
        Manifest,
        article=st.integers(100_000, 100_009).map(lambda number: f"Q{number}"),
        title=st.just("An article"),
        fixes=st.lists(tables | packs, min_size=1, max_size=3).map(tuple),
        applies_to=st.lists(st.sampled_from(PRODUCTS), max_size=2).map(tuple),
    )


facts_of_files = st.builds(
    FileFacts,
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


@st.composite
def systems(draw: st.DrawFn) -> System:
    here = system(
        draw(st.sampled_from(["Windows NT 4.0", "Windows 2000"])),
        draw(st.none() | st.sampled_from([Edition.SERVER, Edition.TERMINAL_SERVER])),
        draw(st.none() | st.sampled_from(["none", "SP3", "SP6a"])),
        draw(platforms),
        language=draw(st.sampled_from([None, 0x407, 0x409])),
    )
    keys = draw(st.dictionaries(st.integers(100_000, 100_009), st.booleans(), max_size=3))
    return replace(here, fixes=tuple(InstalledFix(f"Q{n}", n, on, "a key") for n, on in sorted(keys.items())))


inventories = st.builds(inventory, systems(), files)


@given(manifests(), inventories)
def test_every_verdict_has_a_reason(manifest: Manifest, taken: Inventory) -> None:
    (finding,) = compare([manifest], taken)
    assert finding.reason
    assert all(one.reason for one in finding.files)
    assert all(one.reason for one in finding.service_packs)


@given(manifests(), inventories)
def test_an_unreadable_file_is_never_fixed_or_missing(manifest: Manifest, taken: Inventory) -> None:
    (finding,) = compare([manifest], taken)
    unreadable = [one for one in finding.files if one.found and one.found.problem]
    assert all(one.status is Status.INDETERMINATE for one in unreadable)


@given(st.lists(manifests(), max_size=4), inventories, st.randoms())
def test_order_changes_nothing(articles: list[Manifest], taken: Inventory, random: object) -> None:
    unique = list({manifest.article: manifest for manifest in articles}.values())
    shuffled = list(unique)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert compare(unique, taken) == compare(shuffled, taken)


@given(manifests(), inventories, facts_of_files)
def test_an_unrelated_file_or_key_changes_nothing(manifest: Manifest, taken: Inventory, extra: FileFacts) -> None:
    more = replace(
        taken,
        records=(*taken.records, FileRecord("WINNT/system32/zzz.dll", extra)),
        system=replace(taken.system, fixes=(*taken.system.fixes, InstalledFix("Q999999", 999_999, True, "a key"))),
    )
    assert compare([manifest], more) == compare([manifest], taken)


@given(manifests(), inventories, st.data())
def test_a_later_version_of_its_branch_never_turns_fixed_into_missing(
    manifest: Manifest, taken: Inventory, data: st.DataObject
) -> None:
    readable = [record for record in taken.records if record.facts and record.facts.file_version]
    if not readable:
        return
    record = data.draw(st.sampled_from(readable))
    assert record.facts
    assert record.facts.file_version
    revision = record.facts.file_version.revision
    last = 65_535 if revision >= 32_768 else 32_767
    later = replace(record.facts.file_version, revision=data.draw(st.integers(revision, last)))
    raised = FileRecord(record.path, replace(record.facts, file_version=later))
    after = replace(taken, records=tuple(raised if each is record else each for each in taken.records))
    (before,), (now,) = compare([manifest], taken), compare([manifest], after)
    assert (before.status, now.status) != (Status.FIXED, Status.MISSING)
