"""The options of an import in words, and as a form sends them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sync_assets.operations.imports.import_config import ImportConfig
from sync_assets.pages.access.form import Form


@dataclass(frozen=True, slots=True)
class OptionWords:
    """An option: its field of `ImportConfig`, a sentence, and what it means more exactly."""

    name: str
    words: str
    hint: str


OPTIONS: Final = (
    OptionWords(
        "apply_changes",
        "Change events that are there already and differ from the file",
        "What somebody else has changed since stays as it is. Without this, differences are only reported.",
    ),
    OptionWords(
        "change_published",
        "Change those that are published or booked, too",
        "Only together with the option above.",
    ),
    OptionWords(
        "approve_instructors",
        "Have instructors approved in Administrate where that is missing",
        "Without this, an event is held back whose instructor is not approved for its course.",
    ),
    OptionWords(
        "all_or_nothing",
        "Import nothing while one event is in error",
        "Without this, the good events are imported, and those in error can follow later.",
    ),
)


def config_of(form: Form) -> ImportConfig:
    """Return the options that a form has ticked."""
    return ImportConfig(**{option.name: form.is_checked(option.name) for option in OPTIONS})


def config_of_stored(options: Mapping[str, object]) -> ImportConfig:
    """Return the options that an upload was imported with last; a dry run becomes a real one."""
    known = {name: bool(options[name]) for name in (option.name for option in OPTIONS) if name in options}
    return ImportConfig(**known)


def in_words(options: Mapping[str, object]) -> list[str]:
    """Return what was chosen, in words."""
    return [option.words for option in OPTIONS if options.get(option.name)]
