"""What somebody has chosen to do with rows, from the form to decisions and to the config of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.exceptions import HTTPException

from sync_assets.bridge.candidates import Side
from sync_assets.decisions.decision import Decision
from sync_assets.entities.entity_creation import NOTHING_GIVEN, Given
from sync_assets.errors import SyncError
from sync_assets.pages.access.form import Form
from sync_assets.pages.discrepancies.given_fields import given_of, texts_of
from sync_assets.pages.discrepancies.words import Choice
from sync_assets.shown_text import one_line

MOST_CHOSEN: Final = 500
"""Rows that are decided about at once."""


class NothingChosen(SyncError):
    """A form does not say what is to be done, or with what."""


@dataclass(frozen=True, slots=True)
class ChosenRow:
    """A row that was ticked: where it stands, what it was matched on when it was shown, and its partner if chosen."""

    side: Side
    record_id: str
    key: str = ""
    partner: str = ""

    @property
    def place(self) -> str:
        """The row as the fields of a form name it."""
        return place_of(self.side, self.record_id)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be done with which rows, and why; `given` is what a record that is made in Administrate needs."""

    rows: Sequence[ChosenRow]
    choice: Choice
    reason: str
    given: Given = NOTHING_GIVEN

    def decisions(self, entity: str, who: str) -> list[Decision]:
        """Return a decision for each row."""
        return [
            Decision(
                entity,
                self.choice.action,
                f"id:{row.record_id}",
                row.side,
                row.partner or None if self.choice is Choice.LINK else None,
                automatic=self.choice is Choice.AUTOMATIC,
                reason=self.reason,
                who=who,
                given=self.given,
                key=row.key,
            )
            for row in self.rows
        ]


def place_of(side: Side, record_id: str) -> str:
    """Return a row as the fields of a form name it."""
    return f"{side}:{record_id}"


def chosen_rows(form: Form) -> list[ChosenRow]:
    """Return the rows that were ticked, with what stands beside them. Raises HTTPException for what no page sends."""
    rows = []
    for place in dict.fromkeys(form.texts("row")):
        side, _, record_id = place.partition(":")
        if side not in set(Side) or not record_id:
            raise HTTPException(400, "The form could not be read.")
        partner = one_line(form.text(f"other:{place}")) or one_line(form.text(f"partner:{place}"))
        rows.append(ChosenRow(Side(side), record_id, form.text(f"key:{place}"), partner))
    return rows


def chosen_of(form: Form, entity: str) -> Chosen:
    """Return what was chosen for rows of an entity.

    Raises NothingChosen where something is missing, HTTPException for what no page sends.
    """
    rows, wanted = chosen_rows(form), form.text("do")
    if not rows:
        raise NothingChosen("Tick the rows that you decide about.")
    if len(rows) > MOST_CHOSEN:
        raise NothingChosen(f"Decide about at most {MOST_CHOSEN} rows at once.")
    if not wanted:
        raise NothingChosen("Choose what is to be done with the rows that you ticked.")
    if wanted not in set(Choice):
        raise HTTPException(400, "The form could not be read.")
    choice, reason = Choice(wanted), one_line(form.text("reason"))
    if choice is Choice.IGNORE and not reason:
        raise NothingChosen("Say why it is right as it is, for those who will ask.")
    if choice is Choice.LINK and (missing := sum(not row.partner for row in rows)):
        raise NothingChosen(f"Choose what belongs to each row that you ticked; it is missing for {missing} of them.")
    given = given_of(form, entity) if choice is Choice.CREATE_ADMINISTRATE else NOTHING_GIVEN
    return Chosen(rows, choice, reason, given)


def config_of(decisions: Sequence[Decision], who: str) -> Mapping[str, Any]:
    """Return the config of a run that carries out decisions."""
    return {"who": who, "dry_run": False, "decisions": [_as_config(each) for each in decisions]}


def _as_config(decision: Decision) -> Mapping[str, Any]:
    known = {
        "entity": decision.entity,
        "action": decision.action.name,
        "record": decision.record,
        "key": decision.key,
        "side": decision.stands_on.value,
        "automatic": decision.automatic,
        "reason": decision.reason,
        **texts_of(decision.given),
    }
    return {**known, "link_to": decision.link_to} if decision.link_to else known
