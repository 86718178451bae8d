"""Families by their names without Windows."""

from __future__ import annotations

from hotfixcheck.products import FAMILIES

FAMILY = {family.name.removeprefix("Windows "): family for family in FAMILIES}
