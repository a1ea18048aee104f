"""What can be wrong with a row of an upload, said so that a person can correct it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error holds its whole event back; a warning is only reported."""

    ERROR = "error"
    WARNING = "warning"


class ProblemKind(StrEnum):
    """What a problem is about, for counts and filters."""

    STRUCTURE = "structure"
    """The row does not fit where it stands: no event above it, sessions under an LMS event."""
    CELL = "cell"
    """A cell is empty that may not be, or holds something of another type."""
    CONSISTENCY = "consistency"
    """Cells are readable and contradict each other: dates, day numbers, titles."""
    PLAUSIBILITY = "plausibility"
    """Everything is possible and something is hardly meant: days in the past, access that ends too early."""
    DUPLICATE = "duplicate"
    """The event is in the file already, or on one of the two sides."""
    REFERENCE = "reference"
    """A name or code that the tutorial side or Administrate does not know, or knows twice."""
    LINK = "link"
    """Both are known, or one of them, and the bridge does not join them."""
    PRODUCT = "product"
    """No single product of the provider's catalogue fits the event."""
    EXAM_SESSION = "exam session"
    """The exam session of the sitting is not active."""
    APPROVAL = "approval"
    """An instructor is not approved for the course template."""
    CUSTOM_FIELD = "custom field"
    """The tenant has no custom field for a value, or the value does not suit its type."""
    REFUSED = "refused"
    """Administrate refused the event, or somebody has to decide about it first."""
    TAX_TYPE = "tax type"
    """Which tax type the event has is not clear."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: Excel row number (from 1), column name, the value as Excel shows it, a sentence.

    `suggestions` are values that the cell may have been meant to have, the nearest first.
    """

    row: int
    column: str
    value: str
    sentence: str
    kind: ProblemKind
    severity: Severity = Severity.ERROR
    suggestions: tuple[str, ...] = ()

    @property
    def is_error(self) -> bool:
        """Whether the event of this row is held back."""
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        value = f" ({self.value})" if self.value else ""
        return f"Row {self.row}, {self.column}{value}: {self.sentence}"
