from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine, text

from sync_assets.event_import.stored_uploads import open_requests
from sync_assets.event_import.workbook.sheet import MAX_BYTES
from sync_assets.operations.imports.drop_folder import (
    DropFolderUnusable,
    SeenFile,
    TakenIn,
    cursor_of,
    looks_of,
    store_and_request,
    take_in,
)
from sync_assets_tests.event_import.workbooks import event_row, lms_row, saved, workbook

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ONE, OTHER = workbook(event_row()), workbook(lms_row())


class Looking:
    """Looks at a folder every ten seconds, as the sensor does, and stores in a database."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.folder, self.engine = folder, engine
        self.now = START
        self.cursor: str | None = None
        self.before_move: Callable[[], None] = lambda: None

    def look(self, times: int = 1) -> TakenIn:
        """Return what was taken and refused by any of these looks, and what the last one left."""
        every = TakenIn()
        for _ in range(times):
            self.now += timedelta(seconds=10)
            result = take_in(self.folder, looks_of(self.cursor), self.store, self.now)
            self.cursor = cursor_of(result.waiting)
            every.taken |= result.taken
            every.refused |= result.refused
            every.waiting, every.stuck = result.waiting, result.stuck
        return every

    def store(self, name: str, content: bytes, since: datetime) -> str:
        key = store_and_request(self.engine, name, content, {"dry_run": False}, since, self.now)
        self.before_move()
        return key

    @property
    def requests(self) -> list[tuple[str, datetime]]:
        with self.engine.connect() as connection:
            return [(request.key, request.requested_at) for request in open_requests(connection)]

    @property
    def stored(self) -> dict[str, tuple[str, bytes]]:
        with self.engine.connect() as connection:
            found = connection.execute(text("select key, file_name, way_in, content from adm.event_uploads"))
            return {row.key: (row.file_name, bytes(row.content)) for row in found if row.way_in == "drop folder"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "uploads"
    path.mkdir()
    return path


@pytest.fixture
def looking(folder: Path, database: Engine) -> Looking:
    return Looking(folder, database)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_workbook_that_stands_still_becomes_an_upload_and_is_moved_aside(looking: Looking) -> None:
    (looking.folder / "Spring 2026.xlsx").write_bytes(ONE)
    assert looking.look().waiting
    result = looking.look()
    (key,) = result.taken.values()
    assert looking.stored == {key: ("Spring 2026.xlsx", ONE)}
    assert looking.requests == [(key, looking.now)]
    assert names(looking.folder) == ["taken"]
    assert (looking.folder / "taken" / "Spring 2026.xlsx").read_bytes() == ONE
    assert looking.look(3).taken == {}
    assert len(looking.requests) == 1


def test_a_file_that_grows_is_waited_for(looking: Looking) -> None:
    path = looking.folder / "a.xlsx"
    for part in range(1, 5):
        path.write_bytes(ONE[: part * len(ONE) // 4])
        assert not looking.look().taken
    assert looking.look().taken


def test_a_copy_that_keeps_its_old_time_of_change_is_waited_for_while_it_grows(looking: Looking) -> None:
    path = looking.folder / "a.xlsx"
    for part in range(1, 5):
        path.write_bytes(ONE[: part * len(ONE) // 4])
        os.utime(path, (1, 1))
        assert not looking.look().taken
    assert looking.look().taken


def test_two_looks_right_after_each_other_do_not_make_a_file_complete(folder: Path) -> None:
    (folder / "a.xlsx").write_bytes(ONE)
    first = take_in(folder, {}, lambda *_: "key", START)
    assert take_in(folder, first.waiting, lambda *_: "key", START + timedelta(seconds=1)).waiting


@pytest.mark.parametrize("name", ["~$a.xlsx", ".a.xlsx", "a.xlsx.part", "a.xlsx.tmp", "notes.txt", "a.docx", "xlsx"])
def test_what_is_not_meant_is_left_alone(looking: Looking, name: str) -> None:
    (looking.folder / name).write_bytes(ONE)
    assert looking.look(10) == TakenIn()
    assert names(looking.folder) == [name]


def test_folders_and_pipes_are_left_alone(looking: Looking) -> None:
    (looking.folder / "later.xlsx").mkdir()
    (looking.folder / "sub").mkdir()
    (looking.folder / "sub" / "a.xlsx").write_bytes(ONE)
    os.mkfifo(looking.folder / "pipe.xlsx")
    assert looking.look(10) == TakenIn()


@pytest.mark.parametrize("name", ["A.XLSX", "Frühjahr 日本.xlsx", "a, b | c.xlsx", f"{'x' * 250}.xlsx"])
def test_names_are_kept_as_far_as_there_is_room(looking: Looking, name: str) -> None:
    (looking.folder / name).write_bytes(ONE)
    looking.look(2)
    (moved,) = names(looking.folder / "taken")
    assert moved == name or (len(name) > 250 and moved.startswith("x" * 200))


def test_a_name_that_is_no_text_is_taken_all_the_same(looking: Looking) -> None:
    (looking.folder / os.fsdecode(b"a\xff.xlsx")).write_bytes(ONE)
    assert len(looking.look(2).taken) == 1
    assert [name for name, _ in looking.stored.values()] == ["a?.xlsx"]


def test_what_cannot_be_read_is_refused_with_the_reason_beside_it(looking: Looking) -> None:
    (looking.folder / "a.xlsx").write_bytes(ONE[:-100])
    assert looking.look(5).waiting
    result = looking.look(3)
    assert "was damaged on its way" in result.refused["a.xlsx"]
    assert names(looking.folder / "refused") == ["a.xlsx", "a.xlsx.txt"]
    assert (looking.folder / "refused" / "a.xlsx").read_bytes() == ONE[:-100]
    said = (looking.folder / "refused" / "a.xlsx.txt").read_text("utf-8")
    assert said.startswith("a.xlsx was not imported (2026-01-05 09:01 UTC).")
    assert "was damaged on its way" in said
    assert not looking.stored


def test_another_kind_of_sheet_is_refused(looking: Looking) -> None:
    (looking.folder / "a.csv").write_text("a,b")
    assert "Only .xlsx workbooks are taken" in looking.look(8).refused["a.csv"]


def test_a_very_large_file_is_refused_unread(looking: Looking) -> None:
    with (looking.folder / "a.xlsx").open("wb") as file:
        file.truncate(MAX_BYTES * 1000)
    assert "10,485,760,000 bytes" in looking.look(8).refused["a.xlsx"]


def test_a_link_is_refused_and_what_it_leads_to_is_not_read(looking: Looking, tmp_path: Path) -> None:
    outside = tmp_path / "outside.xlsx"
    outside.write_bytes(ONE)
    (looking.folder / "a.xlsx").symlink_to(outside)
    (looking.folder / "b.xlsx").symlink_to(tmp_path / "nowhere")
    assert set(looking.look(8).refused) == {"a.xlsx", "b.xlsx"}
    assert outside.read_bytes() == ONE
    assert not looking.stored


def test_files_of_one_name_are_all_kept(looking: Looking) -> None:
    for content in (ONE, OTHER, ONE):
        (looking.folder / "a.xlsx").write_bytes(content)
        assert looking.look(2).taken
    taken = looking.folder / "taken"
    assert names(taken) == ["a (2).xlsx", "a (3).xlsx", "a.xlsx"]
    assert [(taken / name).read_bytes() for name in ("a.xlsx", "a (2).xlsx", "a (3).xlsx")] == [ONE, OTHER, ONE]
    # The third is the first once more: one upload, asked for again.
    assert len(looking.stored) == 2
    assert max(moment for _, moment in looking.requests) == looking.now


def test_a_death_between_storing_and_moving_asks_for_no_second_run(looking: Looking) -> None:
    (looking.folder / "a.xlsx").write_bytes(ONE)
    looking.look()

    def die() -> None:
        raise KeyboardInterrupt

    looking.before_move = die
    with pytest.raises(KeyboardInterrupt):
        looking.look()
    asked = looking.requests
    assert len(asked) == 1
    assert names(looking.folder) == ["a.xlsx"]
    looking.before_move = lambda: None
    assert looking.look().taken
    assert looking.requests == asked
    assert names(looking.folder / "taken") == ["a.xlsx"]


def test_a_file_that_was_replaced_in_the_last_moment_is_taken_too(looking: Looking) -> None:
    path = looking.folder / "a.xlsx"
    path.write_bytes(ONE)
    looking.look()

    def write_another() -> None:
        path.write_bytes(OTHER)

    looking.before_move = write_another
    assert not looking.look().taken
    assert path.read_bytes() == OTHER
    looking.before_move = lambda: None
    assert looking.look(2).taken
    assert {content for _, content in looking.stored.values()} == {ONE, OTHER}


def test_a_file_that_somebody_took_away_in_the_last_moment_leaves_nothing_behind(looking: Looking) -> None:
    path = looking.folder / "a.xlsx"
    path.write_bytes(ONE)
    looking.look()
    looking.before_move = path.unlink
    assert looking.look() == TakenIn()
    assert names(looking.folder / "taken") == []


def test_a_file_that_cannot_be_moved_is_told_and_asked_for_once(looking: Looking) -> None:
    (looking.folder / "a.xlsx").write_bytes(ONE)
    (looking.folder / "taken").write_text("a file where the folder should be")
    result = looking.look(5)
    assert result.stuck[0].startswith("a.xlsx in the folder of SYNC_UPLOAD_DIR cannot be read or moved: File exists.")
    assert result.waiting
    assert len(looking.requests) == 1
    assert looking.requests[0][1] < looking.now
    (looking.folder / "taken").unlink()
    assert looking.look().taken


def test_one_file_that_is_stuck_does_not_hold_up_the_others(looking: Looking, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, content in (("a.xlsx", ONE), ("b.xlsx", OTHER)):
        (looking.folder / name).write_bytes(content)
    replace = Path.replace

    def refuse_one(path: Path, target: Path) -> Path:
        if path.name == "a.xlsx":
            raise PermissionError(1, "Operation not permitted")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", refuse_one)
    result = looking.look(2)
    assert set(result.taken) == {"b.xlsx"}
    assert len(result.stuck) == 1
    assert names(looking.folder / "taken") == ["b.xlsx"]


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DropFolderUnusable, match="there is no such folder"):
        take_in(tmp_path / "nowhere", {}, lambda *_: "key", START)


def test_what_is_remembered_of_a_file_comes_back() -> None:
    waiting = {"a, b.xlsx": SeenFile(10, 1_700_000_000_123_456_789, START)}
    assert looks_of(cursor_of(waiting)) == waiting
    assert looks_of(None) == {}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (workbook(event_row(), header=["Event title", "Day"]), "lacks the columns"),
        (workbook(event_row())[:-100], "damaged on its way"),
    ],
)
def test_what_no_run_could_read_is_refused_where_it_was_dropped(looking: Looking, content: bytes, why: str) -> None:
    (looking.folder / "a.xlsx").write_bytes(content)
    assert why in looking.look(8).refused["a.xlsx"]
    assert names(looking.folder / "refused") == ["a.xlsx", "a.xlsx.txt"]
    assert why in (looking.folder / "refused" / "a.xlsx.txt").read_text("utf-8")
    assert not looking.requests


def test_a_dry_run_of_the_same_file_in_the_meantime_does_not_stand_for_its_import(looking: Looking) -> None:
    (looking.folder / "a.xlsx").write_bytes(ONE)
    looking.look()
    key = store_and_request(looking.engine, "a.xlsx", ONE, {"dry_run": True}, START, looking.now)
    assert looking.look().taken == {"a.xlsx": key}
    with looking.engine.connect() as connection:
        (request,) = open_requests(connection)
    assert (request.requested_at, request.options) == (looking.now, {"dry_run": False})


def decisions(
    *rows: list[str], header: tuple[str, ...] = ("Entity", "action", "record_id", "reason", "apply")
) -> bytes:
    book = Workbook()
    page = book.worksheets[0]
    for row in (header, *rows):
        page.append(list(row))
    return saved(book)


IGNORE = ["locations", "ignore", "7", "closed", "Y"]


def test_a_workbook_of_decisions_is_told_and_moved_once_its_run_was_asked_for(looking: Looking) -> None:
    content = decisions(IGNORE)
    (looking.folder / "a.xlsx").write_bytes(content)
    looking.look()
    result = take_in(looking.folder, looks_of(looking.cursor), looking.store, looking.now + timedelta(seconds=10))
    assert result.decisions == {"a.xlsx": content}
    assert result.taken == {}
    assert names(looking.folder) == ["a.xlsx"]
    # A process that died before its cursor was kept finds the file as it was, and asks for the same run.
    again = take_in(looking.folder, looks_of(looking.cursor), looking.store, looking.now + timedelta(seconds=20))
    assert again.decisions == result.decisions
    assert again.waiting == result.waiting
    kept = looks_of(cursor_of(result.waiting))
    assert kept == result.waiting
    moved = take_in(looking.folder, kept, looking.store, looking.now + timedelta(seconds=30))
    assert (moved.taken, moved.decisions, moved.waiting) == ({"a.xlsx": "decisions"}, {}, {})
    assert (looking.folder / "taken" / "a.xlsx").read_bytes() == content
    assert not looking.stored


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (decisions(["locations", "create", "7", "", "Y"]), "Row 2: 'create' cannot be the action"),
        (decisions(["locations", "", "7", "", ""]), "no row has an action"),
        (decisions(["locations", "ignore", "7", "", "perhaps"]), "Row 2, apply: Expected Y or N"),
    ],
)
def test_decisions_that_cannot_be_carried_out_are_refused(looking: Looking, content: bytes, why: str) -> None:
    (looking.folder / "a.xlsx").write_bytes(content)
    assert why in looking.look(8).refused["a.xlsx"]
