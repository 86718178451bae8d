"""What was asked on the way to a verdict, as data: a judgement writes it down while it is made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """The question of a step, as `check --explain` prints it."""

    PRODUCT = "product"
    PREREQUISITE = "prerequisite"
    PLATFORM = "platform"
    LANGUAGE = "language"
    PRESENCE = "presence"
    READABLE = "readable"
    TERMINAL_SERVER = "Terminal Server build"
    RELEASE = "release"
    LEVEL = "service pack level"
    BRANCH = "service branch"
    VERSION = "version"
    DATES = "size and dates"
    SERVICE_PACK = "service pack"
    PACKAGE = "package"
    REGISTRY = "registry"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True)
class Step:
    """One question: what the article requires, what the system shows, and what follows.

    `about` is the table, row or service pack that it was asked of; empty for the article as a whole.
    """

    rule: Rule
    required: str
    found: str
    answer: str
    about: str = ""


class Trail:
    """Collects the steps of one article while it is judged; `system` describes what every question is asked of."""

    def __init__(self, system: str) -> None:
        self._system = system
        self._steps: list[Step] = []

    def note(self, rule: Rule, required: str, reason: str, about: str = "", found: str | None = None) -> None:
        """A question of applicability: `reason` says why not, or why it cannot be told, and is empty for yes."""
        answer = reason or ("yes" if required else "nothing is required")
        self.step(Step(rule, required, self._system if found is None else found, answer, about))

    def step(self, step: Step) -> None:
        self._steps.append(step)

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(self._steps)
