"""The files in an update package: a cabinet, one in a self-extracting program or an installer, cabinets in cabinets.

A package is told by its content: a cabinet's magic, that of a program, that of a compound file (.msi, .msp). In these
two, cabinets are found by their headers; each is believed only as far as its checksums go.
"""

from __future__ import annotations

import errno
import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from hotfixcheck.errors import TargetError, UnreadableFileError, said_by
from hotfixcheck.readers import read_facts
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.targets.cabinet import MAGIC, Cabinet, DamagedCabinetError, Member
from hotfixcheck.targets.cabinetfiles import CabinetFiles
from hotfixcheck.targets.cabinetset import OpenBeside, whole_set
from hotfixcheck.targets.expanding import expanded, is_compressed, look
from hotfixcheck.targets.setuptext import setup_text
from hotfixcheck.targets.sources import in_pieces
from hotfixcheck.targets.spool import Spool
from hotfixcheck.targets.tree import ByteSource, joined, system_error
from hotfixcheck.targets.wanted import HEAD, Wanted

PROGRAM, COMPOUND = b"MZ", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
INFORMATION = frozenset({"hotfix.inf", "update.inf", "update.ver", "update.mum"})
"""What in a package says what it is."""

_MAX_CABINETS = 64
_MAX_DEPTH = 3
_MAX_BYTES = 8 << 30
_MAX_TEXT = 1 << 20
_CHUNK = 1 << 20
_PATCH = re.compile(rb"PA(?:19|30|31)")


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file by its path in the package, as it will be installed: facts, hash, its own time; or why it has none.

    `text` is that of a file of INFORMATION.
    """

    path: str
    facts: FileFacts | None = None
    sha256: str = ""
    modified: datetime | None = None
    problem: str = ""
    text: str = ""

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


def is_package(head: bytes) -> bool:
    """True if a file that begins so may be an update package."""
    return head.startswith((MAGIC, PROGRAM, COMPOUND))


def cabinets_in(source: ByteSource) -> Iterator[tuple[int, Cabinet]]:
    """(place, cabinet) of every cabinet in a file, one after the other; raises OSError from reading."""
    at = found = 0
    while at < source.size and found < _MAX_CABINETS:
        data = source.read(at, _CHUNK + 8)
        place = data.find(MAGIC + bytes(4))
        if place < 0 or place >= _CHUNK:
            at += _CHUNK
            continue
        at += place
        try:
            cabinet = Cabinet(source, at)
            if not cabinet.members or at + cabinet.size > source.size:
                raise DamagedCabinetError("it is cut short")
        except DamagedCabinetError:
            at += 4
            continue
        yield at, cabinet
        found += 1
        at += max(cabinet.size, 4)


def files_in(source: ByteSource, name: str, beside: OpenBeside, depth: int = 0) -> Iterator[PackageFile]:
    """Every file in the package `name`; what cannot be read is a file with its problem.

    Of a set of cabinets, the others are looked for `beside` it.
    """
    found = 0
    for place, one in cabinets_in(source):
        found += 1
        cabinet = whole_set(one, name, beside)
        where = f"{name}, cabinet at byte {place:,}" if place or found > 1 else name
        if sum(member.size for member in cabinet.members) > _MAX_BYTES:
            yield PackageFile("", problem=f"{where}: it expands too far")
            continue
        with ExitStack() as stack:
            spool = Spool()
            stack.callback(spool.close)
            files = CabinetFiles(cabinet, Wanted(INFORMATION), spool)
            for member in cabinet.members:
                yield from _file(files, member, cabinet.members, depth)
    if not found:
        yield PackageFile("", problem="there is no cabinet in it that can be read")


def _file(files: CabinetFiles, member: Member, members: Sequence[Member], depth: int) -> Iterator[PackageFile]:
    try:
        with ExitStack() as stack:
            source = stack.enter_context(files.open(member))
            head = source.read(0, HEAD)
            if head.startswith(MAGIC) and not member.name.endswith("_"):
                beside = _beside(files, member, members, stack)
                if depth < _MAX_DEPTH and not _begins_in_another(source, beside):
                    yield from files_in(source, member.name.rpartition("/")[2], beside, depth + 1)
                return
            path = member.name
            if is_compressed(head):
                told = look(source, head)
                path = _installed_path(path, told.name, told.last)
                source = stack.enter_context(expanded(source, head))
                head = source.read(0, HEAD)
            yield _read(source, head, path, member)
    except UnreadableFileError as error:
        yield PackageFile(member.name, problem=error.problem)
    except (OSError, TargetError) as error:
        said = error.problem if isinstance(error, TargetError) else said_by(error)
        yield PackageFile(member.name, problem=f"cannot be read: {said}")


def _beside(files: CabinetFiles, member: Member, members: Sequence[Member], stack: ExitStack) -> OpenBeside:
    """What lies in the folder of a member of a cabinet, open as long as the stack is."""
    folder = member.name.rpartition("/")[0]

    def opened(name: str) -> ByteSource:
        wanted = joined(folder, name).lower()
        found = next((each for each in members if each.name.lower() == wanted), None)
        if found is None:
            raise system_error(errno.ENOENT)
        return stack.enter_context(files.open(found))

    return opened


def _begins_in_another(source: ByteSource, beside: OpenBeside) -> bool:
    """True for a cabinet of a set whose first is there, too, and lists the files of all."""
    try:
        previous = Cabinet(source).previous
        return bool(previous) and bool(beside(previous).size)
    except (DamagedCabinetError, OSError):
        return False


def _installed_path(path: str, name: str, last: str) -> str:
    folder, slash, own = path.rpartition("/")
    return f"{folder}{slash}{name or (own[:-1] + last if last else own)}"


def _read(source: ByteSource, head: bytes, path: str, member: Member) -> PackageFile:
    name = path.rpartition("/")[2]
    if name.lower() in INFORMATION:
        return PackageFile(path, text=setup_text(source.read(0, _MAX_TEXT)))
    if _PATCH.match(head):
        return PackageFile(path, problem="it is only the difference to another file, which is not applied")
    facts = read_facts(source, name)
    hashed = ""
    if head.startswith(PROGRAM):
        digest = hashlib.sha256()
        for piece in in_pieces(source):
            digest.update(piece)
        hashed = digest.hexdigest()
    return PackageFile(path, facts, hashed, member.modified)
