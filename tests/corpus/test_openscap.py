"""OpenSCAP evaluates the exported definitions on exported systems to the verdicts of the comparator.

Systems and articles are drawn around the thresholds of the rules; each run of the engine judges one system by many
articles. What OVAL cannot say, which docs/oval.md lists, is not drawn.
"""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.inventory import Inventory
from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest, ServicePackFix
from hotfixcheck.oval.articles import why_not
from hotfixcheck.oval.characteristics import characteristics_xml
from hotfixcheck.oval.definitions import definitions_of, definitions_xml
from hotfixcheck.oval.xml import DefinitionKind, definition_id
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Edition, ServicePack
from hotfixcheck.readers.facts import FileFacts, FileKind
from hotfixcheck.system.model import InstalledFix, System
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.finding import Finding, Status
from tests.build.systems import MACHINES, facts, inventory, system
from tests.corpus.oracles import required_tool

pytestmark = pytest.mark.corpus

RESULTS = "http://oval.mitre.org/XMLSchema/oval-results-5"
EXAMPLES, ARTICLES = 30, 20
"""Systems, and articles on each: 600 pairs at the least."""

SCHEMAS_SAY = {"definitions": "--definitions", "characteristics": "--syschar"}

# --- what is drawn ---------------------------------------------------------------------------------------------------

NAMES = ("a.dll", "b.sys", "c.exe", "d.mof")
PRODUCTS = (
    "Microsoft Windows NT Workstation version 4.0",
    "Microsoft Windows NT Server versions 4.0 SP4, 4.0 SP5",
    "Microsoft Windows NT Server version 4.0, Terminal Server Edition",
    "Microsoft Windows NT Server, Enterprise Edition version 4.0",
    "Windows NT 4.0",
    "Microsoft Windows 2000 Professional",
    "Microsoft Windows 2000 Advanced Server SP2",
    "Windows XP Professional",
    "Windows Server 2003, Enterprise Edition",
    "Windows Server 2008 R2 Standard",
    "x64-based versions of Windows Server 2008 R2",
    "Windows 7",
)
SYSTEMS = {
    "Windows NT 4.0": (Edition.WORKSTATION, Edition.SERVER, Edition.TERMINAL_SERVER, Edition.ENTERPRISE),
    "Windows 2000": (Edition.PROFESSIONAL, Edition.SERVER, Edition.ENTERPRISE),
    "Windows XP": (Edition.PROFESSIONAL, Edition.HOME),
    "Windows Server 2003": (Edition.SERVER, Edition.ENTERPRISE, Edition.WEB),
    "Windows 7": (Edition.PROFESSIONAL, Edition.ULTIMATE),
    "Windows Server 2008 R2": (Edition.SERVER, Edition.DATACENTER),
}
PLATFORMS = {"Windows NT 4.0": (Platform.X86, Platform.ALPHA), "Windows Server 2008 R2": (Platform.AMD64,)}
BUILDS = {"Windows 7": 7601, "Windows Server 2008 R2": 7601}
DAYS = tuple(date(1999, 11, 1) + timedelta(days) for days in (0, 30, 400))
SIZES = (1000, 1024, 107_520, 150_528)
VERSIONS = ("4.0.1381.4", "4.0.1381.7000", "4.0.1381.33478", "5.0.2195.6000", "6.0.9000.5", "10.0.19041.5")


def rows() -> st.SearchStrategy[FileRow]:
    return st.builds(
        FileRow,
        name=st.sampled_from(NAMES),
        platform=st.sampled_from([None, None, Platform.X86, Platform.ALPHA]),
        version=st.sampled_from([None, None, None, *VERSIONS, "7043", "4.00"]),
        date=st.sampled_from([None, *DAYS, *DAYS]),
        time=st.sampled_from([None, "18:00"]),
        size=st.sampled_from([None, *SIZES]),
        size_approx=st.booleans(),
    )


def manifests(here: System) -> st.SearchStrategy[tuple[Manifest, ...]]:
    """Articles, most of them for the family of the system: the others are not applicable, whatever its files are."""
    assert here.family
    family = here.family.name.removeprefix("Windows ").removesuffix(" 4.0")
    products = st.one_of(*[st.sampled_from([one for one in PRODUCTS if family in one])] * 4, st.sampled_from(PRODUCTS))
    scopes = st.one_of(*[st.none()] * 3, products)
    # One row a file in a table: which of several it is held against, other tests say.
    listed = st.lists(rows(), min_size=1, max_size=3, unique_by=lambda row: row.name).map(tuple)
    tables = st.builds(FilesFix, listed, scope=scopes)
    packs = st.builds(
        ServicePackFix,
        products,
        st.builds(ServicePack, st.integers(1, 6)) | st.just(ServicePack(6, "a")),
    )
    rollups = st.builds(ServicePackFix, products, package=st.just("Q299444 Rollup Package"))
    alternatives = [st.tuples(tables, rollups), st.tuples(packs, rollups)]
    if here.service_pack is not None:
        # Of an old file where the pack that contains the fix is not known, OVAL cannot say what a verdict says.
        alternatives.append(st.tuples(tables, packs))
    fixes = st.one_of(*[st.tuples(tables)] * 4, st.tuples(packs), st.tuples(rollups), *alternatives)
    one = st.builds(
        Manifest,
        article=st.just("Q1"),
        title=st.just("An article"),
        fixes=fixes,
        applies_to=st.one_of(
            *[st.sampled_from([(), PRODUCTS])] * 3,
            st.lists(products, max_size=3, unique=True).map(tuple),
        ),
        prerequisite=st.sampled_from([*[None] * 8, "4.0 SP5", "Windows 2000 SP2"]),
    )
    several = st.lists(one, min_size=ARTICLES, max_size=ARTICLES)
    return several.map(
        lambda found: tuple(replace(each, article=f"Q{100_000 + number}") for number, each in enumerate(found))
    )


def at(day: date, days: int, hours: int = 12) -> datetime:
    return datetime.combine(day + timedelta(days), time(), tzinfo=UTC) + timedelta(hours=hours)


link_times = st.builds(at, st.sampled_from(DAYS), st.sampled_from([-20, -14, -10, -3, -2, -1, 0, 1, 2, 40]))
file_times = st.builds(at, st.sampled_from(DAYS), st.sampled_from([-3, -2, -1, 0, 1, 2]), st.integers(0, 23))
facts_of_files = st.builds(
    FileFacts,
    kind=st.sampled_from([FileKind.PE, FileKind.PE, FileKind.PE, FileKind.NE]),
    size=st.sampled_from([*SIZES, 1536, 107_100]),
    modified=st.none() | file_times,
    machine=st.sampled_from([MACHINES[Platform.X86], MACHINES[Platform.ALPHA], MACHINES[Platform.AMD64], None]),
    link_time=st.sampled_from([0, 0x2A425E19, 2_000_000_000]) | link_times.map(lambda moment: int(moment.timestamp())),
    reproducible=st.sampled_from([False, False, False, True]),
    file_version=st.none() | st.sampled_from([*VERSIONS, "4.0.1381.133", "4.0.1381.40000"]).map(FileVersion.parse),
    language=st.just(0x409),
).map(lambda facts: facts if facts.kind is FileKind.PE else replace(facts, link_time=None, machine=None))


@st.composite
def systems(draw: st.DrawFn) -> System:
    family = draw(st.sampled_from(sorted(SYSTEMS)))
    packs = ["none", "SP1"] if "7" in family or "R2" in family else ["none", "SP2", "SP4", "SP5", "SP6", "SP6a"]
    pack = draw(st.sampled_from([None, *packs]))
    keys = (
        {"Q246009": 1}
        if pack == "SP6a"
        else draw(st.dictionaries(st.sampled_from(["Q100000", "Q100003"]), st.integers(0, 1)))
    )
    rollup = draw(st.sampled_from([{}, {"Q299444": 1}]))
    here = system(
        family,
        draw(st.sampled_from(SYSTEMS[family])),
        pack,
        draw(st.sampled_from(PLATFORMS.get(family, (Platform.X86,)))),
        build=BUILDS.get(family),
    )
    return replace(
        here,
        fixes=tuple(
            InstalledFix(name, int(name[1:]), bool(on), "a key") for name, on in sorted({**keys, **rollup}.items())
        ),
    )


found_files = st.one_of(*[facts_of_files] * 9, st.just("cut short"))
files = st.fixed_dictionaries(
    {}, optional={f"WINNT/{folder}/{name}": found_files for folder in ("system32", "SysWOW64") for name in NAMES}
).filter(bool)

# --- service branches ------------------------------------------------------------------------------------------------

REVISIONS = {
    "Windows XP": ("5.1.2600.", (0, 62, 1106, 1400, 1700, 2180, 2900, 3119, 3520, 5512, 5700, 6055)),
    "Windows Server 2003": ("5.2.3790.", (0, 134, 500, 1830, 2440, 3900, 3959, 4100, 4455)),
    "Windows 7": ("6.1.7601.", (17514, 17600, 18000, 19999, 20000, 21700, 22000)),
}
TAGS = ("xpsp_sp2_gdr", "xpsp_sp2_qfe", "srv03_sp1_gdr", "srv03_sp1_qfe", "srv03_rtm", "win7sp1_ldr", "")
PACKS = (None, "RTMGDR", "RTMQFE", "SP1GDR", "SP1QFE", "SP2GDR", "SP2QFE", "SP3", "LDR")
RELEASES = {"Windows XP": PACKS, "Windows Server 2003": PACKS, "Windows 7": (None, "GDR", "LDR")}


def branch_manifests(family: str) -> st.SearchStrategy[tuple[Manifest, ...]]:
    """One file in several tables, each for a service branch."""
    prefix, revisions = REVISIONS[family]
    row = st.builds(
        FileRow,
        name=st.just("a.dll"),
        version=st.sampled_from(revisions).map(lambda one: f"{prefix}{one}"),
        size=st.sampled_from([None, None, 100_000, 100_001]),
    )
    tables = st.builds(FilesFix, st.tuples(row), release=st.sampled_from(RELEASES[family]))
    several = st.lists(tables, min_size=1, max_size=4, unique_by=lambda table: table.files).map(tuple)
    fixes = st.lists(several, min_size=ARTICLES, max_size=ARTICLES)
    return fixes.map(
        lambda found: tuple(
            Manifest(f"KB{800_000 + number}", "An article", each, applies_to=(family,))
            for number, each in enumerate(found)
        )
    )


@st.composite
def branches(draw: st.DrawFn) -> tuple[tuple[Manifest, ...], Inventory]:
    family = draw(st.sampled_from(sorted(REVISIONS)))
    prefix, revisions = REVISIONS[family]
    near = [one + step for one in revisions for step in (-1, 0, 1) if one + step >= 0]
    version, tag = f"{prefix}{draw(st.sampled_from(near))}", draw(st.sampled_from(TAGS))
    string = f"{version} ({tag}.070416-1259)" if tag else version
    here = system(
        family, SYSTEMS[family][0], draw(st.sampled_from([None, "none", "SP1"])), Platform.X86, build=BUILDS.get(family)
    )
    found = facts(version, FileVersion=string)
    return draw(branch_manifests(family)), inventory(here, {"WINNT/system32/a.dll": found})


# --- the engine ------------------------------------------------------------------------------------------------------


def evaluated(folder: Path, articles: Sequence[Manifest], taken: Inventory) -> dict[str, str]:
    """The result of every definition by its id, as OpenSCAP writes it."""
    oscap = required_tool("oscap", "openscap-scanner")
    pairs = definitions_of(articles)
    if not pairs:  # no document is valid without a definition
        return {}
    for name, text in (("definitions", definitions_xml(pairs)), ("characteristics", characteristics_xml(taken, pairs))):
        (folder / f"{name}.xml").write_text(text, encoding="utf-8")
    subprocess.run(
        [
            oscap,
            "oval",
            "analyse",
            "--results",
            folder / "results.xml",
            folder / "definitions.xml",
            folder / "characteristics.xml",
        ],
        capture_output=True,
        timeout=300,
        check=True,
    )
    results = ET.parse(folder / "results.xml").getroot().find(f".//{{{RESULTS}}}system/{{{RESULTS}}}definitions")
    assert results is not None
    return {each.attrib["definition_id"]: each.attrib["result"] for each in results}


def verdict(results: dict[str, str], article: Manifest, platform: Platform) -> Status:
    """What two definitions say together."""
    applicable, missing = (
        results.get(definition_id(article.number, platform, kind), "false") for kind in DefinitionKind
    )
    if applicable == "false":
        return Status.NOT_APPLICABLE
    return {"true": Status.MISSING, "false": Status.FIXED}.get(missing, Status.INDETERMINATE)


def differences(
    results: dict[str, str], findings: Iterable[Finding], platform: Platform
) -> list[tuple[str, Status, Status, str]]:
    return [
        (finding.manifest.article, finding.status, said, finding.reason)
        for finding in findings
        if (said := verdict(results, finding.manifest, platform)) is not finding.status
    ]


# --- the comparison --------------------------------------------------------------------------------------------------


def _has_rollup(here: System) -> bool:
    return any(fix.installed for fix in here.fixes if fix.article == "Q299444")


drawn_settings = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_drawn_systems(tmp_path_factory: pytest.TempPathFactory) -> None:
    seen: Counter[Status] = Counter()

    @drawn_settings
    @given(drawn=systems().flatmap(lambda here: st.tuples(st.just(here), manifests(here))), found=files)
    def agree(drawn: tuple[System, tuple[Manifest, ...]], found: dict[str, FileFacts | str]) -> None:
        here, articles = drawn
        # Of a file that cannot be read beside a rollup that its key calls installed OVAL says that of the rollup.
        assume("cut short" not in found.values() or not _has_rollup(here))
        taken = inventory(here, found)
        findings = compare(articles, taken)
        results = evaluated(tmp_path_factory.mktemp("oval"), articles, taken)
        assert here.platform
        assert differences(results, findings, here.platform) == []
        seen.update(finding.status for finding in findings)

    agree()
    assert min(seen[status] for status in Status) >= 10, seen


def test_drawn_branches(tmp_path_factory: pytest.TempPathFactory) -> None:
    seen: Counter[Status] = Counter()

    @drawn_settings
    @given(drawn=branches())
    def agree(drawn: tuple[tuple[Manifest, ...], Inventory]) -> None:
        articles, taken = drawn
        exported = [each for each in articles if not why_not(each)]
        findings = compare(exported, taken)
        results = evaluated(tmp_path_factory.mktemp("oval"), exported, taken)
        assert differences(results, findings, Platform.X86) == []
        seen.update(finding.status for finding in findings)

    agree()
    assert min(seen[status] for status in set(Status) - {Status.NOT_APPLICABLE}) >= 100, seen
