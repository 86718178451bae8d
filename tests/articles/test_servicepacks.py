"""Which packages an article says contain its fix, and how they are listed."""

from __future__ import annotations

import pytest

from hotfixcheck.articles.packagelist import (
    canonical,
    distinct,
    in_order,
    latest_pack_in,
    numbered,
    only_product,
)
from hotfixcheck.articles.servicepacks import service_packs_in
from hotfixcheck.manifest.model import ServicePackFix
from hotfixcheck.products import ServicePack

PACKAGES = {
    "This problem was first corrected in Windows NT 4.0 Service Pack 4.0 and Windows NT Server 4.0, Terminal Server "
    "Edition Service Pack 4.": [
        ("Windows NT 4.0", "SP4"),
        ("Windows NT Server 4.0, Terminal Server Edition", "SP4"),
    ],
    "This problem was first corrected in Windows NT 4.0 and Windows NT Server 4.0, Terminal Server Edition Service "
    "Pack 6.": [("Windows NT 4.0", "SP6"), ("Windows NT Server 4.0, Terminal Server Edition", "SP6")],
    "This problem was first corrected in Windows NT Server 4.0, Terminal Server Edition, Service Pack 5.": [
        ("Windows NT Server 4.0, Terminal Server Edition", "SP5")
    ],
    "This bug was corrected in Visual Studio 6.0 Service Pack 3.": [("Visual Studio 6.0", "SP3")],
    "It is a bug.This bug was corrected in Visual Studio 97 SP1.": [("Visual Studio 97", "SP1")],
    "This problem was corrected in Microsoft Exchange Server 4.0 U.S. Service Pack 2.": [
        ("Microsoft Exchange Server 4.0", "SP2")
    ],
    "This problem has been corrected in Service Pack 3 for Windows NT version 4.0.": [
        ("Windows NT version 4.0", "SP3")
    ],
    "To correct this problem, install Windows NT 4.0 Service Pack 2.": [("Windows NT 4.0", "SP2")],
    "The hotfix is also included in Windows NT 4.0 Service Pack 6a.": [("Windows NT 4.0", "SP6a")],
    "This problem was first corrected in MDAC 2.5 Service Pack 2, MDAC 2.6 Service Pack 1, and MDAC 2.7.": [
        ("MDAC 2.5", "SP2"),
        ("MDAC 2.6", "SP1"),
    ],
    "This problem was first corrected in Service Pack 5.": [("Sample Server 1.0", "SP5")],
    "Microsoft has confirmed this to be a problem in Windows NT 3.51. This problem was corrected in Service Pack 5.": [
        ("Windows NT 3.51", "SP5")
    ],
    "This problem was corrected in Microsoft Word 97 SR-1.": [("Microsoft Word 97", "Microsoft Word 97 SR-1")],
    "To correct this problem, obtain Microsoft Office 97 Service Release 2 (SR- 2).": [
        ("Microsoft Office 97", "Microsoft Office 97 Service Release 2 (SR-2)")
    ],
    "To resolve this problem, obtain the individual package or obtain the Windows NT 4.0 Security Rollup Package.": [
        ("Windows NT 4.0", "Windows NT 4.0 Security Rollup Package")
    ],
    "To resolve this problem, either obtain the hotfix or Windows 2000 Security Rollup Package 1 (SRP1).": [
        ("Windows 2000", "Windows 2000 Security Rollup Package 1 (SRP1)")
    ],
    "This problem was first corrected in the Systems Management Server 2.0 Service Pack 4 Hotfix Rollup Package "
    "(HRP).": [("Systems Management Server 2.0", "Systems Management Server 2.0 Service Pack 4 Hotfix Rollup Package")],
    "The fix is also available in the Sample and Migration Web 3 release.": [
        ("Sample Server 1.0", "Sample and Migration Web 3 release")
    ],
    # The package stands behind what is corrected, or behind a file.
    "This bug was corrected in version 5.00 of Sample.ocx, which is included in Visual Studio 97 Service Pack 1.": [
        ("Visual Studio 97", "SP1")
    ],
    "This problem is fixed in Sample.sys in Windows NT 4.0 Service Pack 2 and later.": [("Windows NT 4.0", "SP2")],
    "This problem has been fixed in the file SAMPLE.SYS contained in Windows NT 4.0 Service Pack 2.0 and later.": [
        ("Windows NT 4.0", "SP2")
    ],
    "This bug was corrected in the Sample Driver that ships with MDAC version 2.6 SP1.": [("MDAC version 2.6", "SP1")],
    "This problem was first corrected in the Pan-Chinese version of Windows NT Workstation 4.0 Service Pack 4.": [
        ("Windows NT Workstation 4.0", "SP4")
    ],
    "There is a fixed version of Sample.sys available on Windows NT 4.0 Service Pack 2 and later.": [
        ("Windows NT 4.0", "SP2")
    ],
    "The fix for the second button is in Windows NT 4.0 Service Pack 2.": [("Windows NT 4.0", "SP2")],
    # The product stands before the verb, or behind the pack.
    "To resolve this problem on a computer running Windows NT 4.0, apply Service Pack 3.": [("Windows NT 4.0", "SP3")],
    "Sample support has been added to Windows NT 4.0 in Service Pack 3.": [("Windows NT 4.0", "SP3")],
    "Install Service Pack 2 (or later) for Windows NT Server 4.0.": [("Windows NT Server 4.0", "SP2")],
    "Install French Service Pack 3 for French Windows NT 3.51.": [("Windows NT 3.51", "SP3")],
    # The package itself corrects.
    "Exchange Server 5.0 Service Pack 1 addresses this problem by turning it around.": [("Exchange Server 5.0", "SP1")],
    "Sample.exe in Windows NT 4.0 Service Pack 2 or later corrects this problem.": [("Windows NT 4.0", "SP2")],
    "Because service packs are cumulative, Service Pack 4 (SP4) for SMS 1.2 also includes this fix.": [
        ("SMS 1.2", "SP4")
    ],
    "Windows NT 4 Service Pack 6a has been released to fix this problem.": [("Windows NT 4", "SP6a")],
    "The resolution for this problem is also available in Windows 2000 Security Rollup Package 1 (SRP1).": [
        ("Windows 2000", "Windows 2000 Security Rollup Package 1 (SRP1)")
    ],
    "Patches for Sample Server have been provided as part of the Windows NT 4.0 Security Rollup Package.": [
        ("Windows NT 4.0", "Windows NT 4.0 Security Rollup Package")
    ],
    "This problem was corrected in the Microsoft Sample 97 Authoring Tools Update.": [
        ("Microsoft Sample 97", "Microsoft Sample 97 Authoring Tools Update")
    ],
    "This update is also part of the Windows 2000 Critical Update, February 17, 2000 that is available on a site.": [
        ("Windows 2000", "Windows 2000 Critical Update, February 17, 2000")
    ],
    "This problem was corrected in the Windows NT 4.0 Update Tool.": [],
    # What is done in a resolution.
    "In Windows NT 3.51, apply Windows NT 3.51 Service Pack 4.": [("Windows NT 3.51", "SP4")],
    "Memory detection has been enhanced in Windows NT 4.0 Service Pack 2.": [("Windows NT 4.0", "SP2")],
    "SMS Service Pack 2 has an updated version of Sample Manager that regenerates the keys.": [("SMS", "SP2")],
    "Microsoft Visual Studio 6.0 Service Pack 4 and later service packs include a new property called Sample.": [
        ("Microsoft Visual Studio 6.0", "SP4")
    ],
    "This problem was corrected in Visual C++ 5.0sp3.": [("Visual C++ 5.0", "SP3")],
    # A product with its service pack was put between another and the other's.
    "This problem was first corrected in Windows 2000 and Microsoft Office XP SP-2 Service Pack 3.": [
        ("Windows 2000", "SP3"),
        ("Microsoft Office XP", "SP2"),
    ],
    # A package known by the title of its article.
    'The update for this problem is included in the "MS99-099: Cumulative Patch for Sample Server". For more': [
        ("Sample Server 1.0", "MS99-099: Cumulative Patch for Sample Server")
    ],
    # What states no package.
    "You must install the latest IIS 4.0 Security Rollup Package to eliminate this vulnerability.": [],
    'The update for this problem is included in the "Samples" folder of the Sample Server CD.': [],
    "An update to SNA Server 2.11 Service Pack 1 is available to correct this problem.": [],
    "An update to SNA Server 2.11 Service Pack 1 and SNA Server 3.0 corrects this problem.": [],
    "When you apply Windows NT 4.0 Service Pack 6, the permission is set.": [],
    "If you install this fix and then upgrade to Windows NT 4.0 Service Pack 6, set the key.": [],
    "If you are prompted to install Windows NT 4.0 Service Pack 3, quit.": [],
    "This bug was corrected in a hotfix for Visual SourceSafe 6.0 Service Pack 5.": [],
    "This change was introduced in Windows NT 4.0 Service Pack 3 to correct another problem.": [],
    "It is resolved when you connect to a server with Windows NT 4.0 Service Pack 3.": [],
    "To resolve this problem, obtain the latest service pack for Windows NT 4.0.": [],
    "This hotfix is not included in Service Pack 6 (SP6).": [],
    "Wait for the next Windows NT 4.0 Service Pack 7 that contains this fix.": [],
    "Install Windows NT 4.0 Service Pack 4 and then apply the later version of this hotfix.": [],
    "The original hotfix is included in Windows NT 4.0 Service Pack 3.": [],
    "NOTE: This hotfix requires Windows NT 4.0 Service Pack 6a.": [],
    "It was first included with Windows 95 OEM Service Release 2.": [],
    "This problem was corrected in Windows 95 OEM Service Release 2 (OSR2) and later.": [],
    "This problem was corrected in Windows NT 4.0 Service Pack 3, but only in one kind of domain.": [],
    "This problem has not been addressed in Windows NT 4.0 Service Pack 4.": [],
    "The hotfix does not include Sample.dll, as this file is included with Windows NT 4.0 Service Pack 3.": [],
    "For memory-related issues, Windows NT 4.0 Service Pack 2 may not correct this problem.": [],
    "This fix is for the Sample Server that is included with Windows NT 4.0 Service Pack 1.": [],
    "This problem was corrected in Visual C++ version 6.0.": [],
    "NOTE: A similar problem existed in SNA Server 3.0. It was corrected in SNA Server 3.0 Service Pack 2.": [],
    "This fix is included in the Sample folder on the Service Pack 2 (SP2) CD-ROM.": [],
    "This fix is available on the SP2 CD.": [],
    "The service stops after you install Windows NT 4.0 Service Pack 4.": [],
}


@pytest.mark.parametrize("paragraph", PACKAGES)
def test_service_packs(paragraph: str) -> None:
    found = service_packs_in(paragraph, "RESOLUTION", "Sample Server 1.0")
    assert [(fix.product, str(fix.service_pack or fix.package)) for fix in found] == PACKAGES[paragraph]


def test_a_workaround_installs_nothing_that_corrects() -> None:
    paragraph = "To correct this problem, install Windows NT 4.0 Service Pack 2."
    assert not list(service_packs_in(paragraph, "WORKAROUND", None))


def test_a_heading_completes_its_own_product() -> None:
    paragraph = "This problem was first corrected in Microsoft Exchange Server Service Pack 1."
    for heading, product in {
        "Exchange Server 5.5": "Exchange Server 5.5",
        "SNA Server 4.0": "Microsoft Exchange Server",
        "Exchange": "Microsoft Exchange Server",
    }.items():
        assert [each.product for each in service_packs_in(paragraph, "STATUS", heading)] == [product]


@pytest.mark.parametrize("section", ["SYMPTOMS", "CAUSE"])
def test_what_came_with_a_package_is_no_fix_where_a_problem_is_described(section: str) -> None:
    came = "The most recent Sample.dll file, which is included with Windows NT 4.0 Service Pack 4, is old."
    assert not list(service_packs_in(came, section, None))
    new = "Windows NT 4.0 Service Pack 4 includes an updated Sample driver."
    assert not list(service_packs_in(new, section, None))
    fix = "A fix for this problem is available in Windows NT 4.0 Service Pack 5."
    assert [str(each.service_pack) for each in service_packs_in(fix, section, None)] == ["SP5"]


@pytest.mark.parametrize(
    "sentence",
    [
        "A shutdown issue was fixed in Windows NT 4.0 Service Pack 4.",
        "This is a regression for a problem that was corrected in Windows NT 4.0 Service Pack 4.",
        "That was fixed in Windows NT 4.0 SP4, but administrators may want it.",
    ],
)
def test_what_was_fixed_before_is_no_fix_of_the_problem_that_came_of_it(sentence: str) -> None:
    assert not list(service_packs_in(sentence, "CAUSE", None))
    this = "This problem was fixed in Windows NT 4.0 Service Pack 5."
    assert [str(each.service_pack) for each in service_packs_in(f"{sentence} {this}", "CAUSE", None)] == ["SP5"]


@pytest.mark.parametrize(
    "sentence",
    [
        "The Readme.txt file included with Windows NT 4.0 Service Pack 2 lists the requirements.",
        "It could be due to a bug of the engine (fixed in the Windows NT 4.0 SP3 update).",
        "The fix described in another article (also included with Windows NT 4.0 SP1) introduces switches.",
    ],
)
def test_asides_are_no_fix(sentence: str) -> None:
    assert not list(service_packs_in(sentence, "MORE INFORMATION", None))


def test_each_package_is_stated_once() -> None:
    sp3 = ServicePack(3)
    full = ServicePackFix("Windows NT 4.0", sp3)
    rollup = ServicePackFix("Windows NT 4.0", package="Sample Rollup")
    other = ServicePackFix("Windows NT", ServicePack(4))
    spelled = ServicePackFix("Windows NT version 4.0", sp3)
    sms = ServicePackFix("Systems Management Server version 2.0", sp3)
    short = [ServicePackFix(name, sp3) for name in ("SMS", "SMS 2.0", "Microsoft SMS 2.0")]
    assert distinct([sms, *short]) == [sms]
    assert distinct([rollup, full, spelled, ServicePackFix("Windows NT", sp3), other]) == [rollup, full, other]
    word = ServicePackFix("Microsoft Word 97", package="Microsoft Word 97 for Windows, Service Release 2 (SR-2)")
    office = ServicePackFix("Microsoft Office 97", package="Microsoft Office 97 SR-2")
    earlier = ServicePackFix("Microsoft Word 97", package="Microsoft Word 97 SR-1")
    assert distinct([word, office, earlier]) == [office, earlier]
    assert distinct([word, earlier]) == [word, earlier]


@pytest.mark.parametrize(
    ("spoken_of", "expected"),
    [(None, ["one", "SP3", "two", "SP4"]), (0, ["SP3", "SP4", "one", "two"]), (1, ["one", "SP3", "SP4", "two"])],
)
def test_service_packs_stand_where_the_article_first_spoke_of_one(spoken_of: int | None, expected: list[str]) -> None:
    packages = [
        ServicePackFix("Sample", package="one"),
        ServicePackFix("Sample", ServicePack(3)),
        ServicePackFix("Sample", package="two"),
        ServicePackFix("Sample", ServicePack(4)),
    ]
    assert [str(each.service_pack or each.package) for each in in_order(packages, spoken_of)] == expected


def test_the_latest_service_pack_has_a_product_and_no_number() -> None:
    assert (
        latest_pack_in("To resolve this, obtain the latest service pack for Windows NT 4.0. See:") == "Windows NT 4.0"
    )
    assert latest_pack_in("It was corrected in the latest U.S. service pack.") == ""
    assert latest_pack_in("To resolve this problem, obtain Service Pack 4.") is None


@pytest.mark.parametrize(
    ("applies_to", "expected"),
    [
        (("Microsoft Windows NT Server version 4.0", "Microsoft Windows NT Workstation version 4.0"), "Windows NT 4.0"),
        (("Microsoft Windows NT Server versions 3.51, 4.0",), ""),
        (("Microsoft Systems Management Server version 2.0 SP1",), "Systems Management Server 2.0"),
        (("Microsoft Exchange Server, version 4.0",), "Exchange Server 4.0"),
        (("Microsoft Exchange Server, versions 4.0, 5.0",), ""),
        ((), ""),
    ],
)
def test_the_one_product_of_an_article(applies_to: tuple[str, ...], expected: str) -> None:
    assert only_product(applies_to) == expected


def test_a_rollup_has_the_number_of_its_article() -> None:
    rollup = ServicePackFix("Windows NT 4.0", package="Windows NT 4.0 Security Rollup Package")
    named = numbered(rollup, "Q999999 Sample Security Rollup Package (SRP)")
    assert named.package == "Q999999 Windows NT 4.0 Security Rollup Package"
    assert numbered(rollup, "Q119591 How to Obtain Files") == rollup


def test_a_package_known_by_its_articles_title_has_that_articles_number() -> None:
    patch = ServicePackFix("Sample Server 4.0", package="MS99-099: Cumulative Patch for Sample Server")
    assert numbered(patch, f"Q999999 {patch.package}").package == f"Q999999 {patch.package}"
    assert numbered(patch, "Q999999 MS99-098: Cumulative Patch for Sample Server") == patch
    assert numbered(patch, "Q999999 Sample Security Rollup Package (SRP)") == patch
    sms = ServicePackFix("Sample Server 2.0", package="Sample Server 2.0 Service Pack 4 Hotfix Rollup Package")
    assert numbered(sms, "Q999999 List of Bugs Fixed in Sample Server 2.0 SP4 HRP").package == f"Q999999 {sms.package}"
    assert canonical(ServicePackFix("Microsoft Word 97", package="SR-1")) == canonical(
        ServicePackFix("Word 97", package="Service Release 1")
    )
    assert canonical(ServicePackFix("Office 2000", package="Office 2000 SR-1/SR-1a")) == canonical(
        ServicePackFix("Office 2000", package="Office 2000 Service Release 1/1a")
    )
