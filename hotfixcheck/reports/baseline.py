"""A baseline, which is an earlier JSON report: what has changed since, and what of that is new."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from hotfixcheck.errors import HotfixcheckError
from hotfixcheck.manifest.model import article_number
from hotfixcheck.system.plain import each, optional, required
from hotfixcheck.verdicts.finding import FileFinding, Finding, Status
from hotfixcheck.verdicts.waivers import FAILING

MAX_BYTES = 256 * 1024 * 1024

Wrong = dict[str, Status]
"""What is wrong in an article: the status of each file by its path in the target, or name, in lower case; by "" where
it is no file that is wrong."""


class BaselineError(HotfixcheckError):
    """A baseline that cannot be used."""


@dataclass(frozen=True, slots=True)
class _Before:
    article: str
    title: str
    status: Status
    accepted: Wrong


@dataclass(frozen=True, slots=True)
class Baseline:
    """What an earlier report said, by article number; what it waived is not accepted by it."""

    file: str
    product: str | None
    articles: dict[int, _Before]

    def limited_to(self, numbers: Collection[int]) -> Baseline:
        """Only these articles."""
        return replace(self, articles={number: one for number, one in self.articles.items() if number in numbers})


@dataclass(frozen=True, slots=True)
class Change:
    """An article whose status is another, or that is `new`: worse than in the baseline, by these `files` if any.

    None before: it was not judged then; None now: it is not judged now, and was missing or indeterminate.
    """

    article: str
    title: str
    before: Status | None
    now: Status | None
    new: bool
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """Since the report in the file `baseline`, sorted by article number; `new` is what is worse in each."""

    baseline: str
    changes: tuple[Change, ...]
    new: dict[int, Wrong]


def load_baseline(data: bytes, file: str) -> Baseline:
    """The JSON report in `data`; `file` is its name in messages. Raises BaselineError."""
    try:
        if len(data) > MAX_BYTES:
            raise ValueError(f"it has more than {MAX_BYTES:,} bytes")
        values = json.loads(data)
        if not isinstance(values, dict) or values.get("report") != 1:
            raise ValueError("it is no JSON report of version 1")
        articles = {
            article_number(required(one, "article", str)): _before(one) for one in each(values, "articles", dict)
        }
        return Baseline(file, optional(required(values, "system", dict), "product", str), articles)
    except json.JSONDecodeError as error:
        said, place = f"not JSON: {error.msg}", f"{error.lineno}:{error.colno}"
    except UnicodeDecodeError:
        said, place = "not a report: it is no text", ""
    except RecursionError:
        said, place = "not a report: it is nested too deep", ""
    except (ValueError, TypeError) as error:
        said, place = f"not a report: {error}", ""
    raise BaselineError(said, file=file, place=place, advice="`hotfixcheck check -f json` writes one")


def _before(values: dict[str, Any]) -> _Before:
    status = Status(required(values, "status", str))
    files = [one for one in each(values, "files", dict) if not optional(one, "waived", bool)]
    accepted: Wrong = {}
    if status in FAILING and not optional(values, "waived", bool):
        named = [
            (optional(one, "path", str) or required(one, "name", str), required(one, "status", str)) for one in files
        ]
        accepted = _worst((name, Status(said)) for name, said in named) or {"": status}
    return _Before(required(values, "article", str), required(values, "title", str), status, accepted)


def _worst(files: Iterable[tuple[str, Status]]) -> Wrong:
    """The worst status of each file that is missing or indeterminate."""
    failing = sorted((FAILING.index(status), name.lower()) for name, status in files if status in FAILING)
    return {name: FAILING[badness] for badness, name in reversed(failing)}


def changes_since(baseline: Baseline, findings: Iterable[Finding]) -> Changes:
    """What is another than in `baseline`. An article that was not judged then counts only if something is wrong."""
    changes: dict[int, Change] = {}
    new: dict[int, Wrong] = {}
    judged = set()
    for finding in findings:
        number, article = finding.manifest.number, finding.manifest.article
        judged.add(number)
        before = baseline.articles.get(number)
        worse = _worse(finding, before.accepted if before else {})
        unchanged = before.status is finding.status if before else finding.status not in FAILING
        if worse:
            new[number] = worse
        if worse or not unchanged:
            was = before.status if before else None
            changes[number] = Change(
                article, finding.manifest.title, was, finding.status, bool(worse), _names(finding, worse)
            )
    for number, before in baseline.articles.items():
        if number not in judged and before.status in FAILING:
            changes[number] = Change(before.article, before.title, before.status, None, new=False)
    return Changes(baseline.file, tuple(changes[number] for number in sorted(changes)), new)


def _worse(finding: Finding, accepted: Wrong) -> Wrong:
    """What is worse in the finding than accepted."""
    if finding.status not in FAILING or finding.waiver is not None:
        return {}
    failing = _worst((_name(one), one.status) for one in finding.files if one.waiver is None)
    return {
        name: status
        for name, status in (failing or {"": finding.status}).items()
        if name not in accepted or FAILING.index(status) < FAILING.index(accepted[name])
    }


def _names(finding: Finding, worse: Wrong) -> tuple[str, ...]:
    return tuple(sorted({_name(one) for one in finding.files if _name(one).lower() in worse}))


def _name(file: FileFinding) -> str:
    return file.path or file.required.name
