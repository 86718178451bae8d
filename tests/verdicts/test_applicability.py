"""Design section 5, rules 2 and 10: is this about the system at all?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotfixcheck.manifest.model import FilesFix, ServicePackFix
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Edition, ServicePack, parse_product
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.applicability import (
    Applies,
    article_applies,
    is_about,
    same_service_pack_line,
    table_applies,
)
from tests.build.systems import article, asks, system

YES, NO, UNKNOWN = Applies.YES, Applies.NO, Applies.UNKNOWN
NT, W2K, XP, S2003 = "Windows NT 4.0", "Windows 2000", "Windows XP", "Windows Server 2003"
TERMINAL = Edition.TERMINAL_SERVER
IA64, AMD64, ALPHA = Platform.IA64, Platform.AMD64, Platform.ALPHA

SERVER = "Microsoft Windows NT Server version 4.0"

SCOPES = {
    "NT Server": ("Windows NT Server", system(), YES),
    "NT Server is not Terminal Server": ("Windows NT Server", system(edition=TERMINAL), NO),
    "NT Server is Enterprise Edition too": ("Windows NT Server", system(edition=Edition.ENTERPRISE), YES),
    "NT Server is not Workstation": ("Windows NT Server", system(edition=Edition.WORKSTATION), NO),
    "NT Server is not 2000 Server": ("Windows NT Server", system(W2K), NO),
    "Terminal Server": ("Windows NT Server Terminal Server Edition", system(edition=TERMINAL), YES),
    "Terminal Server is not NT Server": ("Windows NT Server Terminal Server Edition", system(), NO),
    "Enterprise Edition alone": ("Windows NT Server 4.0, Enterprise Edition", system(), NO),
    "bare NT 4.0": ("Windows NT 4.0", system(edition=Edition.WORKSTATION), YES),
    "bare NT 4.0 is not Terminal Server": ("Windows NT 4.0", system(edition=TERMINAL), NO),
    "another NT": ("Windows NT 3.51", system(), NO),
    "no restriction to service packs": ("Windows NT Server version 4.0", system(pack="SP3"), YES),
    "below the range": ("Windows NT Server versions 4.0 SP4, 4.0 SP5", system(pack="SP3"), NO),
    "in a gap of the range": ("Windows NT Server versions 4.0, 4.0 SP4", system(pack="SP3"), YES),
    "above the range": ("Windows NT Server versions 4.0, 4.0 SP4", system(pack="SP5"), NO),
    "SP6a where SP6 is the last": ("Windows NT Server versions 4.0, 4.0 SP6", system(pack="SP6a"), YES),
    "SP6 where SP6a is the first": ("Windows NT Server version 4.0 SP6a", system(pack="SP6"), NO),
    "SP6a of Terminal Server, whose last is SP6": (
        "Windows NT Server version 4.0 SP6a, Terminal Server Edition",
        system(edition=TERMINAL, pack="SP6"),
        YES,
    ),
    "unknown service pack": ("Windows NT Server version 4.0 SP4", system(pack=None), UNKNOWN),
    "unknown service pack, all are meant": ("Windows NT Server versions 4.0, 4.0 SP6", system(pack=None), YES),
    "64-Bit Edition": ("Windows Server 2003, 64-Bit Edition", system(S2003, platform=IA64), YES),
    "64-Bit Edition is not x64": ("Windows Server 2003, 64-Bit Edition", system(S2003, platform=AMD64), NO),
    "32-bit versions": ("Windows Server 2003, 32-bit versions", system(S2003), YES),
    "32-bit versions are not x64": ("Windows Server 2003, 32-bit versions", system(S2003, platform=AMD64), NO),
    "unknown platform": ("Windows Server 2003, 32-bit versions", system(S2003, platform=None), UNKNOWN),
    "a product of which nothing is on the drive": ("Microsoft Exchange Server 5.5", system(), NO),
    "a product without known programs": ("Microsoft Open Database Connectivity, version 3.0", system(), UNKNOWN),
    "a product of another system": ("Microsoft Exchange Macintosh client, version 4.0", system(), NO),
    "a product on another Windows": ("Microsoft Internet Explorer version 5 for Windows 98", system(), NO),
    "a line that is not understood": ("Microsoft Bob", system(), UNKNOWN),
    "a machine": ("the hardware: Intel x86", system(), YES),
    "another machine": ("the hardware: DEC Alpha", system(), NO),
    "nothing known of the system": ("Windows NT Server", System(), UNKNOWN),
    "edition unknown, some are meant": ("Windows NT Server", system(edition=None), UNKNOWN),
    "edition unknown, none is meant": (
        "Windows NT Server 4.0, Terminal Server Edition",
        system(edition=None, terminal_server=False),
        NO,
    ),
    "edition unknown, all are meant": ("Windows NT 4.0", system(edition=None, terminal_server=False), YES),
    "edition unknown, it may be Terminal Server": ("Windows NT 4.0", system(edition=None), UNKNOWN),
    "client or server unknown": ("Windows 7", system(("Windows 7", "Windows Server 2008 R2"), None), UNKNOWN),
    "client or server unknown, not the edition": (
        "Windows 7 Enterprise",
        system(("Windows 7", "Windows Server 2008 R2"), Edition.ENTERPRISE),
        UNKNOWN,
    ),
    "neither client nor server": ("Windows 8", system(("Windows 7", "Windows Server 2008 R2"), None), NO),
    "the printed release": ("Windows 10 Version 1809", system("Windows 10", None, build=17763), YES),
    "another release": ("Windows 10 Version 1809", system("Windows 10", None, build=19045), NO),
}


@pytest.mark.parametrize(("scope", "here", "expected"), SCOPES.values(), ids=SCOPES)
def test_scope(scope: str, here: System, expected: Applies) -> None:
    answer = table_applies(scope, here, asks(here))
    assert answer.applies is expected
    assert bool(answer.reason) == (expected is not YES)
    assert article_applies(article(applies_to=(scope,)), here, asks(here)).applies is expected


def test_a_table_without_a_scope_and_an_article_without_products_apply() -> None:
    assert table_applies(None, system(), asks(system())).applies is YES
    assert article_applies(article(), system(), asks(system())).applies is YES


def test_one_product_of_several_is_enough() -> None:
    lines = ("Windows NT Workstation version 4.0", "Windows NT Server version 4.0", "Windows 2000 Server")
    assert article_applies(article(applies_to=lines), system(), asks(system())).applies is YES
    assert (
        article_applies(
            article(applies_to=lines), system(XP, Edition.PROFESSIONAL), asks(system(XP, Edition.PROFESSIONAL))
        ).applies
        is NO
    )


def test_products_together_may_cover_whatever_the_edition_is() -> None:
    lines = ("Microsoft Windows NT Workstation version 4.0", "Microsoft Windows NT Server version 4.0")
    unknown = system(edition=None, terminal_server=False)
    assert article_applies(article(applies_to=lines), unknown, asks(unknown)).applies is YES
    assert article_applies(article(applies_to=lines[:1]), unknown, asks(unknown)).applies is UNKNOWN


XP_LINES = ("Microsoft Windows XP Professional", "Microsoft Windows XP Home Edition")
S2003_LINES = tuple(f"Microsoft Windows Server 2003, {name} Edition" for name in ("Standard", "Enterprise"))
SEVEN_LINES = ("Windows 7 Home Premium", "Windows 7 Professional", "Windows 7 Ultimate")

EDITION_UNKNOWN = {
    "both of XP": (XP_LINES, XP, YES),
    "one of XP": (XP_LINES[:1], XP, UNKNOWN),
    "what others are built on": (S2003_LINES, S2003, YES),
    "Standard Edition alone, where it may be Enterprise": (S2003_LINES[:1], S2003, UNKNOWN),
    "clients have no Enterprise of their own": (SEVEN_LINES, "Windows 7", YES),
    "one that is built on another": (("Microsoft Windows XP Media Center Edition",), XP, UNKNOWN),
    "another Windows": (("Windows 7 Professional",), XP, NO),
    "its service pack is not known": (tuple(f"{line} SP2" for line in XP_LINES), XP, UNKNOWN),
}


@pytest.mark.parametrize(("lines", "family", "expected"), EDITION_UNKNOWN.values(), ids=EDITION_UNKNOWN)
def test_an_edition_that_is_not_known_is_one_that_others_are_built_on(
    lines: tuple[str, ...], family: str, expected: Applies
) -> None:
    here = system(family, None, None, terminal_server=False)
    assert article_applies(article(applies_to=lines), here, asks(here)).applies is expected


def test_the_reason_is_of_the_product_that_came_nearest() -> None:
    lines = ("Microsoft Windows 2000 Server", "Microsoft Windows NT Server versions 4.0 SP4, 4.0 SP5")
    answer = article_applies(article(applies_to=lines), system(pack="SP3"), asks(system(pack="SP3")))
    assert answer.reason == "it is for SP4 to SP5, and this system has SP3"


ELSEWHERE = {
    "one product": (("Windows NT 3.51",), "it is for Windows NT 3.51"),
    "one of a list that it opens": (("Windows NT 3.51, used with:", "Cluster Server"), "it is for Windows NT 3.51"),
    "two": (("Windows NT 3.51", "Windows NT 3.5"), "it is for Windows NT 3.51, or 1 other product"),
    "one twice": (("Windows NT 3.51", "Windows NT 3.51"), "it is for Windows NT 3.51"),
    "three, of one family the last": (
        ("Windows NT 3.51", "Windows NT 3.5", "Windows NT Workstation 4.0"),
        "it is for Windows NT Workstation 4.0",
    ),
}


@pytest.mark.parametrize(("lines", "reason"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_reasons_say_what_an_article_is_for(lines: tuple[str, ...], reason: str) -> None:
    answer = article_applies(article(applies_to=lines), system(), asks(system()))
    assert (answer.applies, answer.reason) == (NO, reason)


LINES = {
    "NT 4.0 on Server": ("Windows NT 4.0", system(), YES),
    "NT Server on Workstation": ("Windows NT Server 4.0", system(edition=Edition.WORKSTATION), YES),
    "NT 4.0 on Terminal Server": ("Windows NT 4.0", system(edition=TERMINAL), NO),
    "Terminal Server on Terminal Server": (
        "Windows NT Server 4.0, Terminal Server Edition",
        system(edition=TERMINAL),
        YES,
    ),
    "Terminal Server on Server": ("Windows NT Server 4.0, Terminal Server Edition", system(), NO),
    "2000 on NT": ("Windows 2000", system(), NO),
    "2000 Professional on Advanced Server": ("Windows 2000 Professional", system(W2K, Edition.ENTERPRISE), YES),
    "XP on XP x64": ("Windows XP", system(XP, Edition.PROFESSIONAL, platform=AMD64), NO),
    "XP x64 on XP x64": ("Windows XP Professional x64 Edition", system(XP, Edition.PROFESSIONAL, platform=AMD64), YES),
    "Exchange": ("Microsoft Exchange Server 5.5", system(), NO),
    "Windows unknown": ("Windows NT 4.0", System(), UNKNOWN),
    "edition unknown": ("Windows NT 4.0", system(edition=None), UNKNOWN),
    "edition unknown, not Terminal Server": ("Windows NT 4.0", system(edition=None, terminal_server=False), YES),
}


@pytest.mark.parametrize(("product", "here", "expected"), LINES.values(), ids=LINES)
def test_series_of_service_packs(product: str, here: System, expected: Applies) -> None:
    assert same_service_pack_line(parse_product(product), here, asks(here)).applies is expected


def test_articles_are_found_by_product() -> None:
    manifest = article(
        FilesFix((), scope="Windows NT Server 4.0, Terminal Server Edition"),
        ServicePackFix("Microsoft SNA Server 4.0", ServicePack(3)),
        applies_to=("Microsoft Windows 2000 Server",),
    )
    assert is_about(manifest, "Windows NT 4.0")
    assert is_about(manifest, "Windows 2000")
    assert is_about(manifest, "sna server")
    assert not is_about(manifest, "Windows XP")
    assert not is_about(manifest, "Exchange")
    assert not is_about(manifest, "Bob")
    assert is_about(article(applies_to=("Microsoft Bob 1.0",)), "bob")


@pytest.mark.parametrize(
    ("platforms", "here", "applies", "reason"),
    [
        pytest.param((), system(), YES, "", id="no processor is named"),
        pytest.param((ALPHA,), system(platform=ALPHA), YES, "", id="the system's"),
        pytest.param((ALPHA,), system(), NO, "it is for alpha, and this is x86", id="another"),
        pytest.param((ALPHA, Platform.PPC), system(), NO, "it is for alpha or ppc, and this is x86", id="two others"),
        pytest.param(
            (ALPHA,),
            system(platform=None),
            UNKNOWN,
            "it is for alpha, and the platform is not known; --platform says it",
            id="the system's is not known",
        ),
        pytest.param((ALPHA,), system(W2K), NO, f"it is for {SERVER}", id="another product"),
    ],
)
def test_processors_of_an_article(platforms: tuple[Platform, ...], here: System, applies: Applies, reason: str) -> None:
    pack = ServicePackFix("Windows NT 4.0", ServicePack(4))
    manifest = replace(article(pack, applies_to=(SERVER,)), platforms=platforms)
    answer = article_applies(manifest, here, asks(here))
    assert (answer.applies, answer.reason) == (applies, reason)
