"""What starts runs by itself."""

from datetime import datetime

import dagster as dg

from sync_assets.assets.event_assets import UPLOADS
from sync_assets.assets.resources import DatabaseResource
from sync_assets.event_import.requests import requested_since
from sync_assets.operations.event_import import ImportConfig, event_import


@dg.sensor(
    job=event_import,
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Runs event_import for each upload whose import has been asked for.",
)
def event_upload_requests(context: dg.SensorEvaluationContext, database: DatabaseResource) -> dg.SensorResult:
    """Ask for a run a request. The run key keeps a request that is read twice from running twice."""
    since = datetime.fromisoformat(context.cursor) if context.cursor else None
    with database.engine.connect() as connection:
        requests = requested_since(connection, since)
    runs = [
        dg.RunRequest(
            run_key=f"{request.key}:{request.requested_at.isoformat()}",
            partition_key=request.key,
            run_config=dg.RunConfig(ops={"import_events": ImportConfig(**request.options)}),
        )
        for request in requests
    ]
    return dg.SensorResult(
        run_requests=runs,
        dynamic_partitions_requests=[UPLOADS.build_add_request([request.key for request in requests])],
        cursor=requests[-1].requested_at.isoformat() if requests else context.cursor,
    )

