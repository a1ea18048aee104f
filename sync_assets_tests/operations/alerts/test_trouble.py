from __future__ import annotations

from dataclasses import replace

from sync_assets.operations.alerts.trouble import REMOVED, WORKS, Trouble, Troubles

VENUES = Trouble("step:venues", "adm/venues", "run:1", "The job sync_all failed", "No list came.")
CANCELLED = Trouble("cancelled:2", "The job x", "cancelled:2", "The job x was cancelled", "Why.", lasting=False)


def tell(troubles: Troubles, channel: str) -> list[str]:
    news = troubles.news(troubles.deliveries.get(channel, {}))
    troubles.deliveries[channel] = dict.fromkeys(news.keys, "2026-01-01T00:00:00+00:00")
    return [alert.title for alert in news.alerts]


def test_a_channel_that_missed_the_end_hears_it_later_and_then_nothing_is_kept() -> None:
    troubles = Troubles()
    troubles.begin(VENUES)
    assert tell(troubles, "good") == tell(troubles, "bad") == ["The job sync_all failed"]
    troubles.end(VENUES.key, WORKS)
    assert tell(troubles, "good") == ["adm/venues works again"]
    troubles.forget(["good", "bad"])
    assert tell(troubles, "bad") == ["adm/venues works again"]
    troubles.forget(["good", "bad"])
    assert not troubles.over
    assert troubles.deliveries == {"good": {}, "bad": {}}


def test_what_failed_anew_before_a_channel_heard_of_its_end_is_the_same_to_it() -> None:
    troubles = Troubles()
    troubles.begin(VENUES)
    tell(troubles, "bad")
    troubles.end(VENUES.key, WORKS)
    troubles.begin(replace(VENUES, group="run:2"))
    assert tell(troubles, "bad") == []
    assert tell(troubles, "good") == ["The job sync_all failed"]


def test_what_has_no_end_is_forgotten_once_every_channel_has_it() -> None:
    troubles = Troubles()
    troubles.begin(CANCELLED)
    tell(troubles, "good")
    troubles.forget(["good", "bad"])
    assert tell(troubles, "bad") == ["The job x was cancelled"]
    troubles.forget(["good", "bad"])
    assert not troubles.open
    assert tell(troubles, "good") == tell(troubles, "new") == []


def test_a_channel_that_the_settings_do_not_name_any_more_holds_nothing_back() -> None:
    troubles = Troubles()
    troubles.begin(VENUES)
    tell(troubles, "good")
    tell(troubles, "left")
    troubles.end(VENUES.key, WORKS)
    tell(troubles, "good")
    troubles.forget(["good"])
    assert not troubles.over
    assert list(troubles.deliveries) == ["good"]


def test_what_was_put_out_of_use_is_not_called_settled() -> None:
    troubles = Troubles()
    troubles.begin(VENUES)
    troubles.begin(replace(VENUES, key="step:towns", name="adm/towns"))
    tell(troubles, "good")
    troubles.end("step:towns", WORKS)
    troubles.end("step:venues", REMOVED)
    assert tell(troubles, "good") == ["adm/towns works again", "adm/venues is no longer there"]


def test_all_of_it_comes_back_from_its_text() -> None:
    troubles = Troubles(seen="a cursor")
    troubles.begin(VENUES)
    troubles.begin(CANCELLED)
    tell(troubles, "good")
    troubles.end(VENUES.key, WORKS)
    assert Troubles.of_json(troubles.as_json()) == troubles
    assert Troubles.of_json(None) == Troubles()
