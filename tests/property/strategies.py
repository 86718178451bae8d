"""Manifests for property tests: models, and JSON values that are manifests or nearly."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest, ServicePackFix
from hotfixcheck.manifest.plain import plain
from hotfixcheck.platforms import Platform
from hotfixcheck.products import ServicePack

words = st.integers(0, 0xFFFF)
versions = st.builds(FileVersion, words, words, words, words)

# What YAML or a terminal would misread.
TRICKY = (
    *(
        "yes",
        "no",
        "On",
        "null",
        "~",
        "true",
        "False",
        "1e3",
        "08",
        "0o17",
        "0x1F",
        "1_000",
        "4.0",
        ".5",
        "1.",
        "-.inf",
    ),
    *(".nan", "+1", "18:00", "2000-03-14", "=", "<<", "- a", "-", "? a", "?", "a: b", "a:", ":", ": a", "# a", "a #b"),
    *("'", "''", '"', "it's", "!a", "&a", "*a", "%a", "@a", "`a", "|", ">", "[a", "{a", "a]", "a}", "a,b", " a", "a "),
    *(" ", "\xa0", "\xad", "\ufeff", "\u202e", "\ufffe", "😀", "日本語", "---", "...", "--- a", "a" * 2000),
)
lines = st.sampled_from(TRICKY) | st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=40
)
names = lines.map(lambda text: text.replace("/", "_").replace("\\", "_"))
articles = st.builds(
    "{}{}".format,
    st.sampled_from(["Q", "KB"]),
    st.from_regex(r"[0-9]{1,9}", fullmatch=True, alphabet=st.sampled_from("0123456789")),
)
printed_versions = versions.map(str) | st.sampled_from(["4.0", "5,02,3790,0134", "5.1.2600.2180 (xpsp_sp2_rtm)", "7"])
times = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59)) | st.times().map(
    lambda time: time.strftime("%H:%M:%S")
)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


rows = st.builds(
    FileRow,
    name=names,
    platform=maybe(st.sampled_from(Platform)),
    path=maybe(lines),
    version=maybe(printed_versions),
    date=maybe(st.dates()),
    time=maybe(times),
    size=maybe(st.integers(0, 2**53 - 1)),
    size_approx=st.booleans(),
    link_time=maybe(st.datetimes().map(lambda when: when.replace(microsecond=0).isoformat())),
    sha256=maybe(st.binary(min_size=32, max_size=32).map(bytes.hex)),
    note=maybe(lines),
)
files_fixes = st.builds(
    FilesFix,
    files=st.lists(rows, min_size=1, max_size=3).map(tuple),
    scope=maybe(lines),
    release=maybe(lines),
    language=maybe(lines),
    utc=st.booleans(),
)
service_packs = st.builds(ServicePack, st.integers(1, 99), st.sampled_from(["", "a", "z"]))
service_pack_fixes = st.builds(ServicePackFix, product=lines, service_pack=service_packs) | st.builds(
    ServicePackFix, product=lines, package=lines
)
manifests = st.builds(
    Manifest,
    article=articles,
    title=lines,
    fixes=st.lists(files_fixes | service_pack_fixes, min_size=1, max_size=3).map(tuple),
    revised=maybe(st.dates()),
    applies_to=st.lists(lines, max_size=3).map(tuple),
    platforms=st.lists(st.sampled_from(Platform), max_size=2).map(tuple),
    prerequisite=maybe(lines),
    supersedes=st.lists(articles, max_size=2).map(tuple),
)

FIELDS = (
    *(
        "manifest",
        "article",
        "title",
        "revised",
        "applies_to",
        "platforms",
        "prerequisite",
        "supersedes",
        "fixes",
        "kind",
    ),
    *(
        "release",
        "language",
        "utc",
        "files",
        "product",
        "service_pack",
        "package",
        "name",
        "platform",
        "path",
        "version",
    ),
    *("date", "time", "size", "size_approx", "note", "unknown", "Title", ""),
)
JUNK: tuple[Any, ...] = (
    *(None, True, False, 0, 1, 2, -1, 2**53 - 1, 2**53, 10**30, 0.0, 1.0, -0.0, 1.5, 1e22, 1e300),
    *(
        "",
        " ",
        "x",
        "a\nb",
        "a\n",
        "\t",
        "\x00",
        "\x1b[2J",
        "\x7f",
        "\x85",
        "\u2028",
        "\u2029",
        "\xa0",
        "\ufffe",
        "1",
        "true",
    ),
    *("Q1", "KB123456789", "Q1234567890", "q1", "Q1\n", "1", "Q", "KBQ1"),
    *("2000-02-29", "2001-02-29", "0000-01-01", "2000-1-1", "20000101", "2000-W01-1", "2000-01-01\n"),
    *("00:00", "23:59:59", "24:00", "18:60", "1:00", "18:00:60", "18:00\n", "04:19pm"),
    *("Intel", "i386", "IA-64", "x64", " X86 ", "x86\n", "vax", "-"),
    *("4", "4.0", "5,02", "1.2.3.4.5", "65536", "4.0 x", "4.0\n", "4.0x", "\u0664.\u0660", "9" * 30),
    *(
        "files",
        "service_pack",
        "files\n",
        "file",
        "SP4",
        "SP6a",
        "SP0",
        "SP04",
        "SP100",
        "SP6A",
        "SP6ab",
        "SP4\n",
        "sp4",
    ),
    *(
        "a/b",
        "a\\b",
        "a\nb.dll",
        [],
        {},
        [""],
        ["x"],
        [[]],
        [{}],
        {"kind": "files"},
        {"kind": "service_pack"},
        {"name": "x"},
    ),
    *({"kind": []}, {"kind": None}, {"kind": "files", "files": [{"name": "x"}]}),
    {"kind": "service_pack", "product": "x", "service_pack": "SP4", "package": "y"},
)
junk = st.sampled_from(JUNK).map(copy.deepcopy) | lines


def _containers(value: Any) -> list[Any]:
    """Every mapping and list in `value`, itself included."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    found = [value] if isinstance(value, dict | list) else []
    return found + [container for item in inner for container in _containers(item)]


@st.composite
def manifest_values(draw: st.DrawFn) -> Any:
    """The JSON value of a manifest after up to two changes: something removed, added or replaced anywhere in it."""
    value = plain(draw(manifests))
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.sampled_from(_containers(value)))
        change = draw(st.sampled_from(["replace", "replace", "remove", "add"]))
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if change == "add" or not keys:
            if isinstance(place, dict):
                place[draw(st.sampled_from(FIELDS) | lines)] = draw(junk)
            else:
                place.append(draw(junk))
        elif change == "remove":
            del place[draw(st.sampled_from(keys))]
        else:
            place[draw(st.sampled_from(keys))] = draw(junk)
    return draw(st.just(value) | junk) if draw(st.integers(0, 19)) == 0 else value
