"""CSV as every command and report writes it, and its cells as a file brings them back.

A spreadsheet program carries out a text that begins like a formula. Such a text gets an apostrophe before it, and so
does a text that begins with apostrophes and goes on like a formula, so that reading takes away exactly what writing
added. Line breaks within a text become \\n: Python's writer does not quote a lone \\r, which would end the row.
"""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

_FORMULA = re.compile(r"'*[=+\-@\t\n]")
_APOSTROPHE_BEFORE_FORMULA = re.compile(r"'+[=+\-@\t\n]")


def frame_as_csv(frame: pd.DataFrame) -> str:
    """Return the rows of a frame as CSV with a header line; what is missing is an empty cell."""
    return frame.map(_cell).to_csv(index=False, lineterminator="\n")


def cell_text(cell: str) -> str:
    """Return the text of a cell that `frame_as_csv` wrote."""
    return cell[1:] if _APOSTROPHE_BEFORE_FORMULA.match(cell) else cell


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if _FORMULA.match(text) else text
