"""FileTree to Inventory: one pass over the tree, one open a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter

from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.inventory.model import Coverage, FileRecord, Inventory
from hotfixcheck.readers import has_executable_name, read_facts
from hotfixcheck.readers.facts import FileFacts, FileKind, Reader
from hotfixcheck.system.clues import Problem
from hotfixcheck.system.identify import identify
from hotfixcheck.targets.layout import Layout, is_live
from hotfixcheck.targets.tree import Entry, FileTree, walk

_PATH = attrgetter("path")


def take_inventory(
    tree: FileTree,
    layout: Layout,
    *,
    names: frozenset[str],
    only_names: bool = False,
    everything: bool = False,
    reader: Reader = Reader.STRICT,
    progress: Callable[[int], object] = lambda _files: None,
    lost: Iterable[Entry] = (),
    cut_short: str = "",
) -> Inventory:
    """The inventory of the live files of `tree`.

    It has a row for every executable and every file of `names` (lower case); for `names` alone with `only_names`, for
    every file with `everything`. `reader` is how PE files are read. `progress` is called with the number of files
    seen so far. `lost` are files that have no place in the tree, each with its problem; `cut_short` says why the tree
    may lack files that the target has, so that nothing can be called absent.
    """
    scan = _Scan(tree, reader)
    system, problems = identify(tree, layout.hives, layout.system32, scan.facts)
    records = []
    folder_problems = [Problem(entry.path or ".", entry.problem) for entry in lost]
    if cut_short:
        folder_problems.append(Problem(".", f"the target is cut short or damaged: {cut_short}"))
    for seen, entry in enumerate(walk(tree, enter=is_live), start=1):
        progress(seen)
        name = entry.name.lower()
        if entry.is_folder:
            folder_problems.append(Problem(entry.path, entry.problem))
        elif only_names and name not in names:
            continue
        elif entry.problem:
            records.append(FileRecord(entry.path, None, entry.problem))
        else:
            record = scan.record(entry.path)
            executable = record.facts is None or record.facts.kind is not FileKind.OTHER
            if everything or only_names or executable or name in names or has_executable_name(name):
                records.append(record)
    records.sort(key=_PATH)  # twins by their own order; this key and the next take no memory beside the names
    records.sort(key=lambda record: record.path.lower())
    return Inventory(
        target=tree.path,
        layout=layout,
        system=system,
        records=tuple(records),
        coverage=Coverage(
            everything, frozenset(name for name in names if not has_executable_name(name)), not cut_short
        ),
        problems=tuple(sorted((*problems, *folder_problems))),
    )


class _Scan:
    """Reads each file once, whoever asks."""

    def __init__(self, tree: FileTree, reader: Reader) -> None:
        self._tree = tree
        self._reader = reader
        self._read: dict[str, FileRecord] = {}

    def facts(self, path: str) -> FileFacts:
        """The facts of a file; raises UnreadableFileError."""
        record = self._read[path] = self.record(path)
        if record.facts is None:
            raise UnreadableFileError(record.problem, file=path)
        return record.facts

    def record(self, path: str) -> FileRecord:
        """The row of a file, whatever is wrong with it."""
        if path in self._read:
            return self._read.pop(path)
        try:
            with self._tree.open(path) as source:
                return FileRecord(path, read_facts(source, path.rpartition("/")[2], self._reader))
        except UnreadableFileError as error:
            return FileRecord(path, None, error.problem)
        except OSError as error:
            return FileRecord(path, None, f"cannot be read: {error.strerror or error}")
