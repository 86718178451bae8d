"""Hotfix applicability checker for installed Windows system files."""

__version__ = "0.1.0"
