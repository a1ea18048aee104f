"""What a sitting is written like, and the codes that its exam session may have."""

from __future__ import annotations

import re
from typing import Final

from sync_assets.text import match_key

_SITTING: Final = re.compile(
    r"(?:20)?(?P<year>\d{2})\s?(?P<half>[as])|(?P<spring>\d{2})|20(?P<coded>\d{2})-(?P<month>04|09)"
)


def exam_session_codes(sitting: str) -> tuple[str, ...]:
    """Return the codes that the exam session of a sitting may have, nothing where the text is no sitting.

    `2026A`, `26A` and `26` are the exam session `2026-04` or, by the newer way of coding them, `26`; `2026S` and `26S`
    are `2026-09` or `26S`. A code of an exam session with its month means itself.
    """
    parts = _SITTING.fullmatch(match_key(sitting))
    if parts is None or not sitting.isascii():
        return ()
    year = parts["year"] or parts["spring"] or parts["coded"]
    if parts["half"] == "s" or parts["month"] == "09":
        return f"20{year}-09", f"{year}S"
    return f"20{year}-04", year, f"{year}A"


def is_sitting(text: str | None, sitting: str) -> bool:
    """Tell whether a text is that sitting, however it is written: `2026S` is `26S`."""
    if not text:
        return False
    codes = exam_session_codes(sitting)
    return match_key(text) == match_key(sitting) or (bool(codes) and exam_session_codes(text) == codes)
