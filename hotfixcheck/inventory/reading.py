"""The row of one file: its facts, its hash, or what kept them from being read; read now, or known from before."""

from __future__ import annotations

import time
from dataclasses import replace

from hotfixcheck.errors import UnreadableFileError, said_by
from hotfixcheck.inventory.cache import ScanCache
from hotfixcheck.inventory.model import FileRecord
from hotfixcheck.readers import has_executable_name, read_facts
from hotfixcheck.readers.facts import FileFacts, FileKind, Reader
from hotfixcheck.targets.directory import OpenFile
from hotfixcheck.targets.tree import ByteSource, FileTree

SLOW = 0.0002
"""Seconds: what took longer to read is kept. Keeping takes a tenth of that and finding it less, but reading a plain
file from memory is as quick, so that looking it up would not pay (benchmarks/rescan.py)."""

_PIECE = 1 << 20
_STOPPED = "the scan was stopped"


class FileReading:
    """Reads the files of a tree, each once, whoever asks; by several threads at once if need be.

    `named` files (lower case) have a row whatever they are, others if they are executables; all with `everything`.
    """

    def __init__(
        self,
        tree: FileTree,
        *,
        named: frozenset[str],
        everything: bool,
        reader: Reader = Reader.STRICT,
        hashes: bool = False,
        cache: ScanCache | None = None,
    ) -> None:
        self._tree = tree
        self._named = named
        self._everything = everything
        self._reader = reader
        self._hashes = hashes
        self._cache = cache if reader is Reader.STRICT else None  # the reference is asked for to read
        self._read: dict[str, FileRecord] = {}
        self._stopped = False

    def stop(self) -> None:
        """Let threads that read end soon, even if what they hash has a terabyte: nobody takes their rows any more."""
        self._stopped = True

    def facts(self, path: str) -> FileFacts:
        """The facts of a file; raises UnreadableFileError."""
        record = self._read[path] = self._record(path)
        if record.facts is None:
            raise UnreadableFileError(record.problem, file=path)
        return record.facts

    def row(self, path: str) -> FileRecord | None:
        """The row of a file, whatever is wrong with it; None for one that has none."""
        record = self._read.pop(path, None) or self._record(path)
        return record if self._has_row(path, record.facts) else None

    def _has_row(self, path: str, facts: FileFacts | None) -> bool:
        if self._everything or facts is None or facts.kind is not FileKind.OTHER:
            return True
        name = path.rpartition("/")[2].lower()
        # `._x.dll` is where macOS keeps what other file systems have no place for of x.dll.
        return name in self._named or (has_executable_name(name) and not name.startswith("._"))

    def _record(self, path: str) -> FileRecord:
        if self._stopped:
            return FileRecord(path, None, _STOPPED)
        try:
            with self._tree.open(path) as source:
                if self._cache is None or not isinstance(source, OpenFile):
                    return self._read_now(path, source)
                return self._known_or_read(path, source, self._cache)
        except OSError as error:
            return FileRecord(path, None, f"cannot be read: {said_by(error)}")

    def _known_or_read(self, path: str, source: OpenFile, cache: ScanCache) -> FileRecord:
        known = cache.find(source)
        if known is not None and (known.sha256 or not self._hashes):
            return replace(known, path=path, sha256=known.sha256 if self._hashes else "")
        start = time.perf_counter()
        record = self._read_now(path, source)
        if record.sha256 or time.perf_counter() - start > SLOW:
            cache.keep(source, record)
        return record

    def _read_now(self, path: str, source: ByteSource) -> FileRecord:
        facts, problem = None, ""
        try:
            facts = read_facts(source, path.rpartition("/")[2], self._reader)
        except UnreadableFileError as error:
            problem = error.problem
        if self._hashes and self._has_row(path, facts):
            return FileRecord(path, facts, problem, self._sha256(source))
        return FileRecord(path, facts, problem)

    def _sha256(self, source: ByteSource) -> str:
        """Of all bytes; raises OSError, also for a file that is no longer as long as it was."""
        from hashlib import sha256

        hashed, at = sha256(), 0
        while at <= source.size and (piece := source.read(at, _PIECE)):  # one that grows is not run after
            hashed.update(piece)
            at += len(piece)
            if self._stopped:
                raise OSError(_STOPPED)
        if at != source.size:
            raise OSError(f"it had {source.size:,} bytes when it was opened, and {at:,} when it was hashed")
        return hashed.hexdigest()
