"""What the doctor says about one thing that it has examined."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.exc import DBAPIError

from sync_assets.errors import SyncError, database_said


class Health(StrEnum):
    """Result of one check."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing: its name, its state, a sentence, and what to do about it (empty if nothing)."""

    name: str
    state: Health
    sentence: str
    advice: str = ""


@dataclass(slots=True)
class Findings:
    """The findings so far, in order."""

    entries: list[Finding] = field(default_factory=list)

    def ok(self, name: str, sentence: str) -> None:
        """Say that something is as it should be."""
        self.entries.append(Finding(name, Health.OK, sentence))

    def warn(self, name: str, sentence: str, advice: str) -> None:
        """Say that something works, but that somebody should look at it."""
        self.entries.append(Finding(name, Health.WARNING, sentence, advice))

    def wrong(self, name: str, sentence: str, advice: str = "") -> None:
        """Say that something does not work."""
        self.entries.append(Finding(name, Health.WRONG, sentence, advice))

    def not_checked(self, name: str, why: str) -> None:
        """Say that something was not examined because something else is wrong."""
        self.entries.append(Finding(name, Health.NOT_CHECKED, f"Not checked: {why}."))

    @contextmanager
    def looking_at(self, name: str, advice: str = "") -> Iterator[None]:
        """Turn an error in the block into a finding. Raises nothing."""
        try:
            yield
        except SyncError as error:
            self.wrong(name, str(error), advice)
        except DBAPIError as error:
            self.wrong(name, f"The database said: {database_said(error)}", advice)
        except Exception as error:  # noqa: BLE001 - the doctor reports every error
            # Its text is left out, since it may contain a secret.
            self.wrong(name, f"It could not be examined: {type(error).__name__}.", advice)


def single_line(text: str) -> str:
    """Return a text without line breaks, since a finding is one line."""
    return " ".join(text.split())
