"""Send what is left to do, and write it down here as it is answered.

Every mutation sets a value, so it may be sent twice without harm. What has no answer is read again all the same, and is
not sent again in the same breath: another run sends what is not as wanted then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.errors import AdministrateError
from sync_assets.administrate.payload_errors import errors_of_payload
from sync_assets.event_actions.action import EventAction
from sync_assets.event_actions.current_state import CANCELLED, CurrentEvent, CurrentSession, read_current
from sync_assets.event_actions.keep_actions import ActionBooks
from sync_assets.event_actions.selection import ChosenEvent
from sync_assets.event_actions.undertaking import Undertaking
from sync_assets.event_actions.wanted import EventWork, left_to_cancel
from sync_assets.event_import.administrate_side.batches import Argument, Mutation
from sync_assets.event_import.administrate_side.run import refusal
from sync_assets.event_import.administrate_side.sending import Payload, Sender

Look = Callable[[ChosenEvent, CurrentEvent], EventWork]
"""Returns what is left to do with an event, from what Administrate has of it now."""


@dataclass(frozen=True, slots=True)
class ActionRun:
    """The means of a run."""

    client: AdministrateClient
    sender: Sender
    books: ActionBooks


def carry_out(run: ActionRun, undertakings: Sequence[Undertaking], look: Look) -> AdministrateError | None:
    """Do what is left to do; return the error where Administrate could not be asked any more.

    Raises DBAPIError and LockLost.
    """
    to_do = [each for each in undertakings if each.is_to_do]
    run.books.begun(to_do)
    rows_alone = [each for each in undertakings if each.is_to_look_after and not each.work.event_input]
    for each in rows_alone:
        each.is_there = True
    run.books.written_here(rows_alone)
    for each in to_do:
        each.open_sessions = len(each.work.sessions)
    try:
        run.sender.send_all([each for each in to_do if each.work.event_input], _ChangeEvent(run))
        _look_again(run, to_do, look)
        run.sender.send_all(_sessions(run, [each for each in to_do if each.is_there]), _ChangeSession(run))
        _look_again(run, to_do, look)
    except AdministrateError as error:
        return error
    return None


@dataclass(frozen=True, slots=True, eq=False)
class _Session:
    """A session to bring to a state, and the event that it belongs to."""

    undertaking: Undertaking
    session: CurrentSession
    state: str


def _sessions(run: ActionRun, undertakings: Sequence[Undertaking]) -> list[_Session]:
    with_sessions = [each for each in undertakings if each.work.sessions]
    if run.books.action is EventAction.cancel:
        return _left_standing(run, with_sessions)
    return [
        _Session(each, session, each.work.session_state) for each in with_sessions for session in each.work.sessions
    ]


def _left_standing(run: ActionRun, undertakings: Sequence[Undertaking]) -> list[_Session]:
    """Return the sessions that cancelled events have left standing: whether they go with their event is not known."""
    now = read_current(run.client, [each.chosen.external_id or "" for each in undertakings])
    left: list[_Session] = []
    for each in undertakings:
        found = now[each.chosen.external_id or ""]
        if isinstance(found, str):
            each.said.append(found)
            continue
        standing = left_to_cancel(found)
        gone = {session.id for session in each.work.sessions} - {session.id for session in standing}
        run.books.sessions_changed(sorted(gone), CANCELLED)
        each.open_sessions = len(standing)
        left += [_Session(each, session, CANCELLED) for session in standing]
    return left


def _look_again(run: ActionRun, undertakings: Sequence[Undertaking], look: Look) -> None:
    """Read events of which something has no answer, and see whether it was carried out after all."""
    unknown = [each for each in undertakings if each.is_unknown]
    now = read_current(run.client, [each.chosen.external_id or "" for each in unknown])
    arrived = []
    for each in unknown:
        found = now[each.chosen.external_id or ""]
        if isinstance(found, str):
            continue
        left = look(each.chosen, found)
        each.is_unknown = bool(left.event_input)
        each.open_sessions = len(left.sessions)
        done = {session.id for session in each.work.sessions} - {session.id for session in left.sessions}
        is_cancel = run.books.action is EventAction.cancel
        run.books.sessions_changed(sorted(done), CANCELLED if is_cancel else each.work.session_state)
        if not left.event_input and not each.is_there:
            each.is_there = True
            arrived.append(each)
    run.books.written_here(arrived)


class _Change:
    """Sends what may be sent twice."""

    def __init__(self, run: ActionRun) -> None:
        self._run = run

    def before(self, items: Sequence[Any]) -> None:
        """Nothing more has to be known of them afterwards: the log says what is about to be sent."""


class _ChangeEvent(_Change):
    """Sends what concerns the events themselves."""

    def mutation(self, item: Undertaking) -> Mutation:
        given = dict(item.work.event_input)
        arguments = (
            Argument("eventId", "ID!", item.chosen.external_id),
            Argument("input", "EventUpdateInput!", given),
        )
        return Mutation("event", "update", arguments, "EventChanged")

    def answered(self, answers: Sequence[tuple[Undertaking, Payload]]) -> None:
        taken = []
        for undertaking, payload in answers:
            if errors_of_payload(payload) or not payload.get("event"):
                undertaking.said.append(refusal("event.update", payload))
            else:
                undertaking.is_there = True
                taken.append(undertaking)
        self._run.books.written_here(taken)

    def not_done(self, items: Sequence[Undertaking], sentence: str | None) -> None:
        for undertaking in items if sentence else ():
            undertaking.said.append(sentence or "")

    def unknown(self, items: Sequence[Undertaking], sentence: str) -> None:
        del sentence
        for undertaking in items:
            undertaking.is_unknown = True


class _ChangeSession(_Change):
    """Sends the states of sessions."""

    def mutation(self, item: _Session) -> Mutation:
        given = {"lifecycleState": item.state}
        arguments = (Argument("sessionId", "ID!", item.session.id), Argument("input", "SessionUpdateInput!", given))
        return Mutation("session", "update", arguments, "SessionChanged")

    def answered(self, answers: Sequence[tuple[_Session, Payload]]) -> None:
        changed: dict[str, list[str]] = {}
        for item, payload in answers:
            if errors_of_payload(payload) or not payload.get("session"):
                item.undertaking.said.append(refusal(f"the session {item.session.title}", payload))
                continue
            item.undertaking.open_sessions -= 1
            changed.setdefault(item.state, []).append(item.session.id)
        for state, ids in changed.items():
            self._run.books.sessions_changed(ids, state)

    def not_done(self, items: Sequence[_Session], sentence: str | None) -> None:
        for item in items if sentence else ():
            item.undertaking.said.append(f"The session {item.session.title}: {sentence}")

    def unknown(self, items: Sequence[_Session], sentence: str) -> None:
        del sentence
        for item in items:
            item.undertaking.is_unknown = True
