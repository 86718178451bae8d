"""Inventories: every fact of one scan of one target, enough to judge it again without the target."""

from hotfixcheck.inventory.model import Coverage, FileRecord, Inventory
from hotfixcheck.inventory.scan import Scan, begin_scan, take_inventory

__all__ = ["Coverage", "FileRecord", "Inventory", "Scan", "begin_scan", "take_inventory"]
