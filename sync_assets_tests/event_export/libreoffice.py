"""Edits cells of a workbook in LibreOffice, as somebody does who opens it there and saves it as .xlsx."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from datetime import date, time
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

OFFICE = shutil.which("soffice")
MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
{}</script:module>
"""
MACRO = """
Sub EditCells
    Dim hidden(0) As New com.sun.star.beans.PropertyValue
    hidden(0).Name = "Hidden"
    hidden(0).Value = True
    book = StarDesktop.loadComponentFromURL(ConvertToURL("{source}"), "_blank", 0, hidden())
    page = book.Sheets.getByIndex(0)
{edits}
    Dim kind(0) As New com.sun.star.beans.PropertyValue
    kind(0).Name = "FilterName"
    kind(0).Value = "Calc MS Excel 2007 XML"
    book.storeToURL(ConvertToURL("{target}"), kind())
    book.close(True)
    StarDesktop.terminate()
End Sub
"""


def edit_cells(content: bytes, edits: Iterable[tuple[int, int, Any]], folder: Path) -> bytes:
    """Type values into cells (Excel row, column from 1, value) of the first sheet, and return the saved workbook."""
    source, target = folder / "exported.xlsx", folder / "edited.xlsx"
    source.write_bytes(content)
    lines = "\n".join(
        f"    page.getCellByPosition({column - 1}, {row - 1}).{_typed(value)}" for row, column, value in edits
    )
    profile = folder / "profile"
    # The first start of a profile lays out its library of macros, and writes over one that is there.
    _start(profile, "--terminate_after_init")
    macro = MACRO.format(source=source, target=target, edits=lines)
    (profile / "user" / "basic" / "Standard" / "Module1.xba").write_text(MODULE.format(escape(macro)))
    _start(profile, "macro:///Standard.Module1.EditCells()")
    return target.read_bytes()


def _typed(value: Any) -> str:
    match value:
        case date():
            return f'setFormula("{value.isoformat()}")'
        case time():
            return f'setFormula("{value:%H:%M}")'
        case int():
            return f"setValue({value})"
        case _:
            return f'setString("{value}")'


def _start(profile: Path, argument: str) -> None:
    command = [str(OFFICE), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", argument]
    subprocess.run(command, check=True, timeout=180, capture_output=True)
