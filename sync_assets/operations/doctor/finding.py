"""What the doctor says of one thing that it has looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.exc import DBAPIError

from sync_assets.errors import SyncError, database_said


class Health(StrEnum):
    """How it stands."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing: its name, its state, a sentence, and what to do about it, empty where nothing is to be done."""

    name: str
    state: Health
    sentence: str
    advice: str = ""


@dataclass(slots=True)
class Findings:
    """Findings in the order in which they were made."""

    found: list[Finding] = field(default_factory=list)

    def ok(self, name: str, sentence: str) -> None:
        """Say that something is as it should be."""
        self.found.append(Finding(name, Health.OK, sentence))

    def warn(self, name: str, sentence: str, advice: str) -> None:
        """Say that something works and deserves a look."""
        self.found.append(Finding(name, Health.WARNING, sentence, advice))

    def wrong(self, name: str, sentence: str, advice: str = "") -> None:
        """Say that something does not work."""
        self.found.append(Finding(name, Health.WRONG, sentence, advice))

    def not_checked(self, name: str, why: str) -> None:
        """Say that something could not be looked at, since something else is wrong."""
        self.found.append(Finding(name, Health.NOT_CHECKED, f"Not looked at: {why}."))

    @contextmanager
    def looking_at(self, name: str, advice: str = "") -> Iterator[None]:
        """Turn whatever goes wrong in the block into a finding; nothing is raised."""
        try:
            yield
        except SyncError as error:
            self.wrong(name, str(error), advice)
        except DBAPIError as error:
            self.wrong(name, f"The database said: {database_said(error)}", advice)
        except Exception as error:  # noqa: BLE001 - a doctor reports, also what nobody has thought of
            # Its text stays out: it is not known what is in it.
            self.wrong(name, f"It could not be looked at: {type(error).__name__}.", advice)


def single_line(text: str) -> str:
    """Return a text without line breaks, as a finding stands in one line."""
    return " ".join(text.split())
