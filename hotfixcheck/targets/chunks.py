"""Files compressed in chunks with a table of where each begins: WIM resources, and WOF's compression in place."""

from __future__ import annotations

from datetime import datetime

from hotfixcheck.targets.blocks import Blocks, Recent, Table, exactly
from hotfixcheck.targets.compression import Decompress
from hotfixcheck.targets.tree import ByteSource

_KEPT = 1 << 20
_LARGE = 1 << 32  # files from here on have a table of 64-bit numbers
_PIPED = 4  # bytes of the header before each chunk of a resource that is read from a pipe: how long the chunk is


class Chunked(Blocks):
    """A file of `size` bytes in `source`. Raises OSError for a table that cannot be.

    The table stands before the chunks. Where they were `piped` it stands behind them, does not count the header that
    each of them has, and those headers have to agree with it.
    """

    def __init__(
        self,
        source: ByteSource,
        size: int,
        chunk: int,
        decompress: Decompress,
        modified: datetime | None = None,
        *,
        piped: bool = False,
    ) -> None:
        super().__init__(size, chunk)
        self.modified = modified
        width, code = (8, "<Q") if size >= _LARGE else (4, "<I")
        entries = max(-(-size // chunk) - 1, 0)
        self._header = _PIPED if piped else 0
        self._stored = source.size - entries * width - (entries + 1) * self._header
        if self._stored < 0:
            raise OSError(f"cut short: {source.size:,} bytes hold no table of {entries:,} chunks")
        self._starts = Table(source, source.size - entries * width if piped else 0, entries, code)
        self._chunks_from = 0 if piped else entries * width
        self._source = source
        self._decompress = decompress
        self._recent = Recent(_KEPT)
        self._begun, self._beginning = -1, b""

    def _read(self, number: int, start: int, length: int) -> bytes:
        end = start + length
        if number == self._begun and end <= len(self._beginning):
            return self._beginning[start:end]
        if number == self._begun or number in self._recent:
            return self._recent.get(number, self._chunk)[start:end]
        # Of most chunks only a piece is ever asked for.
        data = self._chunk(number, end)
        if len(data) == self._size_of(number):
            self._recent.get(number, lambda _: data)
        else:
            self._begun, self._beginning = number, data
        return data[start:end]

    def _size_of(self, number: int) -> int:
        return min(self._block, self.size - number * self._block)

    def _chunk(self, number: int, wanted: int | None = None) -> bytes:
        """All bytes of a chunk, or the first `wanted`."""
        size = self._size_of(number)
        start = self._starts[number - 1] if number else 0
        end = self._starts[number] if number < len(self._starts) else self._stored
        if not 0 < end - start <= size:
            raise OSError(f"compressed chunk {number:,} is damaged: {end - start:,} bytes for {size:,}")
        place = self._chunks_from + start + number * self._header
        data = exactly(self._source, place, self._header + end - start)
        if self._header:
            said, data = int.from_bytes(data[: self._header], "little"), data[self._header :]
            if said != len(data):
                raise OSError(
                    f"compressed chunk {number:,} is damaged: of {said:,} bytes, of {len(data):,} by its table"
                )
        if len(data) == size:
            return data
        try:
            data = self._decompress(data, size, wanted)
        except ValueError as error:
            raise OSError(f"compressed chunk {number:,} is damaged: {error}") from None
        if len(data) not in {size, wanted}:
            raise OSError(f"compressed chunk {number:,} is damaged: it gives {len(data):,} bytes of {size:,}")
        return data
