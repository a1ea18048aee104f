"""Checks that do not pass although they must, and assets that have not been synced for too long."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dagster as dg

from sync_assets.operations.alerts.trouble import FRESH, PASSES, REMOVED, Trouble, Troubles
from sync_assets.operations.instance.dagster_internals import AssetCheckExecutionRecordStatus

_ENDED = {AssetCheckExecutionRecordStatus.SUCCEEDED, AssetCheckExecutionRecordStatus.FAILED}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check said last: whether it must be seen to, in which run, and its own sentence."""

    key: dg.AssetCheckKey
    is_error: bool
    run_id: str
    sentence: str


def last_results(instance: dg.DagsterInstance, keys: Sequence[dg.AssetCheckKey]) -> list[CheckResult]:
    """Return what each check said when it was last evaluated; a run that came to no result changes nothing."""
    storage = instance.event_log_storage
    results = []
    for key, latest in storage.get_latest_asset_check_execution_by_key(keys).items():
        found = latest
        if found.status not in _ENDED:
            earlier = storage.get_asset_check_execution_history(key, limit=1, status=_ENDED)
            if not earlier:
                continue
            found = earlier[0]
        said = found.evaluation
        if said is None:
            continue
        is_error = not said.passed and said.severity is dg.AssetCheckSeverity.ERROR
        results.append(CheckResult(key, is_error, found.run_id, said.description or "It does not pass."))
    return results


def take_in_checks(
    results: Iterable[CheckResult],
    keys: Collection[dg.AssetCheckKey],
    troubles: Troubles,
    link: Callable[[str], str | None],
) -> None:
    """Note which checks do not pass, and which do again. `keys` are the checks that there are."""
    for result in results:
        asset = result.key.asset_key.to_user_string()
        key = _key(result.key)
        if result.is_error:
            name = f"The check {result.key.name} of {asset}"
            troubles.begin(
                Trouble(
                    key,
                    name,
                    f"check:{result.run_id}",
                    f"{name} failed",
                    result.sentence,
                    link(result.run_id),
                    plural="asset checks failed",
                )
            )
        else:
            troubles.end(key, PASSES)
    troubles.end_others("check", {_key(key) for key in keys}, REMOVED)


def _key(key: dg.AssetCheckKey) -> str:
    return f"check:{key.asset_key.to_user_string()}:{key.name}"


def last_materializations(
    instance: dg.DagsterInstance, keys: Sequence[dg.AssetKey]
) -> dict[dg.AssetKey, datetime | None]:
    """Return when each asset was last materialized, None for one that never was."""
    found: dict[dg.AssetKey, datetime | None] = dict.fromkeys(keys)
    for record in instance.get_asset_records(keys):
        entry = record.asset_entry
        if entry.last_materialization is not None:
            found[entry.asset_key] = datetime.fromtimestamp(entry.last_materialization.timestamp, UTC)
    return found


def take_in_ages(
    materialized: Mapping[dg.AssetKey, datetime | None],
    windows: Mapping[dg.AssetKey, timedelta],
    now: datetime,
    troubles: Troubles,
    link: Callable[[dg.AssetKey], str | None],
) -> None:
    """Note which assets are older than their freshness policies allow, and which are fresh again.

    `windows` are the longest times that the policies allow. An asset that was never materialized is no trouble: the
    installation may be new.
    """
    for key, window in windows.items():
        moment = materialized.get(key)
        name = key.to_user_string()
        if moment is None:
            continue
        if now - moment > window:
            hours = window.total_seconds() / 3600
            sentence = f"It was synced last at {moment:%Y-%m-%d %H:%M} UTC, more than {hours:g} hours ago."
            troubles.begin(
                Trouble(
                    f"stale:{name}", name, "stale", f"{name} is stale", sentence, link(key), plural="assets are stale"
                )
            )
        else:
            troubles.end(f"stale:{name}", FRESH)
    troubles.end_others("stale", {f"stale:{key.to_user_string()}" for key in windows}, REMOVED)


def windows_of(repository: dg.RepositoryDefinition) -> dict[dg.AssetKey, timedelta]:
    """Return how old each asset may be, for those that have a freshness policy with a window."""
    windows: dict[dg.AssetKey, timedelta] = {}
    graph = repository.asset_graph
    for key in graph.executable_asset_keys:
        window = getattr(graph.get(key).freshness_policy, "fail_window", None)
        if window is not None:
            windows[key] = window.to_timedelta()
    return windows
