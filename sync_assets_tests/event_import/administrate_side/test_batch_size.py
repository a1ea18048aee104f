"""How many mutations travel in one request."""

from __future__ import annotations

from sync_assets.event_import.administrate_side.batch_size import FIRST, LONGEST_REQUEST, BatchSize


def test_it_begins_small_and_doubles_while_requests_are_quick() -> None:
    size = BatchSize(50, timeout=30.0)
    seen = []
    for _ in range(6):
        seen.append(size.now)
        size.took(size.now, 0.01 * size.now)
    assert seen == [FIRST, 2 * FIRST, 4 * FIRST, 8 * FIRST, 50, 50]


def test_it_stays_as_small_as_a_slow_tenant_needs() -> None:
    size = BatchSize(50, timeout=30.0)
    size.took(4, 8.0)
    assert size.now == int(LONGEST_REQUEST / 2.0)
    assert size.timeout(4) == 32.0


def test_a_request_without_an_answer_halves_it_down_to_one() -> None:
    size = BatchSize(50, timeout=30.0)
    for _ in range(4):
        size.failed(size.now)
    assert size.now == 1


def test_it_does_not_grow_to_what_has_failed_again() -> None:
    size = BatchSize(50, timeout=30.0)
    size.took(4, 0.01)
    size.failed(8)
    size.took(4, 0.01)
    assert size.now == 4


def test_a_small_rest_does_not_make_it_grow() -> None:
    size = BatchSize(50, timeout=30.0)
    size.took(1, 0.01)
    assert size.now == FIRST
