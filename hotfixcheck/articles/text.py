"""Bytes of an article to lines of text: what is refused, and which encodings there are."""

from __future__ import annotations

import codecs
import re

from hotfixcheck.articles.article import Document, NotUnderstoodError

# The longest article of the 1990s CDs has 70 KB; pages with many tables grow to 2 MB.
MAX_BYTES = 4 << 20
MAX_LINE = 1 << 20

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Behind the body of an article: search words, a table of keywords, the disclaimer.
BODY_END = re.compile(r"(?:^|(?<=\s))(?:Additional (?:query|reference) words?\b|={60,}|Keywords\s*:)", re.IGNORECASE)
_LINE_ENDS = re.compile(r"\r+\n|\r")
# Controls that no encoding of text leaves behind; C1 controls are undefined code points of Windows-1252.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]+")
# What a page has for line breaks and writing from right to left, and no reader sees.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_BLANKS = re.compile(r"\s+")


def decode(data: bytes) -> str:
    """`data` as text with `\\n` for every line end: marked UTF, then UTF-8, then Windows-1252, which the CDs are in."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data.decode(encoding, "replace")
            break
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            # The CDs' latin-1 is what Windows-1252 agrees with; five bytes are in neither.
            text = data.decode("cp1252", "replace")
    text = unseen_removed(text.replace("\r\n", "\n"))
    return (_LINE_ENDS.sub("\n", text) if "\r" in text else text).replace("\xa0", " ")


def lines_of(document: Document) -> list[str]:
    """The lines of an article; raises NotUnderstoodError for what cannot be one: nothing, binary data, too much."""
    data = document.data
    if len(data) > MAX_BYTES:
        raise NotUnderstoodError(
            f"{len(data):,} bytes, and no article has over {MAX_BYTES:,}",
            file=document.name,
            place="1",
            advice="split the file into articles",
        )
    text = decode(data)
    if not text.strip():
        raise NotUnderstoodError("the file is empty", file=document.name, place="1")
    if "\0" in text:
        place = str(text.count("\n", 0, text.index("\0")) + 1)
        raise NotUnderstoodError("binary data where an article's text was expected", file=document.name, place=place)
    lines = text.split("\n")
    if max(map(len, lines)) > MAX_LINE:
        number, length = next((at, len(line)) for at, line in enumerate(lines, start=1) if len(line) > MAX_LINE)
        raise NotUnderstoodError(
            f"a line of {length:,} characters, and no article has over {MAX_LINE:,}",
            file=document.name,
            place=str(number),
        )
    return lines


def opening(data: bytes, size: int = 4096) -> str:
    """The first `size` bytes as text, for telling layouts apart; "" for binary data."""
    head = data[:size]
    is_wide = head[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
    text = head.decode("utf-16", "replace") if is_wide else head.decode("utf-8", "replace")
    return "" if "\0" in text else text.replace("\r\n", "\n").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")


def clean(text: str) -> str:
    """`text` as one line that a manifest may hold: single blanks, no control characters."""
    return _BLANKS.sub(" ", _CONTROLS.sub("", text)).strip()


def unseen_removed(text: str) -> str:
    """`text` without soft hyphens, blanks of no width, and marks of direction."""
    return text if text.isascii() else _UNSEEN.sub("", text).replace("\N{NON-BREAKING HYPHEN}", "-")
