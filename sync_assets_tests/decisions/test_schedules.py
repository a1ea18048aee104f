"""Random schedules of time-outs, lost answers, lags and kills: no record is created twice, and each is in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, event

from sync_assets.administrate.audit import MutationRecord, Result
from sync_assets.administrate.client import AdministrateClient, TenantAddress
from sync_assets.decisions.decision import Action, Decision, DecisionOutcome, DecisionResult
from sync_assets.decisions.resolve import resolve
from sync_assets.entities import ENTITIES
from sync_assets.entities.entity_creation import Given
from sync_assets.sandbox.server import faults
from sync_assets.sandbox.server.faults import Fault
from sync_assets.sandbox.server.server import Sandbox
from sync_assets.sandbox.tenant.behaviour import TenantBehaviour
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.decisions.both_sides import QUIET, Clock, add_locations
from sync_assets_tests.support.waiting import eventually

SCHEDULES = 50
ROWS = 3
LATE = 0.05
"""Seconds that the tenant works on a create whose answer nobody waits for."""

CREATES: dict[str, Any] = {"mentions": "createLocation"}
# What can happen to the creates of a run, and whether the tenant carries them out all the same.
HAPPENINGS: dict[str, tuple[Callable[[], Fault] | None, bool]] = {
    "all is well": (None, True),
    "504 and then done": (lambda: faults.ProxyGivesUp(seconds=0, **CREATES), True),
    "connection closed and then done": (lambda: faults.ProxyGivesUp(seconds=0, status=None, **CREATES), True),
    "done and 502": (lambda: faults.AnswerLost(status=502, **CREATES), True),
    "done and no answer": (lambda: faults.AnswerLost(**CREATES), True),
    "done and an error": (lambda: faults.TopLevelErrors(with_data=True, **CREATES), True),
    "500 and not done": (lambda: faults.HttpStatus(status=500, **CREATES), False),
    "too many requests": (lambda: faults.HttpStatus(status=429, **CREATES), False),
    "null": (lambda: faults.NullData(**CREATES), False),
    "an error and not done": (lambda: faults.TopLevelErrors(**CREATES), False),
    "a page for people": (lambda: faults.Html(**CREATES), False),
    "down": (lambda: faults.Down(**CREATES), False),
    "an empty list": (lambda: faults.EmptyList(connection="locations", truthful_count=False), True),
    "half a list": (lambda: faults.HalvedList(connection="locations", truthful_count=False), True),
}
KILLS = ("before the request", "after the answer", "at a commit", "never", "never", "never")


class Killed(BaseException):
    """The process ends here: nothing that comes after it happens."""


@dataclass
class Killer:
    """Kills a run at a random step of a random create."""

    random: Random
    kill: str = "never"
    commits: int = 0
    killed: Counter[str] = field(default_factory=Counter)

    def choose(self) -> None:
        self.kill, self.commits = self.random.choice(KILLS), self.random.randrange(1, 12)

    def observe(self, call: MutationRecord) -> None:
        is_sent = call.result is Result.SENT
        if self.kill == ("before the request" if is_sent else "after the answer") and self.random.random() < 0.5:
            self._end()

    def commit(self, _: Any) -> None:
        self.commits -= 1
        if self.kill == "at a commit" and self.commits == 0:
            self._end()

    def _end(self) -> None:
        self.killed[self.kill] += 1
        raise Killed


@dataclass
class Schedule:
    """One schedule on rows of its own."""

    engine: Engine
    sandbox: Sandbox
    client: AdministrateClient
    killer: Killer
    clock: Clock
    random: Random
    rows: dict[str, str]
    happened: Counter[str] = field(default_factory=Counter)
    waited: float = 0.0
    not_done: int = 0

    @property
    def tenant(self) -> Tenant:
        return self.sandbox.tenant

    def run(self, happening: str = "all is well") -> list[DecisionResult] | None:
        """Decide about some of the rows, by id or by name, some of them twice; None for a run that was killed."""
        make, is_done = HAPPENINGS[happening]
        self.sandbox.faults.replace([make()] if make else [])
        late = LATE if "and then done" in happening else 0.0
        lag = self.random.choice([0.0, 0.0, 0.3 * QUIET])
        self.tenant.behaviour = TenantBehaviour(seconds_per_mutation=late, read_lag_seconds=lag)
        named = [self.random.choice([name, row]) for name, row in self.rows.items() for _ in range(2)]
        decided = self.random.sample(named, self.random.randrange(1, len(named) + 1))
        arrived = self.sandbox.requests.count_of("location.create")
        try:
            return self.decide(decided)
        except Killed:
            return None
        finally:
            arrived = self.sandbox.requests.count_of("location.create") - arrived
            self.happened[happening] += arrived
            self.not_done += 0 if is_done else arrived

    def decide(self, names: list[str]) -> list[DecisionResult]:
        return resolve(
            self.engine,
            lambda: self.client,
            ENTITIES,
            [Decision("locations", Action.create_administrate, name) for name in names],
            who="Ada",
            dry_run=False,
            defaults=Given(region_id=next(iter(self.tenant.regions))),
            quiet_seconds=QUIET,
            now=self.clock,
        )

    def pass_time(self, seconds: float) -> None:
        """Let time pass; no work of the tenant takes longer than half of the quiet time."""
        self.waited += seconds
        if self.waited > QUIET / 2:
            arrived = self.sandbox.requests.count_of("location.create")
            eventually(lambda: self.tenant.carried_out.count_of("location.create") == arrived - self.not_done)
            self.waited = seconds
        self.clock.forward(seconds)

    def play(self) -> None:
        for _ in range(self.random.randrange(2, 6)):
            self.killer.choose()
            self.run(self.random.choice(list(HAPPENINGS)))
            self.pass_time(self.random.choice([0, 0.01, 0.1, 0.4, 1.0, 1.0]) * QUIET)
        self.killer.kill = "never"
        self.sandbox.faults.clear()
        self.tenant.behaviour = TenantBehaviour()
        for _ in range(5):
            self.pass_time(0.6 * QUIET)
            results = self.decide(list(self.rows))
            open_ones = [each.sentence for each in results if each.outcome is not DecisionOutcome.DONE]
            if all("is linked to the record" in sentence for sentence in open_ones):
                return
        pytest.fail(f"Not created in the end: {open_ones}")


@contextmanager
def killed_at_commits(engine: Engine, killer: Killer) -> Iterator[None]:
    event.listen(engine, "commit", killer.commit)
    try:
        yield
    finally:
        event.remove(engine, "commit", killer.commit)


def address(sandbox: Sandbox) -> TenantAddress:
    return TenantAddress(
        sandbox.api_url,
        sandbox.token_url,
        sandbox.client_id,
        sandbox.client_secret,
        requests_per_second=1000,
        requests_per_minute=60_000,
    )


def test_no_record_is_created_twice_whatever_happens(synced: Engine, sandbox: Sandbox, tenant: Tenant) -> None:
    happened: Counter[str] = Counter()
    killed: Counter[str] = Counter()
    clock = Clock()
    tenant.clock = lambda: clock.moment.timestamp()
    for seed in range(SCHEDULES):
        random = Random(seed)  # noqa: S311
        names = [f"Town {seed} {number}" for number in range(ROWS)]
        rows = dict(zip(names, add_locations(synced, *names), strict=True))
        killer = Killer(random)
        sandbox.requests.clear()
        tenant.carried_out.clear()
        with (
            AdministrateClient(address(sandbox), observe=killer.observe) as client,
            killed_at_commits(synced, killer),
        ):
            schedule = Schedule(synced, sandbox, client, killer, clock, random, rows)
            schedule.play()
        made = Counter(each.name for each in tenant.locations.values() if each.name in rows)
        assert made == dict.fromkeys(rows, 1), f"seed {seed}"
        assert tenant.carried_out.created_twice("Location") == {}, f"seed {seed}"
        happened += schedule.happened
        killed += killer.killed
    # The schedules are worth something only if all of it has happened to creates.
    assert set(happened) >= {name for name in HAPPENINGS if "list" not in name}, happened
    assert set(killed) == set(KILLS) - {"never"}, killed
