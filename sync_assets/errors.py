"""The root of every error that this package raises on purpose."""


class SyncError(Exception):
    """A failure whose text is a sentence for the person who reads the run, with what to do about it.

    Entry points show the text and no traceback; anything else that is raised is a defect.
    """
