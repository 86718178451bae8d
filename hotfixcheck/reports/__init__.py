"""Report formats. A new one is a module with a class here and a line in FORMATS; the CLI's choices come from it."""

from __future__ import annotations

from typing import Protocol

from hotfixcheck.reports.json import JsonFormat
from hotfixcheck.reports.model import Report, Style, report_on
from hotfixcheck.reports.table import TableFormat


class Format(Protocol):
    """One way to write a report."""

    @property
    def name(self) -> str:
        """What -f takes."""
        ...

    def render(self, report: Report, style: Style) -> str:
        """The whole report, ending in a line end; the same report and style give the same text."""
        ...


FORMATS: tuple[Format, ...] = (TableFormat(), JsonFormat())

__all__ = ["FORMATS", "Format", "Report", "Style", "report_on"]
