from __future__ import annotations

import pytest

from sync_assets.administrate.documents import schema_text
from sync_assets.sandbox.tenant.behaviour import UnreadableField
from sync_assets.sandbox.tenant.schema import NotServed, executable_schema


def test_a_field_that_is_not_there_cannot_be_denied() -> None:
    with pytest.raises(NotServed, match=r"Event\.altitude"):
        executable_schema(schema_text(), frozenset({UnreadableField(field="Event.altitude")}))


@pytest.mark.parametrize(
    ("after", "more", "said"),
    [
        ("type Location implements Node {\n", "  altitude: Int\n", "Location has no altitude"),
        ("type EventMutations {\n", "  postpone(eventId: ID!): EventUpdateResponse!\n", "mutation event.postpone"),
    ],
)
def test_what_the_stand_in_has_nothing_for_is_refused_when_the_schema_is_made(after: str, more: str, said: str) -> None:
    with pytest.raises(NotServed, match=said):
        executable_schema(schema_text().replace(after, after + more))
