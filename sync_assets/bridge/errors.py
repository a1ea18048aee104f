"""What can go wrong with the bridge; each message says what to do."""

from sync_assets.errors import SyncError


class BridgeError(SyncError):
    """The bridge could not take what it was given; nothing was changed."""


class PrerequisiteMissing(BridgeError):
    """A step needs rows of another that are not there yet."""


class TooManyRemovals(BridgeError):
    """More rows would be marked as removed than a sync does without being allowed to."""
