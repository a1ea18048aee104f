"""What can go wrong on the way into the bridge, each with a sentence for the reader of a run."""

from sync_assets.errors import SyncError


class BridgeError(SyncError):
    """The bridge could not take what it was given; nothing was changed."""


class PrerequisiteMissing(BridgeError):
    """A step needs rows of another that are not there yet."""


class TooManyRemovals(BridgeError):
    """More rows would be marked as removed than a sync does without being allowed to."""
