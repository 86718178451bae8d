"""Formats of the report on a fleet. A new one is a module here and a line in FleetFormat."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from hotfixcheck.fleet.model import FleetReport
    from hotfixcheck.reports.model import Style


class FleetFormat(StrEnum):
    """What `fleet check -f` takes. Each is the name of its module in this folder, loaded only where it is used."""

    TABLE = "table"
    JSON = "json"
    HTML = "html"
    CSV = "csv"
    PARQUET = "parquet"

    def render(self, report: FleetReport, style: Style) -> Iterator[str] | Iterator[bytes]:
        """The report in pieces, which need not be held at once; the same report and style give the same bytes."""
        return cast(_Module, import_module(f"{__name__}.{self.value}")).render(report, style)


class _Module(Protocol):
    @staticmethod
    def render(report: FleetReport, style: Style) -> Iterator[str] | Iterator[bytes]: ...
