"""Inventories: every fact of one scan of one target, enough to judge it again without the target."""

from hotfixcheck.inventory.model import Coverage, FileRecord, Inventory
from hotfixcheck.inventory.scan import take_inventory

__all__ = ["Coverage", "FileRecord", "Inventory", "take_inventory"]
