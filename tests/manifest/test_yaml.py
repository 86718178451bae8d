"""Manifests as YAML: every mistake with its place, and the canonical form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest, ServicePackFix, article_number
from hotfixcheck.manifest.yaml import ManifestMistakesError, dump, load
from hotfixcheck.platforms import Platform
from hotfixcheck.products import ServicePack

FULL = """\
manifest: 1
article: Q123456
title: 'Registry: Handles Leak'
revised: 2001-08-09
applies_to:
- Microsoft Windows NT Server version 4.0
- Microsoft Windows NT Workstation version 4.0
platforms:
- x86
- alpha
prerequisite: 4.0 SP5
supersedes:
- Q111111
- KB222222
fixes:
- kind: files
  scope: Windows NT Server
  release: post SP2
  language: English
  utc: true
  files:
  - {name: Rpcss.exe, platform: x86, path: '%SystemRoot%\\System32', version: 4.0.1381.133, date: 2000-03-14, time: '18:00', size: 107520, size_approx: true, note: 128-bit}
  - {name: Rpcss.exe, platform: alpha, version: '4.0', size: 0}
- kind: service_pack
  product: Windows NT 4.0
  service_pack: SP6a
- kind: service_pack
  product: Windows NT 4.0
  package: Q299444 Windows NT 4.0 Security Rollup Package
"""  # noqa: E501

FULL_MANIFEST = Manifest(
    article="Q123456",
    title="Registry: Handles Leak",
    revised=date(2001, 8, 9),
    applies_to=("Microsoft Windows NT Server version 4.0", "Microsoft Windows NT Workstation version 4.0"),
    platforms=(Platform.X86, Platform.ALPHA),
    prerequisite="4.0 SP5",
    supersedes=("Q111111", "KB222222"),
    fixes=(
        FilesFix(
            scope="Windows NT Server",
            release="post SP2",
            language="English",
            utc=True,
            files=(
                FileRow(
                    name="Rpcss.exe",
                    platform=Platform.X86,
                    path="%SystemRoot%\\System32",
                    version="4.0.1381.133",
                    date=date(2000, 3, 14),
                    time="18:00",
                    size=107520,
                    size_approx=True,
                    note="128-bit",
                ),
                FileRow(name="Rpcss.exe", platform=Platform.ALPHA, version="4.0", size=0),
            ),
        ),
        ServicePackFix("Windows NT 4.0", service_pack=ServicePack(6, "a")),
        ServicePackFix("Windows NT 4.0", package="Q299444 Windows NT 4.0 Security Rollup Package"),
    ),
)

SMALL = """\
manifest: 1
article: Q1
title: A leak
applies_to: []
fixes:
- kind: files
  utc: false
  files:
  - {name: A.dll}
"""
SMALL_MANIFEST = Manifest("Q1", "A leak", (FilesFix((FileRow("A.dll"),)),))


def mistakes(text: str) -> list[str]:
    with pytest.raises(ManifestMistakesError) as raised:
        load(text.encode(), "bad.yaml")
    return list(raised.value.lines())


def with_row(row: str) -> str:
    return SMALL.replace("{name: A.dll}", row)


@pytest.mark.parametrize(("text", "manifest"), [(FULL, FULL_MANIFEST), (SMALL, SMALL_MANIFEST)], ids=["full", "small"])
def test_text_and_model_are_each_other(text: str, manifest: Manifest) -> None:
    assert load(text.encode(), "good.yaml") == manifest
    assert dump(manifest) == text


def test_every_mistake_is_named_once_and_placed() -> None:
    text = """\
manifest: 2
article: 256149
titel: A leak
revised: 2002-13-08
applies_to: Microsoft Windows NT
fixes:
- kind: files
  files:
  - {name: System32\\A.dll, platform: vax, version: 4.0}
- kind: service_pack
  product: Windows NT 4.0
"""
    assert mistakes(text) == [
        "bad.yaml:1:1: title: missing, expected the article's title",
        "bad.yaml:1:11: manifest: found the number 2, expected the manifest version, 1",
        "bad.yaml:2:10: article: found the number 256149, expected an article number such as Q256149 or KB836769",
        "bad.yaml:3:1: titel: there is no such field; did you mean title?",
        "bad.yaml:4:10: revised: found '2002-13-08', expected a date as YYYY-MM-DD",
        "bad.yaml:5:13: applies_to: found 'Microsoft Windows NT', expected a list of products as printed",
        "bad.yaml:9:12: fixes[0].files[0].name: found 'System32\\A.dll', expected a file name as printed, "
        "without a folder",
        "bad.yaml:9:38: fixes[0].files[0].platform: found 'vax', expected one of x86, alpha, alpha64, ia64, amd64, "
        "mips, ppc, arm, arm64, or a printed label such as Intel",
        "bad.yaml:9:52: fixes[0].files[0].version: found the number 4.0, expected a file version as printed, "
        "such as 4.0.1381.33478; quote it to make it text",
        "bad.yaml:10:3: fixes[1]: neither is given, expected one of service_pack and package",
    ]


def test_the_error_itself_says_the_first_and_how_many_more() -> None:
    with pytest.raises(ManifestMistakesError) as raised:
        load(SMALL.replace("Q1", "1").replace("A leak", "''").encode(), "bad.yaml")
    assert str(raised.value) == (
        "bad.yaml:2:10: article: found the number 1, expected an article number such as Q256149 or KB836769, and 1 more"
    )
    with pytest.raises(ManifestMistakesError) as raised:
        load(b"", "empty.yaml")
    assert str(raised.value) == (
        "empty.yaml:1:1: found nothing, expected a manifest: a mapping with manifest, article, title and fixes"
    )


ONE_MISTAKE = [
    pytest.param("a: [", "2:1: not YAML: while parsing a flow node, did not find expected node content", id="syntax"),
    pytest.param(
        "- a\n", "1:1: found a list, expected a manifest: a mapping with manifest, article, title and fixes", id="list"
    ),
    pytest.param(SMALL + "title: Again\n", "10:1: title: the field stands here a second time", id="repeated field"),
    pytest.param(
        with_row("{name: A.dll, name: B.dll}"),
        "9:19: fixes[0].files[0].name: the field stands here a second time",
        id="repeated field of a row",
    ),
    pytest.param(
        SMALL + "1: x\n",
        "10:1: the number 1: there is no such field; known are manifest, article, title, revised, applies_to, "
        "platforms, prerequisite, supersedes, fixes",
        id="a number for a field",
    ),
    pytest.param(
        SMALL + '"\\e[2J": x\n',
        "10:1: \\x1b[2J: there is no such field; known are manifest, article, title, revised, applies_to, "
        "platforms, prerequisite, supersedes, fixes",
        id="a field that a terminal obeys",
    ),
    pytest.param(
        with_row("{name: A.dll, size: 375,056}"),
        "9:29: fixes[0].files[0].the number 56: there is no such field; known are name, platform, path, version, date, "
        "time, size, size_approx, link_time, sha256, note",
        id="a separator in a size",
    ),
    pytest.param(
        SMALL.replace("manifest: 1", "manifest: true"),
        "1:11: manifest: found true, expected the manifest version, 1",
        id="true is not 1",
    ),
    pytest.param(
        SMALL.replace("A leak", "2000"),
        "3:8: title: found the number 2000, expected the article's title; quote it to make it text",
        id="a number for a title",
    ),
    pytest.param(
        SMALL.replace("A leak", "true"),
        "3:8: title: found true, expected the article's title; quote it to make it text",
        id="a truth value for a title",
    ),
    pytest.param(SMALL.replace("A leak", ""), "3:7: title: found nothing, expected the article's title", id="no title"),
    pytest.param(SMALL.replace("A leak", "''"), "3:8: title: found '', expected the article's title", id="empty title"),
    pytest.param(
        SMALL.replace("A leak", "|\n  A\n  leak"),
        "3:8: title: found 'A\\nleak\\n', expected the article's title, without the control character U+000A",
        id="a title of two lines",
    ),
    pytest.param(
        SMALL.replace("A leak", '"\\e[2J"'),
        "3:8: title: found '\\x1b[2J', expected the article's title, without the control character U+001B",
        id="a title that a terminal obeys",
    ),
    pytest.param(
        SMALL.replace("Q1", "Q1234567890"),
        "2:10: article: found 'Q1234567890', expected an article number such as Q256149 or KB836769",
        id="ten digits",
    ),
    pytest.param(
        SMALL.replace("applies_to: []", "applies_to: [a, []]"),
        "4:17: applies_to[1]: found a list, expected a product as printed",
        id="a list in a list",
    ),
    pytest.param(
        SMALL[: SMALL.index("- kind")].replace("fixes:", "fixes: []"),
        "5:8: fixes: the list is empty, expected a list of file tables and service packs",
        id="no fixes",
    ),
    pytest.param(
        SMALL.replace("- kind: files\n  utc", "- utc"),
        "6:3: fixes[0].kind: missing, expected files or service_pack",
        id="no kind",
    ),
    pytest.param(
        SMALL.replace("kind: files", "kind: file"),
        "6:9: fixes[0].kind: found 'file', expected files or service_pack",
        id="unknown kind",
    ),
    pytest.param(
        SMALL.replace("kind: files", "kind: [files]"),
        "6:9: fixes[0].kind: found a list, expected files or service_pack",
        id="a list for a kind",
    ),
    pytest.param(
        SMALL[: SMALL.index("- kind")] + "- SP4\n",
        "6:3: fixes[0]: found 'SP4', expected a mapping whose kind is files or service_pack",
        id="a text for a fix",
    ),
    pytest.param(
        SMALL[: SMALL.index("- kind")] + "- {kind: service_pack, product: X, service_pack: SP4, package: Y}\n",
        "6:3: fixes[0]: both are given, expected one of service_pack and package",
        id="service pack and package",
    ),
    pytest.param(
        SMALL[: SMALL.index("- kind")] + "- {kind: service_pack, product: X, service_pack: SP0}\n",
        "6:50: fixes[0].service_pack: found 'SP0', expected a service pack such as SP4 or SP6a",
        id="SP0 is no service pack",
    ),
    pytest.param(
        with_row("A.dll"),
        "9:5: fixes[0].files[0]: found 'A.dll', expected a file row such as {name: Kernel32.dll, platform: x86, "
        "size: 375056}",
        id="a name for a row",
    ),
    pytest.param(
        with_row("{size: 1}"),
        "9:5: fixes[0].files[0].name: missing, expected a file name as printed, without a folder",
        id="row without a name",
    ),
    pytest.param(
        with_row("{name: A.dll, date: 20000314}"),
        "9:25: fixes[0].files[0].date: found the number 20000314, expected a date as YYYY-MM-DD",
        id="a date without hyphens",
    ),
    pytest.param(
        with_row("{name: A.dll, time: '25:00'}"),
        "9:25: fixes[0].files[0].time: found '25:00', expected a time as HH:MM or HH:MM:SS",
        id="25 o'clock",
    ),
    pytest.param(
        with_row("{name: A.dll, size: -1}"),
        "9:25: fixes[0].files[0].size: found the number -1, expected a whole number of bytes, without separators",
        id="negative size",
    ),
    pytest.param(
        with_row("{name: A.dll, size: 1.5}"),
        "9:25: fixes[0].files[0].size: found the number 1.5, expected a whole number of bytes, without separators",
        id="half a byte",
    ),
    pytest.param(
        with_row("{name: A.dll, size: 9007199254740992}"),
        "9:25: fixes[0].files[0].size: found the number 9007199254740992, expected a whole number of bytes, "
        "without separators",
        id="a size over 2**53",
    ),
    pytest.param(
        with_row("{name: A.dll, size: true}"),
        "9:25: fixes[0].files[0].size: found true, expected a whole number of bytes, without separators",
        id="a truth value for a size",
    ),
    pytest.param(
        with_row("{name: A.dll, version: latest}"),
        "9:28: fixes[0].files[0].version: found 'latest', expected a file version as printed, such as 4.0.1381.33478",
        id="no version",
    ),
]


@pytest.mark.parametrize(("text", "said"), ONE_MISTAKE)
def test_one_mistake(text: str, said: str) -> None:
    assert mistakes(text) == [f"bad.yaml:{said}"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param("platform: Intel", {"platform": Platform.X86}, id="printed platform"),
        pytest.param("platform: IA-64", {"platform": Platform.IA64}, id="printed platform with a hyphen"),
        pytest.param("time: 18:00", {"time": "18:00"}, id="plain time"),
        pytest.param("time: 18:00:59", {"time": "18:00:59"}, id="time with seconds"),
        pytest.param("date: 2000-03-14", {"date": date(2000, 3, 14)}, id="plain date"),
        pytest.param("date: '2000-03-14'", {"date": date(2000, 3, 14)}, id="quoted date"),
        pytest.param("version: '4.0'", {"version": "4.0"}, id="quoted version"),
        pytest.param("version: 5.2.3790.134", {"version": "5.2.3790.134"}, id="plain version"),
        pytest.param("version: '5,02,3790,0134'", {"version": "5,02,3790,0134"}, id="version stays as printed"),
        pytest.param("size: 1.0", {"size": 1}, id="an integer as JSON Schema has it"),
        pytest.param("size: 9007199254740991", {"size": 2**53 - 1}, id="largest size"),
    ],
)
def test_accepted_in_a_row(row: str, expected: dict[str, object]) -> None:
    (found,) = load(with_row(f"{{name: A.dll, {row}}}").encode(), "good.yaml").rows()
    assert found == replace(FileRow("A.dll"), **expected)  # type: ignore[arg-type]


def test_byte_order_mark() -> None:
    assert load(b"\xef\xbb\xbf" + SMALL.encode(), "good.yaml") == SMALL_MANIFEST


def test_a_printed_platform_is_dumped_by_its_name() -> None:
    text = with_row("{name: A.dll, platform: Intel}")
    assert dump(load(text.encode(), "good.yaml")) == with_row("{name: A.dll, platform: x86}")


@pytest.mark.parametrize(
    ("title", "written"),
    [
        pytest.param("A leak", "A leak", id="plain"),
        pytest.param("It's #1", "'It''s #1'", id="comment"),
        pytest.param("C#", "C#", id="no comment"),
        pytest.param("a: b", "'a: b'", id="colon"),
        pytest.param("- a", "'- a'", id="dash"),
        pytest.param(" a ", "' a '", id="blanks around"),
        pytest.param('"a"', "'\"a\"'", id="double quotes"),
        pytest.param("yes", "'yes'", id="a word of YAML 1.1"),
        pytest.param("null", "'null'", id="null"),
        pytest.param("1e3", "'1e3'", id="a number of YAML 1.2 only"),
        pytest.param("08", "'08'", id="leading zero"),
        pytest.param("18:00", "'18:00'", id="time"),
        pytest.param("2000-03-14", "'2000-03-14'", id="date"),
        pytest.param("Größe 日本語", "Größe 日本語", id="other scripts"),
        pytest.param("😀", '"\\U0001F600"', id="beyond the basic plane, as libyaml writes it"),
        pytest.param("x" * 5000, "x" * 5000, id="long"),
        pytest.param("x " * 500 + "x", "x " * 500 + "x", id="long, not folded"),
    ],
)
def test_quotes_where_yaml_would_misread(title: str, written: str) -> None:
    manifest = replace(SMALL_MANIFEST, title=title)
    assert dump(manifest) == SMALL.replace("A leak", written)
    assert load(dump(manifest).encode(), "good.yaml") == manifest


@pytest.mark.parametrize(
    ("article", "number"),
    [("Q256149", 256149), ("KB836769", 836769), ("kb836769", 836769), ("836769", 836769), (" q1 ", 1), ("Q000001", 1)],
)
def test_article_number(article: str, number: int) -> None:
    assert article_number(article) == number


@pytest.mark.parametrize(
    "article", ["", "Q", "KB", "KBQ1", "QQ1", "Q1234567890", "Q-1", "Q²", "Q\uff11", "\u212ab1", "MS01-001"]
)
def test_no_article_number(article: str) -> None:
    with pytest.raises(ValueError, match="is not an article number such as Q256149 or KB836769"):
        article_number(article)


def test_rows_and_their_versions() -> None:
    assert [row.file_version for row in FULL_MANIFEST.rows()] == [FileVersion(4, 0, 1381, 133), FileVersion(4, 0, 0, 0)]
    assert [row.file_version for row in SMALL_MANIFEST.rows()] == [None]
    assert FULL_MANIFEST.number == 123456
