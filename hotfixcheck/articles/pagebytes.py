"""The bytes of a page as text, and as pieces with the numbers of their lines."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from hotfixcheck.articles.pagetext import without_marks
from hotfixcheck.articles.text import decode

_CHUNK = 1 << 16
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{1,40})", re.IGNORECASE)
_UNTRUE = re.compile(rb"(?:utf|ucs)[-_]?(?:16|32|2|4|7)(?:[lb]e)?$|unicode|raw.unicode|idna$|punycode$", re.IGNORECASE)


def decoded(data: bytes) -> str:
    """The text of a page in the charset that it says, else in the one that fits."""
    found = _CHARSET.search(data[:4096])
    # What was found byte by byte is not in UTF-16, whatever it says; others are no charsets of pages.
    if (
        found
        and not _UNTRUE.match(found[1])
        and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    ):
        try:
            text = data.decode(found[1].decode("ascii"))
        except (LookupError, ValueError):
            text = decode(data)
    else:
        text = decode(data)
    return without_marks(text.replace("\0", "").replace("\r\n", "\n").replace("\xa0", " "))


def chunks(text: str) -> Iterator[tuple[int, str]]:
    """Pieces of `text` of a line or more, each with the number of its last line."""
    line, at = 1, 0
    while at < len(text):
        end = text.find("\n", at, at + _CHUNK) + 1 or min(at + _CHUNK, len(text))
        yield line, text[at:end]
        line += text.endswith("\n", at, end)
        at = end
