"""What a definition asks: tests of objects against states, joined by AND, OR and NOT.

Expressions are values: `every`, `some` and `without` make them and fold what is always true or false, since OVAL has no
word for either.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Operation(StrEnum):
    """How a state's value compares, by the words of the OVAL schema."""

    EQUALS = "equals"
    IGNORING_CASE = "case insensitive equals"
    LESS = "less than"
    AT_LEAST = "greater than or equal"
    AT_MOST = "less than or equal"
    PATTERN = "pattern match"


class Datatype(StrEnum):
    STRING = "string"
    INT = "int"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class Entity:
    """One value of a state, such as size, version or time_date_stamp."""

    name: str
    value: str
    operation: Operation = Operation.EQUALS
    datatype: Datatype = Datatype.STRING


@dataclass(frozen=True, slots=True)
class RegistryObject:
    """A value below HKEY_LOCAL_MACHINE."""

    key: str
    name: str


class FilePart(StrEnum):
    """What of a file an object collects: a file_object its size, time and version, a peheader_object its link time."""

    FILE = "file"
    HEADER = "peheader"


@dataclass(frozen=True, slots=True)
class FileObject:
    """The files that one row of a manifest is about: `table` counts the article's fixes, `row` the table's files."""

    part: FilePart
    article: int
    table: int
    row: int
    name: str


Object = RegistryObject | FileObject


@dataclass(frozen=True, slots=True)
class Test:
    """True if an item of `object` has every value of `state`; without a state, if there is an item."""

    object: Object
    state: tuple[Entity, ...]
    comment: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """Unknown by nature: what the article tells does not decide here."""

    comment: str


@dataclass(frozen=True, slots=True)
class Every:
    """AND; without parts it is always true."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """OR; without parts it is always false."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """NOT."""

    part: Expression


@dataclass(frozen=True, slots=True)
class Shared:
    """An expression that a definition of its own holds, for others to refer to."""

    title: str
    part: Expression


Expression = Test | Undecided | Every | Some | Without | Shared

ALWAYS = Every(())
NEVER = Some(())


def every(*parts: Expression) -> Expression:
    """AND of `parts`, each once."""
    found = _flat(parts, Every, ALWAYS)
    if NEVER in found:
        return NEVER
    return found[0] if len(found) == 1 else Every(tuple(found))


def some(*parts: Expression) -> Expression:
    """OR of `parts`, each once."""
    found = _flat(parts, Some, NEVER)
    if ALWAYS in found:
        return ALWAYS
    return found[0] if len(found) == 1 else Some(tuple(found))


def without(part: Expression) -> Expression:
    """NOT `part`."""
    if isinstance(part, Without):
        return part.part
    if part == ALWAYS:
        return NEVER
    return ALWAYS if part == NEVER else Without(part)


def shared(title: str, part: Expression) -> Expression:
    """`part` under a title; what is always true or false needs none."""
    return part if part in {ALWAYS, NEVER} else Shared(title, part)


def _flat(parts: Iterable[Expression], kind: type[Every] | type[Some], neutral: Expression) -> list[Expression]:
    found: list[Expression] = []
    for part in parts:
        inner = part.parts if isinstance(part, kind) and part != neutral else (part,)
        found += [one for one in inner if one != neutral and one not in found]
    return found
