"""What is wanted of solid resources, read from front to back once: to decompress a chunk may take a second."""

from __future__ import annotations

from collections.abc import Iterable

from hotfixcheck.errors import said_by
from hotfixcheck.targets.opening import Opening
from hotfixcheck.targets.tree import ByteSource
from hotfixcheck.targets.wanted import HEAD, Keep
from hotfixcheck.targets.wim.blobs import Resource
from hotfixcheck.targets.wim.container import Container
from hotfixcheck.targets.wim.verifying import Verified


class Gathering:
    """The wanted blobs of a WIM's solid resources, by their SHA-1, kept until the target is closed."""

    def __init__(self, container: Container, opening: Opening) -> None:
        self._container = container
        self._wanted = opening.wanted
        self._opening = opening
        self._kept: dict[bytes, ByteSource] = {}
        self._problems: dict[bytes, str] = {}

    def gather(self, named: Iterable[tuple[str, bytes]]) -> None:
        """Reads what is wanted of files by (name in lower case, SHA-1)."""
        names: dict[bytes, list[str]] = {}
        for name, blob in named:
            if blob not in self._kept:
                names.setdefault(blob, []).append(name)
        solid = [
            (resource.solid.number, resource.place, blob, resource)
            for blob in names
            if (resource := self._container.blobs.get(blob)) is not None and resource.solid is not None
        ]
        for _, _, blob, resource in sorted(solid, key=lambda each: each[:2]):
            try:
                self._keep(blob, resource, names[blob])
            except OSError as error:
                self._problems[blob] = said_by(error)

    def get(self, blob: bytes) -> ByteSource | None:
        """What was kept of a blob, None where nothing was; raises OSError for one that could not be read."""
        if blob in self._problems:
            raise OSError(self._problems[blob])
        return self._kept.get(blob)

    def _keep(self, blob: bytes, resource: Resource, names: list[str]) -> None:
        if not (self._wanted.executables or any(map(self._wanted.by_name, names))):
            return
        source = Verified(self._container.open(resource), blob)
        head = source.read(0, HEAD)
        wanted = {self._wanted.keep(name, head) for name in names}
        if Keep.ALL in wanted:
            at = len(head)

            def following(count: int) -> bytes:
                nonlocal at
                data = source.read(at, count)
                at += len(data)
                return data

            self._kept[blob] = self._opening.spool.keep(following, head, source.size, None)
        elif Keep.HEAD in wanted:
            self._kept[blob] = self._opening.spool.keep_head(head, source.size, None)
