"""The layout of the 1990s CDs, and the same with its line breaks lost."""

from __future__ import annotations

from datetime import date

import pytest

from hotfixcheck.articles.article import Document, NotUnderstoodError
from hotfixcheck.articles.kbcd import KbCdImporter
from hotfixcheck.manifest.model import FileRow
from hotfixcheck.platforms import Platform
from tests.articles.shapes import ATTRIBUTES, kbcd, packages, read, rows, tables

TABLE = """
   Date      Time      Size      File name      Platform
   -----------------------------------------------------
   11/18/99  04:19pm   375,056   Sample.dll     Intel
   11/18/99  06:17pm   589,584   Sample.dll     Alpha
"""


def _table(name: str, platform: str = "Intel") -> str:
    return f"""
   Date      Size      File name      Platform
   -------------------------------------------
   11/18/99  375,056   {name}     {platform}
"""


def test_header_and_products() -> None:
    article = read(
        kbcd(
            ATTRIBUTES + "\n" + TABLE,
            title="Sample Service\n         Loses a Handle",
            applies_to=(
                " - Microsoft Windows NT Server versions 4.0, 4.0 SP4,\n   4.0 SP5 \n"
                " - Microsoft Sample Server, used with:\n\n    - the operating system: Microsoft Windows NT 4.0"
            ),
        )
    )
    assert article.number == "Q987654"
    assert article.title == "Sample Service Loses a Handle"
    assert article.revised == date(2002, 5, 8)
    assert article.applies_to == (
        "Microsoft Windows NT Server versions 4.0, 4.0 SP4, 4.0 SP5",
        "Microsoft Sample Server, used with:",
        "the operating system: Microsoft Windows NT 4.0",
    )


@pytest.mark.parametrize("run_on", [False, True], ids=["as printed", "line breaks lost"])
@pytest.mark.parametrize(
    ("resolution", "expected"),
    [
        pytest.param(ATTRIBUTES + "\n" + TABLE, [(None, None, "English", False, 2)], id="one table"),
        pytest.param(
            "The English-language version of this fix for Windows NT Server should have the\nfollowing file attributes"
            " or later:\n" + _table("One.dll") + "\n"
            "The German version of this fix for Windows NT Server Terminal Server Edition should\nhave the following"
            " file attributes or later:\n" + _table("Two.dll"),
            [
                ("Windows NT Server", None, "English", False, 1),
                ("Windows NT Server Terminal Server Edition", None, "German", False, 1),
            ],
            id="the sentence names product and language",
        ),
        pytest.param(
            "Windows NT 3.51\n---------------\n\n" + ATTRIBUTES + "\n" + _table("One.dll") + "\n\n"
            "Windows NT 4.0\n--------------\n\n" + ATTRIBUTES + "\n" + _table("Two.dll"),
            [("Windows NT 3.51", None, "English", False, 1), ("Windows NT 4.0", None, "English", False, 1)],
            id="the heading names the product",
        ),
        pytest.param(
            ATTRIBUTES + "\n\nFor Windows 2000:\n" + _table("One.dll") + "\nFor IIS 4.0:\n" + _table("Two.dll"),
            [("Windows 2000", None, "English", False, 1), ("IIS 4.0", None, "English", False, 1)],
            id="captions name the product",
        ),
        pytest.param(
            "The English post-SP3 version of this fix should have the following file attributes or\nlater:\n"
            + _table("One.dll"),
            [(None, "post-SP3", "English", False, 1)],
            id="the sentence names a release",
        ),
        pytest.param(
            "The English version of this fix has the file attributes (or later) that are listed in the\nfollowing"
            " table. The dates and times for these files are listed in coordinated universal\ntime (UTC).\n"
            + _table("One.dll"),
            [(None, None, "English", True, 1)],
            id="UTC",
        ),
        pytest.param(
            "The Swedish version of this fix should have the following file attributes or later:\n"
            + _table("One.dll")
            + "\nAfter the hotfix is installed, the following files will have the listed attributes or\nlater:\n"
            + _table("Two.dll"),
            [(None, None, "Swedish", False, 1), (None, None, "Swedish", False, 1)],
            id="a second sentence about the same fix",
        ),
        pytest.param(
            ATTRIBUTES
            + "\n\n+--------------------------+\n| File name   | Version    |\n+--------------------------+\n"
            "| Sample.dll  | 5.5.2542.0 |\n+--------------------------+\n",
            [(None, None, "English", False, 1)],
            id="boxed",
        ),
        pytest.param(
            "This fix should have the following time stamp:\n\n"
            "   02/03/98  09:27p               46,288 One.dll   (Intel)\n"
            "   02/03/98  09:24p               68,880 One.dll   (Alpha)\n",
            [(None, None, None, False, 2)],
            id="no header",
        ),
        pytest.param(
            "This fix should have the following timestamp for Windows NT Intel:\n\n"
            "   09/16/97  12:08p               128,272 One.dll\n   09/16/97  11:02a             1,209,104 Two.dll\n\n"
            "This fix should have the following timestamp for Windows NT Alpha:\n\n"
            "   09/16/97  12:10p               176,400 One.dll\n   09/16/97  11:01a             1,652,496 Two.dll\n",
            [("Windows NT", None, None, False, 2), ("Windows NT", None, None, False, 2)],
            id="no header, products in sentences",
        ),
        pytest.param(
            ATTRIBUTES + "\n\nComponent: Outlook\n\n   File Name    Version\n   -----------------------\n"
            "   Sample.dll   5.5.2392.0\n",
            [(None, None, "English", False, 1)],
            id="a component",
        ),
        pytest.param(
            ATTRIBUTES + "\n\nComponent: Outlook 98\n\n   File Name    Version\n   -----------------------\n"
            "   Sample.dll   5.5.2392.0\n",
            [("Outlook 98", None, "English", False, 1)],
            id="a component that is a product",
        ),
        pytest.param(
            "To resolve this problem, obtain the following fix for Windows NT 3.51:\n\n"
            "The fix should have the following time stamp:\n\n"
            "   02/03/98  09:27p               46,288 One.dll   (Intel)\n",
            [("Windows NT 3.51", None, None, False, 1)],
            id="announced for a product",
        ),
        pytest.param("Contact the vendor.", [], id="no table"),
    ],
)
def test_tables(resolution: str, expected: list[tuple[object, ...]], *, run_on: bool) -> None:
    data = kbcd(resolution)
    article = read(b" ".join(data.split()) if run_on else data)
    assert [(fix.scope, fix.release, fix.language, fix.utc, len(fix.files)) for fix in tables(article)] == expected


def test_lost_line_breaks_change_nothing() -> None:
    data = kbcd(
        ATTRIBUTES + "\n" + TABLE + "\nNOTE: This hotfix requires 4.0 SP5 or later for installation and support.\n",
        status="This problem was first corrected in Windows NT 4.0 Service Pack 6.",
    )
    assert read(b" ".join(data.split())) == read(data)


def test_platform_captions_cover_the_rows_below_them() -> None:
    article = read(
        kbcd(
            "The hotfix should have the following timestamp:\n\n   Intel\n   -----\n\n"
            "   5/18/98   6:11pm   110,560   One.dll"
            "\n\nAdditional files:\n\n   3/30/98   12:45pm  149,632   Two.exe\n\n   Alpha\n   -----\n\n"
            "   5/18/98   6:10pm   227,328   One.dll\n"
        )
    )
    assert len(tables(article)) == 1
    assert [(row.name, row.platform) for row in rows(article)] == [
        ("One.dll", Platform.X86),
        ("Two.exe", Platform.X86),
        ("One.dll", Platform.ALPHA),
    ]


def test_language_captions_inside_a_table() -> None:
    article = read(
        kbcd(
            "This fix should have the following file attributes or later:\n\n"
            "   Date      Size      File name   Platform\n"
            "   -----------------------------------------\n   Simplified Chinese\n"
            "   03/18/99  64,272    One.dll     (x86)\n\n"
            "   Korean\n   03/18/99  64,273    One.dll     (x86)\n"
        )
    )
    assert [(fix.language, len(fix.files)) for fix in tables(article)] == [("Simplified Chinese", 1), ("Korean", 1)]


def test_a_table_with_a_name_and_empty_cells_in_a_resolution() -> None:
    box = "+---------------------------+\n| File Name   | Date | Time |\n+---------------------------+\n"
    assert rows(read(kbcd(f"SNA Server 4.0\n--------------\n\n{box}| Sample.dll  |      |      |\n{box[:30]}"))) == [
        FileRow("Sample.dll")
    ]


def test_a_release_in_a_caption_is_not_for_the_product_of_the_sentence_above() -> None:
    table = "   Date      Size     File name\n   ----------------------------\n   11/18/99  156,496  Sample.dll\n"
    sentence = ATTRIBUTES.replace("this fix", "this fix for SMS Service Pack 3 (SP3) sites")
    article = read(kbcd(f"{sentence}\n\n{table}\nPost-SP4 hotfix information:\n\n{table}"))
    assert [(table.scope, table.release) for table in tables(article)] == [
        ("SMS", "Service Pack 3 (SP3)"),
        (None, "Post-SP4"),
    ]


def test_files_to_copy_have_the_folder_of_the_sentence() -> None:
    more = (
        "1. Copy the following files to the C:\\<win_root> directory:\n\n"
        "   NOTE: That is C:\\WINDOWS in most cases.\n\n"
        "   05/26/95  10:57a                60,551 ONE.EXE\n\n"
        "2. Copy the following files into the C:\\<win_root>\\SYSTEM directory:\n\n"
        "   05/26/95  10:57a                20,689 TWO.386\n"
    )
    article = read(kbcd("Install the update, which fixes it.", more=more))
    assert [(row.name, row.path) for row in rows(article)] == [
        ("ONE.EXE", "C:\\<win_root>"),
        ("TWO.386", "C:\\<win_root>\\SYSTEM"),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The following files exist:\n" + TABLE, "no sentence says"),
        ("For comparison, the original English version of this fix had these attributes:\n" + TABLE, "not the fix"),
        ("It looks for\n   11/18/99  1,234  One.dll\nand then for\n   11/18/99  1,234  Two.dll\nin turn.", "of text"),
    ],
    ids=["not introduced as a fix", "the original fix", "within a paragraph"],
)
def test_what_is_left_out_is_told(text: str, reason: str) -> None:
    data = kbcd("Contact the vendor.", more=text)
    article = read(data)
    assert not article.fixes
    lines = data.decode("cp1252").split("\n")
    assert [" ".join(lines[left.line - 1].split()) for left in article.left_out] == [
        left.text for left in article.left_out
    ]
    assert len(article.left_out) == 2
    assert all(reason in left.reason for left in article.left_out)


SP4 = "This problem was first corrected in Windows NT 4.0 Service Pack 4."


@pytest.mark.parametrize(
    ("hardware", "resolution", "platforms"),
    [
        pytest.param("", SP4, (), id="none"),
        pytest.param("ALPHA", SP4, (Platform.ALPHA,), id="Alpha alone"),
        pytest.param("ALPHA PPC", SP4, (Platform.ALPHA, Platform.PPC), id="two"),
        pytest.param("ALPHA x86", SP4, (), id="what nearly every article says"),
        pytest.param("x86", SP4, (), id="where it was seen"),
        pytest.param("MAC", SP4, (), id="no processor of Windows"),
        pytest.param("ALPHA MAC", SP4, (), id="a processor and what is none"),
        pytest.param("ALPHA", ATTRIBUTES + "\n" + _table("One.dll", "x86"), (), id="a row for another"),
        pytest.param("ALPHA", ATTRIBUTES + "\n" + _table("One.dll", "Alpha"), (Platform.ALPHA,), id="a row for it"),
    ],
)
def test_the_foot_says_which_processor_alone(hardware: str, resolution: str, platforms: tuple[Platform, ...]) -> None:
    assert read(kbcd(resolution, hardware=hardware)).platforms == platforms


def test_an_article_without_a_fix_states_none() -> None:
    article = read(kbcd("Obtain the latest service pack for Windows NT 4.0."))
    assert article.fixes == ()
    assert packages(article) == []


@pytest.mark.parametrize(
    ("data", "place", "problem"),
    [
        (kbcd(ATTRIBUTES + "\n\nThe table was lost.\n"), "23", "none can be read"),
        (kbcd(TABLE.replace("File name", "Which one")), "24", "the header .* not understood: Date Time Size Which one"),
        (kbcd(ATTRIBUTES + TABLE + "   11/18/99  375,056   \\\n"), "29", "a line .* cannot be read: 11/18/99"),
        (kbcd("").replace(b"TITLE   :Sample Service Loses a Handle\n", b""), "1", "no title"),
        (b"DOCUMENT:Q987654 \n" + b"x" * (2 << 20), "2", "a line of 2,097,152 characters"),
        (b"DOCUMENT:Q987654 \n" + b"x" * (9 << 20), "1", "bytes"),
        (b"DOCUMENT:Q987654 \nTITLE :\n" + b"x" * 300 + b"\0", "3", "binary"),
    ],
    ids=[
        "attributes without a table",
        "a strange header",
        "a strange row",
        "no title",
        "a line too long",
        "a file too long",
        "binary",
    ],
)
def test_not_understood(data: bytes, place: str, problem: str) -> None:
    with pytest.raises(NotUnderstoodError, match=problem) as error:
        read(data, "bad.txt")
    assert (error.value.file, error.value.place) == ("bad.txt", place)


@pytest.mark.parametrize("data", [b"", b" \n", b"\xc2\x85"], ids=["nothing", "blanks", "an odd blank"])
def test_empty_files(data: bytes) -> None:
    with pytest.raises(NotUnderstoodError, match="empty"):
        KbCdImporter().read(Document("empty.txt", data))


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding: str) -> None:
    data = kbcd("", title="Sample Service Verliert ein Händel").decode("cp1252").encode(encoding)
    assert KbCdImporter().detect(data)
    assert read(data).title == "Sample Service Verliert ein Händel"


@pytest.mark.parametrize("data", [b"", b"\0\1\2", b"TITLE: nothing", b"PK\3\4", b"<html>DOCUMENT:Q123456"])
def test_other_files_are_of_another_layout(data: bytes) -> None:
    assert not KbCdImporter().detect(data)


@pytest.mark.parametrize("run_on", [False, True], ids=["as printed", "line breaks lost"])
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        pytest.param("It is known.", (), id="nowhere"),
        pytest.param(
            "Microsoft has confirmed this to be a problem in Windows NT 4.0.", ("Windows NT 4.0",), id="in its status"
        ),
        pytest.param(
            "Microsoft has confirmed that this is a bug in the Microsoft products that are\nlisted at the beginning of"
            " this article.",
            (),
            id="in a list that is not there",
        ),
    ],
)
def test_an_article_that_does_not_list_what_it_applies_to(
    status: str, expected: tuple[str, ...], *, run_on: bool
) -> None:
    table = (
        "   Date      Time   Size     File name   Platform\n   ----------------------------------------------\n"
        "   11/18/99  11:27  349,968  Sample.exe  Intel\n"
    )
    data = kbcd(f"{ATTRIBUTES}\n\n{table}", status=status)
    start, _, rest = data.decode("cp1252").partition("-" * 79 + "\nThe information")
    data = (start + rest.partition("-" * 79 + "\n")[2]).encode("cp1252")
    article = read(b" ".join(data.split()) if run_on else data)
    assert article.applies_to == expected
    assert [row.name for row in rows(article)] == ["Sample.exe"]


def test_a_service_pack_without_a_product_is_for_the_one_the_article_applies_to() -> None:
    article = read(kbcd("Restart the service.", status="This problem was corrected in Service Pack 3."))
    assert packages(article) == [("Windows NT 4.0", "SP3")]
    latest = (
        "This was corrected in the latest U.S. service pack for Windows NT version 4.0. This fix was released with SP3."
    )
    assert packages(read(kbcd("Restart the service.", status=latest))) == [("Windows NT version 4.0", "SP3")]


@pytest.mark.parametrize("sentence", ["To resolve this problem, obtain", "The resolution is also available in"])
@pytest.mark.parametrize(
    "above", ["", "To resolve this problem, obtain the latest service pack for Windows NT 4.0.\n\n"]
)
def test_packages_stand_in_the_order_in_which_the_text_speaks_of_them(sentence: str, above: str) -> None:
    rollup = "the Windows NT 4.0 Security Rollup Package. See:\n\n   Q999999 Sample Security Rollup Package (SRP)"
    status = "This problem was first corrected in Windows NT 4.0 Service Pack 3."
    article = read(kbcd(f"{above}{sentence} {rollup}", status=status))
    expected = [
        ("Windows NT 4.0", "Q999999 Windows NT 4.0 Security Rollup Package"),
        ("Windows NT 4.0", "SP3"),
    ]
    assert packages(article) == (expected[::-1] if above else expected)


def test_what_is_left_out_of_an_article_in_one_line_stands_in_that_line() -> None:
    data = kbcd(
        "Restart it.", more="Compare these:\n\n   02/03/98  09:27p  46,288 One.dll\n   02/03/98  09:24p  68,880 Two.dll"
    )
    article = read(b"\n\n" + b" ".join(data.split()))
    assert [(row.line, row.text) for row in article.left_out] == [
        (3, "02/03/98 09:27p 46,288 One.dll"),
        (3, "02/03/98 09:24p 68,880 Two.dll"),
    ]


def test_a_cell_that_lost_digits_is_told() -> None:
    header = "   Date       Size     File name\n   -----------------------------\n"
    article = read(kbcd(f"{ATTRIBUTES}\n\n{header}   12/20/199  227,064  Sample.dll\n"))
    assert rows(article) == [FileRow("Sample.dll", size=227064)]
    assert [(row.text, row.reason) for row in article.left_out] == [
        ("12/20/199 227,064 Sample.dll", "12/20/199 cannot be read, the rest of the row was taken")
    ]


@pytest.mark.parametrize(
    ("before", "count"), [("The sample service can be moved.", 0), ("The corrected files can be copied.", 1)]
)
@pytest.mark.parametrize(
    "sentence", ["Copy the following files to Sample\\Bin", "You should receive the following files:"]
)
def test_files_of_any_kind_are_a_fix_where_one_is_spoken_of(sentence: str, before: str, count: int) -> None:
    copied = f"{sentence}\n\n03/05/94  22:54  9,524  sample.386"
    assert len(rows(read(kbcd("Restart it.", more=f"{before}\n\n{copied}")))) == count
    assert len(rows(read(kbcd(f"{before}\n\n{copied}")))) == 1


def test_a_platform_on_the_first_row_of_blocks_of_the_same_files() -> None:
    blocks = "".join(
        f"   11/30/98  05:5{minute}p  27,69{minute}  {name}  {platform}\n"
        for minute, (name, platform) in enumerate(
            [("One.dll", "(x86)"), ("Two.dll", ""), ("One.dll", "(Alpha)"), ("Two.dll", "")]
        )
    )
    header = "   Date      Time    Size    File name  Platform\n   ------------------------------------------\n"
    article = read(kbcd(f"{ATTRIBUTES}\n\n{header}{blocks}"))
    assert [row.platform for row in rows(article)] == [Platform.X86, Platform.X86, Platform.ALPHA, Platform.ALPHA]
    one = read(kbcd(f"{ATTRIBUTES}\n\n{header}{blocks.replace('One.dll  (A', 'Ten.dll  (A')}"))
    assert [row.platform for row in rows(one)] == [Platform.X86, None, Platform.ALPHA, None]
