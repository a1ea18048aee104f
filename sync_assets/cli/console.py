"""The terminal that the commands print to, and the formats that they print in."""

from __future__ import annotations

import getpass
from enum import StrEnum

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from sync_assets.shown_text import one_line, printable

WIDTH_OF_A_FILE = 160
"""Columns where the output is not a terminal and has no width of its own."""


class Format(StrEnum):
    """How a list is printed: a table for people, or everything that is known, for programs."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def shown(text: object) -> str:
    """Return text of other people for a table or a line of rich: as it is written, and never markup of a terminal."""
    return escape(one_line(text))


def say(text: str, *, err: bool = False) -> None:
    """Print lines in which text of other people stands."""
    typer.echo(printable(text), err=err)


def say_failure(console: Console, sentence: str) -> None:
    """Print why something failed."""
    console.print(printable(sentence), style="red", markup=False, highlight=False, soft_wrap=True)


def open_console() -> Console:
    """Return a console that is as wide as its terminal, or wide enough for whole lines in a file or a pipe."""
    console = Console()
    return console if console.is_terminal else Console(width=WIDTH_OF_A_FILE)


def progress_display(console: Console) -> Progress:
    """Return a progress bar for a terminal; in a file or a pipe it leaves nothing behind."""
    text = TextColumn("{task.description}")
    columns = (SpinnerColumn(), text, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def user_of_machine() -> str:
    """Return the name of the user who runs this process, if the machine knows one."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"
