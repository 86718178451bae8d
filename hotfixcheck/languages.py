"""Languages of Windows and of file tables: LANGIDs (Windows SDK, winnt.h) and the names that articles print."""

from __future__ import annotations

# Primary language identifiers: the low ten bits of a LANGID.
_PRIMARY = {
    0x01: "Arabic",
    0x02: "Bulgarian",
    0x04: "Chinese",
    0x05: "Czech",
    0x06: "Danish",
    0x07: "German",
    0x08: "Greek",
    0x09: "English",
    0x0A: "Spanish",
    0x0B: "Finnish",
    0x0C: "French",
    0x0D: "Hebrew",
    0x0E: "Hungarian",
    0x10: "Italian",
    0x11: "Japanese",
    0x12: "Korean",
    0x13: "Dutch",
    0x14: "Norwegian",
    0x15: "Polish",
    0x16: "Portuguese",
    0x18: "Romanian",
    0x19: "Russian",
    0x1B: "Slovak",
    0x1D: "Swedish",
    0x1E: "Thai",
    0x1F: "Turkish",
    0x22: "Ukrainian",
    0x24: "Slovenian",
    0x25: "Estonian",
    0x26: "Latvian",
    0x27: "Lithuanian",
    0x2D: "Basque",
}
# Several languages of one primary identifier. Hong Kong and Macao write traditional, Singapore simplified.
_EXACT = {
    0x0404: "Chinese Traditional",
    0x0804: "Chinese Simplified",
    0x0C04: "Chinese Traditional",
    0x1004: "Chinese Simplified",
    0x1404: "Chinese Traditional",
    0x0416: "Brazilian Portuguese",
    0x041A: "Croatian",
    0x081A: "Serbian",
    0x241A: "Serbian",
}


def language_name(langid: int) -> str | None:
    """The language of a LANGID as articles name it; None for neutral (0) and for languages without a Windows."""
    return _EXACT.get(langid) or _PRIMARY.get(langid & 0x3FF)


def is_language(printed: str, langid: int) -> bool | None:
    """Whether a printed name ("English", "Simplified Chinese") is the language of a LANGID; None if that is not known.

    Words compare in any order and case: "Chinese Simplified" is printed, and "Simplified Chinese" too.
    """
    name = language_name(langid)
    words = _words(printed)
    if name is None or words not in _KNOWN:
        return None
    return words == _words(name)


def is_foreign(printed: str | None, langid: int | None) -> bool:
    """True if a printed language is known to be another than that of a LANGID."""
    return printed is not None and langid is not None and is_language(printed, langid) is False


def _words(name: str) -> frozenset[str]:
    return frozenset(name.lower().replace("-", " ").split()) - {"language", "version"}


_KNOWN = frozenset(_words(name) for name in (*_PRIMARY.values(), *_EXACT.values()))
