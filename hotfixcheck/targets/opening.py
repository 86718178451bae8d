"""What openers share: what they are asked for, what they answer, and how one opens what another one found inside."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from hotfixcheck.errors import TargetError, said_by
from hotfixcheck.targets.beside import ALONE, Beside, beside_path
from hotfixcheck.targets.subtree import unwrapped
from hotfixcheck.targets.tree import ByteSource, Entry, FileTree
from hotfixcheck.targets.wanted import HEAD, Wanted

if TYPE_CHECKING:
    from hotfixcheck.targets.spool import Spool

_MAX_NESTING = 6
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Found:
    """Something in a target: an archive, a partition table, a file system, an image.

    `kind` says what it is, `place` where in what holds it ("partition 2"), "" for the target itself. It has a `tree`
    of files, or others `inside`, or a `problem` for which nothing of it can be read. `lost` are names in the tree that
    were refused or could not be read and have no place in it; `cut_short` says why names may be missing altogether.
    """

    kind: str
    place: str = ""
    tree: FileTree | None = None
    inside: tuple[Found, ...] = ()
    problem: str = ""
    lost: tuple[Entry, ...] = ()
    cut_short: str = ""


class Opener(Protocol):
    """A kind of target, or of what lies in one; known by its content, never by its name."""

    def detect(self, source: ByteSource, head: bytes) -> bool:
        """True if `source`, whose first bytes are `head`, is of this kind; raises OSError."""
        ...

    def open(self, source: ByteSource, place: str, opening: Opening) -> Found:
        """What is in it, which lies at `place`. Raises TargetError or OSError where nothing of it can be read."""
        ...


class TreeOpener(Protocol):
    """A tree that holds something else than the files of one Windows: known by the names in it."""

    def detect(self, tree: FileTree) -> bool:
        """True if `tree` is of this kind; raises OSError."""
        ...

    def open(self, found: Found, tree: FileTree, opening: Opening) -> Found:
        """What is in the `tree` of `found`."""
        ...


def _anything(_first: object) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Kind:
    """An opener by where it is: module of `targets` and class. It is loaded only for a file whose head `may_be` one of
    its kind, for each costs time that every command would pay."""

    module: str
    opener: str
    may_be: Callable[[bytes], bool] = _anything

    def detect(self, source: ByteSource, head: bytes) -> bool:
        return self.may_be(head) and bool(_loaded(self.module, self.opener).detect(source, head))

    def open(self, source: ByteSource, place: str, opening: Opening) -> Found:
        found: Found = _loaded(self.module, self.opener).open(source, place, opening)
        return found


@dataclass(frozen=True, slots=True)
class TreeKind:
    """The same for trees."""

    module: str
    opener: str
    may_be: Callable[[FileTree], bool]

    def detect(self, tree: FileTree) -> bool:
        return self.may_be(tree) and bool(_loaded(self.module, self.opener).detect(tree))

    def open(self, found: Found, tree: FileTree, opening: Opening) -> Found:
        opened: Found = _loaded(self.module, self.opener).open(found, tree, opening)
        return opened


def _loaded(module: str, opener: str) -> Any:
    return getattr(importlib.import_module(f"hotfixcheck.targets.{module}"), opener)


@dataclass(slots=True)
class Opening:
    """One target while it is open: `path` is how the user named it.

    `beside` are the files beside what is being opened, of which it may be a part.
    """

    path: str
    wanted: Wanted
    openers: Sequence[Opener]
    tree_openers: Sequence[TreeOpener]
    beside: Beside = field(init=False)
    _stack: ExitStack = field(default_factory=ExitStack)
    _spool: Spool | None = None
    _depth: int = 0

    def __post_init__(self) -> None:
        self.beside = beside_path(Path(self.path), self.keep)

    @property
    def spool(self) -> Spool:
        from hotfixcheck.targets.spool import Spool

        if self._spool is None:
            self._spool = Spool()
            self._stack.callback(self._spool.close)
        return self._spool

    def keep(self, resource: AbstractContextManager[_T]) -> _T:
        """Enters something that stays open as long as the target."""
        return self._stack.enter_context(resource)

    def open(self, source: ByteSource, place: str, beside: Beside | None = None) -> Found:
        """What `source`, which lies at `place`, is; a problem where no opener knows it or the one that does fails.

        `beside` are files that a container holds beside it; without them it has none there.
        """
        if self._depth >= _MAX_NESTING:
            return Found("container", place, problem=f"it is nested more than {_MAX_NESTING} levels deep")
        before = self.beside
        if beside is not None or self._depth:
            self.beside = beside or ALONE
        self._depth += 1
        try:
            head = source.read(0, HEAD)
            for opener in self.openers:
                if opener.detect(source, head):
                    return self.look_into(opener.open(source, place, self))
        except TargetError as error:
            said = f"{error.problem} ({error.advice})" if error.advice else error.problem
            return Found("container", place, problem=said)
        except OSError as error:
            return Found("container", place, problem=f"cannot be read: {said_by(error)}")
        finally:
            self._depth -= 1
            self.beside = before
        what = "it is empty" if not source.size else "this is not a kind of target that hotfixcheck reads"
        return Found("file", place, problem=what)

    def look_into(self, found: Found) -> Found:
        """What is in the tree of something that was found, if it is a tree of other things."""
        trees = list(unwrapped(found.tree)) if found.tree is not None else []
        for opener in self.tree_openers:
            for tree in trees:
                if opener.detect(tree):
                    return opener.open(found, tree, self)
        return found

    def close(self) -> None:
        self._stack.close()


def extra(module: str, package: str, what: str) -> Any:
    """A module of the extra `images`; raises TargetError that says how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError:
        raise TargetError(
            f"{what} cannot be read without the package {package}",
            advice="python -m pip install 'hotfixcheck[images]'",
        ) from None
    except (AttributeError, OSError, TypeError):  # what loading a library that is not there raises in libarchive-c
        raise TargetError(
            f"{what} cannot be read without {module} itself, which its package does not find",
            advice=f"install {module}, or set {module.upper()} to the path of its shared library",
        ) from None
