"""What holds for every application, whatever lies around on the system."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.manifest.model import FileRow, Manifest
from hotfixcheck.products import APPLICATIONS, ServicePack
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.system.model import InstalledApplication, System
from hotfixcheck.targets.layout import Layout
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.finding import Status
from tests.build.systems import DRIVE, SYSTEM32, article, facts, inventory, system, table

LINES = (
    "Microsoft Exchange Server, version 5.5",
    "Microsoft SNA Server, versions 3.0, 4.0 SP1",
    "Internet Information Server 4.0",
    "Visual Studio 6.0",
    "Systems Management Server 2.0",
)
ROWS = (FileRow("Store.exe", version="5.5.2652.0"), FileRow("W3svc.dll", version="4.2.720.1"), FileRow("A.dll", size=5))
WINDOWS = "Microsoft(R) Windows NT(TM) Operating System"
VERSIONS = ("4.0.1381.4", "5.5.2448.8", "5.5.2653.13", "4.2.700.1", "2.0.1493.2003", None)

manifests = st.builds(
    lambda lines, rows: article(table(*rows), applies_to=tuple(lines)),
    st.lists(st.sampled_from(LINES), min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from(ROWS), min_size=1, unique=True),
)
found = st.builds(
    lambda version, product, linked: facts(version, linked=linked, **({"ProductName": product} if product else {})),
    st.sampled_from(VERSIONS),
    st.sampled_from([WINDOWS, "Microsoft Exchange", "Example Suite", None]),
    st.sampled_from(["1996-08-01", "1999-11-30", None]),
)
files: st.SearchStrategy[dict[str, FileFacts | str]] = st.dictionaries(
    st.sampled_from(["WINNT/system32/", "exchsrvr/bin/", "WINNT/system32/inetsrv/", "Program Files/X/"]).flatmap(
        lambda folder: st.sampled_from(["store.exe", "w3svc.dll", "mad.exe", "a.dll"]).map(lambda name: folder + name)
    ),
    found | st.just("no permission"),
    max_size=5,
)
installed = st.builds(
    InstalledApplication,
    st.sampled_from(["Exchange Server", "SNA Server", "Internet Information Server", "Visual Basic"]),
    st.sampled_from(["", "4.0", "5.5", "6.0"]),
    st.none() | st.just(ServicePack(2)),
    st.just("SOFTWARE\\x"),
)
systems = st.builds(
    lambda applications, known: replace(system(pack="SP6"), applications=tuple(applications), applications_known=known),
    st.lists(installed, max_size=2),
    st.booleans(),
)
layouts = st.sampled_from([DRIVE, SYSTEM32])


@given(manifests, systems, files, layouts)
def test_windows_own_files_alone_never_make_an_applications_fix_missing(
    manifest: Manifest, here: System, around: dict[str, FileFacts | str], layout: Layout
) -> None:
    own = {path: facts("4.0.1381.4", ProductName=WINDOWS, CompanyName="Microsoft Corporation") for path in around}
    windows = {f"WINNT/system32/{path.rpartition('/')[2]}": each for path, each in own.items()}
    exchange_or_sna = replace(manifest, applies_to=tuple(line for line in LINES[:2] if line in manifest.applies_to))
    if exchange_or_sna.applies_to:
        (finding,) = compare([exchange_or_sna], inventory(here, {**windows}, layout))
        assert finding.status is Status.NOT_APPLICABLE


@given(manifests, systems, files, layouts)
def test_nothing_is_missing_of_what_nothing_shows(
    manifest: Manifest, here: System, around: dict[str, FileFacts | str], layout: Layout
) -> None:
    """Without a trace in the registry or a program of its own, an older file is not yet a missing fix."""
    bare = replace(here, applications=())
    programs = {"store.exe", "w3svc.dll", "mad.exe"}
    others = {path: each for path, each in around.items() if path.rpartition("/")[2] not in programs}
    (finding,) = compare([manifest], inventory(bare, others, layout))
    assert finding.status is not Status.MISSING


@given(manifests, systems, files, layouts, found)
def test_an_unrelated_file_changes_nothing(
    manifest: Manifest, here: System, around: dict[str, FileFacts | str], layout: Layout, extra: FileFacts
) -> None:
    alone = compare([manifest], inventory(here, around, layout))
    assert alone == compare([manifest], inventory(here, {**around, "exchsrvr/bin/unrelated.dll": extra}, layout))


@given(manifests, systems, files, layouts)
def test_an_unrelated_application_changes_nothing(
    manifest: Manifest, here: System, around: dict[str, FileFacts | str], layout: Layout
) -> None:
    other = InstalledApplication("Proxy Server", "2.0", None, "SOFTWARE\\other")
    more = replace(here, applications=(*here.applications, other))
    assert compare([manifest], inventory(here, around, layout)) == compare([manifest], inventory(more, around, layout))


@given(manifests, systems, files, layouts)
def test_an_article_is_judged_by_itself(
    manifest: Manifest, here: System, around: dict[str, FileFacts | str], layout: Layout
) -> None:
    """The other articles of a catalogue, and the programs they look for, are no evidence."""
    taken = inventory(here, around, layout)
    beside = [article(table(row), number=f"Q{number}", applies_to=(LINES[0],)) for number, row in enumerate(ROWS, 900)]
    (alone,) = compare([manifest], taken)
    assert alone in compare([manifest, *beside], taken)


@given(st.sampled_from(APPLICATIONS), systems)
def test_every_application_has_an_answer(application: object, here: System) -> None:
    manifest = article(table(*ROWS), applies_to=(application.name,))  # type: ignore[attr-defined]
    (finding,) = compare([manifest], inventory(here))
    assert finding.reason
