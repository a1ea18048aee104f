from __future__ import annotations

import logging
from collections.abc import Iterator

import dagster as dg
import pytest
from pydantic import SecretStr

from sync_assets.operations.alerts.alert_delivery import (
    AlertNotDelivered,
    Channel,
    InstanceMemory,
    channels,
    deliver,
    log_alerts,
)
from sync_assets.operations.alerts.alert_text import Alert, Markup, Tone
from sync_assets.settings import Settings, SettingsError
from sync_assets_tests.operations.http_sink import Sink, http_sink

FIRST = Alert("first", Tone.WARNING, "The first", ("It is *so*.",))
SECOND = Alert("second", Tone.FAILURE, "The second")


@pytest.fixture
def other() -> Iterator[Sink]:
    with http_sink() as served:
        yield served


def to(*urls: str) -> list[Channel]:
    return channels(Settings(sync_alert_urls=SecretStr(" ".join(urls))))


@pytest.fixture
def memory(instance: dg.DagsterInstance) -> InstanceMemory:
    return InstanceMemory(instance, "test")


def test_an_alert_is_sent_as_it_is_written(sink: Sink, memory: InstanceMemory) -> None:
    deliver([FIRST], to(sink.url), memory)
    assert [(item["title"], item["message"], item["type"]) for item in sink.received] == [
        ("The first", "It is *so*.", "warning")
    ]


def test_no_alert_is_no_message(sink: Sink, memory: InstanceMemory) -> None:
    deliver([], to(sink.url), memory)
    assert not sink.received


def test_a_channel_that_refuses_is_a_sentence_without_its_address(
    sink: Sink, memory: InstanceMemory, caplog: pytest.LogCaptureFixture
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
    memory: InstanceMemory, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(AlertNotDelivered) as raised:
        deliver([FIRST], to("json://someone:hidden-word@127.0.0.1:9/secret-path"), memory)
    everything = f"{raised.value!r} {caplog.text} {capfd.readouterr()}"
    assert "hidden-word" not in everything
    assert "secret-path" not in everything


def test_what_one_channel_has_taken_is_not_sent_to_it_again_for_the_sake_of_another(
    sink: Sink, other: Sink, memory: InstanceMemory
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
    assert memory.load() == {}


def test_the_same_state_later_on_is_told_again(sink: Sink, memory: InstanceMemory) -> None:
    for _ in range(2):
        deliver([FIRST], to(sink.url), memory)
    assert len(sink.received) == 2


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


def test_without_a_channel_alerts_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        log_alerts([FIRST], logging.getLogger("of the sensor"))
    assert "The first\nIt is *so*." in caplog.text
    assert caplog.records[0].levelno == logging.WARNING
