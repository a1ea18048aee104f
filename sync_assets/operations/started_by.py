"""Who started a run: the tag that says it."""

from typing import Final

WHO_TAG: Final = "sync_assets/who"
"""The tag of a run that somebody started from a page: the person's name."""
