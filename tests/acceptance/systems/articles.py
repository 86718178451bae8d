"""The articles that the named systems are judged by: invented ones, each about a file of its own, and real ones."""

from __future__ import annotations

from datetime import date

from hotfixcheck.manifest.model import FileRow, FilesFix, Fix, Manifest, ServicePackFix
from hotfixcheck.platforms import Platform
from hotfixcheck.products import ServicePack
from tests.acceptance.systems.named import AMD64, ARM64, IA64, X86

ARTICLES: dict[int, Manifest] = {}


def invented(number: int, *fixes: Fix, applies_to: tuple[str, ...], **more: object) -> None:
    ARTICLES[number] = Manifest(f"Q{number}", "An invented article", fixes, applies_to=applies_to, **more)  # type: ignore[arg-type]


def table(*rows: FileRow, **more: object) -> FilesFix:
    return FilesFix(rows, **more)  # type: ignore[arg-type]


def branched(name: str, *rows: str) -> list[FilesFix]:
    """A table for each of `SP1QFE 5.1.2600.1581`."""
    pairs = (row.split(" ") for row in rows)
    return [table(FileRow(name, version=version), release=release) for release, version in pairs]


NT4 = ("Microsoft Windows NT Server version 4.0", "Microsoft Windows NT Workstation version 4.0")
TSE = "Microsoft Windows NT Server version 4.0, Terminal Server Edition"
BRANCHES = (("GDR", 4806), ("QFE", 4816))
ROLLUP = "Q917999 Windows NT 4.0 Rollup Package"
XP, S2003, VISTA, SEVEN = (
    ("Microsoft Windows XP Professional",),
    ("Microsoft Windows Server 2003, Standard Edition",),
    ("Windows Vista",),
    ("Windows 7",),
)
XP_ROWS = ("SP1QFE 5.1.2600.1581", "SP2GDR 5.1.2600.3119", "SP2QFE 5.1.2600.3125")
S2003_ROWS = (
    *("RTMGDR 5.2.3790.500", "RTMQFE 5.2.3790.520", "SP1GDR 5.2.3790.2700", "SP1QFE 5.2.3790.2720"),
    *("SP2GDR 5.2.3790.4050", "SP2QFE 5.2.3790.4070"),
)
for at in range(20):
    invented(910000 + at, *branched(f"xp{at}.dll", *XP_ROWS), applies_to=XP)
    invented(911000 + at, *branched(f"srv{at}.dll", *S2003_ROWS), applies_to=S2003)
    vista_rows = (
        FileRow(f"vista{at}.dll", version=f"6.0.{build}")
        for build in ("6000.16900", "6000.21100", "6001.18300", "6001.22500")
    )
    invented(912000 + at, table(*vista_rows), applies_to=VISTA)
    seven_rows = (
        FileRow(f"seven{at}.dll", version=f"6.1.{build}")
        for build in ("7600.16900", "7600.20900", "7601.17600", "7601.21700")
    )
    invented(913000 + at, table(*seven_rows), applies_to=SEVEN)
    ten_rows = (FileRow(f"ten{at}.dll", version=f"10.0.{build}") for build in ("14393.5127", "17763.2928"))
    invented(914000 + at, table(*ten_rows), applies_to=("Windows 10",))
    plain, terminal = (FileRow(f"nt{at}.dll", version=f"4.0.1381.{revision}") for revision in (7086, 33478))
    invented(
        915000 + at,
        table(plain, scope="Windows NT 4.0"),
        table(terminal, scope="Windows NT Server 4.0, Terminal Server Edition"),
        applies_to=(*NT4, TSE),
    )
    invented(
        916000 + at,
        table(FileRow(f"day{at}.dll", X86, date=date(1999, 11, 18), time="16:19", size=40_000), language="English"),
        applies_to=NT4,
    )
invented(
    917080,
    *branched("home.dll", "SP2GDR 5.1.2600.3119", "SP2QFE 5.1.2600.3125"),
    applies_to=(*XP, "Microsoft Windows XP Home Edition"),
)
invented(917000, *branched("only.dll", "SP2QFE 5.1.2600.3119"), applies_to=XP)
invented(917001, *branched("new.dll", "SP2GDR 5.1.2600.3119", "SP2QFE 5.1.2600.3125"), applies_to=XP)
invented(917002, table(FileRow("hal.dll", version="4.0.1381.7086")), applies_to=NT4)
invented(917003, table(FileRow("Halmps.dll", version="4.0.1381.7086")), applies_to=NT4)
invented(
    917004, table(FileRow("about.dll", X86, date=date(1999, 11, 18), size=40_960, size_approx=True)), applies_to=NT4
)
invented(917005, table(FileRow("old.dll", version="4.0.1381.7086")), applies_to=NT4, prerequisite="4.0 SP6a")
invented(917006, table(FileRow("old.dll", version="4.0.1381.7090")), applies_to=NT4)
invented(917007, table(FileRow("old.dll", version="4.0.1381.7080")), applies_to=NT4)
invented(917008, table(FileRow("Wuser32.exe", X86, version="1.2.0.0")), applies_to=S2003)
invented(917009, table(FileRow("one.dll", version="6.1.7601.21700")), applies_to=SEVEN)
invented(917010, table(FileRow("two.dll", version="6.1.7601.17600", date=date(2011, 6, 14))), applies_to=SEVEN)
invented(917011, ServicePackFix("Windows NT 4.0", ServicePack(6)), applies_to=NT4)
invented(
    917012,
    table(FileRow("old.dll", version="4.0.1381.50")),
    ServicePackFix("Windows NT 4.0", ServicePack(6)),
    applies_to=NT4,
)
invented(
    917013,
    table(FileRow("older.dll", version="4.0.1381.7086")),
    ServicePackFix("Windows NT 4.0", ServicePack(6)),
    applies_to=NT4,
)
invented(917014, table(FileRow("key.dll", X86, date=date(1999, 11, 18))), applies_to=NT4)
invented(917015, table(FileRow("same.dll", version="4.0.1381.7086", size=40_000)), applies_to=NT4)
invented(917016, table(FileRow("stray.dll", version="4.0.1381.7086")), applies_to=NT4)
invented(
    917017,
    table(FileRow("de.dll", date=date(1999, 11, 18), size=50_000), language="German"),
    table(FileRow("de.dll", date=date(1999, 11, 18), size=40_000), language="English"),
    applies_to=NT4,
)
invented(
    917018,
    table(
        FileRow("Iphlpapi.dll", IA64, version="5.2.3790.134"),
        FileRow("Wiphlpapi.dll", X86, version="5.2.3790.134"),
        scope="Windows Server 2003, 64-Bit Edition",
    ),
    applies_to=(),
)
invented(
    917019,
    *branched("x64.dll", "SP1QFE 5.2.3790.2720"),
    applies_to=("Microsoft Windows Server 2003, Standard x64 Edition",),
)
invented(917020, table(FileRow("string.dll", version="4.0.1381.32772")), applies_to=(TSE,))
invented(
    917021,
    table(FileRow("two.dll", version="6.1.7601.17600"), scope="Windows 7 for x64-based Systems"),
    applies_to=SEVEN,
)
invented(
    917022,
    table(
        FileRow("Ntkrnlpa.exe", version="5.1.2600.3093"),
        FileRow("Ntkrpamp.exe", version="5.1.2600.3093"),
        release="SP2GDR",
    ),
    applies_to=XP,
)
invented(
    917023,
    table(
        *(FileRow("both.dll", AMD64, version=f"6.1.7601.{revision}") for revision in (17600, 21700)),
        *(FileRow("both.dll", X86, version=f"6.1.7601.{revision}") for revision in (17600, 21700)),
        FileRow("only32.dll", X86, version="6.1.7601.17600"),
        scope="all supported x64-based versions of Windows 7 and of Windows Server 2008 R2",
    ),
    applies_to=(),
)
invented(
    917024,
    table(
        FileRow("lone.dll", AMD64, version="6.1.7601.17600"),
        FileRow("lone.dll", X86, version="6.1.7601.17600"),
    ),
    applies_to=SEVEN,
)
for at, name in ((25, "rolled.dll"), (26, "unread.dll"), (27, "untold.dll")):
    row = FileRow(name, version="4.0.1381.7086") if at < 27 else FileRow(name, X86, date=date(1999, 11, 18))
    invented(917000 + at, table(row), ServicePackFix("Windows NT 4.0", package=ROLLUP), applies_to=NT4)
invented(917028, table(FileRow("told.dll", version="4.0.1381.7086"), FileRow("nameonly.cfg")), applies_to=NT4)
invented(
    917029,
    *(
        table(FileRow("pack.dll", version=f"2.0.1493.{build}", size=size))
        for build, size in ((3242, 40_000), (3442, 9))
    ),
    applies_to=NT4,
)
for at in (30, 31):
    invented(917000 + at, table(FileRow(f"vb{at}.dll", version="06.00.8764")), applies_to=NT4)

# Tables for x64: of Windows Server 2003, whose copies have a W; of Vista, with two service packs; of Windows 10, whose
# file-information lists name no product.
WOW = r"SP2, SP2{}\WOW"
for at in range(3):
    invented(
        917040 + at,
        table(
            *(FileRow(f"ker{at}.dll", AMD64, version=f"5.2.3790.{v}", note=f"SP2, SP2{b}") for b, v in BRANCHES),
            *(FileRow(f"Wker{at}.dll", X86, version=f"5.2.3790.{v}", note=WOW.format(b)) for b, v in BRANCHES),
            FileRow(f"Wjet{at}.dll", X86, version="5.2.3790.4816", note=WOW.format("QFE")),
            scope="all supported x64-based versions of Windows Server 2003 and of Windows XP Professional",
        ),
        applies_to=(),
    )
    builds = ("6001.18560", "6001.22810", "6002.18340", "6002.22530")
    invented(
        917050 + at,
        table(
            *(FileRow(f"both{at}.dll", processor, version=f"6.0.{b}") for processor in (AMD64, X86) for b in builds),
            scope="all supported x64-based versions of Windows Vista and of Windows Server 2008",
        ),
        applies_to=(),
    )
for at, release in enumerate((19041, 19041, 19041, 22621, 17763)):
    of_x86, of_x64, of_arm64 = (
        FileRow(f"lcu{at}.dll", processor, version=f"10.0.{release}.1880") for processor in (X86, AMD64, ARM64)
    )
    feature = FileRow("feature.dll", AMD64, version=f"10.0.{release}.1880")
    data = FileRow(f"lcu{at}.mof", date=date(2022, 8, 2), time="04:32", size=1652)
    invented(917060 + at, table(of_x86), table(of_x64, of_x86, feature, data), table(of_arm64, of_x86), applies_to=())

invented(
    917070,
    table(FileRow("own.dll", AMD64, version="5.2.3790.2783"), scope="Windows XP Professional x64 Edition"),
    applies_to=(*XP, "Microsoft Windows XP Professional x64 Edition"),
)
invented(917071, table(FileRow("blue.dll", AMD64, version="6.3.9600.17041")), applies_to=("Windows 8.1 Pro",))
invented(
    917072,
    table(
        *(FileRow("mixed.dll", processor, version="6.1.7601.17751") for processor in (X86, AMD64)), scope="Windows 7"
    ),
    applies_to=SEVEN,
)
invented(
    917073,
    table(*(FileRow("arm.dll", on, version="10.0.19041.2846") for on in (ARM64, X86, Platform.ARM))),
    applies_to=(),
)

REAL = (
    *("windows-nt/Q250466", "windows-nt/Q243251", "windows-nt/Q254930", "windows-nt/Q235602", "windows-nt/Q257551"),
    *("windows-nt/Q262479", "windows-nt/Q143478", "windows-nt/Q266433", "windows-nt/Q288179", "windows-nt/Q255779"),
    *("windows-nt/Q312576", "windows-nt/Q301504", "windows-nt/Q307338", "windows-nt/Q240414", "windows-nt/Q255271"),
    *("windows-nt/Q216795", "windows-nt/Q195052", "windows-nt/Q296995", "windows-2000/Q260649"),
    *("sms/Q288567", "sms/Q245271", "exchange/Q230691", "exchange/Q236910", "windows-nt/Q174233"),
    *("windows-nt/Q188838", "windows-nt/Q219325", "windows-nt/Q239929", "windows-nt/Q191361"),
)
