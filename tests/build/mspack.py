"""libmspack by ctypes, as a reader that is not ours; cabextract brings it."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
from pathlib import Path

from tests.build.programs import missing

_POINTER = ctypes.c_void_p


class _Kwaj(ctypes.Structure):
    """mskwaj_decompressor of mspack.h."""

    _decompress = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, ctypes.c_char_p, ctypes.c_char_p)
    _fields_ = (
        *((name, _POINTER) for name in ("open", "close", "extract")),
        ("decompress", _decompress),
        ("last_error", _POINTER),
    )


def expanded_kwaj(path: Path) -> bytes | None:
    """What libmspack makes of a KWAJ file, None if it refuses it; skips where it is not installed."""
    name = ctypes.util.find_library("mspack")
    if name is None:
        missing("not installed: libmspack")
    library = ctypes.CDLL(name)
    library.mspack_create_kwaj_decompressor.restype = ctypes.POINTER(_Kwaj)
    library.mspack_create_kwaj_decompressor.argtypes = [_POINTER]
    library.mspack_destroy_kwaj_decompressor.argtypes = [ctypes.POINTER(_Kwaj)]
    made = library.mspack_create_kwaj_decompressor(None)
    out = path.with_name("expanded")
    try:
        failed = made.contents.decompress(ctypes.cast(made, _POINTER), os.fsencode(path), os.fsencode(out))
        return None if failed else out.read_bytes()
    finally:
        library.mspack_destroy_kwaj_decompressor(made)
