"""The root of every error that this package raises on purpose, and how a database words its own."""


class SyncError(Exception):
    """A failure whose text is a sentence for the person who reads the run, with what to do about it.

    Entry points show the text and no traceback; anything else that is raised is a defect.
    """


def database_said(error: BaseException) -> str:
    """Return the driver's own words for a database error, in one line: without the statement and its parameters.

    `error` is an error of SQLAlchemy, which holds the driver's as `orig`, or the driver's own.
    """
    return " ".join(str(getattr(error, "orig", None) or error).split())
