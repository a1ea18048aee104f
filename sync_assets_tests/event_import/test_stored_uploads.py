from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from sync_assets.event_import.stored_uploads import UnknownUpload, load_upload, store_upload, upload_key
from sync_assets.event_import.workbook.sheet import WorkbookRefused
from sync_assets_tests.event_import.workbooks import event_row, lms_row, workbook

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ONE, OTHER = workbook(event_row()), workbook(lms_row())


def test_a_file_is_stored_as_it_came(database: Engine) -> None:
    with database.begin() as connection:
        key = store_upload(connection, "Frühjahr 2026 (final).xlsx", ONE, "command line", {"dry_run": True}, NOW)
        upload = load_upload(connection, key)
    assert re.fullmatch(r"fruhjahr-2026-final_[0-9a-f]{8}", key)
    assert (upload.key, upload.file_name, upload.content) == (key, "Frühjahr 2026 (final).xlsx", ONE)
    assert (upload.way_in, upload.options, upload.uploaded_at) == ("command line", {"dry_run": True}, NOW)


def test_the_same_file_has_the_same_key_and_stands_once(database: Engine) -> None:
    with database.begin() as connection:
        keys = {store_upload(connection, "a.xlsx", ONE, way, {}, NOW) for way in ("launchpad", "command line")}
        assert len(keys) == 1
        assert load_upload(connection, keys.pop()).way_in == "launchpad"


def test_another_content_under_the_same_name_has_another_key(database: Engine) -> None:
    with database.begin() as connection:
        assert len({store_upload(connection, "a.xlsx", content, "x", {}, NOW) for content in (ONE, OTHER)}) == 2


def test_a_key_that_another_content_has_taken_is_made_longer(database: Engine) -> None:
    with database.begin() as connection:
        key = store_upload(connection, "a.xlsx", ONE, "x", {}, NOW)
        connection.execute(text("update adm.event_uploads set sha256 = 'another'"))
        longer = store_upload(connection, "a.xlsx", ONE, "x", {}, NOW)
    assert longer != key
    assert longer.startswith(key)


@pytest.mark.parametrize(
    "name", ["", "...", "日本", "../../etc/passwd", "C:\\files\\x.xlsx", "é" * 300, "a,b|c\nd.xlsx"]
)
def test_a_key_has_only_characters_that_a_partition_key_may_have(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,98}", upload_key(name, ONE))


def test_a_file_that_is_no_workbook_is_not_stored(database: Engine) -> None:
    with database.begin() as connection, pytest.raises(WorkbookRefused):
        store_upload(connection, "a.xlsx", b"no workbook", "x", {}, NOW)


def test_an_upload_that_is_not_there_is_told_so(database: Engine) -> None:
    with database.begin() as connection, pytest.raises(UnknownUpload, match="no upload nothing"):
        load_upload(connection, "nothing")
