"""How a mutation refuses: with FieldErrors in its payload, all at once, and nothing done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sync_assets.sandbox.tenant.records import Record

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with which attribute of the input."""

    label: str | None
    message: str
    value: str | None = None


class Refused(Exception):
    """A mutation is not carried out, for these reasons."""

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors


class InputErrors:
    """Collects what is wrong with an input, so that the answer can name all of it."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def refuse(self, label: str | None, message: str, value: object = None) -> None:
        """Note something that is wrong."""
        self.errors.append(FieldError(label, message, None if value is None else str(value)))

    def record(self, kind: dict[str, R], node_id: str | None, label: str, *, needed: bool = True) -> R | None:
        """Return the record of an id; note a missing or unknown one."""
        if node_id is None:
            if needed:
                self.refuse(label, f"{label} is required.")
            return None
        found = kind.get(node_id)
        if found is None:
            self.refuse(label, f"{label} names no record of this instance.", node_id)
        return found

    def subject(self, kind: dict[str, R], node_id: str | None, label: str) -> R:
        """Return the record that everything else is about. Raises Refused at once if it is missing or unknown."""
        found = self.record(kind, node_id, label)
        if found is None:
            raise Refused(self.errors)
        return found

    def text(self, value: str | None, label: str, *, longest: int = 255) -> None:
        """Note a text that is blank or too long."""
        if value is None or not value.strip():
            self.refuse(label, f"{label} is required.", value)
        elif len(value) > longest:
            self.refuse(label, f"{label} may have at most {longest} characters.", value)

    def zone(self, value: str | None, label: str) -> None:
        """Note what is not an IANA time zone."""
        try:
            ZoneInfo(value or "UTC")
        except (OSError, ValueError, KeyError):
            self.refuse(label, f"{label} is not a known time zone.", value)

    def in_order(self, start: Any, end: Any, label: str) -> None:
        """Note an end that does not come after its start."""
        if start is not None and end is not None and end <= start:
            self.refuse(label, f"{label} must be after the start.", end.isoformat())

    def done(self) -> None:
        """Raise Refused if anything was wrong."""
        if self.errors:
            raise Refused(self.errors)
