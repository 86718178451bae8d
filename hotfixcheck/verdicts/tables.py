"""The file tables of one article against the files of a system (rules 1, 2, 9 and 12 to 15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotfixcheck.inventory.model import FileRecord
from hotfixcheck.languages import is_foreign, is_language
from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Application, parse_product
from hotfixcheck.system.model import System
from hotfixcheck.targets.layout import TargetKind
from hotfixcheck.verdicts.alternatives import Alternative, Surroundings, judge_rows
from hotfixcheck.verdicts.applicability import YES, Applicability, Applies, AskApplication, both, table_applies
from hotfixcheck.verdicts.branches import label_of, release_of_build
from hotfixcheck.verdicts.candidates import Candidate, Files, Owned
from hotfixcheck.verdicts.finding import Evidence, FileFinding, Status
from hotfixcheck.verdicts.lines import row_is_for, table_is_for
from hotfixcheck.verdicts.presence import Presence
from hotfixcheck.verdicts.rules import Judgement
from hotfixcheck.verdicts.settled import doubted, settled
from hotfixcheck.verdicts.trace import Rule, Step, Trail
from hotfixcheck.verdicts.wow64 import Copies


@dataclass(frozen=True, slots=True)
class _Claim:
    """A row of a table that applies, and a file that it is about: its place among the article's file findings."""

    row: FileRow
    table: FilesFix
    answer: Applicability
    candidate: Candidate
    step: Step


class FileTables:
    """The tables of an article on one system, taken in one by one and then judged together."""

    def __init__(
        self, manifest: Manifest, system: System, files: Files, presence: Presence, ask: AskApplication, trail: Trail
    ) -> None:
        self._manifest = manifest
        self._system = system
        self._files = files
        self._presence = presence
        self._ask = ask
        self._trail = trail
        self._tables = tuple(manifest.tables())
        self._claims: list[_Claim | FileFinding] = []

    def take(self, table: FilesFix, applies: Applicability, about: str) -> str:
        """Finds what the rows of a table are about; returns why, if the table or every row is not for the system."""
        answer = both(applies, self._table_applies(table, about))
        if answer.applies is Applies.NO:
            return answer.reason
        copies = Copies(table)
        rows = [row for row in table.files if self._is_for_platform(row, copies)]
        if not rows:
            return f"it has no file for {self._system.platform}"
        rows = [row for row in rows if self._is_for_note(row, rows)]
        if not rows:
            return "none of its files is for this system, by the notes beside them"
        rows = [row for row in rows if self._is_of_this_windows(row, table)]
        if not rows:
            return "none of its files is of this Windows, by their versions"
        self._claims += [claim for row in rows for claim in self._claims_of(row, table, copies, answer)]
        return ""

    def findings(self) -> tuple[FileFinding, ...]:
        """A finding for each row and file: all rows that are about one file are judged together (rules 5 to 7)."""
        by_file: dict[str, list[_Claim]] = {}
        for claim in self._claims:
            if isinstance(claim, _Claim):
                by_file.setdefault(claim.candidate.record.path, []).append(claim)
        found = {
            id(claim): finding
            for together in by_file.values()
            for claim, finding in zip(together, self._judge_file(together), strict=True)
        }
        by_row: dict[int, list[FileFinding]] = {}
        for each in self._claims:
            finding = each if isinstance(each, FileFinding) else found[id(each)]
            by_row.setdefault(id(finding.required), []).append(finding)
        return settled(by_row.values())

    # --- which rows ------------------------------------------------------------------------------------------------

    def _table_applies(self, table: FilesFix, about: str) -> Applicability:
        """Rule 2, and rule 9: beside a table in the system's own language those in other languages are not for it."""
        if self._is_foreign(table.language, None) and any(self._is_own(other.language) for other in self._tables):
            answer = Applicability(Applies.NO, f"it is for the {table.language} version")
            self._trail.note(Rule.LANGUAGE, table.language or "", answer.reason, about)
            return answer
        is_for_any = self._is_for_any(table)
        answer = (
            table_is_for(table, self._system) if is_for_any else table_applies(table.scope, self._system, self._ask)
        )
        self._trail.note(Rule.PRODUCT, table.scope or "", answer.reason, about)
        return answer

    def _is_for_any(self, table: FilesFix) -> bool:
        """True where neither the article nor the table names a product."""
        return table.scope is None and not self._manifest.applies_to

    def _is_foreign(self, language: str | None, langid: int | None) -> bool:
        """True if a printed language is known to be another than that of `langid`, else than the system's."""
        return is_foreign(language, langid or self._system.language)

    def _is_own(self, language: str | None) -> bool:
        here = self._system.language
        return language is not None and here is not None and is_language(language, here) is True

    def _is_for_platform(self, row: FileRow, copies: Copies) -> bool:
        """Rule 2; on a 64-bit system the WOW64 copies are x86 (rule 12)."""
        here = self._system.platform
        if here is None or row.platform is None or row.platform is here:
            return True
        if copies.name(row, here) is not None:
            return True
        self._trail.step(Step(Rule.PLATFORM, row.platform, here, "it is for another processor", _about(row)))
        return False

    def _is_of_this_windows(self, row: FileRow, table: FilesFix) -> bool:
        why_not = row_is_for(row, self._system, is_for_any=self._is_for_any(table))
        if why_not:
            self._trail.note(Rule.PRODUCT, row.version or "", why_not, _about(row))
        return not why_not

    def _is_for_note(self, row: FileRow, rows: Sequence[FileRow]) -> bool:
        """False for a row whose note names another Windows, or another language beside a row in the system's."""
        if not row.note:
            return True
        scope = parse_product(row.note)
        answer = table_applies(row.note, self._system, self._ask) if scope.is_windows else YES
        if self._is_foreign(row.note, None) and any(
            self._is_own(other.note) for other in rows if other.name.lower() == row.name.lower()
        ):
            answer = Applicability(Applies.NO, f"it is for the {row.note} version")
        if answer.applies is Applies.NO:
            self._trail.note(
                Rule.LANGUAGE if not scope.is_windows else Rule.PRODUCT, row.note, answer.reason, _about(row)
            )
        return answer.applies is not Applies.NO

    # --- which files -----------------------------------------------------------------------------------------------

    def _claims_of(
        self, row: FileRow, table: FilesFix, copies: Copies, answer: Applicability
    ) -> list[_Claim | FileFinding]:
        owners = answer.owners

        def owned(record: FileRecord) -> Owned:
            return self._presence.owned(record, owners, row.file_version)

        candidates = self._files.candidates(row, copies, self._system, owned)
        if not candidates:
            others = self._files.candidates(row, copies, self._system)
            absent = self._foreign(row, others[0].record, owners) if others else self._absent(row, copies)
            return [doubted(absent, answer)]
        is_copy = copies.name(row, self._system.platform) is not None
        said = "its copy for 32-bit programs is there" if is_copy else "it is there"
        return [
            _Claim(row, table, answer, each, Step(Rule.PRESENCE, row.path or row.name, each.record.path, said))
            for each in candidates
        ]

    def _absent(self, row: FileRow, copies: Copies) -> FileFinding:
        """Rule 1, where the target would show the file if it were there."""
        status, evidence, reason = Status.INDETERMINATE, Evidence.NOTHING, ""
        if self._files.layout.kind is TargetKind.HIVES:
            reason = "the target holds hives and no files"
        elif self._files.layout.kind is TargetKind.LISTING:
            reason = "the files are out of reach, and the fix is not in the system's list"
        elif not self._files.coverage.covers(row.name.lower()):
            reason = "the inventory was taken without files of this name; --all takes every file"
        elif not self._files.coverage.whole:
            reason = "the target is cut short or damaged: it may have had this file"
        elif self._files.layout.windows is None and self._native_is_there(row, copies):
            name = "SysArm32" if row.platform is Platform.ARM else "SysWOW64"
            reason = f"{name} lies outside this target; give the Windows folder"
        else:
            status, evidence, reason = Status.NOT_APPLICABLE, Evidence.ABSENT, "there is no such file"
        step = Step(Rule.PRESENCE, row.path or row.name, "", reason)
        return FileFinding(row, None, row.platform or self._system.platform, status, evidence, reason, steps=(step,))

    def _foreign(self, row: FileRow, record: FileRecord, owners: frozenset[Application]) -> FileFinding:
        """A file of the name that is another product's: rule 1, the product's own file is absent."""
        names = " or ".join(sorted(owner.name for owner in owners)) or "Windows"
        platform = row.platform or self._system.platform
        reason = f"it is no file of {names} by its product name, company, folder and version"
        step = Step(Rule.PRESENCE, f"{row.name} of {names}", record.path, reason)
        return FileFinding(row, record, platform, Status.NOT_APPLICABLE, Evidence.ABSENT, reason, steps=(step,))

    def _native_is_there(self, row: FileRow, copies: Copies) -> bool:
        """True for the row of a WOW64 copy whose native file is in the target."""
        copy = copies.name(row, self._system.platform)
        natives = copies.native.get(copy, ()) if copy is not None else ()
        return any(self._files.candidates(native, copies, self._system) for native in natives)

    # --- what they say ---------------------------------------------------------------------------------------------

    def _judge_file(self, claims: list[_Claim]) -> list[FileFinding]:
        """What the rows that are about one file say of it."""
        record = claims[0].candidate.record
        facts = record.facts
        if facts is None:  # rule 15
            step = Step(Rule.READABLE, "a file that can be read", record.problem, "nothing can be said of it")
            unreadable = Judgement(Status.INDETERMINATE, Evidence.UNREADABLE, record.problem, (), (step,))
            return [self._file_finding(claim, unreadable) for claim in claims]
        alternatives = [
            Alternative(claim.row, label_of(claim.row, claim.table), self._size_counts(claim, facts.language))
            for claim in claims
        ]
        judgements = judge_rows(alternatives, facts, self._surroundings(claims[0]))
        return [self._file_finding(claim, judged) for claim, judged in zip(claims, judgements, strict=True)]

    def _size_counts(self, claim: _Claim, langid: int | None) -> bool:
        """Rules 9 and 14."""
        printed = claim.table.language or claim.row.note
        return claim.candidate.size_counts and not self._is_foreign(printed, langid)

    def _surroundings(self, claim: _Claim) -> Surroundings:
        """The service pack of a file by the system: of the applications whose file it is, else of Windows.

        None where the article is about a product of which nothing is known.
        """
        lines = [claim.table.scope] if claim.table.scope else self._manifest.applies_to
        is_known = claim.answer.owners or not lines or any(parse_product(line).is_windows for line in lines)
        pack = self._presence.service_pack_for(claim.answer.owners) if is_known else None
        build = self._system.build
        return Surroundings(pack.number if pack else None, None if build is None else release_of_build(build))

    def _file_finding(self, claim: _Claim, judged: Judgement) -> FileFinding:
        facts = claim.candidate.record.facts
        finding = FileFinding(
            claim.row,
            claim.candidate.record,
            (facts.platform if facts else None) or claim.row.platform or self._system.platform,
            judged.status,
            judged.evidence,
            judged.reason,
            judged.conflicts,
            steps=(claim.step, *judged.steps),
        )
        return doubted(finding, claim.answer)


def _about(row: FileRow) -> str:
    return f"{row.name} ({row.platform})" if row.platform else row.name
