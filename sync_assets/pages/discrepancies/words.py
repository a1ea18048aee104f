"""What the pages call sides, kinds of discrepancies and decisions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from sync_assets.bridge.candidates import DiscrepancyKind, Side
from sync_assets.decisions.decision import Action

SIDES: Final[Mapping[Side, str]] = {Side.TUTORIAL: "Tutorial application", Side.ADMINISTRATE: "Administrate"}
KINDS: Final[Mapping[DiscrepancyKind, str]] = {
    DiscrepancyKind.UNMATCHED: "only on one side",
    DiscrepancyKind.AMBIGUOUS: "several are alike",
    DiscrepancyKind.HELD_LINK: "paired by hand, and now different",
    DiscrepancyKind.HELD_APART: "kept apart by hand",
    DiscrepancyKind.ROW_DELETED: "its partner was deleted",
}


class Choice(StrEnum):
    """What somebody can choose to do with rows."""

    LINK = "link"
    CREATE_ADMINISTRATE = "create_administrate"
    CREATE_TUTORIAL = "create_tutorial"
    UNLINK = "unlink"
    AUTOMATIC = "automatic"
    IGNORE = "ignore"
    UNIGNORE = "unignore"

    @property
    def action(self) -> Action:
        """The action that it is."""
        return Action.unlink if self is Choice.AUTOMATIC else Action(self.value)

    @property
    def words(self) -> str:
        """The choice as a person says it."""
        return _WORDS[self][0]

    @property
    def hint(self) -> str:
        """What comes of it."""
        return _WORDS[self][1]


_WORDS: Final[Mapping[Choice, tuple[str, str]]] = {
    Choice.LINK: ("They belong together", "Pair each row with the one that is chosen beside it."),
    Choice.CREATE_ADMINISTRATE: ("Make it in Administrate", "And pair the two. For rows of the tutorial application."),
    Choice.CREATE_TUTORIAL: ("Make it in the tutorial application", "And pair the two. For rows of Administrate."),
    Choice.UNLINK: ("They do not belong together", "Take the pair apart, and keep it apart."),
    Choice.AUTOMATIC: ("Pair them by name again", "Forget what was decided by hand."),
    Choice.IGNORE: ("It is right as it is", "Do not list it any more. It needs a reason."),
    Choice.UNIGNORE: ("List it again", "It is not right as it is after all."),
}


def choices_for(actions: frozenset[Action], *, ignored: bool) -> list[Choice]:
    """Return what can be chosen for rows about which these actions can be decided."""
    if ignored:
        return [Choice.UNIGNORE]
    return [choice for choice in Choice if choice.action in actions and choice is not Choice.UNIGNORE]
