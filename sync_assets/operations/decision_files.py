"""Decisions that come as a file: a CSV for the command line, or a workbook in the drop folder.

The columns are those of `discrepancies --format csv` and of a decision; others are ignored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from sync_assets.decisions.decision import Action, DecisionRefused
from sync_assets.event_import.workbook.cells import Unreadable, read_yes_no
from sync_assets.event_import.workbook.table import column_names, read_table
from sync_assets.operations.resolve_job import DecisionConfig, ResolveConfig
from sync_assets.shown_text import from_csv_cell

COLUMNS: Final = ("entity", "action", "record_id", "key", "side", "link_to", "reason", "who", "automatic")
GIVEN: Final = ("region_id", "account_id", "lifecycle_state", "learning_mode")
NEEDED: Final = ("entity", "action", "record_id")
APPLY: Final = "apply"
"""The column of a workbook that says of a decision that it is to be carried out: it is a dry run without."""


def decision_of(row: Mapping[str, Any], defaults: Mapping[str, str | None]) -> DecisionConfig:
    """Return the decision that a row states, with `defaults` for what it leaves out. Raises DecisionRefused."""
    values = {name: row[name] for name in (*COLUMNS, *GIVEN) if row.get(name) not in (None, "")}
    values = {**{name: value for name, value in defaults.items() if value}, **values}
    values["record"] = values.pop("record_id", "")
    try:
        return DecisionConfig(**{**values, "action": Action(values.get("action", ""))})
    except ValueError as error:
        what = error.errors()[0] if isinstance(error, ValidationError) else {"loc": ("action",), "input": row["action"]}
        field, came = ".".join(str(part) for part in what["loc"]), what["input"]
        expected = f"; expected {', '.join(Action)}" if field == "action" else ""
        raise DecisionRefused(
            f"{came!r} cannot be the {field} of a decision about {values['record']!r}{expected}."
        ) from None


@dataclass(frozen=True, slots=True)
class DroppedDecisions:
    """The decisions of a workbook: those that are to be carried out, and those that are to be tried."""

    to_apply: Sequence[DecisionConfig]
    to_try: Sequence[DecisionConfig]

    def configs(self, who: str) -> dict[str, ResolveConfig]:
        """Return the config of each run that they need, by a word for it; `who` is for decisions of nobody."""
        runs = {"apply": (self.to_apply, False), "try": (self.to_try, True)}
        return {
            word: ResolveConfig(decisions=list(decisions), who=who, dry_run=dry_run)
            for word, (decisions, dry_run) in runs.items()
            if decisions
        }


def is_decisions(content: bytes) -> bool:
    """Tell whether a workbook states decisions rather than events, by its columns. Raises WorkbookRefused."""
    return column_names(content).issuperset(NEEDED)


def decisions_of_workbook(content: bytes) -> DroppedDecisions:
    """Return the decisions of a workbook: of the rows whose column `action` is filled in.

    Raises WorkbookRefused, and DecisionRefused with the number of the row.
    """
    to_apply: list[DecisionConfig] = []
    to_try: list[DecisionConfig] = []
    for number, row in read_table(content):
        if not row.get("action"):
            continue
        try:
            decision = decision_of({name: from_csv_cell(text).strip() for name, text in row.items()}, {})
        except DecisionRefused as refused:
            raise DecisionRefused(f"Row {number}: {refused}") from None
        applies = read_yes_no(row[APPLY]) if row.get(APPLY) else False
        if isinstance(applies, Unreadable):
            raise DecisionRefused(f"Row {number}, {APPLY}: {applies.sentence}")
        (to_apply if applies else to_try).append(decision)
    if not to_apply and not to_try:
        raise DecisionRefused("The workbook states no decision: no row has an action.")
    return DroppedDecisions(to_apply, to_try)
