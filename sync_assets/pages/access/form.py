"""A form that was sent: its fields and its file, read within limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from sync_assets.event_import.workbook.sheet import MAX_BYTES

MOST_FIELDS: Final = 5000
LONGEST_FIELD: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it was sent: its name, without folders, and its bytes."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form by name, in the order in which they were sent, and its files."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, SentFile] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return the first value of a field; empty where there is none."""
        return next(iter(self.fields.get(name, ())), "")

    def texts(self, name: str) -> Sequence[str]:
        """Return all values of a field."""
        return self.fields.get(name, ())

    def is_checked(self, name: str) -> bool:
        """Tell whether a box was ticked."""
        return bool(self.text(name))


async def read_form(request: Request) -> Form:
    """Return the form of a request. Raises HTTPException for one that is damaged, too large, or not a form."""
    try:
        sent = await request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=LONGEST_FIELD)
    except (LookupError, UnicodeError, ValueError):
        raise HTTPException(400, "The form could not be read.") from None
    try:
        return await _kept(sent)
    finally:
        await sent.close()


async def _kept(sent: FormData) -> Form:
    fields: dict[str, list[str]] = {}
    files: dict[str, SentFile] = {}
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            content = await value.read(MAX_BYTES + 1)
            if content or value.filename:
                files[storable(name)] = SentFile(_file_name(value.filename or ""), content)
        else:
            fields.setdefault(storable(name), []).append(storable(value))
    return Form(fields, files)


def storable(text: str) -> str:
    """Return text that a database can hold, as it is. Raises HTTPException for what no browser sends."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise HTTPException(400, "The form could not be read.") from None
    if "\x00" in text:
        raise HTTPException(400, "The form could not be read.")
    return text


def _file_name(name: str) -> str:
    """Return the last part of a name: some browsers send the folders of the person's machine, too."""
    return storable(name).replace("\\", "/").rpartition("/")[2][:255]
