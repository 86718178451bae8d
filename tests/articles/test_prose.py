"""Sentences: what introduces a fix's table, what a fix requires and supersedes, captions and headings."""

from __future__ import annotations

import pytest

from hotfixcheck.articles.phrases import caption_language, caption_product, heading_product, sentences
from hotfixcheck.articles.requirements import prerequisite_in, references_in, supersedes_in
from hotfixcheck.articles.statements import denies_fix, introduction_in, release_in_caption
from hotfixcheck.platforms import Platform

INTRODUCTIONS = {
    "The Czech version of this fix should have the following file attributes or later:": (True, None, None, "Czech"),
    "The English version of the IIS 4.0 fix should have the following file attributes or later:": (
        True,
        "IIS 4.0",
        None,
        "English",
    ),
    "This fix should have the following timestamp for Windows NT Intel:": (True, "Windows NT", None, None),
    "The English-language version of this fix for SMS 2.0 Service Pack 3 (SP3) sites should have the following file "
    "attributes or later:": (True, "SMS 2.0", "Service Pack 3 (SP3)", "English"),
    "The fix is included in Windows NT 4.0 Service Pack 6 and should have the following file attributes or later:": (
        True,
        "Windows NT 4.0",
        None,
        None,
    ),
    "The English post-SMS 2.0 Service Pack 3 version of this fix should have the following file attributes or later:": (
        True,
        None,
        "post-SMS 2.0 Service Pack 3",
        "English",
    ),
    "The English Service Pack 3 (SP3) version of this fix should have the following file attributes or later:": (
        True,
        None,
        "Service Pack 3 (SP3)",
        "English",
    ),
    "The English Service Pack 3 ICP4 version of this fix should have the following file attributes or later:": (
        True,
        None,
        "Service Pack 3 ICP4",
        "English",
    ),
    "The ICP4 version of this software update for Service Pack 1 should have the following file attributes or later:": (
        True,
        None,
        "Service Pack 1",
        None,
    ),
    "The ICP5 post-SMS 2.0 Service Pack 3 version of this fix should have the following file attributes or later:": (
        True,
        None,
        "ICP5 post-SMS 2.0 Service Pack 3",
        None,
    ),
    "The Internet Information Service 4.0 English version of this fix should have the following file attributes:": (
        True,
        "Internet Information Service 4.0",
        None,
        "English",
    ),
    "The English SMS 2.0 Post SP3 version of this fix should have the following file attributes or later:": (
        True,
        "SMS 2.0",
        "Post SP3",
        "English",
    ),
    "The English post-Systems Management Server (SMS) Service Pack 3 version of this fix should have the following "
    "file attributes or later:": (True, None, "post-Systems Management Server (SMS) Service Pack 3", "English"),
    "The English version of the revised update installs a Sample.vxd file with the following file attributes:": (
        True,
        None,
        None,
        "English",
    ),
    "The hotfix should have the following timestamps:": (True, None, None, None),
    "The following files are installed by Sample.exe:": (True, None, None, None),
    "The Sample.exe file contains the following files:": (True, None, None, None),
    "To resolve this problem, obtain the following fix for Windows NT 3.51:": (True, "Windows NT 3.51", None, None),
    "The Pan Chinese version of this fix should have the following file attibutes or later:": (
        True,
        None,
        None,
        "Pan Chinese",
    ),
    "Component: Sample Store": (True, None, None, None),
    "The original English version of this fix had the following file attributes:": (False, None, None, None),
}


def test_an_introduction_names_a_platform() -> None:
    found = introduction_in("The English-language, Intel version of this fix should have the following attributes:")
    assert found
    assert (found.platform, found.language) == (Platform.X86, "English")


@pytest.mark.parametrize("sentence", INTRODUCTIONS)
def test_introductions(sentence: str) -> None:
    found = introduction_in(f"A fix is available. {sentence}" if sentence[-1] == ":" else sentence)
    assert found
    assert (found.is_fix, found.scope, found.release, found.language) == INTRODUCTIONS[sentence]


@pytest.mark.parametrize(
    "paragraph",
    [
        "The sample service loses a handle.",
        "If none of the attributes have been updated, the fix is not needed.",
        "It contains only a section with a date-time stamp.",
        "Delete the following keys:",
    ],
)
def test_other_paragraphs_introduce_nothing(paragraph: str) -> None:
    assert introduction_in(paragraph) is None


def test_denials() -> None:
    assert denies_fix("Something happens. The affected files are:")
    assert not denies_fix("The original fix was faulty. The new files are:")


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("NOTE: The Sample 97 SR-2 patch requires that you first install SR-1.", "SR-1"),
        (
            "This update is intended for systems running Sample Server 4.0 Service Pack 3.",
            "Sample Server 4.0 Service Pack 3",
        ),
        ("NOTE: This hotfix requires 4.0 SP5 or later for installation and support.", "4.0 SP5"),
        (
            "NOTE: Because of file dependencies, this hotfix requires Microsoft Windows NT 4.0 Service Pack 6a (SP6a).",
            "Microsoft Windows NT 4.0 Service Pack 6a (SP6a)",
        ),
        (
            "You should apply the Rollup fix on the SP6 CD-ROM before installing this fix.",
            "Rollup fix on the SP6 CD-ROM",
        ),
        ("Service Pack 3 must be applied to Windows NT 4.0 prior to applying this fix.", "Service Pack 3"),
        ("The IIS 3.0 version of this hotfix must be installed over Windows NT 4.0 SP4.", "Windows NT 4.0 SP4"),
        (
            "You must have Service Pack 3 for Windows NT 4.0 installed before applying this update.",
            "Service Pack 3 for Windows NT 4.0",
        ),
        (
            "SNA Server 3.0 Service Pack 2 should be applied prior to applying this fix.",
            "SNA Server 3.0 Service Pack 2",
        ),
        (
            "The server must be running Windows NT 4.0 Service Pack 4 or later to install these hotfixes.",
            "Windows NT 4.0 Service Pack 4",
        ),
        ("This hotfix should be applied on a Windows NT 4.0 SP4 site server.", "Windows NT 4.0 SP4"),
        ("NOTE: You must apply SMS 2.0 ICP1 SP1 before you install this client bundle.", "SMS 2.0 ICP1 SP1"),
        (
            "You must apply SP1 for Systems Management Server 2.0 before installing this client bundle.",
            "SP1 for Systems Management Server 2.0",
        ),
        (
            "Before you apply the hotfix that is described in this article, install Windows 2000 Service Pack 2 (SP2).",
            "Windows 2000 Service Pack 2 (SP2)",
        ),
        ("Before applying this fix, you must be running Sample.exe build 2600.0 or later.", "Sample.exe build 2600.0"),
        ("Before you apply this fix, stop the service of Windows NT 4.0 Service Pack 4.", None),
        ("NOTE: You must install the Sample-K6 update before installing this hotfix.", "Sample-K6 update"),
        (
            "You must install the latest Windows NT Service Pack (SP6a) to use this hotfix.",
            "Windows NT Service Pack (SP6a)",
        ),
        (
            "You can install this patch on systems that are running Windows NT 4.0 Service Pack 5 or later.",
            "Windows NT 4.0 Service Pack 5",
        ),
        ("The fix can be applied to computers running Sample 5.5 Service Pack 2.", "Sample 5.5 Service Pack 2"),
        ("NOTE: This hotfix is available only for SMS 1.2 Service Pack 4 (SP4).", "SMS 1.2 Service Pack 4 (SP4)"),
        ("NOTE: This hotfix is available only for Sample Server 3.0.", None),
        ("For this feature the server must be version 5.5 with Service Pack 2.", "version 5.5 with Service Pack 2"),
        ("This fix should only be installed after you apply SMS Service Pack 6.", "SMS Service Pack 6"),
        ("You should apply this hotfix only to an SMS 1.2 Service Pack 4 (SP4) site.", "SMS 1.2 Service Pack 4 (SP4)"),
        (
            "This hotfix is dependent on the installation of either of the SMS 2.0 hotfixes described in the articles:",
            "either of the SMS 2.0 hotfixes",
        ),
        ("The IIS 3.0 version requires Windows NT 4.0 Service Pack 5.", "Windows NT 4.0 Service Pack 5"),
        ("This fix requires a site reset so that the clients are known.", None),
        ("You must restart the computer.", None),
    ],
)
def test_prerequisites(sentence: str, expected: str | None) -> None:
    assert prerequisite_in(sentence) == expected


def test_superseded_articles() -> None:
    listed = "NOTE: This hotfix supersedes the fix referred to in the following articles in the Knowledge Base:"
    assert supersedes_in(listed) == ((), True)
    assert supersedes_in("This update replaces KB824245 and KB824246.") == (("KB824245", "KB824246"), False)
    assert supersedes_in("This hotfix does not replace any other hotfixes.") == ((), False)
    assert supersedes_in("Sample-fix has been superseded by Sample2-fix.") == ((), False)
    assert references_in("Q154087 Access Violation in Sample Q174205 Sample 12345 Stops") == ("Q154087", "Q174205")
    assert references_in("ARTICLE-ID: Q147222 TITLE: Group of Samples") == ("Q147222",)
    assert references_in("See Q154087.") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("For Windows 2000:", "Windows 2000"),
        ("IIS 4.0:", "IIS 4.0"),
        ("Windows CE 3.0 (Sample)", "Windows CE 3.0 (Sample)"),
        ("IIS 5.0 (Windows 2000):", "IIS 5.0 (Windows 2000)"),
        ("Indexing Service", "Indexing Service"),
        ("Windows NT Server 4.0, Terminal Server Edition", "Windows NT Server 4.0, Terminal Server Edition"),
        ("(Windows Server 2003, 64-Bit Edition)", "Windows Server 2003, 64-Bit Edition"),
        ("Windows stops when you restart it", ""),
        ("Method 1", ""),
        ("- Windows 98", ""),
        ("WINDOWS NT SERVER 4.0, TERMINAL SERVER EDITION", "WINDOWS NT SERVER 4.0, TERMINAL SERVER EDITION"),
        ("WINDOWS STOPS!", ""),
        ("Windows\\System", ""),
    ],
)
def test_captions(text: str, expected: str) -> None:
    assert caption_product(text) == expected


def test_headings_may_name_products_that_nobody_knows() -> None:
    assert heading_product("Courier Message Exchange 3.2") == "Courier Message Exchange 3.2"
    assert heading_product("Pocket Sample 3.0 (Rapid)") == "Pocket Sample 3.0 (Rapid)"
    assert heading_product("Step 1.2") == ""


@pytest.mark.parametrize(
    ("caption", "release"),
    [
        ("Version compatible with systems running Service Pack 6:", "Service Pack 6"),
        ("Post-SP4 hotfix information:", "Post-SP4"),
        ("Post-Service Pack 2 (SP2) files", "Post-Service Pack 2 (SP2)"),
        ("Post-SP4 systems stop:", None),
        ("Service Pack 6:", None),
    ],
)
def test_captions_of_releases(caption: str, release: str | None) -> None:
    assert release_in_caption(caption) == release


@pytest.mark.parametrize(
    ("caption", "language"),
    [
        ("Simplified Chinese", "Simplified Chinese"),
        ("Korean version:", "Korean"),
        ("French files (0000040C):", "French"),
        ("International files:", ""),
        ("International Sample", None),
        ("English is spoken.", None),
        ("French files that are older:", None),
    ],
)
def test_captions_of_languages(caption: str, language: str | None) -> None:
    assert caption_language(caption) == language


def test_sentences() -> None:
    assert sentences("It is so.This is it. In version 4.0 it stops. Then") == (
        "It is so.",
        "This is it.",
        "In version 4.0 it stops.",
        "Then",
    )
    assert len(sentences("x" * 5000)[0]) == 1000
