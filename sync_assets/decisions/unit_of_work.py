"""A unit of work decides between real and rehearsal; whoever carries out decisions does not know which it is.

The real one commits each transaction. The rehearsal nests all of them in one and rolls it back; it creates nothing in
Administrate, and logs outside its own rollback.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Final, Protocol, TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from sync_assets.bridge.decision_log import DecisionEntry, record_decisions
from sync_assets.bridge.locks import TenantLock, tenant_lock
from sync_assets.decisions.decision import DecisionOutcome, DecisionResult
from sync_assets.errors import SyncError, database_said

T = TypeVar("T")

CHECKED_AT_ONCE: Final = text("set constraints all immediate")
"""What the database refuses, it refuses at the statement, in a rehearsal too, and not when all is to be kept."""


class DatabaseGone(SyncError):
    """The database went away. What was kept before stands."""


class UnitOfWork(Protocol):
    """What decisions are carried out in."""

    asks_ahead: bool
    """Whether Administrate has to be asked before the first transaction, since that one lasts until the end."""

    def transaction(self) -> AbstractContextManager[Connection]:
        """Begin a transaction: all of it is kept, or nothing. Raises DatabaseGone, or LockLost."""

    def log(self, connection: Connection, results: Sequence[DecisionResult]) -> None:
        """Add results to the log, together with what the transaction keeps."""

    def log_alone(self, results: Sequence[DecisionResult]) -> None:
        """Add results to the log that go with nothing else."""

    def worded(self, sentence: str) -> tuple[DecisionOutcome, str]:
        """Return the outcome and the sentence of what was done, from a sentence in the past tense."""

    def create(self, create: Callable[[], T]) -> T | None:
        """Create a record in Administrate; None where this is not done."""

    def afterwards(self, step: Callable[[Connection], object]) -> None:
        """Do what follows from all that was kept."""

    def require_lock(self) -> None:
        """Raise LockLost where another run may be at work."""


@contextmanager
def unit_of_work(engine: Engine, *, dry_run: bool, run_id: str | None) -> Iterator[UnitOfWork]:
    """Give a unit of work: a real one, which keeps other runs away, or a rehearsal. Raises TenantBusy."""
    if dry_run:
        with engine.connect() as connection:
            yield Rehearsal(engine, connection, run_id)
    else:
        with tenant_lock(engine, exclusive=True) as lock:
            yield RealWork(engine, lock, run_id)


class RealWork:
    """Keeps what is done, a transaction at a time."""

    asks_ahead = False

    def __init__(self, engine: Engine, lock: TenantLock, run_id: str | None) -> None:
        self._engine = engine
        self._lock = lock
        self._run_id = run_id

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Begin a transaction and commit it. Raises DatabaseGone, or LockLost."""
        self.require_lock()
        with self._begun() as connection:
            yield connection

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        is_done = False
        try:
            with self._engine.begin() as connection:
                connection.execute(CHECKED_AT_ONCE)
                yield connection
                is_done = True
        except DBAPIError as error:
            if not is_gone(error):
                raise
            what = (
                "while this was being kept, so it is not known whether it stands: `sync-assets decisions` tells it"
                if is_done
                else "and this was undone. Decide it again"
            )
            raise DatabaseGone(
                f"The database went away ({database_said(error)}) {what} when the database is back."
            ) from None

    def log(self, connection: Connection, results: Sequence[DecisionResult]) -> None:
        """Add results to the log within the transaction."""
        record_decisions(connection, [_entry(each, self._run_id, dry_run=False) for each in results])

    def log_alone(self, results: Sequence[DecisionResult]) -> None:
        """Add results to the log in a transaction of their own, which needs no lock."""
        with self._begun() as connection:
            self.log(connection, results)

    def worded(self, sentence: str) -> tuple[DecisionOutcome, str]:
        """Return it as it is: it was done."""
        return DecisionOutcome.DONE, sentence

    def create(self, create: Callable[[], T]) -> T | None:
        """Create a record in Administrate."""
        return create()

    def afterwards(self, step: Callable[[Connection], object]) -> None:
        """Do what follows from all that was kept."""
        with self.transaction() as connection:
            step(connection)

    def require_lock(self) -> None:
        """Raise LockLost where another run may be at work."""
        self._lock.require()


class Rehearsal:
    """Does everything in one transaction that is rolled back. It begins with the first that is asked for."""

    asks_ahead = True

    def __init__(self, engine: Engine, connection: Connection, run_id: str | None) -> None:
        self._engine = engine
        self._connection = connection
        self._run_id = run_id

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Begin a part of the transaction; what raises an error is undone by itself. Raises DatabaseGone."""
        with _gone_as_sentence():
            if not self._connection.in_transaction():
                self._connection.execute(CHECKED_AT_ONCE)
            with self._connection.begin_nested():
                yield self._connection

    def log(self, connection: Connection, results: Sequence[DecisionResult]) -> None:
        """Add results to the log outside the transaction, which takes everything back."""
        del connection
        self.log_alone(results)

    def log_alone(self, results: Sequence[DecisionResult]) -> None:
        """Add results to the log."""
        with _gone_as_sentence(), self._engine.begin() as own:
            record_decisions(own, [_entry(each, self._run_id, dry_run=True) for each in results])

    def worded(self, sentence: str) -> tuple[DecisionOutcome, str]:
        """Return what would have been done."""
        return DecisionOutcome.WOULD_BE_DONE, f"Would have {sentence[0].lower()}{sentence[1:]}"

    def create(self, create: Callable[[], T]) -> T | None:
        """Create nothing."""
        del create
        return None

    def afterwards(self, step: Callable[[Connection], object]) -> None:
        """Do nothing: nothing was kept."""

    def require_lock(self) -> None:
        """Need none."""


@contextmanager
def _gone_as_sentence() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if not is_gone(error):
            raise
        raise DatabaseGone(
            f"The database went away ({database_said(error)}). Nothing was changed, since this was a dry run."
        ) from None


def is_gone(error: DBAPIError) -> bool:
    """Tell whether an error says that the session with the database has ended, or could not begin."""
    return error.connection_invalidated or (
        isinstance(error, OperationalError | InterfaceError) and error.statement is None
    )


def _entry(result: DecisionResult, run_id: str | None, *, dry_run: bool) -> DecisionEntry:
    decision = result.decision
    return DecisionEntry(
        who=decision.who,
        entity=decision.entity,
        side=result.side,
        record_id=result.record_id,
        name=result.name,
        action=decision.action.value,
        reason=decision.reason.strip(),
        run_id=run_id,
        dry_run=dry_run,
        outcome=result.outcome.value,
        sentence=result.sentence,
        other_id=result.other_id,
    )
