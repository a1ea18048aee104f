"""What each channel of alerts has been told and still holds: `adm.alert_deliveries`.

It is kept by channel, so that one that does not work costs the others nothing, and by single thing, so that it is exact
for any number of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Column, Connection, DateTime, Table, Text, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from sync_assets.bridge.bridge_table import METADATA

alert_deliveries = Table(
    "alert_deliveries",
    METADATA,
    Column("channel", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("delivered_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
"""`channel` is the fingerprint of an address, `topic` one of the sensors' subjects, `key` what was reported of it."""


def read_deliveries(connection: Connection, topic: str, channel: str) -> dict[str, datetime]:
    """Return the keys that a channel has been told of a topic, each with the moment."""
    table = alert_deliveries
    rows = select(table.c.key, table.c.delivered_at).where(table.c.topic == topic, table.c.channel == channel)
    return {row.key: row.delivered_at for row in connection.execute(rows)}


def write_deliveries(
    connection: Connection, topic: str, channel: str, before: Mapping[str, datetime], after: Collection[str]
) -> None:
    """Make the keys that a channel has been told those of `after`; `before` are those that stand."""
    table = alert_deliveries
    known = set(after)
    if gone := [key for key in before if key not in known]:
        connection.execute(
            delete(table).where(table.c.topic == topic, table.c.channel == channel, table.c.key.in_(gone))
        )
    if new := sorted(known.difference(before)):
        rows = [{"topic": topic, "channel": channel, "key": key} for key in new]
        connection.execute(insert(table).on_conflict_do_nothing(), rows)


def forget_other_channels(connection: Connection, topic: str, channels: Collection[str]) -> None:
    """Delete what is known of channels that are none of these: their addresses have left the settings."""
    table = alert_deliveries
    connection.execute(delete(table).where(table.c.topic == topic, table.c.channel.not_in(channels)))
