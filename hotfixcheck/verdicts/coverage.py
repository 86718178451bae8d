"""Which missing articles a fix carries (rule 17), for thousands of them: by rows on ladders, not pair by pair.

Sets of articles are bit masks of their places among all that are missing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from hotfixcheck.manifest.model import FileRow, Manifest, article_number
from hotfixcheck.verdicts.needs import Need


class _Ladder:
    """Needs by something that grows: which of them reach no higher than a given step."""

    def __init__(self, steps: Iterable[tuple[Any, int]]) -> None:
        self._steps: list[Any] = []
        self._masks = [0]
        for step, place in sorted(steps):
            self._steps.append(step)
            self._masks.append(self._masks[-1] | 1 << place)

    def up_to(self, step: Any) -> int:
        return self._masks[bisect_right(self._steps, step)]


class Wanted:
    """The rows of one file that needs lack: what a row carries of them, as `carried` says of two."""

    def __init__(self, rows: Sequence[tuple[int, FileRow]]) -> None:
        told = [(place, row.file_version, row.date) for place, row in rows]
        self.everyone = sum(1 << place for place, _ in rows)
        self._by_version = _Ladder((version, place) for place, version, _ in told if version is not None)
        self._by_day = _Ladder((day, place) for place, _, day in told if day)
        self._by_day_alone = _Ladder((day, place) for place, version, day in told if day and version is None)

    def carried(self, by: FileRow) -> int:
        version = by.file_version
        mask = 0 if version is None else self._by_version.up_to(version)
        if by.date is not None:
            mask |= (self._by_day if version is None else self._by_day_alone).up_to(by.date)
        return mask


class Coverage:
    """Which needs a fix carries, by its rows and by what articles say of each other, as bit masks of their places."""

    def __init__(self, needs: Sequence[Need], manifests: Iterable[Manifest]) -> None:
        self._needs = needs
        by_path: dict[str, list[tuple[int, FileRow]]] = defaultdict(list)
        self._by_paths: dict[frozenset[str], int] = defaultdict(int)
        for place, need in enumerate(needs):
            self._by_paths[frozenset(need.rows)] |= 1 << place
            for path, row in need.rows.items():
                by_path[path].append((place, row))
        self._wanted = {path: Wanted(rows) for path, rows in by_path.items()}
        self._by_number = {need.finding.manifest.number: place for place, need in enumerate(needs)}
        self._beyond: dict[frozenset[str], int] = {}
        self._said = {
            manifest.number: tuple(map(article_number, manifest.supersedes))
            for manifest in manifests
            if manifest.supersedes
        }

    def of_each(self) -> list[int]:
        """What each need's own fix carries, itself included."""
        return [self._of(place, need) for place, need in enumerate(self._needs)]

    def _of(self, place: int, fix: Need) -> int:
        near = older = 0
        for path, row in fix.brings.items():
            if wanted := self._wanted.get(path):
                near |= wanted.everyone
                older |= wanted.everyone & ~wanted.carried(row)
        # Its own rows it carries, even those that print neither a version nor a date.
        older &= ~(1 << place)
        by_rows = near & ~older & ~self._other_files(frozenset(fix.brings))
        return by_rows | self._replaced(fix.finding.manifest.number) & ~older

    def _other_files(self, brought: frozenset[str]) -> int:
        """The needs that lack a file which is not among these."""
        if brought not in self._beyond:
            others = (mask for paths, mask in self._by_paths.items() if not paths <= brought)
            self._beyond[brought] = reduce(or_, others, 0)
        return self._beyond[brought]

    def _replaced(self, number: int) -> int:
        """What the article says it replaces, and what that replaces: articles that replace each other end nowhere."""
        if number not in self._said:
            return 1 << self._by_number[number]
        seen, ahead = {number}, [number]
        while ahead:
            new = [other for other in self._said.get(ahead.pop(), ()) if other not in seen]
            seen.update(new)
            ahead += new
        return sum(1 << self._by_number[each] for each in seen if each in self._by_number)


def carried(row: FileRow, by: FileRow | None) -> bool:
    """True if a file that meets the row `by` meets `row`: by version, else by date."""
    if by is None:
        return False
    if row is by:
        return True
    version, other = row.file_version, by.file_version
    if version is not None and other is not None:
        return other >= version
    return row.date is not None and by.date is not None and by.date >= row.date
