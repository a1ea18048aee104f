"""An action on events, from what was asked for to its report: read this first. Knows nothing of how it is run.

Everything is read before anything is sent, since an action changes what a later page of a list would hold. What is as
wanted is left out, so a second run sends nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Engine

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.errors import AdministrateError
from sync_assets.bridge.locks import tenant_lock
from sync_assets.bridge.migrate import require_current
from sync_assets.event_actions.action import ActionOptions, EventAction
from sync_assets.event_actions.action_report import ActionReport, result_of
from sync_assets.event_actions.carry_out import ActionRun, carry_out
from sync_assets.event_actions.current_state import CurrentEvent
from sync_assets.event_actions.keep_actions import ActionBooks
from sync_assets.event_actions.selection import ChosenEvent, Selection, choose
from sync_assets.event_actions.undertaking import Undertaking
from sync_assets.event_actions.wanted import EventWork, FlagFields, work_of
from sync_assets.event_import.administrate_side.sending import Sender
from sync_assets.event_import.reference.known_records import EVENT, TenantCustomField
from sync_assets.event_import.reference.load import load_custom_fields
from sync_assets.event_import.workbook import columns
from sync_assets.text import match_key
from sync_assets.tutorial.layout import layout_of


def act_on_events(
    engine: Engine,
    client: AdministrateClient,
    action: EventAction,
    selection: Selection,
    options: ActionOptions | None = None,
    *,
    who: str = "not named",
    reason: str = "",
    run_id: str | None = None,
) -> ActionReport:
    """Do something with the events of a selection, on both sides; a dry run unless the options say otherwise.

    What cannot be done with an event is in the report. Raises NothingSelected, AdministrateError where the events
    cannot be read, TutorialTablesUnknown, and BridgeError: TenantBusy where another run is writing, LockLost where
    another may be.
    """
    options = options or ActionOptions()
    before = client.requests_sent
    with _alone(engine, options) as guard:
        with engine.connect() as connection:
            require_current(connection)
            layout = layout_of(connection)
            custom_fields = load_custom_fields(connection)
            fields = FlagFields(_labelled(custom_fields, "Web sale"), _labelled(custom_fields, columns.CANCELLED))
            sitting = _labelled(custom_fields, columns.SITTING)
            choice = choose(connection, client, layout, selection, sitting.key if sitting else None)
            ids = [each.tutorial_event_id for each in choice.events if each.tutorial_event_id is not None]
            here = layout.read_events(connection, ids)

        def left_over(event: ChosenEvent, current: CurrentEvent) -> EventWork:
            stored = here.get(event.tutorial_event_id) if event.tutorial_event_id is not None else None
            return work_of(action, current, stored, fields, cancel_booked=options.cancel_booked)

        undertakings = [_undertaking(event, left_over) for event in choice.events]
        error: AdministrateError | None = None
        sender = Sender(client, options.mutations_per_request, guard, "ActOnEvents")
        if not options.dry_run:
            books = ActionBooks(engine, layout, action, fields, who, reason, run_id)
            run = ActionRun(client, sender, books)
            error = carry_out(run, undertakings, left_over)
            ended = [(each, result_of(each, error)) for each in undertakings if each.is_to_do]
            books.ended(
                [
                    (each, not result.outcome.needs_somebody, result.sentence or ", ".join(result.changes))
                    for each, result in ended
                ]
            )
    return ActionReport(
        action,
        options.dry_run,
        [result_of(each, error, dry_run=options.dry_run) for each in undertakings],
        [event.title for event in choice.only_titled],
        str(error) if error else None,
        client.requests_sent - before,
        sender.mutations_sent,
    )


@contextmanager
def _alone(engine: Engine, options: ActionOptions) -> Iterator[Callable[[], None]]:
    """Hold the lock on the tenant, and give what raises where it is lost; a dry run writes nothing and needs none."""
    if options.dry_run:
        yield lambda: None
    else:
        with tenant_lock(engine, exclusive=True) as lock:
            yield lock.require


def _labelled(custom_fields: Sequence[TenantCustomField], label: str) -> TenantCustomField | None:
    """Return the only field of events of a label, None where there is none or several; keys differ by tenant."""
    wanted = match_key(label)
    found = [each for each in custom_fields if each.entity_type == EVENT and match_key(each.label) == wanted]
    return found[0] if len(found) == 1 else None


def _undertaking(event: ChosenEvent, left_over: Callable[[ChosenEvent, CurrentEvent], EventWork]) -> Undertaking:
    return Undertaking(event, EventWork() if event.current is None else left_over(event, event.current))
