"""Checks that do not pass, and assets that are too old, as a channel hears of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dagster as dg

from sync_assets.operations.alerts.asset_troubles import (
    last_materializations,
    last_results,
    take_in_ages,
    take_in_checks,
    windows_of,
)
from sync_assets.operations.alerts.trouble import Troubles


class Checked:
    """An asset with a check, of which a channel hears."""

    def __init__(self, instance: dg.DagsterInstance, severity: dg.AssetCheckSeverity) -> None:
        self.instance, self.passes, self.raises = instance, True, False
        self.troubles, self.told = Troubles(), set[str]()

        @dg.asset
        def towns() -> None: ...

        @dg.asset_check(asset=towns)
        def tables_agree() -> dg.AssetCheckResult:
            if self.raises:
                raise dg.Failure("The database is not there.", allow_retries=False)
            return dg.AssetCheckResult(passed=self.passes, severity=severity, description="3 rows do not agree")

        self.definitions = [towns, tables_agree]
        self.key = dg.AssetCheckKey(towns.key, "tables_agree")

    def run(self) -> list[str]:
        dg.materialize(self.definitions, instance=self.instance, raise_on_error=False)
        return self.look(self.key)

    def look(self, *keys: dg.AssetCheckKey) -> list[str]:
        take_in_checks(last_results(self.instance, keys), keys, self.troubles, lambda run: None)
        news = self.troubles.news(self.told)
        self.told = set(news.keys)
        return [": ".join([alert.title, *alert.sentences, *alert.items]) for alert in news.alerts]


def test_a_check_that_fails_is_told_once_and_once_when_it_passes(instance: dg.DagsterInstance) -> None:
    checked = Checked(instance, dg.AssetCheckSeverity.ERROR)
    assert checked.run() == []
    checked.passes = False
    assert checked.run() == ["The check tables_agree of towns failed: 3 rows do not agree"]
    assert checked.run() == []
    checked.passes = True
    (clear,) = checked.run()
    assert clear.startswith("The check tables_agree of towns passes again")
    assert checked.run() == []


def test_a_check_that_came_to_no_result_does_not_pass_again(instance: dg.DagsterInstance) -> None:
    checked = Checked(instance, dg.AssetCheckSeverity.ERROR)
    checked.passes = False
    checked.run()
    checked.raises = True
    assert checked.run() == []


def test_a_warning_is_for_the_alerts_of_discrepancies(instance: dg.DagsterInstance) -> None:
    checked = Checked(instance, dg.AssetCheckSeverity.WARN)
    checked.passes = False
    assert checked.run() == []


def test_a_check_that_is_not_there_any_more_has_an_end(instance: dg.DagsterInstance) -> None:
    checked = Checked(instance, dg.AssetCheckSeverity.ERROR)
    checked.passes = False
    checked.run()
    (gone,) = checked.look()
    assert gone.startswith("The check tables_agree of towns is no longer there")


def test_an_asset_is_stale_when_its_window_is_over_and_fresh_when_it_was_synced(instance: dg.DagsterInstance) -> None:
    policy = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=30))

    @dg.asset(freshness_policy=policy)
    def towns() -> None: ...

    @dg.asset(freshness_policy=policy)
    def venues() -> None: ...

    @dg.asset(freshness_policy=policy)
    def never_synced() -> None: ...

    repository = dg.Definitions(assets=[towns, venues, never_synced]).get_repository_def()
    windows = windows_of(repository)
    troubles, told = Troubles(), set[str]()

    def look(later: timedelta) -> list[str]:
        found = last_materializations(instance, list(windows))
        take_in_ages(found, windows, datetime.now(UTC) + later, troubles, lambda key: None)
        news = troubles.news(told)
        told.clear()
        told.update(news.keys)
        return [": ".join([alert.title, *alert.items]) for alert in news.alerts]

    dg.materialize([towns, venues], instance=instance)
    assert look(timedelta(hours=29)) == []
    (stale,) = look(timedelta(hours=31))
    assert stale.startswith("2 assets are stale: ")
    assert "more than 30 hours ago" in stale
    assert look(timedelta(hours=32)) == []
    dg.materialize([towns], instance=instance)
    (fresh,) = look(timedelta(hours=1))
    assert fresh.startswith("2 troubles are over: ")
    assert "towns is fresh again" in fresh
