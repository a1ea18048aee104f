"""Dagster: whether its storage answers, which schedules are on, and whether a daemon runs them."""

from __future__ import annotations

import os
import time
from pathlib import Path

import dagster as dg
from sqlalchemy import create_engine, inspect

from sync_assets.embedded_postgres import DAGSTER_DATABASE, embedded_url, has_embedded_server
from sync_assets.operations.doctor.database import CONNECT
from sync_assets.operations.doctor.finding import Findings
from sync_assets.operations.instance.home import open_instance
from sync_assets.settings import Settings, SettingsError

SILENCE = 300.0
"""Seconds after which a daemon counts as gone; a live one reports every 30 seconds."""
_STORAGE, _SCHEDULES = "Dagster's storage", "schedules"


def look_at_dagster(findings: Findings, settings: Settings, definitions: dg.Definitions) -> None:
    """Look at Dagster's storage, and at the schedules and sensors of the code location."""
    home = os.environ.get("DAGSTER_HOME")
    if home and not Path(home).joinpath("dagster.yaml").is_file():
        findings.wrong(
            _STORAGE,
            f"DAGSTER_HOME is {home}, and there is no dagster.yaml in it: Dagster would keep its records in files.",
            "Put the dagster.yaml of this project there, or leave DAGSTER_HOME unset.",
        )
    elif _has_storage(findings, settings):
        with findings.looking_at(_SCHEDULES), open_instance(settings) as instance:
            look_at_schedules(findings, instance, definitions)
        return
    findings.not_checked(_SCHEDULES, "Dagster's storage has no records yet, or does not answer")


def _has_storage(findings: Findings, settings: Settings) -> bool:
    """Return whether the storage answers and has been used. Dagster itself would try to reach it for ever."""
    try:
        url = settings.dagster_storage_url
    except SettingsError as error:
        findings.wrong(_STORAGE, str(error), "Correct the setting.")
        return False
    advice = (
        "Check DAGSTER_PG_URL, the network, and that the server runs."
        if settings.dagster_pg_url
        else "The embedded PostgreSQL lives in SYNC_LOCAL_DIR; its log is in the folder postgres there."
    )
    if url is None and not has_embedded_server(settings.sync_local_dir):
        findings.warn(
            _STORAGE,
            "DAGSTER_PG_URL is not set, and there is no embedded storage yet: the first run would make it.",
            "Set DAGSTER_PG_URL, unless you want to try things out.",
        )
        return False
    is_used = False
    with findings.looking_at(_STORAGE, advice):
        engine = create_engine(
            url or embedded_url(settings.sync_local_dir, DAGSTER_DATABASE), connect_args={"connect_timeout": CONNECT}
        )
        try:
            with engine.connect() as connection:
                is_used = inspect(connection).has_table("runs")
        finally:
            engine.dispose()
        place = f"{url.host or 'local'}/{url.database}" if url else "embedded"
        findings.ok(_STORAGE, f"It answers ({place}){'' if is_used else '; the first run creates its tables'}.")
    return is_used


def look_at_schedules(findings: Findings, instance: dg.DagsterInstance, definitions: dg.Definitions) -> None:
    """Look at which schedules and sensors are on, and how long ago a daemon that runs them gave a sign of life."""
    switched = {state.name: state.is_running for state in instance.all_instigator_state()}
    repository = definitions.get_repository_def()
    ticking: list[dg.ScheduleDefinition | dg.SensorDefinition] = [*repository.schedule_defs, *repository.sensor_defs]
    running = {
        definition.name: switched.get(definition.name, definition.default_status.value == "RUNNING")
        for definition in ticking
    }
    on, off = ([name for name, is_on in running.items() if is_on is wanted] for wanted in (True, False))
    sentence = f"On: {', '.join(on) or 'none'}; off: {', '.join(off) or 'none'}."
    beats = [beat.timestamp for beat in instance.get_daemon_heartbeats().values()]
    age = time.time() - max(beats) if beats else None
    advice = "Start the daemon (`sync-assets ui` starts one), unless something else starts the syncs."
    if not on or (age is not None and age <= SILENCE):
        last = "" if age is None else f" The daemon reported {age:.0f} seconds ago."
        findings.ok(_SCHEDULES, sentence + last)
    elif age is None:
        findings.warn(_SCHEDULES, f"{sentence} No daemon has ever reported, so nothing starts by itself.", advice)
    else:
        since = f"The daemon last reported {_duration(age)} ago, so nothing starts by itself any more."
        findings.wrong(_SCHEDULES, f"{sentence} {since}", "Start the daemon again, and read its log.")


def _duration(seconds: float) -> str:
    minutes = seconds / 60
    return f"{minutes:.0f} minutes" if minutes < 120 else f"{minutes / 60:.0f} hours"
