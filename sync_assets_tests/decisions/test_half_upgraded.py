"""Between two versions of the application the reference sync goes on, and nothing is written into its tables."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from sync_assets.administrate.client import AdministrateClient
from sync_assets.decisions.decision import Action, Decision, DecisionOutcome
from sync_assets.event_import.reference.load import load_reference
from sync_assets.sandbox.provider.provider import Provider
from sync_assets.tutorial.errors import TutorialTablesUnknown
from sync_assets.tutorial.tables import LayoutName
from sync_assets_tests.decisions.both_sides import Resolve, only, rows, sync
from sync_assets_tests.tutorial.upgrade import upgrade

pytestmark = pytest.mark.parametrize("layout", [LayoutName.FEBRUARY])


@pytest.mark.parametrize("before", ["purchasables", "events", "sessions"])
def test_the_sync_goes_on_and_what_writes_tutorial_rows_is_refused(
    decide: Resolve, synced: Engine, client: AdministrateClient, provider: Provider, before: str
) -> None:
    upgrade(synced, before=before)
    linked = sync(synced, client)
    assert linked["instructors"].linked == len(provider.expected.instructors.linked)
    unmatched = rows(synced, log_too=False)
    refused = only(decide(Decision("instructors", Action.create_tutorial, "Quentina Hazelrigby")))
    assert refused.outcome is DecisionOutcome.FAILED
    assert "neither February 2026 nor May 2026" in refused.sentence
    with synced.connect() as connection, pytest.raises(TutorialTablesUnknown):
        load_reference(connection)
    assert rows(synced, log_too=False) == unmatched
