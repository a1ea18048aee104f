from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from sync_assets.operations.alerts.alert_delivery import (
    AlertNotDelivered,
    LogChannel,
    News,
    ServiceChannel,
    channels,
    tell,
)
from sync_assets.operations.alerts.alert_text import Alert, Markup, Tone
from sync_assets.settings import Settings, SettingsError
from sync_assets_tests.operations.http_sink import Sink, http_sink

FIRST = Alert(Tone.WARNING, "The first", ("It is *so*.",))
SECOND = Alert(Tone.FAILURE, "The second")


class Memory:
    """Keeps in this process what each channel has been told."""

    def __init__(self) -> None:
        self.told: dict[str, dict[str, datetime]] = {}

    def load(self, channel: str) -> Mapping[str, datetime]:
        return self.told.get(channel, {})

    def save(self, channel: str, before: Mapping[str, datetime], after: Collection[str]) -> None:
        self.told[channel] = {key: before.get(key, datetime.now(UTC)) for key in after}


def deliver(alerts: list[Alert], to: list[ServiceChannel], memory: Memory) -> tuple[str, ...]:
    """Tell of alerts that go on holding, each known by its title; one that is left out is over."""

    def news(told: Mapping[str, datetime]) -> News:
        over = [Alert(Tone.SUCCESS, f"{key} is over") for key in told if key not in {alert.title for alert in alerts}]
        new = [alert for alert in alerts if alert.title not in told]
        return News([*new, *over], [alert.title for alert in alerts])

    return tell(to, memory, news)


@pytest.fixture
def other() -> Iterator[Sink]:
    with http_sink() as served:
        yield served


def to(*urls: str) -> list[ServiceChannel]:
    return channels(Settings(sync_alert_urls=SecretStr(" ".join(urls))))


@pytest.fixture
def memory() -> Memory:
    return Memory()


def test_an_alert_is_sent_as_it_is_written(sink: Sink, memory: Memory) -> None:
    assert deliver([FIRST], to(sink.url), memory) == ("The first",)
    assert [(item["title"], item["message"], item["type"]) for item in sink.received] == [
        ("The first", "It is *so*.", "warning")
    ]


def test_no_alert_is_no_message(sink: Sink, memory: Memory) -> None:
    assert deliver([], to(sink.url), memory) == ()
    assert not sink.received


def test_a_channel_that_refuses_is_a_sentence_without_its_address(
    sink: Sink, memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    sink.status = 500
    with (
        caplog.at_level(logging.DEBUG),
        pytest.raises(AlertNotDelivered, match=r"address 1 \(JSON\) of the 1") as raised,
    ):
        deliver([FIRST], to(sink.url), memory)
    assert "secret-path" not in f"{raised.value!r} {caplog.text}"
    assert raised.value.__context__ is None


def test_a_channel_that_cannot_be_reached_is_a_sentence_without_its_address(
    memory: Memory, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(AlertNotDelivered) as raised:
        deliver([FIRST], to("json://someone:hidden-word@127.0.0.1:9/secret-path"), memory)
    everything = f"{raised.value!r} {caplog.text} {capfd.readouterr()}"
    assert "hidden-word" not in everything
    assert "secret-path" not in everything


def test_what_one_channel_has_taken_is_not_sent_to_it_again_for_the_sake_of_another(
    sink: Sink, other: Sink, memory: Memory
) -> None:
    other.status = 503
    both = to(sink.url, other.url)
    for _ in range(3):
        with pytest.raises(AlertNotDelivered, match="address 2"):
            deliver([FIRST], both, memory)
    with pytest.raises(AlertNotDelivered):
        deliver([FIRST, SECOND], both, memory)
    assert sink.titles == ["The first", "The second"]
    other.status = 200
    deliver([FIRST, SECOND], both, memory)
    assert len(sink.received) == 2
    assert other.titles == ["2 alerts of the sync"]


def test_a_channel_that_was_broken_hears_what_has_changed_in_the_end(sink: Sink, other: Sink, memory: Memory) -> None:
    both = to(sink.url, other.url)
    deliver([FIRST], both, memory)
    other.status = 503
    for alerts in ([FIRST, SECOND], [SECOND], [SECOND]):
        with pytest.raises(AlertNotDelivered, match="address 2"):
            deliver(alerts, both, memory)
    other.status = 200
    deliver([SECOND], both, memory)
    deliver([SECOND], both, memory)
    assert sink.titles == ["The first", "The second", "The first is over"]
    assert other.titles[0] == "The first"
    assert len(other.titles) == 2
    assert "The second" in other.bodies[1]
    assert "The first is over" in other.bodies[1]


def test_what_came_and_went_while_a_channel_was_broken_is_no_news_to_it(
    sink: Sink, other: Sink, memory: Memory
) -> None:
    both = to(sink.url, other.url)
    other.status = 503
    with pytest.raises(AlertNotDelivered):
        deliver([FIRST], both, memory)
    other.status = 200
    deliver([], both, memory)
    assert sink.titles == ["The first", "The first is over"]
    assert other.titles == []


def test_addresses_stand_apart_by_white_space_or_commas(sink: Sink, other: Sink) -> None:
    assert len(to(f"{sink.url}, {other.url}\n{sink.url}")) == 3
    assert to() == []


def test_a_wrong_address_is_told_by_its_place(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(SettingsError, match="address 2 of 2") as raised:
        to("json://127.0.0.1:9/", "nosuchservice://hidden-word@example.org")
    assert "hidden-word" not in f"{raised.value!r} {caplog.text}"


@pytest.mark.parametrize(
    ("url", "markup"),
    [
        ("slack://TokenA12/BCDEF3456/abcdefghijklmnopqrstuvwx/#general", Markup.TEXT),
        ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", Markup.MARKDOWN),
        ("workflows://example.org:443/workflow/signature/", Markup.MARKDOWN),
        ("mailto://someone:word@example.org?to=training@example.org", Markup.TEXT),
    ],
)
def test_each_service_gets_what_it_shows(url: str, markup: Markup) -> None:
    assert to(url)[0].markup is markup


def test_without_a_channel_alerts_are_logged_once(memory: Memory, caplog: pytest.LogCaptureFixture) -> None:
    log = LogChannel(logging.getLogger("of the sensor"))
    with caplog.at_level(logging.INFO):
        for _ in range(2):
            tell([log], memory, lambda told: News([] if told else [FIRST], ["first"]))
    assert caplog.text.count("The first\nIt is *so*.") == 1
    assert caplog.records[0].levelno == logging.WARNING
