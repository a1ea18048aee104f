"""What a record needs in Administrate that no tutorial row knows, as fields of a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from starlette.exceptions import HTTPException

from sync_assets.entities.entity_creation import NOTHING_GIVEN, Given
from sync_assets.operations.resolve_job import TemplateMode, TemplateState
from sync_assets.pages.access.form import Form
from sync_assets.shown_text import one_line

PREFIX: Final = "given:"
"""Begins the name of such a field in a form."""


@dataclass(frozen=True, slots=True)
class GivenField:
    """A field of `Given`: its name, what it is called, and what can be chosen; without choices it is a text.

    `unset` is what it says of a field in which nothing is chosen; without it, something always is.
    """

    name: str
    words: str
    choices: Sequence[str] = ()
    unset: str | None = None

    @property
    def form_name(self) -> str:
        """Its name in a form."""
        return f"{PREFIX}{self.name}"


FIELDS: Final[Mapping[str, Sequence[GivenField]]] = {
    "course_templates": (
        GivenField("lifecycle_state", "Its state there", tuple(TemplateState)),
        GivenField("learning_mode", "Its learning mode there", tuple(TemplateMode), "not said"),
    ),
    "locations": (GivenField("region_id", "Id of its region there", unset="that of the settings"),),
    "instructors": (GivenField("account_id", "Id of their account there", unset="that of the settings"),),
}
"""The fields of each entity whose records can be made in Administrate."""


def given_of(form: Form, entity: str) -> Given:
    """Return what a form gives for records of an entity. Raises HTTPException for what no page sends."""
    values: dict[str, Any] = {}
    for field in FIELDS.get(entity, ()):
        text = one_line(form.text(field.form_name))
        if text and field.choices and text not in field.choices:
            raise HTTPException(400, "The form could not be read.")
        if text:
            values[field.name] = text
    return Given(**values)


def texts_of(given: Given) -> Mapping[str, str]:
    """Return what is given beyond what holds anyway, by the names of `Given`."""
    usual = asdict(NOTHING_GIVEN)
    return {name: text for name, text in asdict(given).items() if text != usual[name]}
