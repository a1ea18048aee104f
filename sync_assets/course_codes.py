"""Course template codes: their parts, and what these say by themselves."""

from __future__ import annotations

import re

from sync_assets.text import match_key

_LMS_ONLY_TOKENS = frozenset({"oc", "waitlist"})
_CODE_SEPARATORS = re.compile(r"[_\-\s]+")


def code_tokens(code: str) -> tuple[str, ...]:
    """Return the parts of a course template code, split at `_`, `-` and space, as keys to compare by."""
    return tuple(token for token in _CODE_SEPARATORS.split(match_key(code)) if token)


def is_lms_code(code: str) -> bool:
    """Return whether the code of a course template means that its events are LMS only."""
    return not _LMS_ONLY_TOKENS.isdisjoint(code_tokens(code))
