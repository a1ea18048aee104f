"""The terminal that the commands print to."""

from __future__ import annotations

from rich.console import Console

WIDTH_OF_A_FILE = 160
"""Columns where the output is no terminal and has no width of its own."""


def open_console() -> Console:
    """Return a console that is as wide as its terminal, or wide enough for whole lines in a file or a pipe."""
    console = Console()
    return console if console.is_terminal else Console(width=WIDTH_OF_A_FILE)
