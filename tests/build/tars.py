"""Tars of a few members."""

from __future__ import annotations

import io
import tarfile

_LINKS = {"->": tarfile.SYMTYPE, "=>": tarfile.LNKTYPE}


def packed(*members: str | tuple[str, bytes], style: int = tarfile.GNU_FORMAT, **headers: str) -> bytes:
    """A tar: (name, bytes), "name/" for a folder, "name -> target" and "name => target" for links, "|name" a FIFO."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=style, errors="surrogateescape") as archive:
        for member in members:
            name, data = member if isinstance(member, tuple) else (member, b"")
            link = next((arrow for arrow in _LINKS if f" {arrow} " in name), "")
            info = tarfile.TarInfo(name.split(f" {link} ")[0] if link else name.lstrip("|"))
            info.size, info.mtime = len(data), 944_000_000
            info.pax_headers = headers
            if link:
                info.type, info.linkname = _LINKS[link], name.split(f" {link} ")[1]
            elif name.startswith("|"):
                info.type = tarfile.FIFOTYPE
            elif name.endswith("/"):
                info.type = tarfile.DIRTYPE
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()
