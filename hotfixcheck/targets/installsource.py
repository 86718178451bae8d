"""Install sources: a folder for each platform, files as setup will name them, those in driver cabinets with them."""

from __future__ import annotations

import re
from functools import partial

from hotfixcheck.errors import TargetError, said_by
from hotfixcheck.targets.beside import beside_in
from hotfixcheck.targets.cabinet import Cabinet, DamagedCabinetError
from hotfixcheck.targets.cabinetfiles import CabinetFiles
from hotfixcheck.targets.cabinetset import whole_set
from hotfixcheck.targets.expanding import Compressed, expanded, is_compressed, look
from hotfixcheck.targets.files import File, TooManyError
from hotfixcheck.targets.layout import PLATFORMS, SOURCE_LISTS, TargetKind, find_layout, is_source
from hotfixcheck.targets.members import Members
from hotfixcheck.targets.nodes import NodeTree
from hotfixcheck.targets.opening import Found, Opening
from hotfixcheck.targets.setuptext import setup_text
from hotfixcheck.targets.tree import ByteSource, Child, ChildKind, FileTree, joined
from hotfixcheck.targets.wanted import HEAD

_IMAGES = ("install.wim", "install.esd", "install.swm")
_CABINET = re.compile(r"(?:driver|sp([1-9]))\.cab", re.IGNORECASE)
_LISTED = re.compile(r"[\w$~!#&()+-]{1,8}\.\w{1,3}")
_MAX_LIST = 8 << 20
_MAX_DEPTH = 16
# What the names of system files end in, for the missing character where nothing else tells it.
_ENDINGS = {
    ending[:-1]: ending[-1]
    for ending in (
        *("dll", "exe", "sys", "drv", "cpl", "ocx", "com", "hlp", "inf", "ttf", "fon", "nls", "chm", "386", "vxd"),
        *("scr", "ime", "acm", "tsp", "cnt", "bmp", "wav", "msc", "tlb", "cat", "mui", "bin", "dat"),
    )
}


class InstallSources:
    """A tree with the folders of an install CD, or one of these folders."""

    @staticmethod
    def detect(tree: FileTree) -> bool:
        if is_source(tree.children("")):
            return True
        try:
            # On the drive of an installed Windows such folders are kept copies.
            return bool(_platform_folders(tree)) and find_layout(tree).kind is TargetKind.FOLDER
        except TargetError:
            return False

    @staticmethod
    def open(found: Found, tree: FileTree, opening: Opening) -> Found:
        if is_source(tree.children("")):
            source = _source(tree, "", (), opening)
            return Found(
                f"install source, {found.kind}",
                found.place,
                source.tree,
                (),
                "",
                tuple(source.lost),
                _cut_short(found, source),
            )
        tags = tuple(child for child in tree.children("") if child.kind is ChildKind.FILE)
        inside = []
        for name in _platform_folders(tree):
            source = _source(tree, name, tags, opening)
            inside.append(
                Found("install source", name, source.tree, (), "", tuple(source.lost), _cut_short(found, source))
            )
        return Found(f"install media, {found.kind}", found.place, None, tuple(inside), "", found.lost)


class SetupMedia:
    """Install media of Windows Vista and later, which hold images of installed systems."""

    @staticmethod
    def detect(tree: FileTree) -> bool:
        return bool(_images(tree)) and find_layout(tree).kind is TargetKind.FOLDER

    @staticmethod
    def open(found: Found, tree: FileTree, opening: Opening) -> Found:
        inside = []
        for path in _images(tree):
            beside = beside_in(tree, path, lambda part: opening.keep(tree.open(part)))
            try:
                inside.append(opening.open(opening.keep(tree.open(path)), path, beside))
            except OSError as error:
                inside.append(Found("image", path, problem=f"cannot be read: {said_by(error)}"))
        kind = f"install media, {found.kind}"
        return Found(kind, found.place, None, tuple(inside), "", found.lost, found.cut_short)


def _images(tree: FileTree) -> list[str]:
    folders = [child.name for child in tree.children("") if child.kind is ChildKind.FOLDER]
    sources = [name for name in folders if name.lower() == "sources"]
    return [
        joined(folder, child.name)
        for folder in sources
        for child in tree.children(folder)
        if child.kind is ChildKind.FILE and child.name.lower() in _IMAGES
    ]


def _platform_folders(tree: FileTree) -> list[str]:
    folders = [child.name for child in tree.children("") if child.kind is ChildKind.FOLDER]
    return [name for name in folders if name.lower() in PLATFORMS and is_source(tree.children(name))]


def _cut_short(found: Found, source: Members) -> str:
    return "; ".join(filter(None, (found.cut_short, source.cut_short)))


def _source(tree: FileTree, folder: str, tags: tuple[Child, ...], opening: Opening) -> Members:
    """The source in a folder as a tree of its own; `tags` are files above it, whose names say what the media are."""
    members = Members(NodeTree(opening.path))
    try:
        _Source(tree, opening, members).add(folder, "")
        for tag in tags:
            members.add(tag.name, File(opened=partial(tree.open, tag.name)))
    except TooManyError as error:
        members.cut_short = str(error)
    return members


class _Source:
    """What the files of one source will be called, and how each is opened."""

    def __init__(self, tree: FileTree, opening: Opening, members: Members) -> None:
        self._tree = tree
        self._opening = opening
        self._members = members
        self._listed: dict[str, list[str]] = {}

    def add(self, folder: str, below: str) -> None:
        """Adds the files of a folder of the tree below a path of the source."""
        try:
            children = self._tree.children(folder)
        except OSError as error:
            self._members.lose(below or ".", f"the folder cannot be listed: {said_by(error)}")
            return
        if not below:
            self._listed = self._names_of([child for child in children if child.kind is ChildKind.FILE], folder)
        taken = {child.name.lower() for child in children}
        cabinets: dict[int, str] = {}
        for child in children:
            path = joined(folder, child.name)
            if child.kind is ChildKind.FOLDER:
                if path.count("/") < _MAX_DEPTH:
                    self.add(path, joined(below, child.name))
            elif child.kind is ChildKind.INCOMPLETE:
                self._members.lose(below or ".", child.problem)
            elif child.problem:
                self._members.add(joined(below, child.name), File(problem=child.problem))
            elif not below and (match := _CABINET.fullmatch(child.name)):
                cabinets[int(match[1] or 0)] = child.name
            else:
                self._add_file(path, below, child.name, taken)
        self._add_cabinets(folder, [cabinets[number] for number in sorted(cabinets)])

    def _add_file(self, path: str, below: str, name: str, taken: set[str]) -> None:
        try:
            told = self._look(path) if name.endswith("_") else None
        except OSError as error:
            self._members.add(joined(below, self._expanded_name(name, Compressed())), _unreadable(error))
            return
        if told is None:
            self._members.add(joined(below, name), File(opened=partial(self._tree.open, path)))
            return
        new = self._expanded_name(name, told)
        if new.lower() in taken - {name.lower()}:
            self._members.lose(joined(below, name), f"{new} stands beside it, and is what setup takes")
            return
        self._members.add(joined(below, new), File(opened=partial(_Expanding, self._tree, path)))

    def _look(self, path: str) -> Compressed | None:
        """What a file says of the one compressed in it, None if it is not compressed."""
        with self._tree.open(path) as source:
            head = source.read(0, HEAD)
            return look(source, head) if is_compressed(head) else None

    def _expanded_name(self, name: str, told: Compressed) -> str:
        """By the file itself, by setup's lists, by the character the file says, by what such files end in."""
        if told.name and compressed_name(told.name) == name.lower():
            return told.name
        listed = self._listed.get(name.lower(), [])
        named = [one for one in listed if one.endswith(told.last.lower() or one[-1])] or listed
        if named:
            last = named[0][-1]
        elif told.name:
            return told.name
        else:
            last = told.last or _ENDINGS.get(name.rpartition(".")[2][:-1].lower(), "_")
        return name[:-1] + (last.upper() if name.isupper() else last)

    def _names_of(self, children: list[Child], folder: str) -> dict[str, list[str]]:
        """The names in setup's lists by what they are when compressed, in lower case."""
        names: dict[str, list[str]] = {}
        for child in children:
            if child.name.lower() in SOURCE_LISTS:
                text = self._text(joined(folder, child.name))
                for name in dict.fromkeys(map(str.lower, _LISTED.findall(text))):
                    names.setdefault(compressed_name(name), []).append(name)
        return names

    def _text(self, path: str) -> str:
        try:
            with _Expanding(self._tree, path) if path.endswith("_") else self._tree.open(path) as source:
                data = source.read(0, min(source.size, _MAX_LIST))
        except OSError:
            return ""  # the file has its own row
        return setup_text(data)

    def _part(self, path: str) -> ByteSource:
        return self._opening.keep(self._tree.open(path))

    def _add_cabinets(self, folder: str, names: list[str]) -> None:
        """Files of driver cabinets; of two cabinets that hold one, that of the later service pack counts."""
        seen: set[str] = set()
        for name in reversed(names):
            try:
                source = self._opening.keep(self._tree.open(joined(folder, name)))
                beside = beside_in(self._tree, joined(folder, name), self._part)
                cabinet = whole_set(Cabinet(source), name, beside.open)
            except (OSError, DamagedCabinetError) as error:
                self._members.add(name, _unreadable(error))
                continue
            files = CabinetFiles(cabinet, self._opening.wanted, self._opening.spool)
            for number, member in enumerate(cabinet.members):
                if member.name.lower() not in seen:
                    node = File(None, member.problem, number, None if member.problem else partial(files.open, member))
                    self._members.add(f"{name}/{member.name}", node)
            seen |= {member.name.lower() for member in cabinet.members}


def _unreadable(error: Exception) -> File:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return File(problem=f"cannot be read: {said}")


def compressed_name(name: str) -> str:
    """What compress.exe -r calls a file, in lower case: kernel32.dl_, readme.1_, hosts._."""
    stem, dot, ending = name.lower().rpartition(".")
    if not dot:
        return f"{ending}._"
    return f"{stem}.{ending[:2]}_"


class _Expanding:
    """A compressed file of a tree, opened as the one in it."""

    def __init__(self, tree: FileTree, path: str) -> None:
        self._file = tree.open(path)

    def __enter__(self) -> ByteSource:
        source = self._file.__enter__()
        try:
            head = source.read(0, HEAD)
            return expanded(source, head) if is_compressed(head) else source
        except BaseException as error:
            self._file.__exit__(type(error), error, error.__traceback__)
            raise

    def __exit__(self, *error: object) -> None:
        self._file.__exit__(*error)  # type: ignore[arg-type]
