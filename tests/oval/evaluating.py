"""Tests of the registry, evaluated as an engine does it, for systems that are values."""

from __future__ import annotations

import re

from hotfixcheck.oval.logic import (
    Datatype,
    Entity,
    Every,
    Expression,
    Operation,
    RegistryObject,
    Shared,
    Some,
    Undecided,
    Without,
)
from hotfixcheck.oval.logic import Test as OvalTest
from hotfixcheck.oval.registry import registry_value
from hotfixcheck.system.model import System


def holds(expression: Expression, system: System) -> bool | None:
    """Kleene's logic, as OVAL's; None is unknown."""
    match expression:
        case Every(parts):
            answers = [holds(part, system) for part in parts]
            return False if False in answers else None if None in answers else True
        case Some(parts):
            answers = [holds(part, system) for part in parts]
            return True if True in answers else None if None in answers else False
        case Without(part):
            answer = holds(part, system)
            return None if answer is None else not answer
        case Shared(_, part):
            return holds(part, system)
        case Undecided():
            return None
        case OvalTest(RegistryObject() as asked, state, _):
            value = registry_value(system, asked)
            return None if value is None else any(all(_fits(one, each) for one in state) for each in value.values)
    raise AssertionError(expression)


def _fits(entity: Entity, value: str) -> bool:
    if entity.datatype is Datatype.INT:
        found, wanted = int(value), int(entity.value)
        return {
            Operation.EQUALS: found == wanted,
            Operation.LESS: found < wanted,
            Operation.AT_LEAST: found >= wanted,
        }[entity.operation]
    if entity.operation is Operation.PATTERN:
        return re.search(entity.value, value) is not None
    assert entity.operation is Operation.IGNORING_CASE
    return entity.value.lower() == value.lower()
