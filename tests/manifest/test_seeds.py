"""The five seed manifests, value by value, against the tables below and against the documents they were read from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest, ServicePackFix
from hotfixcheck.manifest.yaml import dump, load
from hotfixcheck.platforms import Platform
from hotfixcheck.products import ServicePack

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = ROOT / "manifests" / "seeds"
DOCUMENTS = ROOT.parent / "shared" / "seeds"

X86, ALPHA, IA64 = Platform.X86, Platform.ALPHA, Platform.IA64
NOV_1999, MAR_2000, SEP_2001, FEB_2004 = (
    date(1999, 11, 18),
    date(2000, 3, 14),
    date(2001, 9, 27),
    date(2004, 2, 26),
)


@dataclass(frozen=True)
class Seed:
    """What the manifest must be; `printed` has each row of its tables as the document prints it."""

    document: str
    manifest: Manifest
    revised: str
    printed: tuple[str, ...] = ()


SEEDS = [
    Seed(
        "000_aa3afd072b96fed5.txt",
        Manifest(
            article="Q246691",
            title="The CreateRemoteThread API May Leak a Handle",
            revised=date(2002, 5, 8),
            applies_to=(
                "Microsoft Windows NT Server versions 4.0, 4.0 SP4, 4.0 SP5, 4.0 SP6",
                "Microsoft Windows NT Server, Enterprise Edition versions 4.0, 4.0 SP4, 4.0 SP5, 4.0 SP6",
                "Microsoft Windows NT Workstation versions 4.0, 4.0 SP4, 4.0 SP5, 4.0 SP6",
            ),
            fixes=(
                FilesFix(
                    language="English",
                    files=(
                        FileRow("Kernel32.dll", platform=X86, date=NOV_1999, time="16:19", size=375056),
                        FileRow("Kernel32.dll", platform=ALPHA, date=NOV_1999, time="18:17", size=589584),
                    ),
                ),
            ),
        ),
        revised="08-MAY-2002",
        printed=("11/18/99 04:19pm 375,056 Kernel32.dll Intel", "11/18/99 06:17pm 589,584 Kernel32.dll Alpha"),
    ),
    Seed(
        "001_b2785f8b2ad7f81d.txt",
        Manifest(
            article="Q179827",
            title="Registry Handle Leak Causes Random Blue Screens",
            revised=date(2001, 8, 9),
            applies_to=(
                "Microsoft Windows NT Workstation version 4.0",
                "Microsoft Windows NT Server version 4.0",
                "Microsoft Windows NT Server version 4.0, Terminal Server Edition",
            ),
            fixes=(
                ServicePackFix("Windows NT 4.0", ServicePack(4)),
                ServicePackFix("Windows NT Server 4.0, Terminal Server Edition", ServicePack(4)),
            ),
        ),
        revised="09-AUG-2001",
    ),
    Seed(
        "002_fc62040f20091ece.txt",
        Manifest(
            article="Q256149",
            title="Memory Leak Using Multiple Threads to Call CoGetClassObject()",
            revised=date(2002, 5, 8),
            applies_to=(
                "Microsoft Windows NT Server versions 4.0 SP4, 4.0 SP5, 4.0 SP6, 4.0 SP6a",
                "Microsoft Windows NT Server version 4.0, Terminal Server Edition",
            ),
            prerequisite="4.0 SP5",
            fixes=(
                FilesFix(
                    scope="Windows NT Server",
                    language="English",
                    files=(
                        FileRow(
                            "Rpcss.exe", platform=X86, date=MAR_2000, time="18:00", size=105 * 1024, size_approx=True
                        ),
                        FileRow(
                            "Rpcss.exe", platform=ALPHA, date=MAR_2000, time="18:00", size=179 * 1024, size_approx=True
                        ),
                    ),
                ),
                FilesFix(
                    scope="Windows NT Server Terminal Server Edition",
                    language="English",
                    files=(
                        FileRow("Ole32.dll", version="4.0.1381.33478", date=SEP_2001, time="20:17", size=701712),
                        FileRow("Rpcss.exe", version="4.0.1381.33478", date=SEP_2001, time="20:17", size=108816),
                    ),
                ),
            ),
        ),
        revised="08-MAY-2002",
        printed=(
            "03/14/2000 18:00 105 KB Rpcss.exe Intel",
            "03/14/2000 18:00 179 KB Rpcss.exe Alpha",
            "09/27/2001 20:17 4.0.1381.33478 701,712 Ole32.dll",
            "09/27/2001 20:17 4.0.1381.33478 108,816 Rpcss.exe",
        ),
    ),
    Seed(
        "003_b5b1521c10d8e9b4.txt",
        Manifest(
            article="Q235425",
            title="CreateFile() Can Cause Leak in Paged Pool Memory",
            revised=date(2002, 5, 20),
            applies_to=(
                "Microsoft Windows NT Server version 4.0, Terminal Server Edition",
                "Microsoft Windows NT Server version 4.0",
                "Microsoft Windows NT Server version 4.0, Terminal Server Edition",
                "Microsoft Windows NT Server, Enterprise Edition version 4.0",
                "Microsoft Windows NT Workstation version 4.0",
            ),
            fixes=(
                ServicePackFix("Windows NT Server 4.0", ServicePack(6)),
                ServicePackFix("Windows NT Server 4.0, Terminal Server Edition", ServicePack(6)),
            ),
        ),
        revised="20-MAY-2002",
    ),
    Seed(
        "004_16962f84aa526882.txt",
        Manifest(
            article="KB836769",
            title="Handle leak in an IP helper function in Windows Server 2003",
            revised=date(2007, 7, 24),
            fixes=(
                FilesFix(
                    scope="Windows Server 2003, 32-bit versions",
                    language="English",
                    utc=True,
                    files=(FileRow("Iphlpapi.dll", version="5.2.3790.134", date=FEB_2004, time="11:32", size=84992),),
                ),
                FilesFix(
                    scope="Windows Server 2003, 64-Bit Edition",
                    language="English",
                    utc=True,
                    files=(
                        FileRow("Iphlpapi.dll", IA64, version="5.2.3790.134", date=FEB_2004, time="11:28", size=228864),
                        FileRow("Wiphlpapi.dll", X86, version="5.2.3790.134", date=FEB_2004, time="11:32", size=84992),
                    ),
                ),
            ),
        ),
        revised="7/24/2007",
        printed=(
            "26-Feb-2004 11:32 5.2.3790.134 84,992 Iphlpapi.dll",
            "26-Feb-2004 11:28 5.2.3790.134 228,864 Iphlpapi.dll IA-64",
            "26-Feb-2004 11:32 5.2.3790.134 84,992 Wiphlpapi.dll x86",
        ),
    ),
]

every_seed = pytest.mark.parametrize("seed", [pytest.param(seed, id=seed.manifest.article) for seed in SEEDS])


def text_of(seed: Seed) -> str:
    return (MANIFESTS / f"{seed.manifest.article}.yaml").read_text(encoding="utf-8")


def document(seed: Seed) -> str:
    """The document in one line, for some of them lost their line breaks."""
    file = DOCUMENTS / seed.document
    if not file.exists():
        pytest.skip(f"the documents are not here: {DOCUMENTS}")
    return " ".join(file.read_text(encoding="utf-8").split())


def read_printed(row: str) -> FileRow:
    """A printed row, read anew: date, time, version, size, name, platform."""
    found = re.fullmatch(
        r"(?P<date>\S+) (?P<hour>\d\d):(?P<minute>\d\d)(?P<pm>pm)? (?:(?P<version>[\d.]+) )?(?P<size>[\d,]+)"
        r"(?P<kb> KB)? (?P<name>\S+)(?: (?P<platform>\S+))?",
        row,
    )
    assert found
    if month_first := re.fullmatch(r"(\d\d)/(\d\d)/(?:19|20)?(\d\d)", found["date"]):
        month, day, year = map(int, month_first.groups())
        printed_date = date(year + (1900 if year > 90 else 2000), month, day)
    else:
        assert found["date"] == "26-Feb-2004"
        printed_date = FEB_2004
    platforms = {None: None, "Intel": X86, "x86": X86, "Alpha": ALPHA, "IA-64": IA64}
    return FileRow(
        name=found["name"],
        platform=platforms[found["platform"]],
        version=found["version"],
        date=printed_date,
        time=f"{int(found['hour']) + (12 if found['pm'] else 0):02}:{found['minute']}",
        size=int(found["size"].replace(",", "")) * (1024 if found["kb"] else 1),
        size_approx=bool(found["kb"]),
    )


def test_no_seed_is_left_out() -> None:
    assert {file.stem for file in MANIFESTS.iterdir()} == {seed.manifest.article for seed in SEEDS}


@every_seed
def test_every_value(seed: Seed) -> None:
    assert load(text_of(seed).encode(), "seed.yaml") == seed.manifest


@every_seed
def test_canonical_form(seed: Seed) -> None:
    assert text_of(seed) == dump(load(text_of(seed).encode(), "seed.yaml"))


@every_seed
def test_rows_are_the_printed_ones(seed: Seed) -> None:
    assert tuple(seed.manifest.rows()) == tuple(map(read_printed, seed.printed))


@every_seed
def test_rows_stand_in_the_document_and_none_is_left_out(seed: Seed) -> None:
    text = document(seed)
    positions = [text.index(row) for row in seed.printed]
    assert positions == sorted(positions)
    dated = re.findall(r"(?:\d\d/\d\d/\d{2,4}|\d\d-[A-Z][a-z]{2}-\d{4}) \d\d:\d\d", text)
    assert len(dated) == len(seed.printed)


@every_seed
def test_scopes_stand_before_their_rows(seed: Seed) -> None:
    text = document(seed)
    rows = iter(seed.printed)
    for fix in seed.manifest.fixes:
        if isinstance(fix, FilesFix):
            first, *_ = (text.index(next(rows)) for _ in fix.files)
            assert fix.scope is None or fix.scope in text[:first]
            assert f"The {fix.language}" in text[:first]
            assert ("UTC" in text[:first]) is fix.utc


@every_seed
def test_title_date_products_and_prerequisite_stand_in_the_document(seed: Seed) -> None:
    text = document(seed)
    manifest = seed.manifest
    assert manifest.article.removeprefix("KB") in text
    assert manifest.title in text
    assert seed.revised in text
    if "applies to: -" in text:
        listed = text.partition("applies to: - ")[2].partition(" ---")[0]
        assert tuple(listed.split(" - ")) == manifest.applies_to
    else:
        assert manifest.applies_to == ()
    assert re.findall(r"This hotfix requires (.+?) or later", text) == [manifest.prerequisite] * bool(
        manifest.prerequisite
    )


@every_seed
def test_service_packs_are_the_stated_ones(seed: Seed) -> None:
    text = document(seed)
    stated = re.search(r"first corrected in (.+? Service Pack \d)\.(?!\d)", text)
    products = re.findall(r"(.+?) Service Pack (\d)(?:\.0)?(?: and |$)", stated[1]) if stated else []
    packs = tuple(fix for fix in seed.manifest.fixes if isinstance(fix, ServicePackFix))
    assert packs == tuple(ServicePackFix(product, ServicePack(int(number))) for product, number in products)
