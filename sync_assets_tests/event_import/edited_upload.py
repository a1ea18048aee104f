"""An upload that a person has edited in a spreadsheet program."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet


class Edited:
    """The rows of an upload, to be changed as a person does in a spreadsheet program."""

    def __init__(self, content: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(content))
        self.page: Worksheet = self.book["Import"]
        self.columns: dict[Any, int] = {cell.value: cell.column for cell in self.page[1]}

    def rows_of(self, title: str) -> list[int]:
        """The rows of an event: its own, and those of its further sessions below it."""
        numbers: list[int] = []
        for number in range(4, self.page.max_row + 1):
            code, own = self.value(number, "Course template code"), self.value(number, "Event title")
            if code:
                numbers = [] if own != title else [number]
                if numbers:
                    continue
            if numbers or (not code and numbers):
                numbers.append(number)
            if numbers and self.ends(number):
                return numbers
        return numbers

    def ends(self, number: int) -> bool:
        following = number + 1
        return bool(self.value(following, "Course template code")) or not self.value(following, "Session title")

    def value(self, row: int, column: str) -> Any:
        return self.page.cell(row, self.columns[column]).value

    def set(self, row: int, column: str, value: object) -> None:
        self.page.cell(row, self.columns[column]).value = value  # type: ignore[assignment]

    def content(self) -> bytes:
        stream = io.BytesIO()
        self.book.save(stream)
        return stream.getvalue()


def edited(content: bytes, change: Callable[[Edited], None]) -> bytes:
    sheet = Edited(content)
    change(sheet)
    return sheet.content()
