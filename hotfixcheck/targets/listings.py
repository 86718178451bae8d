"""What folders of a volume hold, of the last that were asked for: each is read from the volume once in a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

_KEPT_FOLDERS = 64
_T = TypeVar("_T")


class Listings(Generic[_T]):
    """By the path of a folder, its names and what they stand for.

    A folder has one place. A damaged disk may give it more, and so a tree without end.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, dict[str, _T]] = OrderedDict()
        self._listed_at: dict[int, str] = {}

    def get(
        self, folder: str, find: Callable[[str], int], read: Callable[[int], Iterable[tuple[str, _T]]]
    ) -> dict[str, _T]:
        """What is in a folder: `find` gives the volume's number of the one at a path, `read` its names by that number.

        Raises OSError for a folder that is at another place too, and what these two raise.
        """
        listing = self._kept.get(folder)
        if listing is not None:
            self._kept.move_to_end(folder)
            return listing
        number = find(folder)
        at = self._listed_at.setdefault(number, folder)
        if at != folder:
            raise OSError(f"the folder is also at {at or 'the root'}, and can be at one place only")
        listing = self._kept[folder] = dict(read(number))
        if len(self._kept) > _KEPT_FOLDERS:
            self._kept.popitem(last=False)
        return listing
