"""The demo touches nothing of what the shell is set up for."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync_assets_tests.operations.http_sink import http_sink
from sync_assets_tests.support.command_line import run_process
from sync_assets_tests.support.environment import clean_environment


@pytest.mark.slow
def test_in_a_shell_full_of_live_settings_the_demo_sees_none_of_them(tmp_path: Path) -> None:
    live = tmp_path / "live"
    live.mkdir()
    dropped = live / "Plan of a person.xlsx"
    dropped.write_bytes(b"not read by anybody")
    with http_sink() as sink:
        environment = {
            **clean_environment(),
            "SYNC_UPLOAD_DIR": str(live),
            "SYNC_ALERT_URLS": sink.url,
            "SYNC_DATABASE_URL": "postgresql://live@127.0.0.1:9/live",
            "DAGSTER_PG_URL": "postgresql://live@127.0.0.1:9/live",
            "SYNC_SCHEDULES_ON": "true",
            "SYNC_NIGHTLY_CRON": "not a cron expression",
            "ADMINISTRATE_API_URL": "http://127.0.0.1:9/graphql",
            "ADMINISTRATE_TAX_TYPE": "Of another tenant",
            "ADMINISTRATE_CODE_PREFIX": "LIVE-",
            "ADMINISTRATE_CONCURRENCY": "many",
        }
        ended = run_process(environment, "demo", "--no-ui", "--templates", "51", "--folder", str(tmp_path / "demo"))
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert sink.received == []
    assert dropped.read_bytes() == b"not read by anybody"
    assert sorted(path.name for path in live.iterdir()) == [dropped.name]
    assert (tmp_path / "demo" / "drop folder").is_dir()
