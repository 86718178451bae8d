"""Report formats. A new one is a module here and a line in ReportFormat; the CLI's choices come from it."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from hotfixcheck.reports.model import Report, Style


class ReportFormat(StrEnum):
    """What -f takes. Each is the name of its module in this folder, which is loaded only where the format is used."""

    TABLE = "table"
    JSON = "json"

    def render(self, report: Report, style: Style) -> str:
        """The whole report, ending in a line end; the same report and style give the same text."""
        return cast(_Module, import_module(f"{__name__}.{self.value}")).render(report, style)


class _Module(Protocol):
    """What a module of this folder has to be a format."""

    @staticmethod
    def render(report: Report, style: Style) -> str: ...
