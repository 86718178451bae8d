"""What earlier scans read of files that have not changed since, in a database of this user.

Reading a plain file costs as little as looking it up (benchmarks/rescan.py), so only what took long is kept: files that
pefile had to read, hashes, files on slow disks. Nothing in the database is trusted: each row has a checksum, a damaged
database is thrown away, and a database that cannot be used is done without.
"""

from __future__ import annotations

import json
import sqlite3
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

from hotfixcheck import __version__, fileversion, readers
from hotfixcheck.inventory import rows
from hotfixcheck.inventory.model import FileRecord
from hotfixcheck.readers.facts import Reader
from hotfixcheck.targets.directory import OpenFile

MOST_ROWS = 1_000_000
"""A database of more, some 600 MB, is begun anew: rows of files that are gone are never asked for again."""

_SETTLED = 2_000_000_000
"""Nanoseconds. A file that changed so shortly before it was read may change again without another time."""

_IDLE = 90 * 24 * 3600  # seconds after which the database of other readers is removed
_AT_ONCE = 1000  # rows written in one transaction
_PATIENCE = 2  # seconds to wait for another run to write

_TABLE = """CREATE TABLE IF NOT EXISTS files (
    device INTEGER, inode INTEGER, size INTEGER, modified INTEGER, changed INTEGER, row TEXT, checksum INTEGER,
    PRIMARY KEY (device, inode)) WITHOUT ROWID"""
_FIND = "SELECT size, modified, changed, row, checksum FROM files WHERE device = ? AND inode = ?"
_KEEP = "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)"

_Key = tuple[int, int, int, int, int]  # device, inode, size; times of change of its bytes and of its inode in ns


def reader_version() -> str:
    """What changes whenever a reader does: a hash of their code, and which pefile there is."""
    code = sha256(__version__.encode())
    files = [*Path(readers.__file__).parent.glob("*.py"), Path(fileversion.__file__), Path(rows.__file__)]
    for file in sorted(files):
        code.update(file.read_bytes())
    pefile = find_spec("pefile")
    if pefile is not None and pefile.origin is not None:
        facts = Path(pefile.origin).stat()
        code.update(f"{facts.st_size} {facts.st_mtime_ns}".encode())
    return code.hexdigest()[:16]


class ScanCache:
    """Rows by device, inode, size and both times of change of their files, in a database of the readers' version.

    Of file systems mounted read-only nothing is kept: their times are what the builder of an image says, and the next
    image has the same device and inodes. Safe for several threads, and for several runs at once.
    """

    def __init__(self, folder: Path, version: Callable[[], str] = reader_version) -> None:
        """A cache in `folder`, which is made where it is missing. Never raises: what cannot be used stays empty."""
        self.found = 0
        self.kept = 0
        self.problem = ""
        self._lock = Lock()
        self._waiting: dict[tuple[int, int], tuple[object, ...]] = {}
        self._devices: dict[int, frozenset[int] | None] = {}
        self._database: sqlite3.Connection | None = None
        self._file = folder / "unknown"
        try:
            self._file = folder / f"scan-{version()}.sqlite"
            folder.mkdir(parents=True, exist_ok=True)
            self._remove_idle(folder)
            self._open()
        except (OSError, sqlite3.Error) as error:
            self._give_up(error)

    def find(self, source: OpenFile) -> FileRecord | None:
        """What is known of an open file, its path aside; None if it was not kept or has changed."""
        key = _key(source)
        with self._lock:
            if self._database is None:
                return None
            try:
                inodes = self._inodes(source, key[0])
                if inodes is None or key[1] not in inodes:
                    return None
                found = self._database.execute(_FIND, key[:2]).fetchone()
            except (OSError, sqlite3.Error) as error:
                self._give_up(error)
                return None
        if found is None or found[:3] != key[2:]:
            return None
        row, checksum = found[3:]
        if not isinstance(row, str) or checksum != _checksum(key, row):
            return None
        record = _parsed(row)
        if record is None or record.facts is None:
            self.found += record is not None
            return record
        self.found += 1
        return replace(record, facts=replace(record.facts, modified=source.modified))

    def keep(self, source: OpenFile, record: FileRecord) -> None:
        """Keep what was read of an open file, if nothing else can be read of it later under the same times."""
        key = _key(source)
        if max(key[3:]) > time.time_ns() - _SETTLED:
            return
        row = _dumped(record)
        with self._lock:
            try:
                if self._database is None or self._inodes(source, key[0]) is None:
                    return
                self._waiting[key[:2]] = (*key, row, _checksum(key, row))
                if len(self._waiting) >= _AT_ONCE:
                    self._write()
            except (OSError, sqlite3.Error) as error:
                self._give_up(error)

    def close(self) -> None:
        """Write what waits to be written."""
        with self._lock:
            if self._database is None:
                return
            try:
                self._write()
                self._database.close()
                self._database = None
            except sqlite3.Error as error:
                self._give_up(error)

    def _open(self) -> None:
        self._database = sqlite3.connect(self._file, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = WAL")  # who reads never waits for who writes
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute(_TABLE)
        (rows_kept,) = self._database.execute("SELECT COUNT(*) FROM files").fetchone()
        if rows_kept > MOST_ROWS:
            self._database.execute("DELETE FROM files")

    def _inodes(self, source: OpenFile, device: int) -> frozenset[int] | None:
        """Those of a device of which there are rows; None for a device of which none are kept."""
        if device not in self._devices:
            assert self._database is not None  # noqa: S101
            found = self._database.execute("SELECT inode FROM files WHERE device = ?", (device,))
            self._devices[device] = None if source.is_read_only() else frozenset(inode for (inode,) in found)
        return self._devices[device]

    def _write(self) -> None:
        assert self._database is not None  # noqa: S101
        self._database.execute("BEGIN IMMEDIATE")
        self._database.executemany(_KEEP, self._waiting.values())
        self._database.execute("COMMIT")
        self.kept += len(self._waiting)
        self._waiting.clear()

    def _give_up(self, error: Exception) -> None:
        """Do without from here on; a database that is damaged makes room for a new one in the next run."""
        self.problem = str(error)
        database, self._database = self._database, None
        if database is not None:
            database.close()
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            _remove(self._file)

    def _remove_idle(self, folder: Path) -> None:
        """Databases of other readers are of no use to these."""
        for file in folder.glob("scan-*.sqlite"):
            if file != self._file and file.stat().st_mtime < time.time() - _IDLE:
                _remove(file)


def _remove(file: Path) -> None:
    for end in ("", "-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)


def _key(source: OpenFile) -> _Key:
    stat = source.stat
    # Numbers of inodes may have 64 bits, those of the database have a sign.
    return stat.st_dev, stat.st_ino - (1 << 63), stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _checksum(key: _Key, row: str) -> int:
    return zlib.crc32(f"{key} {row}".encode("utf-8", "surrogatepass"))


def _dumped(record: FileRecord) -> str:
    reader = None if record.facts is None or record.facts.reader is None else record.facts.reader.value
    return json.dumps({**rows.dump_row(replace(record, path="")), "reader": reader})


def _parsed(row: str) -> FileRecord | None:
    try:
        values = json.loads(row)
        record, reader = rows.parse_row(values), values["reader"]
    except (ValueError, TypeError, KeyError):
        return None
    if record.facts is None or reader is None:
        return record
    return replace(record, facts=replace(record.facts, reader=Reader(reader)))
