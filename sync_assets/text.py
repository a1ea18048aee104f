"""Text as two systems compare it."""

from __future__ import annotations

import unicodedata


def match_key(*parts: str | None) -> str:
    """Return the text that two names are compared by: NFKC, letter case folded, white space collapsed.

    Several parts (first and last name) are joined by a space before that, so it does not matter where they are split.
    """
    text = unicodedata.normalize("NFKC", " ".join(part or "" for part in parts))
    # Folding can undo the normal form (U+0345 and the like), so it is normalised again.
    return " ".join(unicodedata.normalize("NFKC", text.casefold()).split())
