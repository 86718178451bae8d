"""Runs on Windows: holds files open so that nobody else may open them, says so, and waits for the end of its stdin.

python windows_locks.py FILE...
"""

from __future__ import annotations

import ctypes
import sys

assert sys.platform == "win32"

_READ_AND_WRITE = 0xC0000000
_EXISTING = 3

if __name__ == "__main__":
    open_file = ctypes.windll.kernel32.CreateFileW
    open_file.restype = ctypes.c_void_p
    for file in sys.argv[1:]:
        print(open_file(file, _READ_AND_WRITE, 0, None, _EXISTING, 0, None), flush=True)
    sys.stdin.read()
