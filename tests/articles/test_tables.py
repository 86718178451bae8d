"""File tables in every shape that real ones have."""

from __future__ import annotations

from datetime import date

import pytest

from hotfixcheck.articles.columns import Column, header_of
from hotfixcheck.manifest.model import FileRow
from hotfixcheck.platforms import Platform
from tests.articles.shapes import tables_in

DAY = date(1999, 11, 18)
X86 = Platform.X86
ALPHA = Platform.ALPHA

SHAPES = {
    "plain": (
        """
   Date      Time      Size      File name      Platform
   -----------------------------------------------------
   11/18/99  04:19pm   375,056   Sample.dll     Intel
   11/18/99  06:17pm   589,584   Sample.dll     Alpha
""",
        [
            FileRow("Sample.dll", X86, date=DAY, time="16:19", size=375056),
            FileRow("Sample.dll", ALPHA, date=DAY, time="18:17", size=589584),
        ],
    ),
    "version and no platform": (
        """
   Date         Time   Version        Size     File name
   -------------------------------------------------------
   18-Nov-1999  13:07  5.0.2195.5917  333,072  Sample.dll
   18-Nov-1999  13:07                   4,092  Sample.txt
""",
        [
            FileRow("Sample.dll", version="5.0.2195.5917", date=DAY, time="13:07", size=333072),
            FileRow("Sample.txt", date=DAY, time="13:07", size=4092),
        ],
    ),
    "a version that looks like a time": (
        """
   SAMPLE.SYS  11/18/99  11,229  Version 1.21p
""",
        [FileRow("SAMPLE.SYS", date=DAY, size=11229, note="1.21p")],
    ),
    "a list that tells the size of one file only": (
        """
   Sample.exe  (194,154 byte)
   Readme.txt

   License.txt
""",
        [FileRow("Sample.exe", size=194154), FileRow("Readme.txt")],
    ),
    "folders": (
        """
   File name      Folder           Size      Date       Version
   -------------------------------------------------------------
   Sample.dll     Windows\\System   411,136   11/18/99   4.00.951
   Sample.inf     Windows              533   11/18/99
   Sample.txt     Sample Files         100   11/18/99
""",
        [
            FileRow("Sample.dll", path="Windows\\System", version="4.00.951", date=DAY, size=411136),
            FileRow("Sample.inf", path="Windows", date=DAY, size=533),
            FileRow("Sample.txt", path="Sample Files", date=DAY, size=100),
        ],
    ),
    "version last, no rule": (
        """
   Date      Time       Size   File name        Platform   Version
   11/18/99  03:34p      5,677  Sample.sql       I386
   11/18/99  07:58p    232,288  Sample.dll       I386       2.00.1380.1055
""",
        [
            FileRow("Sample.sql", X86, date=DAY, time="15:34", size=5677),
            FileRow("Sample.dll", X86, version="2.00.1380.1055", date=DAY, time="19:58", size=232288),
        ],
    ),
    "platform first": (
        """
   Platform   File name    Size      Date
   --------------------------------------
   Alpha      Sample.dll   283,920   11/18/99
   x86        Sample.dll   222,256   11/18/99
""",
        [
            FileRow("Sample.dll", ALPHA, date=DAY, size=283920),
            FileRow("Sample.dll", X86, date=DAY, size=222256),
        ],
    ),
    "no header": (
        """
   11/18/99  09:27p                46,288 Sample.dll (Intel)
   11/18/99  09:24p                68,880 Sample.dll (Alpha)
""",
        [
            FileRow("Sample.dll", X86, date=DAY, time="21:27", size=46288),
            FileRow("Sample.dll", ALPHA, date=DAY, time="21:24", size=68880),
        ],
    ),
    "names and versions, boxed": (
        """
+---------------------------+
| File name   | Version     |
+---------------------------+
| Sample.dll  | 5.0.1461.91 |
+---------------------------+
| Sample2.exe | 2623.0      |
+---------------------------+
""",
        [FileRow("Sample.dll", version="5.0.1461.91"), FileRow("Sample2.exe", version="2623.0")],
    ),
    "boxed, all columns": (
        """
+----------------------------------------------------------------------+
| Date        | Time  | Version      | Size      | Name     | Platform |
+----------------------------------------------------------------------+
| 18-Nov-1999 | 18:12 | 12.00.9496.0 | 1,220,659 | c1xx.dll | x86      |
| 18-Nov-1999 | 18:13 | none         | 1,220     | c2.dll   | Win32    |
+----------------------------------------------------------------------+
""",
        [
            FileRow("c1xx.dll", X86, version="12.00.9496.0", date=DAY, time="18:12", size=1220659),
            FileRow("c2.dll", date=DAY, time="18:13", size=1220, note="Win32"),
        ],
    ),
    "boxed, no header": (
        """
+-----------------------------------------------+
| 11/18/99 | 04:23p | 58,192  | Sample.sys | Intel |
+-----------------------------------------------+
| 11/18/99 | 04:21p | 100,752 | Sample.sys | MIPS  |
+-----------------------------------------------+
""",
        [
            FileRow("Sample.sys", X86, date=DAY, time="16:23", size=58192),
            FileRow("Sample.sys", Platform.MIPS, date=DAY, time="16:21", size=100752),
        ],
    ),
    "boxed, a wrapped cell": (
        """
+------------------------------------------------+
| File name  | Version    | Operating system     |
+------------------------------------------------+
| Sample.dll | 5.0.1461.9 | Windows 98           |
|            |            | Second Edition       |
+------------------------------------------------+
""",
        [FileRow("Sample.dll", version="5.0.1461.9", note="Windows 98 Second Edition")],
    ),
    "boxed, with a folder that wraps and a row of too few cells": (
        """
+------------------------------------------------+
| File name  | Size   | Folder       | Language  |
+------------------------------------------------+
| Sample.dll | 12,345 | Windows\\     | ENU       |
|            |        | System       |           |
| Two.dll    | 12,346 |
+------------------------------------------------+
""",
        [
            FileRow("Sample.dll", path="Windows\\System", size=12345, note="ENU"),
            FileRow("Two.dll", size=12346),
        ],
    ),
    "blank line in mid table": (
        """
   Date      Size      File name
   -----------------------------
   11/18/99  86,288    One.dll

   11/18/99  146,704   Two.dll
""",
        [FileRow("One.dll", date=DAY, size=86288), FileRow("Two.dll", date=DAY, size=146704)],
    ),
    "tabs": (
        "Date\tTime\tVersion\tSize\tFile name\n11/18/1999\t05:48p\t5.0.2195.3101\t357,136\tSample.dll\n",
        [FileRow("Sample.dll", version="5.0.2195.3101", date=DAY, time="17:48", size=357136)],
    ),
    "single blanks": (
        """
   Date       Time        Version         Size    File name Platform
   11/18/1999 12:34:58 PM 5.131.2195.2079 466,704 sample.dll x86
""",
        [FileRow("sample.dll", X86, version="5.131.2195.2079", date=DAY, time="12:34:58", size=466704)],
    ),
    "sizes without separators beside short versions": (
        """
   Date      Time    Version      Size    File name     Platform
   -------------------------------------------------------------
   11/18/99  4:15pm  6.0.2723.0   9264    One.dll       x86
   11/18/99  1:32am  4.00        24336    Two.dll       x86
""",
        [
            FileRow("One.dll", X86, version="6.0.2723.0", date=DAY, time="16:15", size=9264),
            FileRow("Two.dll", X86, version="4.00", date=DAY, time="01:32", size=24336),
        ],
    ),
    "dots for thousands": (
        """
   Date      Time             Size    File Name   Platform
   -------------------------------------------------------
   11/18/99  00:25            147.010 Sample.exe  Intel
""",
        [FileRow("Sample.exe", X86, date=DAY, time="00:25", size=147010)],
    ),
    "rounded sizes and bytes": (
        """
   Date      Size          File name
   ---------------------------------
   11/18/99  105 KB        One.dll
   11/18/99  67.5KB        Two.dll
   11/18/99  99,792 bytes  Three.dll
""",
        [
            FileRow("One.dll", date=DAY, size=107520, size_approx=True),
            FileRow("Two.dll", date=DAY, size=69120, size_approx=True),
            FileRow("Three.dll", date=DAY, size=99792),
        ],
    ),
    "a folder in a column": (
        """
   File name    Version    Date/Time         Size     Destination folder
   ---------------------------------------------------------------------
   Sample.386   4.00.958   11/18/99 9:58am   66,734   Windows\\System
""",
        [FileRow("Sample.386", path="Windows\\System", version="4.00.958", date=DAY, time="09:58", size=66734)],
    ),
    "a path in the name's column": (
        """
   Date         Time   Size    File name and path
   ----------------------------------------------
   18-Nov-1999  11:54  46,352  %Windir%\\System32\\Sample.dll
""",
        [FileRow("Sample.dll", path="%Windir%\\System32\\Sample.dll", date=DAY, time="11:54", size=46352)],
    ),
    "a column that holds something else": (
        """
   Date        Time      Size    File name    Platform
   ---------------------------------------------------
   11/18/1999  02:55 PM  44,304  Sample.dll   Windows 95
""",
        [FileRow("Sample.dll", date=DAY, time="14:55", size=44304, note="Windows 95")],
    ),
    "two processors in one cell": (
        """
   Date      Size    File name    Platform
   ---------------------------------------
   11/18/99  44,304  Sample.inf   Intel and Alpha
""",
        [FileRow("Sample.inf", date=DAY, size=44304, note="Intel and Alpha")],
    ),
    "requirement and branch of each row": (
        """
   File name    File version    File size   Date          Time    Platform   SP requirement   Service branch
   Sample.dll   5.1.2600.134    84,992      18-Nov-1999   11:32   x86        SP1              SP1QFE
""",
        [FileRow("Sample.dll", X86, version="5.1.2600.134", date=DAY, time="11:32", size=84992, note="SP1 SP1QFE")],
    ),
    "platform on each block's first row": (
        """
   Date      Size      File name   Platform
   ----------------------------------------
   11/18/99  86,288    One.dll     Intel
   11/18/99  86,289    Two.dll

   11/18/99  146,704   One.dll     Alpha
   11/18/99  146,705   Two.dll
""",
        [
            FileRow("One.dll", X86, date=DAY, size=86288),
            FileRow("Two.dll", X86, date=DAY, size=86289),
            FileRow("One.dll", ALPHA, date=DAY, size=146704),
            FileRow("Two.dll", ALPHA, date=DAY, size=146705),
        ],
    ),
    "a wrapped last cell": (
        """
   Date        Time    Version      Size    File name     Platform
   ---------------------------------------------------------------
   11/18/1999  07:00p  4.71.3328.0  26,112  Sample.dll    Windows 95
                                                          OSR 2-2.5
   11/18/1999  07:00p  4.71.3328.0  26,112  Sample.dll    Windows 98
                                                          Second Edition
""",
        [
            FileRow(
                "Sample.dll", version="4.71.3328.0", date=DAY, time="19:00", size=26112, note="Windows 95 OSR 2-2.5"
            ),
            FileRow(
                "Sample.dll",
                version="4.71.3328.0",
                date=DAY,
                time="19:00",
                size=26112,
                note="Windows 98 Second Edition",
            ),
        ],
    ),
    "a platform below its row": (
        """
   Date      Size    File name     Platform
   ----------------------------------------
   11/18/99  26,112  Longname.dll
                                   Alpha
""",
        [FileRow("Longname.dll", ALPHA, date=DAY, size=26112)],
    ),
    "alternatives": (
        """
   Date      Size      File name
   -----------------------------
   11/18/99  86,288    One.dll
   -or-
   11/18/99  146,704   One.dll
""",
        [FileRow("One.dll", date=DAY, size=86288), FileRow("One.dll", date=DAY, size=146704)],
    ),
    "files with nothing but a name": (
        """
   Filename       Size      Date       Time
   ----------------------------------------

     ONE.EXE      80,567    11/18/99   02:35p
     README.TXT
""",
        [FileRow("ONE.EXE", date=DAY, time="14:35", size=80567), FileRow("README.TXT")],
    ),
    "a name without an extension": (
        """
   Date      Size     File name
   ----------------------------
   11/18/99  156,496  Ntldr
""",
        [FileRow("Ntldr", date=DAY, size=156496)],
    ),
    "a misprinted version": (
        """
   Date      Version         Size     File name
   --------------------------------------------
   11/18/99  5.0:2195.2097   156,496  Sample.dll
   11/18/99  5.0.2195.99999  156,496  Sample2.dll
""",
        [
            FileRow("Sample.dll", version="5.0:2195.2097", date=DAY, size=156496),
            FileRow("Sample2.dll", date=DAY, size=156496, note="5.0.2195.99999"),
        ],
    ),
    "cells that lost digits": (
        """
   Date       Time   Version  Size      File name   Platform
   ---------------------------------------------------------
   11/18/99   1435   none     2,538,44  One.lib     Intel
   11/18/199  02:35p          156,496   Two.lib     (x386)
   11/18/99   xx:xx  1.2(Build 786)  9264  Three.dll  Intel
""",
        [
            FileRow("One.lib", Platform.X86, date=DAY, time="14:35"),
            FileRow("Two.lib", Platform.X86, time="14:35", size=156496),
            FileRow("Three.dll", Platform.X86, version="1.2(Build 786)", date=DAY, size=9264),
        ],
    ),
    "days before months": (
        """
   Date        Size     File name
   ------------------------------
   21/09/1999  226,064  One.dll
   08/06/2000  368,912  Two.dll
""",
        [
            FileRow("One.dll", date=date(1999, 9, 21), size=226064),
            FileRow("Two.dll", date=date(2000, 6, 8), size=368912),
        ],
    ),
    "values in brackets": (
        """
   SAMPLE.DLL  (75,952 bytes, dated 11-18-99, 2:35 P.M.)
   OTHER.EXE   (194,154 byte)
""",
        [FileRow("SAMPLE.DLL", date=DAY, time="14:35", size=75952), FileRow("OTHER.EXE", size=194154)],
    ),
    "one misprinted month": (
        """
   Date        Size     File name
   ------------------------------
   21/09/1999  226,064  One.dll
   08/16/2000  368,912  Two.dll
   08/06/2000  368,912  Three.dll
""",
        [
            FileRow("One.dll", date=date(1999, 9, 21), size=226064),
            FileRow("Two.dll", date=date(2000, 8, 16), size=368912),
            FileRow("Three.dll", date=date(2000, 8, 6), size=368912),
        ],
    ),
    "a version below the heading of names": (
        """
+-----------------------+
| File name | Version   |
+-----------------------+
| 5.5.2632  | Sample.dll|
+-----------------------+
""",
        [FileRow("Sample.dll", version="5.5.2632")],
    ),
    "a caption below a table": (
        """
   Date      Time    Version     Size     File name
   -------------------------------------------------
   11/18/99  02:35p  5.0.2195.1  156,496  Sample.dll


For Sample Server 4.0 (Windows NT Server 4.0):
""",
        [FileRow("Sample.dll", version="5.0.2195.1", date=DAY, time="14:35", size=156496)],
    ),
    "names of the columns inside the row": (
        "   Sample.dll   Version: 2.0.6108   Size:  1025 KB   Date: 11/18/99\n",
        [FileRow("Sample.dll", version="2.0.6108", date=DAY, size=1049600, size_approx=True)],
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes(shape: str) -> None:
    text, expected = SHAPES[shape]
    assert [row for table in tables_in(text.split("\n")) for _, row in table.rows] == expected


@pytest.mark.parametrize(
    "text",
    [
        "The file Sample.dll dated 11/18/99 is the one to look at.",
        "   http://www.example.com/download/sample.exe 12,345",
        "Grid1.TextBox1.InputMask = 9999.99",
        "Date and time are shown",
        "Size",
        "   Date      Time\n\nThe sample service 4.0 loses the value 5.\n",
    ],
)
def test_prose_is_no_table(text: str) -> None:
    assert not any(table.rows for table in tables_in(text.split("\n")))


def test_a_row_that_cannot_be_read_is_told() -> None:
    text = "   Date      Size    File name\n   ---\n   11/18/99  1,234   One.dll\n   11/18/99  1,234   \\\\\\"
    (table,) = tables_in(text.split("\n"))
    assert table.unread == (3,)


def test_headers() -> None:
    header = header_of("   File name   Date/Time   Size   Operating system")
    assert header
    assert [heading.column for heading in header.headings] == [
        Column.NAME,
        Column.DATE_AND_TIME,
        Column.SIZE,
        Column.OTHER,
    ]
    assert header_of("Name and address") is None
    assert header_of("File  Platform") is None
