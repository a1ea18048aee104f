"""Evaluates sensors of the code location as Dagster's daemon does."""

from __future__ import annotations

import dagster as dg

from sync_assets.assets.resources import DatabaseResource
from sync_assets.definitions import build_defs

DEFS = build_defs()


class Daemon:
    """Evaluates sensors, and keeps the cursor of a tick that did not fail, as Dagster's daemon does."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.instance = instance
        self.cursors: dict[str, str | None] = {}

    def tick(self, sensor: dg.SensorDefinition) -> dg.SensorResult:
        needed = {"database": DatabaseResource()} if "database" in sensor.required_resource_keys else {}
        with dg.build_sensor_context(
            instance=self.instance, cursor=self.cursors.get(sensor.name), definitions=DEFS, resources=needed
        ) as context:
            result = sensor(context)
        assert isinstance(result, dg.SensorResult)
        self.cursors[sensor.name] = result.cursor
        return result
