"""Dagster: whether its storage answers, which schedules are on, and whether a daemon runs them."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg
from sqlalchemy import create_engine, inspect

from sync_assets.embedded_postgres import DAGSTER_DATABASE, embedded_url
from sync_assets.operations.doctor.database import CONNECT
from sync_assets.operations.doctor.finding import Findings
from sync_assets.operations.instance.home import open_instance
from sync_assets.settings import Settings, SettingsError

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
            _look_at_schedules(findings, instance, definitions)
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


def _look_at_schedules(findings: Findings, instance: dg.DagsterInstance, definitions: dg.Definitions) -> None:
    switched = {state.name: state.is_running for state in instance.all_instigator_state()}
    repository = definitions.get_repository_def()
    ticking: list[dg.ScheduleDefinition | dg.SensorDefinition] = [*repository.schedule_defs, *repository.sensor_defs]
    running = {
        definition.name: switched.get(definition.name, definition.default_status.value == "RUNNING")
        for definition in ticking
    }
    on, off = ([name for name, is_on in running.items() if is_on is wanted] for wanted in (True, False))
    sentence = f"On: {', '.join(on) or 'none'}; off: {', '.join(off) or 'none'}."
    if on and not instance.get_daemon_heartbeats():
        advice = "Start the daemon (`sync-assets ui` starts one), unless something else starts the syncs."
        findings.warn(_SCHEDULES, f"{sentence} No daemon has ever reported, so nothing starts by itself.", advice)
    else:
        findings.ok(_SCHEDULES, sentence)
