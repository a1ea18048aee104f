"""The plan of an upload as its page shows it: small, and without anything of the database. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sync_assets.administrate.record_ids import number_of_record
from sync_assets.event_import.event_proposals import EventProposal
from sync_assets.event_import.planning.comparison import ChangeKind, FieldChange
from sync_assets.event_import.planning.proposal import ProposalKind
from sync_assets.event_import.problems import Problem
from sync_assets.event_import.proposed_upload import ProposedUpload
from sync_assets.event_import.validation.validate import RowOfEvent, RowVerdict, Validation
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.cells import shown
from sync_assets.event_import.workbook.sheet import SheetRow
from sync_assets.pages.upload.problem_groups import ProblemGroup, group_problems

MOST_ROWS: Final = 200
"""Rows to correct that a page shows; the workbook of the rows to correct has all."""
LONGEST_CELL: Final = 119
"""Characters of a cell that are known whole: longer ones are cut where they are shown."""


class Verdict(StrEnum):
    """What an import would do with an event."""

    ERROR = "error"
    REFUSED = "refused"
    CONFLICT = "conflict"
    CHANGE = "change"
    CREATE = "create"
    GO_ON = "go_on"
    UNKNOWN = "unknown"
    TWICE = "twice"
    SAME = "same"

    @property
    def words(self) -> str:
        """The verdict as people read it."""
        return _WORDS[self][0]

    @property
    def tone(self) -> str:
        """The colour in which it is shown."""
        return _WORDS[self][1]


_WORDS: Final[Mapping[Verdict, tuple[str, str]]] = {
    Verdict.ERROR: ("in error", "bad"),
    Verdict.REFUSED: ("to be decided first", "bad"),
    Verdict.CONFLICT: ("in conflict", "warn"),
    Verdict.CHANGE: ("changed", "new"),
    Verdict.CREATE: ("new", "good"),
    Verdict.GO_ON: ("begun, to be completed", "new"),
    Verdict.UNKNOWN: ("cannot be read in Administrate", "warn"),
    Verdict.TWICE: ("twice in the file", "warn"),
    Verdict.SAME: ("the same", ""),
}
_OF_KIND: Final = {
    ProposalKind.CREATE: Verdict.CREATE,
    ProposalKind.CARRY_ON: Verdict.GO_ON,
    ProposalKind.SAME: Verdict.SAME,
    ProposalKind.REFUSED: Verdict.REFUSED,
    ProposalKind.UNKNOWN: Verdict.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A field that differs: what the file says, and what each side has; None where a side has it so, or no such field.

    A conflict was changed by somebody since both sides agreed, and is left alone.
    """

    field: str
    planned: str
    here: str | None
    there: str | None
    is_conflict: bool


@dataclass(frozen=True, slots=True)
class EventView:
    """An event of the file: its first and last row, what would happen, and why.

    `needs_leave` says that it is published or booked, and changed only with a leave of its own.
    """

    title: str
    template: str
    first_row: int
    last_row: int
    verdict: Verdict
    sentence: str
    changes: tuple[ChangeView, ...]
    needs_leave: bool
    external_id: str | None

    @property
    def number(self) -> int | None:
        """The number that Administrate's pages show."""
        return number_of_record(self.external_id)


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell of a row to correct: what stands there, the sentences of its problems, and what may have been meant."""

    column: str
    value: str
    sentences: tuple[str, ...]
    is_error: bool
    suggestions: tuple[str, ...]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of the sheet with an error: its Excel number, the names of event and session, and the cells to show."""

    number: int
    event: str
    session: str
    cells: tuple[CellView | None, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanView:
    """What an upload would do, as it was at a moment.

    `rows` are rows with errors, as many as a page shows of `rows_in_all`; `columns` are those of their cells.
    `unavailable` is a sentence where Administrate could not be asked.
    """

    upload_key: str
    file_name: str
    made_at: datetime
    events: tuple[EventView, ...]
    groups: tuple[ProblemGroup, ...]
    columns: tuple[str, ...]
    rows: tuple[RowView, ...]
    rows_in_all: int
    unavailable: str | None

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many events come to each verdict, zeros included, in the order in which they need somebody."""
        found = Counter(event.verdict for event in self.events)
        return {verdict: found[verdict] for verdict in Verdict}

    @property
    def errors(self) -> tuple[ProblemGroup, ...]:
        """What has to be done before the events in error can be imported."""
        return tuple(group for group in self.groups if group.is_error)

    @property
    def warnings(self) -> tuple[ProblemGroup, ...]:
        """What is only reported."""
        return tuple(group for group in self.groups if not group.is_error)

    def of(self, verdict: Verdict) -> tuple[EventView, ...]:
        """Return the events with a verdict."""
        return tuple(event for event in self.events if event.verdict is verdict)

    @property
    def to_do(self) -> int:
        """How many events an import does something about, with leave to change those that differ."""
        return sum(self.counts[verdict] for verdict in (Verdict.CREATE, Verdict.GO_ON, Verdict.CHANGE))


def plan_view(proposed: ProposedUpload, made_at: datetime) -> PlanView:
    """Return the plan of an upload."""
    validation = proposed.validation
    by_row = {each.resolved.upload.row.number: each for each in proposed.proposals}
    rows: dict[int | None, list[RowOfEvent]] = {}
    for row in validation.rows:
        rows.setdefault(row.event_row, []).append(row)
    events = tuple(_event(own, None if event_row is None else by_row.get(event_row)) for event_row, own in rows.items())
    shown_columns, to_correct, in_all = _rows_to_correct(validation)
    return PlanView(
        upload_key=proposed.upload.key,
        file_name=proposed.upload.file_name,
        made_at=made_at,
        events=tuple(sorted(events, key=lambda event: list(Verdict).index(event.verdict))),
        groups=tuple(group_problems(validation.problems)),
        columns=shown_columns,
        rows=to_correct,
        rows_in_all=in_all,
        unavailable=str(proposed.unavailable) if proposed.unavailable else None,
    )


def _event(rows: Sequence[RowOfEvent], proposal: EventProposal | None) -> EventView:
    first = rows[0]
    title = first.event_title or ("rows above the first event" if first.event_row is None else "without a title")
    if proposal is None:
        verdict = Verdict.TWICE if first.outcome is RowVerdict.DUPLICATE else Verdict.ERROR
        told = [problem.sentence for row in rows for problem in row.problems if problem.is_error or verdict != "error"]
        return EventView(
            title,
            first.course_template_code,
            rows[0].row,
            rows[-1].row,
            verdict,
            " ".join(dict.fromkeys(told)),
            (),
            needs_leave=False,
            external_id=None,
        )
    made = proposal.proposal
    verdict = _OF_KIND.get(made.kind, Verdict.CHANGE)
    if made.kind is ProposalKind.CHANGE and len(made.conflicts) == len(made.changes) and made.changes:
        verdict = Verdict.CONFLICT
    is_told = made.kind in (ProposalKind.CHANGE, ProposalKind.REFUSED)
    return EventView(
        proposal.plan.title,
        first.course_template_code,
        rows[0].row,
        rows[-1].row,
        verdict,
        made.sentence or "",
        tuple(map(_change, made.changes)) if is_told else (),
        needs_leave=made.guard is not None,
        external_id=proposal.event.external_id if proposal.event else proposal.external_id,
    )


def _change(change: FieldChange) -> ChangeView:
    return ChangeView(
        str(change.field),
        change.planned,
        change.here if change.differs_here else None,
        change.there if change.differs_there else None,
        change.kind is ChangeKind.CONFLICT,
    )


def _rows_to_correct(validation: Validation) -> tuple[tuple[str, ...], tuple[RowView, ...], int]:
    """Return the columns and the rows that have errors of their own, and how many such rows there are."""
    by_row: dict[int, list[Problem]] = {}
    for problem in validation.errors:
        by_row.setdefault(problem.row, []).append(problem)
    wrong = [row for row in validation.sheet.rows if row.number in by_row]
    names = {row.row: row for row in validation.rows}
    chosen = wrong[:MOST_ROWS]
    marked = {problem.column for row in chosen for problem in by_row[row.number]}
    known = tuple(column for column in validation.sheet.positions if column in marked)
    views = tuple(_row(row, by_row[row.number], names.get(row.number), known) for row in chosen)
    return known, views, len(wrong)


def _row(row: SheetRow, problems: Sequence[Problem], of_event: RowOfEvent | None, known: Sequence[str]) -> RowView:
    cells = tuple(_cell(row, column, [each for each in problems if each.column == column]) for column in known)
    return RowView(
        row.number,
        of_event.event_title if of_event else shown(row.cell(columns.EVENT_TITLE).as_written),
        of_event.session_title if of_event else shown(row.cell(columns.SESSION_TITLE).as_written),
        cells,
        tuple(f"{each.column}: {each.sentence}" for each in problems),
    )


def _cell(row: SheetRow, column: str, problems: Sequence[Problem]) -> CellView:
    value = shown(row.cell(column).as_written)
    return CellView(
        column,
        value,
        tuple(each.sentence for each in problems),
        bool(problems),
        tuple(dict.fromkeys(each for problem in problems for each in problem.suggestions)),
        is_whole=len(value) <= LONGEST_CELL,
    )
