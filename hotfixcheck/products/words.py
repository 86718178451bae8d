"""The vocabulary of printed product lines: brands that open a clause, versions, releases, editions, other words."""

from __future__ import annotations

from dataclasses import dataclass

from hotfixcheck.platforms import Platform
from hotfixcheck.products.families import FAMILIES
from hotfixcheck.products.model import Edition, Family, Role
from hotfixcheck.products.tokens import Phrases


@dataclass(frozen=True, slots=True)
class Word:
    """What a phrase says; the default says nothing, as `edition` or `for` do."""

    edition: Edition | None = None
    in_full: bool = False
    """The phrase is a product's name: `Server, Advanced Server` are two products, `Server, Enterprise Edition` one."""
    role: Role | None = None
    platform: Platform | None = None
    is_64_bit: bool = False
    language: str | None = None
    is_release: bool = False
    """The release without a service pack."""
    every_pack: bool = False
    or_later: bool = False


@dataclass(frozen=True, slots=True)
class Brand:
    """What opens a clause: the words that are versions after it, and what it says by itself."""

    versions: Phrases[tuple[Family, ...]]
    families: tuple[Family, ...] = ()
    """What it means where no version is printed."""
    edition: Edition | None = None
    """The edition, whatever words follow: `Windows Storage Server 2003, Standard Edition`."""
    role: Role | None = None
    platform: Platform | None = None
    released: tuple[Family, ...] = ()
    """The family whose releases may follow without a version."""


_BY_NAME = {family.name.removeprefix("Windows "): family for family in FAMILIES}


def _named(*names: str) -> tuple[Family, ...]:
    return tuple(_BY_NAME[name] for name in names)


def _versions(kind: str) -> dict[str, tuple[Family, ...]]:
    return {name.removeprefix(kind).lower(): (family,) for name, family in _BY_NAME.items() if name.startswith(kind)}


_SEMI_ANNUAL = _BY_NAME["Server (Semi-Annual Channel)"]

_NT = _versions("NT ")
_SERVERS = _versions("Server ")
_CLIENTS = {version: found for version, found in _versions("").items() if not version.startswith(("nt ", "server "))}
_ALL_NT = tuple(family for (family,) in _NT.values())
_NT |= {
    "3.50": _named("NT 3.5"),
    "3.5x": _named("NT 3.5", "NT 3.51"),
    "4": _named("NT 4.0"),
    "4.00": _named("NT 4.0"),
    "4.x": _named("NT 4.0"),
    "5.0": _named("2000"),
}
_SERVERS |= {
    "2003 r2": _named("Server 2003"),  # an addition on the same files
    "2011": _named("Server 2008 R2"),  # Small Business Server
    "semi-annual channel": (_SEMI_ANNUAL,),
}
_CLIENTS |= {
    "3.10": _named("3.1"),
    "3.11": _named("3.1"),
    "millennium": _named("Me"),
    "9x": _named("95", "98", "Me"),
    "2009": _named("XP"),  # Embedded
}

_NT_VERSIONS, _SERVER_VERSIONS, _CLIENT_VERSIONS = Phrases(_NT), Phrases(_SERVERS), Phrases(_CLIENTS)
_OF_NT = Brand(_NT_VERSIONS, _ALL_NT)
_BRANDS = {
    "windows": Brand(_CLIENT_VERSIONS),
    "win": Brand(_CLIENT_VERSIONS),
    # A server without the word, as lists have it; a year must follow at once, for Windows Essentials 2012 is none.
    **{f"windows {version}": Brand(_SERVER_VERSIONS, families) for version, families in _SERVERS.items()},
    "windows nt": _OF_NT,
    "nt": _OF_NT,
    "winnt": _OF_NT,
    "window nt": _OF_NT,  # sic
    # Only NT 3.1 was sold by this name.
    "windows nt advanced server": Brand(_NT_VERSIONS, _named("NT 3.1"), role=Role.SERVER),
    "windows server": Brand(_SERVER_VERSIONS, released=(_SEMI_ANNUAL,)),
    "windows small business server": Brand(_SERVER_VERSIONS, edition=Edition.SMALL_BUSINESS),
    "windows web server": Brand(_SERVER_VERSIONS, edition=Edition.WEB),
    "windows storage server": Brand(_SERVER_VERSIONS, edition=Edition.STORAGE),
    "windows compute cluster server": Brand(_SERVER_VERSIONS, edition=Edition.COMPUTE_CLUSTER),
    "windows hpc server": Brand(_SERVER_VERSIONS, edition=Edition.COMPUTE_CLUSTER),
    "windows embedded": Brand(_CLIENT_VERSIONS, edition=Edition.EMBEDDED),
    "windows for workgroups": Brand(_CLIENT_VERSIONS, _named("3.1")),
    "windows rt": Brand(_CLIENT_VERSIONS, _named("8"), platform=Platform.ARM),
}
BRANDS = Phrases(_BRANDS)
NO_BRAND = Brand(Phrases({}))

# Printed releases of a family and their builds. Windows XP's are years of its editions.
RELEASES: dict[Family, dict[str, int]] = {
    _BY_NAME["XP"]: {"2002": 2600, "2003": 3790, "2004": 2600, "2005": 2600},
    _BY_NAME["10"]: {
        "1507": 10240,
        "1511": 10586,
        "1607": 14393,
        "1703": 15063,
        "1709": 16299,
        "1803": 17134,
        "1809": 17763,
        "1903": 18362,
        "1909": 18363,
        "2004": 19041,
        "20h2": 19042,
        "21h1": 19043,
        "21h2": 19044,
        "22h2": 19045,
        # Long-term servicing
        "2015": 10240,
        "2016": 14393,
        "2019": 17763,
        "2021": 19044,
    },
    _BY_NAME["11"]: {
        "21h2": 22000,
        "22h2": 22621,
        "23h2": 22631,
        "24h2": 26100,
        "25h2": 26200,
        "2024": 26100,
    },
    _BY_NAME["Server 2016"]: {"1607": 14393},
    _BY_NAME["Server 2019"]: {"1809": 17763},
    _SEMI_ANNUAL: {
        "1709": 16299,
        "1803": 17134,
        "1809": 17763,
        "1903": 18362,
        "1909": 18363,
        "2004": 19041,
        "20h2": 19042,
    },
    _BY_NAME["Server 2022"]: {"21h2": 20348, "23h2": 25398},
    _BY_NAME["Server 2025"]: {"24h2": 26100},
}

_EDITIONS = {
    Edition.PROFESSIONAL: ("professional", "pro", "business"),
    Edition.HOME: ("home",),
    Edition.STARTER: ("starter",),
    Edition.ULTIMATE: ("ultimate",),
    Edition.EDUCATION: ("education",),
    Edition.MEDIA_CENTER: ("media center",),
    Edition.TABLET_PC: ("tablet pc",),
    Edition.EMBEDDED: ("embedded",),
    Edition.SERVER: ("standard", "standard server"),
    Edition.ENTERPRISE: ("enterprise", "enterprise server", "ent"),
    Edition.DATACENTER: ("datacenter",),
    Edition.TERMINAL_SERVER: ("terminal server",),
    Edition.SMALL_BUSINESS: ("small business", "small business server"),
    Edition.WEB: ("web",),
    Edition.STORAGE: ("storage",),
    Edition.FOUNDATION: ("foundation",),
    Edition.ESSENTIALS: ("essentials",),
}

_LANGUAGES = """
    Arabic Chinese Czech Danish Dutch English Finnish French German Greek Hebrew Hungarian Italian Japanese Korean
    Norwegian Pan-Chinese Polish Portuguese Russian Spanish Swedish Thai Turkish
"""

_SAY_NOTHING = """
    microsoft the a of for on in with without and or all supported both only version versions release releases
    edition editions operating system systems computer computers based os service oem rc language languages
    basic premium single n kn second se iot ltsb ltsc workstations developer hyper-v installation limited
    posready industry osr osr2
"""

WORDS = Phrases(
    {
        **{word: Word() for word in _SAY_NOTHING.split()},
        "server core": Word(),
        **{language.lower(): Word(language=language) for language in _LANGUAGES.split()},
        **{phrase: Word(edition=edition) for edition, phrases in _EDITIONS.items() for phrase in phrases},
        "advanced server": Word(edition=Edition.ENTERPRISE, in_full=True),
        "datacenter server": Word(edition=Edition.DATACENTER, in_full=True),
        "server": Word(role=Role.SERVER),
        "workstation": Word(role=Role.WORKSTATION),
        "32-bit": Word(platform=Platform.X86),
        "64-bit": Word(is_64_bit=True),
        "rtm": Word(is_release=True),
        "gold": Word(is_release=True),
        "all service packs": Word(every_pack=True),
        "any service pack": Word(every_pack=True),
        **{
            f"{joint} {word}": Word(or_later=True)
            for joint in ("and", "or")
            for word in ("later", "newer", "higher", "above")
        },
    }
)
