"""Manifests as JSON-ready values, and back: what YAML, the index and reports are made of."""

from __future__ import annotations

from datetime import date
from typing import Any

from hotfixcheck.manifest.model import FileRow, FilesFix, Fix, Manifest, ServicePackFix
from hotfixcheck.manifest.schema import VERSION
from hotfixcheck.platforms import Platform
from hotfixcheck.products import ServicePack


def from_plain(values: dict[str, Any]) -> Manifest:
    """The manifest that `plain` gives these values of; they must have been checked."""
    return Manifest(
        article=values["article"],
        title=values["title"],
        fixes=tuple(_fix(fix) for fix in values["fixes"]),
        revised=_date(values.get("revised")),
        applies_to=tuple(values.get("applies_to", ())),
        platforms=tuple(map(Platform.from_label, values.get("platforms", ()))),
        prerequisite=values.get("prerequisite"),
        supersedes=tuple(values.get("supersedes", ())),
    )


def _fix(values: dict[str, Any]) -> Fix:
    values = {name: value for name, value in values.items() if name != "kind"}
    if "files" in values:
        return FilesFix(**values | {"files": tuple(_row(row) for row in values["files"])})
    if "service_pack" in values:
        values["service_pack"] = ServicePack.parse(values["service_pack"])
    return ServicePackFix(**values)


def _row(values: dict[str, Any]) -> FileRow:
    parsed: dict[str, Any] = {"date": _date(values.get("date"))}
    if "platform" in values:
        parsed["platform"] = Platform.from_label(values["platform"])
    if "size" in values:
        parsed["size"] = int(values["size"])
    return FileRow(**values | parsed)


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def plain(manifest: Manifest) -> dict[str, Any]:
    """The manifest as JSON-ready values in canonical order, without fields that say nothing."""
    return {
        "manifest": VERSION,
        "article": manifest.article,
        "title": manifest.title,
        **_given(revised=_iso(manifest.revised)),
        "applies_to": list(manifest.applies_to),
        **_given(platforms=[platform.value for platform in manifest.platforms]),
        **_given(prerequisite=manifest.prerequisite, supersedes=list(manifest.supersedes)),
        "fixes": [_plain_fix(fix) for fix in manifest.fixes],
    }


def plain_row(row: FileRow) -> dict[str, Any]:
    """A file row as JSON-ready values in canonical order, without fields that say nothing."""
    return {
        "name": row.name,
        **_given(platform=row.platform and row.platform.value, path=row.path, version=row.version, date=_iso(row.date)),
        **_given(time=row.time),
        **({} if row.size is None else {"size": row.size}),
        **_given(size_approx=row.size_approx, link_time=row.link_time, sha256=row.sha256, note=row.note),
    }


def _plain_fix(fix: Fix) -> dict[str, Any]:
    if isinstance(fix, FilesFix):
        return {
            "kind": "files",
            **_given(scope=fix.scope, release=fix.release, language=fix.language),
            "utc": fix.utc,
            "files": [plain_row(row) for row in fix.files],
        }
    pack = fix.service_pack and str(fix.service_pack)
    return {"kind": "service_pack", "product": fix.product, **_given(service_pack=pack, package=fix.package)}


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
