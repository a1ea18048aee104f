"""By when an asset has to have been synced again: a sync that silently stopped is seen in the catalogue."""

from collections.abc import Sequence

import dagster as dg

from sync_assets.operations.sync.schedules import Timing


def with_freshness(assets: Sequence[dg.AssetsDefinition], timing: Timing) -> list[dg.AssetsDefinition]:
    """Return the assets with a freshness policy.

    It fails when the longest pause between two nightly syncs and the slack are over, and warns after half of the slack.
    It holds for syncs that people start, too, so it stands whether the schedules are on or not.
    """
    policy = dg.FreshnessPolicy.time_window(
        fail_window=timing.longest_pause + timing.slack, warn_window=timing.longest_pause + timing.slack / 2
    )
    return [asset.map_asset_specs(lambda spec: dg.apply_freshness_policy(spec, policy)) for asset in assets]
