"""What an installed application leaves behind: registry keys, services, programs, folders, words in its files.

Keys are below SOFTWARE. Sources: the articles that name them (Q147374 and Q149205 for Exchange's, Q173284 for SNA
Server's), and the set-up programs' own lists. What is not known is left out: a trace may show an application, its
absence never by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from hotfixcheck.products.applications import BY_NAME, Application


@dataclass(frozen=True, slots=True)
class Traces:
    """How an application shows on a system."""

    keys: tuple[str, ...] = ()
    """Keys that only an installed one has. A part `*` is its version, such as 6.0."""
    versions: tuple[tuple[str, str], ...] = ()
    """Values that tell its version, and may tell its service pack behind it: (key, name)."""
    service_pack: tuple[str, str] | None = None
    """The value that tells the number of its service pack; a part `*` of the key is the version."""
    services: tuple[str, ...] = ()
    """Keys below Services of the control set, in lower case."""
    programs: tuple[str, ...] = ()
    """Its own programs, in lower case."""
    tells_version: bool = False
    """The versions of its programs are its own; other programs count for themselves, or as Windows does."""
    folders: tuple[str, ...] = ()
    """Folders of its own, in lower case."""
    words: tuple[str, ...] = ()
    """Words of ProductName in its files, in lower case."""
    comes_with_windows: bool = False
    """Its files may have Windows' own product name and version, and lie in Windows' own folders."""
    takes_service_packs_of_windows: bool = False
    """Its service packs are Windows': IIS 4.0 is repaired by those of NT 4.0."""
    has_run_time: bool = False
    """Its files come with programs too that others made with it."""
    shared: tuple[str, ...] = ()
    """Files that Windows may have without it, in lower case."""
    members: tuple[str, ...] = ()
    """Applications of which one is enough to show this one, a suite."""


_EXCHANGE = Traces(
    keys=(r"Microsoft\Exchange\Setup",),
    services=("msexchangeis", "msexchangeds", "msexchangemta", "msexchangesa"),
    programs=("store.exe", "emsmta.exe", "dsamain.exe", "mad.exe", "msexcimc.exe"),
    tells_version=True,
    folders=("exchsrvr",),
    words=("exchange",),
    shared=("mapi.dll", "mapi32.dll"),  # Windows NT 4.0 has them, of Windows Messaging (Q189318)
)
_SMS = Traces(
    keys=(r"Microsoft\SMS\Setup", r"Microsoft\SMS\Client", r"Microsoft\SMS\Identification"),
    versions=((r"Microsoft\SMS\Setup", "Full Version"), (r"Microsoft\SMS\Setup", "Version")),
    services=("sms_executive", "sms_site_component_manager", "clisvc"),
    programs=("smsexec.exe", "sitecomp.exe", "clisvcl.exe", "ccim32.dll", "clicore.exe", "smsapm32.exe"),
    tells_version=True,
    folders=("sms", "smsadmin", "smssetup"),
    words=("systems management server",),
)
_SNA = Traces(
    keys=(r"Microsoft\SNA Server", r"Microsoft\Host Integration Server"),
    versions=((r"Microsoft\SNA Server\CurrentVersion", "SnaVersion"),),
    services=("snaservr", "snabase", "snaserver"),
    programs=("snaservr.exe", "snabase.exe", "snacfg.dll", "snadmod.dll", "wappc32.dll"),
    tells_version=True,
    folders=("snaroot", "sna", "sna server", "host integration server"),
    words=("sna server", "host integration server"),
)
_BESIDE_SNA = Traces(folders=_SNA.folders, words=("sna server", "host integration server", "transaction integrator"))
_DATABASE_PARTS = Traces(words=("data access", "odbc", "ole db", "jet", "sql server"), comes_with_windows=True)


def _office(program: str, key: str, *words: str) -> Traces:
    return Traces(
        keys=(rf"Microsoft\Office\*\{key}\InstallRoot",),
        programs=(program,),
        tells_version=True,
        folders=("office", "microsoft office"),
        words=("microsoft office", *words),
    )


_STUDIO = Traces(folders=("microsoft visual studio", "devstudio", "vb98", "vc98", "msdev"), words=("visual studio",))

TRACES: dict[str, Traces] = {
    "Exchange Server": _EXCHANGE,
    "Exchange Client": Traces(programs=("exchng32.exe",), folders=("exchange",), words=("exchange",)),
    "Outlook Web Access": Traces(programs=("exchfilt.dll", "cdohtml.dll"), folders=("webdata",), words=("exchange",)),
    "LinkAge Message Exchange": Traces(folders=("linkage",)),
    "Systems Management Server": _SMS,
    "SNA Server": _SNA,
    "Host Integration Server": _SNA,
    "Host Data Replicator": _BESIDE_SNA,
    "COM Transaction Integrator": Traces(
        keys=(r"Microsoft\Cedar",), folders=_SNA.folders, words=("transaction integrator", "sna server")
    ),
    "OLE DB Provider for DB2": _BESIDE_SNA,
    "OLE DB Provider for AS/400 and VSAM": _BESIDE_SNA,
    "ODBC Driver for DB2": _BESIDE_SNA,
    "MSMQ-MQSeries Bridge": Traces(keys=(r"Microsoft\MQBridge",), services=("mqbridge",), folders=_SNA.folders),
    "Internet Information Server": Traces(
        keys=(r"Microsoft\InetStp",),
        versions=((r"Microsoft\InetStp", "MajorVersion"),),
        services=("w3svc", "msftpsvc", "iisadmin"),
        programs=("inetinfo.exe", "w3svc.dll", "infocomm.dll"),
        tells_version=True,
        folders=("inetsrv",),
        words=("internet information",),
        takes_service_packs_of_windows=True,
        comes_with_windows=True,
    ),
    "Personal Web Server": Traces(
        keys=(r"Microsoft\InetStp",),
        services=("w3svc",),
        programs=("inetinfo.exe", "w3svc.dll"),
        folders=("inetsrv",),
        takes_service_packs_of_windows=True,
        comes_with_windows=True,
    ),
    "Index Server": Traces(
        services=("cisvc",),
        programs=("cisvc.exe", "cidaemon.exe"),
        words=("index server",),
        takes_service_packs_of_windows=True,
        comes_with_windows=True,
    ),
    "Internet Explorer": Traces(
        keys=(r"Microsoft\Internet Explorer",),
        versions=((r"Microsoft\Internet Explorer", "Version"),),
        programs=("iexplore.exe",),
        words=("internet explorer",),
        comes_with_windows=True,
    ),
    "Outlook Express": Traces(programs=("msimn.exe",), words=("outlook express",), comes_with_windows=True),
    "Visual FoxPro": Traces(
        keys=(r"Microsoft\VisualFoxPro\*",),
        programs=("vfp6.exe", "vfp7.exe", "vfp.exe"),
        tells_version=True,
        folders=("vfp", "vfp98", "vfp7", "microsoft visual foxpro"),
        words=("visual foxpro",),
        has_run_time=True,
    ),
    "FoxPro": Traces(programs=("foxprow.exe",), words=("foxpro",), has_run_time=True),
    "Visual Basic": Traces(
        keys=(r"Microsoft\Visual Basic\*", r"Microsoft\VisualStudio\*\Setup\Microsoft Visual Basic"),
        programs=("vb6.exe", "vb5.exe", "vb32.exe"),
        tells_version=True,
        folders=("vb", "vb98"),
        words=("visual basic",),
        has_run_time=True,
    ),
    "Visual SourceSafe": Traces(
        keys=(r"Microsoft\SourceSafe", r"Microsoft\VisualStudio\*\Setup\Microsoft Visual SourceSafe Server"),
        programs=("ssexp.exe", "ss.exe", "ssarc.exe", "ssadmin.exe"),
        tells_version=True,
        folders=("vss", "sourcesafe"),
        words=("sourcesafe",),
    ),
    "Visual C++": Traces(
        keys=(
            r"Microsoft\Devstudio\*\Products\Microsoft Visual C++",
            r"Microsoft\VisualStudio\*\Setup\Microsoft Visual C++",
        ),
        programs=("msdev.exe",),
        tells_version=True,
        folders=("vc98", "msdev", "devstudio"),
        words=("visual c++",),
        has_run_time=True,
    ),
    "Visual C++ tools and libraries": Traces(
        words=("visual c++", "visual studio"), has_run_time=True, members=("Visual C++",)
    ),
    "Visual Studio": Traces(
        keys=(r"Microsoft\VisualStudio\*\Setup",),
        service_pack=(r"Microsoft\VisualStudio\*\ServicePacks", "latest"),
        folders=_STUDIO.folders,
        words=_STUDIO.words,
        has_run_time=True,
        members=("Visual Basic", "Visual C++", "Visual FoxPro", "Visual SourceSafe", "Visual InterDev", "Visual J++"),
    ),
    "Data Access Components": Traces(
        keys=(r"Microsoft\DataAccess",),
        versions=((r"Microsoft\DataAccess", "FullInstallVer"), (r"Microsoft\DataAccess", "Version")),
        words=("data access", "odbc", "ole db"),
        comes_with_windows=True,
    ),
    **dict.fromkeys(
        (
            "Open Database Connectivity",
            "ODBC Driver for SQL Server",
            "ODBC Driver for Oracle",
            "ODBC Driver for Access",
            "ODBC Driver for Visual FoxPro",
            "OLE DB Provider for Oracle",
            "Jet",
        ),
        _DATABASE_PARTS,
    ),
    "XML": Traces(words=("xml",), comes_with_windows=True),
    "SQL Server": Traces(
        keys=(r"Microsoft\MSSQLServer\MSSQLServer\CurrentVersion", r"Microsoft\Microsoft SQL Server\Instance Names"),
        versions=(
            (r"Microsoft\MSSQLServer\MSSQLServer\CurrentVersion", "CSDVersion"),
            (r"Microsoft\MSSQLServer\MSSQLServer\CurrentVersion", "CurrentVersion"),
        ),
        services=("mssqlserver",),
        programs=("sqlservr.exe",),
        tells_version=True,
        folders=("mssql", "mssql7", "microsoft sql server"),
        words=("sql server",),
    ),
    "Word": _office("winword.exe", "Word", "microsoft word"),
    "Excel": _office("excel.exe", "Excel", "microsoft excel"),
    "PowerPoint": _office("powerpnt.exe", "PowerPoint", "powerpoint"),
    "Access": _office("msaccess.exe", "Access", "microsoft access"),
    "Outlook": _office("outlook.exe", "Outlook", "outlook"),
    "FrontPage": _office("frontpg.exe", "FrontPage", "frontpage"),
    "Office": Traces(
        folders=("office", "microsoft office"),
        words=("microsoft office",),
        members=("Word", "Excel", "PowerPoint", "Access", "Outlook"),
    ),
    "Schedule+": Traces(programs=("schdpl32.exe",), words=("schedule+",)),
    "BackOffice Server": Traces(keys=(r"Microsoft\BackOffice",)),
    "BackOffice Small Business Server": Traces(keys=(r"Microsoft\SmallBusiness",)),
    "Certificate Server": Traces(
        services=("certsvc",),
        programs=("certsrv.exe", "certutil.exe"),
        words=("certificate server",),
        takes_service_packs_of_windows=True,
        comes_with_windows=True,
    ),
    "Transaction Server": Traces(
        keys=(r"Microsoft\Transaction Server\Packages",),
        programs=("mtx.exe",),
        words=("transaction server",),
        takes_service_packs_of_windows=True,
        comes_with_windows=True,
    ),
    "COM+": Traces(words=("com services", "com+"), comes_with_windows=True),
    "Message Queue Server": Traces(
        keys=(r"Microsoft\MSMQ",),
        services=("msmq",),
        programs=("mqsvc.exe",),
        words=("message queue",),
        takes_service_packs_of_windows=True,
        comes_with_windows=True,
    ),
    "Cluster Server": Traces(
        services=("clussvc",),
        programs=("clussvc.exe",),
        folders=("cluster",),
        words=("cluster",),
        takes_service_packs_of_windows=True,
        comes_with_windows=True,
    ),
    "Windows NT Load Balancing Service": Traces(
        services=("wlbs",),
        programs=("wlbs.sys", "wlbs.exe"),
        takes_service_packs_of_windows=True,
        comes_with_windows=True,
    ),
    "Windows NT Option Pack": Traces(
        keys=(r"Microsoft\Transaction Server\Packages",),
        members=("Internet Information Server", "Transaction Server"),
        takes_service_packs_of_windows=True,
        comes_with_windows=True,
    ),
    "Routing and Remote Access Service Update": Traces(
        services=("router",), programs=("iprtrmgr.dll",), comes_with_windows=True
    ),
    "Services for NetWare": Traces(
        services=("fpnw", "fpnwsrv", "mssync"),
        programs=("fpnwsrv.sys",),
        words=("netware",),
        comes_with_windows=True,
    ),
    "Services for UNIX": Traces(
        keys=(r"Microsoft\Services For UNIX", r"Microsoft\Interix"),
        services=("nfssvc", "nfsclnt"),
        programs=("nfssvc.exe", "nfsclnt.exe", "psxss.exe"),
        folders=("sfu", "interix"),
        words=("services for unix", "interix"),
    ),
    "Windows Management Instrumentation": Traces(
        keys=(r"Microsoft\WBEM",),
        services=("winmgmt",),
        programs=("winmgmt.exe",),
        folders=("wbem",),
        comes_with_windows=True,
    ),
    "Site Server": Traces(keys=(r"Microsoft\Site Server",), folders=("microsoft site server",), words=("site server",)),
    "Proxy Server": Traces(services=("mspadmin", "wspsrv"), folders=("msp",), words=("proxy server",)),
    "Management Console": Traces(programs=("mmc.exe",), comes_with_windows=True),
    "MAPI": Traces(words=("messaging", "exchange", "outlook"), comes_with_windows=True),
    "Collaboration Data Objects": Traces(words=("exchange", "outlook", "collaboration"), comes_with_windows=True),
    "Active Directory Service Interfaces": Traces(comes_with_windows=True),
    "Active Directory Client Extension": Traces(comes_with_windows=True),
}
_NONE = Traces()


def traces_of(application: Application) -> Traces:
    """The traces of an application; all empty for one of which none are known."""
    return TRACES.get(application.name, _NONE)


def members_of(application: Application) -> tuple[Application, ...]:
    """The applications that make up a suite, for others none."""
    return tuple(BY_NAME[name] for name in traces_of(application).members)
