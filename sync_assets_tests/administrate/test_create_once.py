"""The rules of creating once, explored: every order of sending, carrying out, answers, losses, kills and late looks."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sync_assets.administrate.create_once import (
    CreateStamp,
    Look,
    NextStep,
    after_answer,
    after_look,
    after_refusal,
    before_create,
    next_look_at,
)

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
TICK = timedelta(minutes=1)
QUIET_TICKS = 2
QUIET = QUIET_TICKS * TICK


def test_a_create_leaves_after_a_look_that_found_nothing() -> None:
    stamp, step = after_look(CreateStamp(), Look(), NOW, QUIET)
    assert (stamp, step) == (CreateStamp(), NextStep.CREATE)
    assert before_create(stamp, NOW) == CreateStamp(sent_at=NOW)


def test_a_look_without_a_control_decides_nothing() -> None:
    assert after_look(CreateStamp(), Look(is_controlled=False), NOW, QUIET)[1] is NextStep.WAIT


def test_a_create_without_an_answer_is_sent_again_after_the_quiet_time_and_two_looks_that_lie_apart() -> None:
    sent = CreateStamp(sent_at=NOW)
    assert after_look(sent, Look(), NOW + QUIET - TICK, QUIET) == (sent, NextStep.WAIT)
    first, step = after_look(sent, Look(), NOW + QUIET, QUIET)
    assert (first.absent_at, step) == (NOW + QUIET, NextStep.WAIT)
    assert next_look_at(first, QUIET) == NOW + QUIET + 0.1 * QUIET
    assert after_look(first, Look(), NOW + QUIET, QUIET)[1] is NextStep.WAIT
    assert after_look(first, Look(), NOW + QUIET + TICK, QUIET)[1] is NextStep.CREATE


def test_what_is_found_is_recorded_and_two_of_them_are_told() -> None:
    assert after_look(CreateStamp(sent_at=NOW), Look(("Course:7",)), NOW, QUIET) == (
        CreateStamp(sent_at=NOW, external_id="Course:7"),
        NextStep.CREATED,
    )
    assert after_look(CreateStamp(), Look(("Course:7", "Course:8")), NOW, QUIET)[1] is NextStep.SEVERAL


class Event(NamedTuple):
    """One event in the model; ages are in ticks since the create left.

    `under_way` are creates that the tenant has and has not carried out, `hidden` those that looks do not show yet. The
    run may wait for the answer of the last one.
    """

    sent: int | None = None
    absent: int | None = None
    is_known: bool = False
    under_way: tuple[int, ...] = ()
    hidden: tuple[int, ...] = ()
    shown: int = 0
    is_awaited: bool = False

    @property
    def made(self) -> int:
        return len(self.hidden) + self.shown

    @property
    def stamp(self) -> CreateStamp:
        return CreateStamp(
            None if self.sent is None else NOW - self.sent * TICK,
            None if self.absent is None else NOW - self.absent * TICK,
            "Course:1" if self.is_known else None,
        )

    def stamped(self, stamp: CreateStamp) -> Event:
        def age(moment: datetime | None) -> int | None:
            return None if moment is None else min(round((NOW - moment) / TICK), QUIET_TICKS + 1)

        return self._replace(
            sent=age(stamp.sent_at), absent=age(stamp.absent_at), is_known=stamp.external_id is not None
        )


Events = tuple[Event, Event]


def test_two_events_are_never_doubled_and_never_stuck_whatever_happens() -> None:
    start = (Event(), Event())
    reached: dict[Events, set[Events]] = {start: set()}
    waiting = deque([start])
    while waiting:
        state = waiting.popleft()
        for following in steps(state):
            assert all(event.made + len(event.under_way) <= 1 for event in following), following
            if following not in reached:
                reached[following] = set()
                waiting.append(following)
            reached[following].add(state)
    ends = [state for state in reached if all(event.is_known and event.made == 1 for event in state)]
    leading_there, back = set(ends), deque(ends)
    while back:
        for before in reached[back.popleft()]:
            if before not in leading_there:
                leading_there.add(before)
                back.append(before)
    assert leading_there == set(reached)


def steps(state: Events) -> Iterator[Events]:
    """Yield every state that can follow: one event moves, or both hear of a kill, or time passes for both."""
    for place, event in enumerate(state):
        for moved in moves(event):
            yield (moved, state[1]) if place == 0 else (state[0], moved)
    yield from both_in_one_request(state)
    yield (state[0]._replace(is_awaited=False), state[1]._replace(is_awaited=False))
    older = [grown_older(event) for event in state]
    if older[0] is not None and older[1] is not None:
        yield (older[0], older[1])


def moves(event: Event) -> Iterator[Event]:
    """Yield what can become of one event: a look and what follows from it, the tenant's work, an answer, a loss."""
    if not event.is_awaited and not event.is_known:
        seen = tuple(f"Course:{number}" for number in range(event.shown))
        yield event.stamped(after_look(event.stamp, Look(is_controlled=False), NOW, QUIET)[0])
        stamp, step = after_look(event.stamp, Look(seen), NOW, QUIET)
        if step is NextStep.CREATE:
            intended = event.stamped(before_create(stamp, NOW))
            yield intended  # Killed between the commit and the request.
            yield intended._replace(under_way=(*event.under_way, 0), is_awaited=True)
        else:
            yield event.stamped(stamp)
    if event.under_way:
        age, rest = event.under_way[0], event.under_way[1:]
        yield event._replace(under_way=rest, hidden=(*event.hidden, age))
        if event.is_awaited:  # The tenant refuses, and the run hears of it.
            yield event.stamped(after_refusal(event.stamp))._replace(under_way=rest, is_awaited=False)
        yield event._replace(under_way=rest, is_awaited=False)  # The tenant refuses, or the request never arrived.
    if event.hidden:
        yield event._replace(hidden=event.hidden[1:], shown=event.shown + 1)
    if event.is_awaited:
        if event.made and not event.under_way:
            yield event.stamped(after_answer(event.stamp, "Course:1"))._replace(is_awaited=False)
        yield event._replace(is_awaited=False)  # The answer is lost.


def both_in_one_request(state: Events) -> Iterator[Events]:
    """Yield a request with the creates of both events, of which the tenant has carried out none, one or both."""
    ready = [
        not event.is_awaited and after_look(event.stamp, Look(), NOW, QUIET)[1] is NextStep.CREATE and not event.shown
        for event in state
    ]
    if all(ready):
        sent = [
            event.stamped(before_create(event.stamp, NOW))._replace(under_way=(0,), is_awaited=True) for event in state
        ]
        yield (sent[0], sent[1])
        first = sent[0]._replace(under_way=(), hidden=(0,))
        yield (first, sent[1])
        yield (first, sent[1]._replace(under_way=(), hidden=(0,)))


def grown_older(event: Event) -> Event | None:
    """Return an event a tick later; None where the tenant would work, or a look lag, beyond the quiet time."""
    if any(age + 1 >= QUIET_TICKS for age in (*event.under_way, *event.hidden)):
        return None

    def later(age: int | None) -> int | None:
        return None if age is None else min(age + 1, QUIET_TICKS + 1)

    return event._replace(
        sent=later(event.sent),
        absent=later(event.absent),
        under_way=tuple(age + 1 for age in event.under_way),
        hidden=tuple(age + 1 for age in event.hidden),
    )
