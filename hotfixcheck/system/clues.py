"""What is found on the way to knowing a system: evidence kept, problems kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from hotfixcheck.products import ServicePack
from hotfixcheck.system.model import SystemEvidence


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """Something of the target that could not be read, or that contradicts something else."""

    path: str
    problem: str


@dataclass(slots=True)
class Clues:
    """Evidence and problems in the order found, and the registry's words on the edition, which mean something only
    once the family is known."""

    evidence: list[SystemEvidence] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    product_type: str = ""
    suites: tuple[str, ...] = ()
    edition_id: str = ""
    product_name: str = ""
    service_packs: dict[str, ServicePack] = field(default_factory=dict)
    """What each hive says, by where it says it; the hive that is believed first."""

    def note(self, fact: str, value: object, source: str) -> None:
        """Keep as evidence; `fact` is what it is about, such as "service pack", `source` where it stands."""
        self.evidence.append(SystemEvidence(fact, str(value), source))
