"""What can go wrong between this package and the tutorial application's tables."""

from sync_assets.errors import SyncError


class TutorialTablesUnknown(SyncError):
    """The tables are of a version of the tutorial application that this package does not know."""


class TutorialRowRefused(SyncError):
    """A tutorial table cannot hold a row as it is; nothing was written."""
