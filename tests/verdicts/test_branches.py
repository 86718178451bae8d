"""Design section 5, rules 5 to 7: what labels, versions and source branches say of service pack and branch."""

from __future__ import annotations

import pytest

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.manifest.model import FileRow, FilesFix
from hotfixcheck.verdicts.branches import (
    Branch,
    Level,
    branch_folder,
    label_of,
    labelled,
    level_of_file,
    level_of_row,
    pack_name,
    release_of,
)
from tests.build.systems import facts

GDR, QFE = Branch.GDR, Branch.QFE

LABELS = {
    "RTMGDR": Level(0, GDR),
    "RTMQFE": Level(0, QFE),
    "SP1GDR": Level(1, GDR),
    "SP1QFE": Level(1, QFE),
    "SP2QFE": Level(2, QFE),
    "sp3gdr": Level(3, GDR),
    "SP1 QFE": Level(1, QFE),
    "GDR": Level(None, GDR),
    "LDR": Level(None, QFE),
    "RTM": Level(0),
    "Gold": Level(0),
    "SP2": Level(2),
    "post SP2": Level(2),
    "post-Service Pack 3 (SP3)": Level(3),
    "Service Pack 6": Level(6),
    "SP6a": Level(6),
    "ICP1": Level(),
    "56-bit": Level(),
    "": Level(),
}


@pytest.mark.parametrize(("printed", "level"), LABELS.items(), ids=LABELS)
def test_labels(printed: str, level: Level) -> None:
    assert labelled(printed) == level
    assert labelled(None) == Level()


FOLDERS = {
    "SP1QFE": True,
    r"\rtmgdr": True,
    r"SP2QFE\WOW": True,
    "GDR": True,
    "SP2": False,
    r"system32\GDR": False,
    r"%windir%\System32": False,
}


@pytest.mark.parametrize(("path", "is_branch"), FOLDERS.items(), ids=FOLDERS)
def test_folders_of_branches(path: str, *, is_branch: bool) -> None:
    assert branch_folder(path) == (path if is_branch else None)


def test_a_rows_note_is_nearer_than_its_folder_and_that_than_its_table() -> None:
    def level(release: str | None = None, path: str | None = None, note: str | None = None) -> Level:
        row = FileRow("sample.dll", path=path, note=note)
        return label_of(row, FilesFix((row,), release=release))

    assert level("SP1GDR") == Level(1, GDR)
    assert level("SP1GDR", path="SP2QFE") == Level(2, QFE)
    assert level("SP1GDR", path=r"system32\sp2qfe") == Level(1, GDR)
    assert level(path="SP2QFE", note="SP2GDR") == Level(2, GDR)


# FileVersion strings as the files of these Windows have them.
FILES = {
    "XP without a service pack": ("5.1.2600.0", "5.1.2600.0 (xpclient.010817-1148)", Level(0, GDR)),
    "XP SP1": ("5.1.2600.1106", "5.1.2600.1106 (xpsp1.020828-1920)", Level(1, GDR)),
    "XP after SP1": ("5.1.2600.1361", "5.1.2600.1361 (xpsp2.040109-1800)", Level(1, None)),
    "XP after SP1, GDR": ("5.1.2600.1560", "5.1.2600.1560 (xpsp2_gdr.040517-1325)", Level(1, GDR)),
    "XP SP2": ("5.1.2600.2180", "5.1.2600.2180 (xpsp_sp2_rtm.040803-2158)", Level(2, GDR)),
    "XP after SP2, GDR": ("5.1.2600.3119", "5.1.2600.3119 (xpsp_sp2_gdr.070416-1301)", Level(2, GDR)),
    "XP after SP2, QFE": ("5.1.2600.3119", "5.1.2600.3119 (xpsp_sp2_qfe.070416-1259)", Level(2, QFE)),
    "XP SP3, whose tag names none": ("5.1.2600.5512", "5.1.2600.5512 (xpsp.080413-2111)", Level(3, GDR)),
    "XP after SP3, QFE": ("5.1.2600.5781", "5.1.2600.5781 (xpsp_sp3_qfe.090321-1341)", Level(3, QFE)),
    "2003 without a service pack": ("5.2.3790.0", "5.2.3790.0 (srv03_rtm.030324-2048)", Level(0, GDR)),
    "2003, GDR": ("5.2.3790.175", "5.2.3790.175 (srv03_gdr.040410-1234)", Level(0, GDR)),
    "2003, QFE": ("5.2.3790.134", "5.2.3790.134 (srv03_qfe.040226-1132)", Level(0, QFE)),
    "2003 SP1": ("5.2.3790.1830", "5.2.3790.1830 (srv03_sp1_rtm.050324-1447)", Level(1, GDR)),
    "2003 after SP1, QFE": ("5.2.3790.2606", "5.2.3790.2606 (srv03_sp1_qfe.051230-1233)", Level(1, QFE)),
    "2003 SP2": ("5.2.3790.3959", "5.2.3790.3959 (srv03_sp2_rtm.070216-1710)", Level(2, GDR)),
    "2003 after SP2 without a tag": ("5.2.3790.4100", "5.2.3790.4100", Level(2, None)),
    "the release of SP2 without a tag": ("5.1.2600.2180", "5.1.2600.2180", Level(2, GDR)),
    "Internet Explorer 6 SP1": ("6.0.2800.1400", "6.00.2800.1400", Level(1, None)),
    "Internet Explorer 6 of XP SP3": ("6.0.2900.5512", "6.00.2900.5512 (xpsp.080413-2105)", Level(3, GDR)),
    "Internet Explorer 6 of 2003 SP1": ("6.0.3790.1830", "6.00.3790.1830 (srv03_sp1_rtm.050324-1447)", Level(1, GDR)),
    "another version, told by the tag": ("9.0.0.3268", "9.00.00.3268 (xpsp_sp2_gdr.050601-1535)", Level(2, GDR)),
    "a fix before SP1": ("7.0.2600.15", "7.0.2600.15 (xpclnt_qfe.010827-1803)", Level(0, QFE)),
    "the cryptography of XP SP2": ("5.131.2600.2180", "5.131.2600.2180 (xpsp_sp2_rtm.040803-2158)", Level(2, GDR)),
    "another version of XP": ("8.50.2162.0", "8.50.2162.0 (xpsp1.020828-1920)", Level(1, None)),
    "another version of 2003": ("2.4.0.0", "2.4 (srv03_gdr.040410-1234)", Level(0, GDR)),
    "Internet Explorer 8, GDR": ("8.0.6001.18928", "8.00.6001.18928 (longhorn_ie8_gdr.100504-1636)", Level(None, GDR)),
    "Internet Explorer 8, LDR": ("8.0.6001.23019", "8.00.6001.23019 (longhorn_ie8_ldr.100504-1636)", Level(None, QFE)),
    "Vista, GDR": ("6.0.6000.16386", "6.0.6000.16386 (vista_rtm.061101-2205)", Level(0, GDR)),
    "Vista SP1, LDR": ("6.0.6001.22389", "6.0.6001.22389 (vistasp1_ldr.090311-1617)", Level(1, QFE)),
    "Windows 7 SP1, GDR": ("6.1.7601.17514", "6.1.7601.17514 (win7sp1_rtm.101119-1850)", Level(1, GDR)),
    "Windows 7 SP1, LDR by number, whatever the tag": ("6.1.7601.22616", "(win7sp1_gdr.140303-2307)", Level(1, QFE)),
    "Windows 8.1 is not divided": ("6.3.9600.20478", "6.3.9600.20478 (winblue_ltsb.220529-1300)", Level()),
    "Vista's 6003 is not divided": ("6.0.6003.20489", "", Level()),
    "Windows 10": ("10.0.17763.1", "10.0.17763.1 (WinBuild.160101.0800)", Level()),
    "Internet Explorer 10 is of a divided build": ("10.0.9200.21812", "", Level(None, QFE)),
    "Office, which has such a build by chance": ("12.0.6001.30000", "", Level()),
    "NT 4.0": ("4.0.1381.7086", "4.00", Level()),
}


@pytest.mark.parametrize(("version", "string", "level"), FILES.values(), ids=FILES)
def test_files(version: str, string: str, level: Level) -> None:
    file = facts(version, FileVersion=string)
    assert level_of_file(file.file_version, file) == level
    # A row whose printed version has the tag is read alike, and a label counts before either.
    assert level_of_row(FileVersion.parse(version), string, Level()) == level
    assert level_of_row(FileVersion.parse(version), string, Level(7, QFE)) == Level(7, QFE)


def test_what_says_nothing_has_no_level() -> None:
    assert level_of_file(None, facts()) == level_of_row(None, None, Level()) == Level()
    assert (str(Level()), str(Level(0, GDR)), str(Level(2)), str(Level(None, QFE))) == (
        "not said",
        "RTMGDR",
        "SP2",
        "QFE",
    )
    assert (pack_name(0), pack_name(2)) == ("the release without a service pack", "SP2")


RELEASES = {
    "10.0.17763.1": 17763,
    "11.0.17763.1": 17763,  # Internet Explorer
    "10.0.19045.2006": 19041,
    "10.0.18363.900": 18362,
    "10.0.22631.1": 22621,
    "10.0.26200.1": 26100,
    "6.3.9600.17031": None,
    "10.0.9200.16521": None,  # Internet Explorer 10
    "10.0.40219.325": None,  # Visual C++ 2010
    "14.28.29910.0": None,  # Visual C++ 2019
    "16.0.10730.20102": None,  # Office 2016
}


@pytest.mark.parametrize(("version", "release"), RELEASES.items(), ids=RELEASES)
def test_releases_of_windows_10(version: str, release: int | None) -> None:
    assert release_of(FileVersion.parse(version)) == release
