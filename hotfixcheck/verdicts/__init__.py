"""Verdicts: pure functions of manifest, inventory and system. Nothing here touches a file or prints."""
