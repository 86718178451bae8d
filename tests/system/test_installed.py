"""Fixes as the registries of every generation of Windows list them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from hotfixcheck.demo.hiveimage import Value, build_hive
from hotfixcheck.system.hives import Hive
from hotfixcheck.system.installed import installed_fixes
from hotfixcheck.system.model import InstalledFix, ListedFile
from tests.build.sources import BytesSource

HOTFIX = r"Microsoft\Windows NT\CurrentVersion\Hotfix"
PACKAGES = r"Microsoft\Windows\CurrentVersion\Component Based Servicing\Packages"
KB4012598 = "Package_for_KB4012598~31bf3856ad364e35~amd64~~6.0.1.0"

KEYS: dict[str, tuple[str, Mapping[str, Value], tuple[tuple[str, int, bool], ...]]] = {
    "NT 4.0, installed": (rf"{HOTFIX}\Q246009", {"Installed": 1}, (("Q246009", 246009, True),)),
    "NT 4.0, removed": (rf"{HOTFIX}\Q246009", {"Installed": 0}, (("Q246009", 246009, False),)),
    "NT 4.0, nothing said": (rf"{HOTFIX}\Q246009", {}, (("Q246009", 246009, False),)),
    "NT 4.0, lower case": (rf"{HOTFIX}\q147222", {"Installed": 1}, (("Q147222", 147222, True),)),
    "NT 4.0, a service pack's key": (rf"{HOTFIX}\SP6", {"Installed": 1}, ()),
    "XP": (rf"{HOTFIX}\KB835732", {"Installed": 1}, (("KB835732", 835732, True),)),
    "XP, updates": (
        r"Microsoft\Updates\Windows XP\SP3\KB835732\Filelist",
        {},
        (("KB835732", 835732, True),),
    ),
    "2003, updates of 32-bit programs": (
        r"WOW6432Node\Microsoft\Updates\Windows Server 2003\SP1\KB885835",
        {"Description": "x"},
        (("KB885835", 885835, True),),
    ),
    "updates of another product": (
        r"Microsoft\Updates\Example Studio\KB885835",
        {},
        (("KB885835", 885835, True),),
    ),
    "updates, too deep": (r"Microsoft\Updates\Example\A\B\KB885835", {}, ()),
    "updates without a fix": (r"Microsoft\Updates\Windows XP\SP3\Other", {}, ()),
    "Vista, installed": (rf"{PACKAGES}\{KB4012598}", {"CurrentState": 0x70}, (("KB4012598", 4012598, True),)),
    "Vista, superseded": (rf"{PACKAGES}\{KB4012598}", {"CurrentState": 0x50}, (("KB4012598", 4012598, False),)),
    "Vista, staged": (rf"{PACKAGES}\{KB4012598}", {"CurrentState": 0x40}, (("KB4012598", 4012598, False),)),
    "Vista, for good": (rf"{PACKAGES}\{KB4012598}", {"CurrentState": 0x80}, (("KB4012598", 4012598, True),)),
    "Vista, nothing said": (rf"{PACKAGES}\{KB4012598}", {}, (("KB4012598", 4012598, False),)),
    "Vista, a package that is no fix": (rf"{PACKAGES}\Microsoft-Windows-Foundation", {"CurrentState": 0x70}, ()),
    "a number too short": (rf"{HOTFIX}\Q1234", {"Installed": 1}, ()),
}


@pytest.mark.parametrize(("key", "values", "fixes"), KEYS.values(), ids=KEYS)
def test_fix(key: str, values: Mapping[str, Value], fixes: tuple[tuple[str, int, bool], ...]) -> None:
    found = list(installed_fixes(Hive(BytesSource(build_hive({key: values})), "software")))
    assert [(fix.article, fix.number, fix.installed) for fix in found] == list(fixes)
    assert all(fix.source == rf"SOFTWARE\{key}".removesuffix(r"\Filelist") for fix in found)


def fixes_of(keys: Mapping[str, Mapping[str, Value]]) -> list[InstalledFix]:
    return list(installed_fixes(Hive(BytesSource(build_hive(keys)), "software")))


@pytest.mark.parametrize(("state", "superseded"), [(0x70, False), (0x50, True), (0x40, False)])
def test_a_package_may_be_superseded(state: int, superseded: bool) -> None:
    (fix,) = fixes_of({rf"{PACKAGES}\{KB4012598}": {"CurrentState": state}})
    assert fix.superseded is superseded


LISTED: dict[str, tuple[Mapping[str, Value], tuple[ListedFile, ...]]] = {
    "a number": (
        {"New File": r"C:\WINNT\System32\Ntdll.dll", "New Link Date": 0x37FBB92A},
        (ListedFile("ntdll.dll", "", 0x37FBB92A),),
    ),
    "digits": ({"New File": "ntdll.dll", "New Link Date": "37fbb92a"}, (ListedFile("ntdll.dll", "", 0x37FBB92A),)),
    "digits with a prefix": ({"New File": "a.dll", "New Link Date": "0x10"}, (ListedFile("a.dll", "", 16),)),
    "no date": ({"New File": "a.dll"}, (ListedFile("a.dll"),)),
    "a date that is none": ({"New File": "a.dll", "New Link Date": "soon"}, (ListedFile("a.dll"),)),
    "zero": ({"New File": "a.dll", "New Link Date": 0}, (ListedFile("a.dll"),)),
    "a file without a name": ({"New Link Date": 1}, ()),
}


@pytest.mark.parametrize(("values", "files"), LISTED.values(), ids=LISTED)
def test_files_of_a_hotfix(values: Mapping[str, Value], files: tuple[ListedFile, ...]) -> None:
    key = rf"{HOTFIX}\Q246009"
    (fix,) = fixes_of({key: {"Installed": 1}, rf"{key}\File 1": values, rf"{key}\Other": {"New File": "b.dll"}})
    assert fix.files == files


def test_files_of_an_update() -> None:
    key = r"Microsoft\Updates\Windows XP\SP3\KB835732"
    lists: dict[str, Mapping[str, Value]] = {
        rf"{key}\Filelist\0": {"FileName": "Lsasrv.dll", "Version": "5.1.2600.1361"},
        rf"{key}\Filelist\1": {"FileName": "Example.txt"},
        rf"{key}\Filelist\2": {"Version": "1.0"},
    }
    (fix,) = fixes_of(lists)
    assert fix.files == (ListedFile("lsasrv.dll", "5.1.2600.1361"), ListedFile("example.txt"))
