"""Archives of documents, and what is found in sources."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from hotfixcheck.articles.article import Document
from hotfixcheck.articles.sources import documents


def tar_bytes(members: Iterable[tuple[str, bytes]], fmt: int = tarfile.PAX_FORMAT) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=fmt) as tar:
        for name, data in members:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def zip_bytes(members: Iterable[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def shown(*sources: Path) -> list[tuple[str, str]]:
    """Each document's or skipped file's name below the source's folder, and its text or its reason."""
    base = str(sources[0].parent)
    return [
        (item.name.removeprefix(base).lstrip("/"), item.data.decode() if isinstance(item, Document) else item.reason)
        for item in documents(sources)
    ]


PACKED: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("tar", bytes),
    ("tar.gz", gzip.compress),
    ("tar.bz2", bz2.compress),
    ("tar.xz", lzma.compress),
]
