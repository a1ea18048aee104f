"""Read large and hostile workbooks, and say what each took: seconds and the peak of memory.

    python -m benchmarks.workbooks                large ones, by our reader and by openpyxl as it streams
    python -m benchmarks.workbooks --hostile      twenty that are made to do harm, by our reader

Each reading is a process of its own, so that the peak of its memory is its own. It is stopped after two minutes, and
may take eight gigabytes.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import re
import resource
import time
import zipfile
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import openpyxl
from rich.console import Console
from rich.table import Table

from benchmarks.hostile_workbooks import HOSTILE, SHEET, zipped
from sync_assets.event_import.validation.validate import validate_upload
from sync_assets.event_import.workbook.corrections import error_workbook
from sync_assets.event_import.workbook.sheet import WorkbookRefused, read_sheet
from sync_assets_tests.event_import.raw_workbooks import RawWorkbook
from sync_assets_tests.event_import.workbooks import KNOWN, event_row, lms_row, session_row, workbook

SECONDS, MEGABYTES = 120, 8_000


def twenty_thousand_rows() -> bytes:
    """Five thousand events of four sessions."""
    rows = []
    for number in range(5_000):
        rows += [event_row(EVENT_TITLE=f"ELO-{number}"), *(session_row(day) for day in (2, 3, 4))]
    return RawWorkbook(rows).build()


def a_text_of_47_megabytes_elsewhere() -> bytes:
    """Three rows, and another sheet with one very long text."""
    with zipfile.ZipFile(io.BytesIO(workbook(event_row(), session_row(2), lms_row(), before=["Notes"]))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = b"x" * 47 * 1024 * 1024
    cell = b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + text + b"</t></is></c></row>"
    empty = re.compile(rb"<sheetData\s*/>|<sheetData>\s*</sheetData>")
    parts[SHEET] = empty.sub(b"<sheetData>" + cell + b"</sheetData>", parts[SHEET])
    return zipped(parts)


LARGE: dict[str, Callable[[], bytes]] = {
    "20,000 rows": twenty_thousand_rows,
    "a million formatted empty rows": HOSTILE["a million formatted empty rows"],
    "47 MB of text on another sheet": a_text_of_47_megabytes_elsewhere,
}


def by_our_reader(content: bytes) -> str:
    """Read a workbook."""
    return f"{len(read_sheet(content).rows):,} rows"


def as_an_import_does(content: bytes) -> str:
    """Read and validate a workbook."""
    validation = validate_upload(content, KNOWN)
    return f"{len(validation.ready):,} events to import, {len(validation.rows_in_error):,} rows in error"


def with_error_workbook(content: bytes) -> str:
    """Read a workbook and make the error workbook of its first two rows."""
    sheet = read_sheet(content)
    rows = {row.number for row in sheet.rows[:2]}
    return f"{len(error_workbook(content, sheet, rows, [])):,} bytes"


def by_openpyxl(content: bytes) -> str:
    """Read a workbook as openpyxl streams it."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    count = sum(any(cell.value is not None for cell in row) for row in book.worksheets[0].iter_rows())
    return f"{count:,} rows"


def measured(read: Callable[[bytes], str], content: bytes) -> tuple[str, str, str]:
    """Return what a reading came to, its seconds, and the megabytes that it took at most beyond the file itself."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_read, args=(there, read, content))
    process.start()
    there.close()
    answer = here.recv() if here.poll(SECONDS) else (f"stopped after {SECONDS} s", "", "")
    process.kill()
    process.join()
    return answer


def _read(answer: Connection, read: Callable[[bytes], str], content: bytes) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES * 1_000_000,) * 2)
    # The peak is counted from here on, and not from before the process was this one.
    Path("/proc/self/clear_refs").write_text("5")
    before = _peak_kilobytes()
    start = time.process_time()
    try:
        outcome = read(content)
    except WorkbookRefused as refusal:
        outcome = f"refused: {refusal}"
    except Exception as error:  # noqa: BLE001 - whatever another reader raises is its outcome
        outcome = f"{type(error).__name__}: {error}"
    seconds = time.process_time() - start
    answer.send((outcome, f"{seconds:.2f}", f"{(_peak_kilobytes() - before) / 1024:.0f}"))


def _peak_kilobytes() -> int:
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hostile", action="store_true")
    hostile = parser.parse_args().hostile
    console = Console(width=160)
    table = Table("workbook", "file", "what", "seconds", "MB", "outcome")
    large = {"read": by_our_reader, "read, error workbook": with_error_workbook, "openpyxl": by_openpyxl}
    readers = {"validate": as_an_import_does} if hostile else large
    for name, make in (HOSTILE if hostile else LARGE).items():
        content = make()
        for what, read in readers.items():
            outcome, seconds, megabytes = measured(read, content)
            table.add_row(name, f"{len(content) / 1000:,.0f} kB", what, seconds, megabytes, outcome[:70])
    console.print(table)


if __name__ == "__main__":
    main()
