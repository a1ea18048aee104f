"""CSV as every command and report writes it."""

from __future__ import annotations

import pandas as pd

from sync_assets.shown_text import as_csv_cell


def frame_as_csv(frame: pd.DataFrame) -> str:
    """Return the rows of a frame as CSV with a header line. Each cell is as `as_csv_cell` writes it."""
    return frame.map(as_csv_cell).to_csv(index=False, lineterminator="\n")
