"""Waivers: which missing fixes are accepted, by whom, why and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from hotfixcheck.manifest.emit import emit
from hotfixcheck.manifest.model import article_number
from hotfixcheck.manifest.nodes import bare
from hotfixcheck.manifest.schema import VERSION, WAIVERS_SCHEMA
from hotfixcheck.manifest.yaml import checked


@dataclass(frozen=True, slots=True)
class Waiver:
    """`article` is its number as Q… or KB…, in capitals; `file` a name or a path in the target, None for the whole
    article; `until` its last day; `line` counts from 1."""

    article: str
    reason: str
    who: str
    until: date
    file: str | None = None
    line: int = 0

    @property
    def number(self) -> int:
        return article_number(self.article)

    @property
    def subject(self) -> str:
        return f"{self.article} {self.file}" if self.file else self.article


def load_waivers(data: bytes, file: str) -> tuple[Waiver, ...]:
    """The waivers in `data`; `file` is its name in messages. Raises ManifestMistakesError with every mistake."""
    root: Any = checked(data, file, WAIVERS_SCHEMA).value
    return tuple(_waiver(bare(node), node.line) for node in root["accept"].value)


def _waiver(values: dict[str, str], line: int) -> Waiver:
    day = date.fromisoformat(values["until"])
    return Waiver(values["article"].upper(), values["reason"], values["who"], day, values.get("file"), line)


def dump_waivers(waivers: Iterable[Waiver]) -> str:
    """Canonical YAML, sorted by article and file."""
    ordered = sorted(waivers, key=lambda waiver: (waiver.number, waiver.file or ""))
    return emit({"waivers": VERSION, "accept": [_plain(waiver) for waiver in ordered]})


def _plain(waiver: Waiver) -> dict[str, str]:
    file = {} if waiver.file is None else {"file": waiver.file}
    return {"article": waiver.article, **file, "reason": waiver.reason, "who": waiver.who, "until": f"{waiver.until}"}
