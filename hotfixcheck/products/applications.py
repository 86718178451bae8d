"""Products that are no Windows: their names as articles print them, and how their versions show in their files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Application:
    """A product that is no Windows. Applications compare and hash by name."""

    name: str
    folder: str = field(default="other", compare=False)
    """Its folder in the catalogue."""
    names: tuple[str, ...] = field(default=(), compare=False, repr=False)
    """Further printed names in lower case, without Microsoft and The."""
    file_versions: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """How the versions of its files begin, for printed versions of which that is not the printed version itself."""
    builds: Mapping[str, tuple[tuple[tuple[int, ...], int], ...]] = field(
        default_factory=dict, compare=False, repr=False
    )
    """By printed version: the builds (the parts of a file version after the second) from which a service pack begins,
    ascending, with the pack's number."""
    is_elsewhere: bool = field(default=False, compare=False)
    """It never is a part of an installed Windows: a book, another operating system and what runs there."""


def _builds(**packs: str) -> dict[str, tuple[tuple[tuple[int, ...], int], ...]]:
    """From v5_5="1960 2232 2448": the first build of the release, of SP1, of SP2; `1493.2003` is two parts."""
    return {
        version.removeprefix("v").replace("_", "."): tuple(
            (tuple(map(int, first.split("."))), number) for number, first in enumerate(said.split())
        )
        for version, said in packs.items()
    }


_OFFICE = {"95": "7.0", "97": "8.0", "98": "8.5", "2000": "9.0", "2002": "10.0", "xp": "10.0", "2003": "11.0"}
_LIBRARIES = (
    "foundation classes",
    "active template library",
    "c/c++ compiler",
    "c run-time",
    "standard c++ library",
    "classwizard",
    "appwizard",
    "app studio",
    "integrated debugger",
    "visual workbench integrated debugger",
    "visual workbench",
    "linker",
    "compiler",
    "dialog editor",
    "resource editor",
    "program maintenance utility",
    "ole control developer's kit",
    "visual c++ run-time",
    "programmer's workbench",
    "source profiler",
    "nmake utility",
    "helpmake utility",
    "link",
    "lib",
)

_KNOWN = (
    Application(
        "Exchange Server",
        "exchange",
        ("exchange", "exchange active server components", "exchange development kit"),
        {"2000": "6.0", "2003": "6.5", "2007": "8.0", "2010": "14.0", "2013": "15.0", "2016": "15.1", "2019": "15.2"},
        # As the programs of each service pack show: 5.5.2653.13 is 5.5 SP4.
        _builds(v4_0="837 838 993 994 995 996", v5_0="1457 1458 1460", v5_5="1960 2232 2448 2650 2653")
        | _builds(v2000="4417 4712 5762 6249", v2003="6944 7226 7638"),
    ),
    Application(
        "Exchange Client",
        "exchange",
        (
            "exchange windows nt client",
            "exchange windows 3.x client",
            "exchange windows 95/98 client",
            "exchange windows client",
            "exchange for windows 95",
            "exchange client for windows 95",
        ),
    ),
    Application("Outlook Web Access", "exchange"),
    Application("LinkAge Message Exchange", "exchange"),
    Application("Metadirectory Services", names=("zoomit via",)),
    Application(
        "Systems Management Server",
        "sms",
        ("sms", "systems management server installer", "sms installer"),
        {"2003": "2.50"},
        # Hotfixes count on from their service pack: 2.00.1493.2201 is one after SP2.
        _builds(v2_0="1239 1380 1493.2000 1493.3000 1493.4000 1493.5000"),
    ),
    Application("SNA Server", "sna-server", ("sna", "sna client", "sna workstation")),
    Application("Host Integration Server", "sna-server", file_versions={"2000": "5.0"}),
    Application("Host Data Replicator", "sna-server"),
    Application("COM Transaction Integrator", "sna-server", ("com transaction integrator for cics and ims",)),
    Application("OLE DB Provider for DB2", "sna-server"),
    Application("OLE DB Provider for AS/400 and VSAM", "sna-server"),
    Application("ODBC Driver for DB2", "sna-server"),
    Application("MSMQ-MQSeries Bridge", "sna-server", ("msmq mqseries bridge",)),
    Application(
        "Internet Information Server",
        "iis",
        ("iis", "internet information service", "internet information services"),
        {"4.0": "4.2", "5.1": "5.1", "6.0": "6.0"},
    ),
    Application("Personal Web Server", "iis", ("peer web server", "peer web services")),
    Application("Index Server", "iis", ("indexing service",)),
    Application(
        "Internet Explorer",
        "internet-explorer",
        ("internet explorer administration kit",),
        {"3.02": "4.70", "4.0": "4.71", "4.01": "4.72", "5.01": "5.0", "5.5": "5.50"},
    ),
    Application("Outlook Express", "internet-explorer"),
    Application("Visual FoxPro", "visual-foxpro"),
    Application("FoxPro", "visual-foxpro", ("foxbase+",)),
    Application("Visual Basic", "visual-basic"),
    Application("eMbedded Visual Basic", is_elsewhere=True),
    Application("Visual SourceSafe", "visual-sourcesafe", ("sourcesafe",)),
    Application("Visual C++", "visual-cpp", ("visual c++.net", "c/c++")),
    Application("Visual C++ tools and libraries", "visual-cpp", _LIBRARIES),
    Application("Visual Studio", "visual-cpp", ("visual studo",), {"97": "5.0", "2002": "7.0", "2003": "7.10"}),
    Application("Visual J++", "visual-cpp"),
    Application("Visual InterDev", "visual-cpp"),
    Application("Macro Assembler", "visual-cpp"),
    Application("CodeView", "visual-cpp"),
    Application("Fortran PowerStation", "visual-cpp", ("fortran compiler",)),
    Application(
        "Data Access Components", "data-access", ("mdac", "remote data service", "activex data objects", "ado")
    ),
    Application("Open Database Connectivity", "data-access", ("odbc",)),
    Application("ODBC Driver for SQL Server", "data-access"),
    Application("ODBC Driver for Oracle", "data-access", ("odbc for oracle",), {"2.5": "2.573"}),
    Application("ODBC Driver for Access", "data-access"),
    Application("ODBC Driver for Visual FoxPro", "data-access"),
    Application("OLE DB Provider for Oracle", "data-access"),
    Application("Jet", "data-access", ("dao sdk", "jet database engine")),
    Application("XML", "data-access", ("xml parser", "msxml", "xml core services")),
    Application(
        "SQL Server",
        "sql-server",
        ("sql server analysis services",),
        {"2000": "8.0", "2005": "9.0"},
        _builds(v7_0="623 699 842 961 1063", v2000="194 384 532 760 2039", v2005="1399 2047 3042 4035 5000"),
    ),
    Application("Office", "office", file_versions=_OFFICE),
    Application("Word", "office", ("word viewer",), _OFFICE),
    Application("Excel", "office", file_versions=_OFFICE),
    Application("PowerPoint", "office", ("internet assistant for powerpoint",), _OFFICE),
    Application("Access", "office", ("access developer's toolkit",), _OFFICE),
    Application("Outlook", "office", ("outlook windows nt client", "outlook windows 95/98 client"), _OFFICE),
    Application("Publisher", "office", file_versions=_OFFICE),
    Application("Project", "office", file_versions=_OFFICE),
    Application("FrontPage", "office", file_versions={"97": "2.0", "98": "3.0", "2000": "4.0", "2002": "10.0"}),
    Application("Photo Editor", "office", ("clip gallery", "equation editor", "draw")),
    Application("Schedule+", "office"),
    Application("Microsoft Network", names=("msn",)),
    Application(
        "Mail",
        names=("mail for pc networks", "mail for appletalk networks", "mail server", "mail windows", "mail remote"),
    ),
    Application("BackOffice Server", names=("backoffice", "back office server")),
    Application(
        "BackOffice Small Business Server", names=("backoffice small business", "small business server", "sbs")
    ),
    Application("Site Server", names=("commerce server",)),
    Application("Proxy Server"),
    Application("Internet Security and Acceleration Server", names=("isa server",)),
    Application("Commercial Internet System"),
    Application("Certificate Server"),
    Application("Transaction Server"),
    Application("COM+", names=("component services",)),
    Application("Message Queue Server", names=("message queuing", "msmq")),
    Application("Cluster Server"),
    Application("Windows NT Load Balancing Service", names=("windows load balancing service",)),
    Application("Windows NT Option Pack", names=("windows nt version 4.0 option pack", "windows nt 4.0 option pack")),
    Application("Routing and Remote Access Service Update"),
    Application("Services for NetWare", names=("file and print services for netware",)),
    Application("Services for UNIX", names=("windows services for unix", "windows nt services for unix", "interix")),
    Application("Windows Server Update Services"),
    Application("Windows Management Instrumentation", names=("wmi",)),
    Application("Management Console"),
    Application("Active Directory Service Interfaces", names=("active directory services interface", "adsi")),
    Application("Active Directory Client Extension", names=("active directory client",)),
    Application("TCP/IP-32"),
    Application("Collaboration Data Objects", names=("cdo",)),
    Application("MAPI", names=("extended messaging application programming interface",)),
    Application("Server Appliance Kit"),
    Application("Windows Sound System"),
    Application("HTML Help"),
    Application("IntelliPoint"),
    Application("Plus!"),
    Application(
        "Software Development Kit",
        names=(
            "windows software development kit",
            "win32 software development kit",
            "windows device development kit",
            "windows telephony software development kit",
            "mail software development kit",
            "activex sdk",
        ),
    ),
    Application("Windows Resource Kit", names=("windows nt resource kit", "windows 2000 resource kit")),
    Application(".NET Framework"),
    Application("Works"),
    Application("another system", names=("mac os", "unix", "os/2", "lan manager"), is_elsewhere=True),
    Application("Windows 3.0", is_elsewhere=True),
    Application("MS-DOS", names=("ms-dos operating system",), is_elsewhere=True),
    Application(
        "Windows CE", names=("windows ce toolkit", "windows ce embedded toolkit", "pocket pc"), is_elsewhere=True
    ),
    Application("Developer Network", names=("msdn",)),
)
# Of these only the beginning of the name is known; what follows it is a title.
_BEGINNINGS = """
    Age of Empires|Ancient Lands|Art Gallery|Asheron's Call|Automap|Bookshelf|Business Planner|Cinemania|
    Combat Flight Simulator|Complete Baseball|Creative Writer|Crimson Skies|Dinosaurs|Electronic Forms Designer|Encarta|
    Expedia|Flight Simulator|Golf|Isaac Asimov's|Monster Truck Madness|Motocross Madness|Multimedia|Music Central|
    Musical Instruments|My Personal Tutor|Passport|Scholastic's|SideWinder|StarLancer|Train Simulator|Wine Guide
"""

TITLES = frozenset(
    {
        Application("Microsoft Press", names=("mspress",), is_elsewhere=True),
        *(Application(title) for title in " ".join(_BEGINNINGS.split()).replace("| ", "|").split("|")),
    }
)
APPLICATIONS: tuple[Application, ...] = (*_KNOWN, *sorted(TITLES, key=lambda title: title.name))
BY_NAME = {application.name: application for application in APPLICATIONS}


def applications_named(names: Iterable[str]) -> tuple[Application, ...]:
    """The applications of these exact names; KeyError for a name that none has."""
    return tuple(BY_NAME[name] for name in names)
