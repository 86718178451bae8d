"""Report formats. A new one is a module here and a line in ReportFormat; the CLI's choices come from it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from hotfixcheck.reports.model import Report, Style


class ReportFormat(StrEnum):
    """What -f takes. Each is the name of its module in this folder, which is loaded only where the format is used."""

    TABLE = "table"
    JSON = "json"
    HTML = "html"
    CSV = "csv"
    MARKDOWN = "markdown"
    JUNIT = "junit"
    SARIF = "sarif"

    def render(self, report: Report, style: Style) -> str:
        """The whole report, ending in a line end; the same report and style give the same text."""
        return self._module.render(report, style)

    def render_several(self, reports: Sequence[Report], style: Style) -> str:
        """The reports on each Windows of a target; raises NotImplementedError for a format without room for several."""
        render = getattr(self._module, "render_several", None)
        if render is None:
            raise NotImplementedError
        return cast(str, render(reports, style))

    @property
    def _module(self) -> _Module:
        return cast(_Module, import_module(f"{__name__}.{self.value}"))


class _Module(Protocol):
    """What a module of this folder has to be a format; `render_several` besides, if it has room for more than one."""

    @staticmethod
    def render(report: Report, style: Style) -> str: ...
