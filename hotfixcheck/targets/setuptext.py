"""The text files of setup: .inf, .sif, .ini."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE


def setup_text(data: bytes) -> str:
    """Their text: UTF-16 if its mark says so, else a byte a character, whichever code page it was of: what is read of
    them is ASCII. Never raises."""
    is_wide = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    return data.decode("utf-16" if is_wide else "latin-1", "replace")
