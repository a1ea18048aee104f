"""Names that a name may have been meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rapidfuzz import fuzz, process

from sync_assets.text import match_key

MOST_SUGGESTIONS: Final = 3
LEAST_LIKENESS: Final = 80.0
"""Of 100, by RapidFuzz's weighted ratio: a wrong letter in five, a missing or an exchanged word, and no more."""
LONGEST_NAME: Final = 255
"""Characters of a name that is compared: nothing longer is a name."""


class NearNames:
    """Known names, to be asked for those most like another one. Letter case and typographic marks do not count."""

    def __init__(self, known: Iterable[str]) -> None:
        self._names: dict[str, str] = {}
        for name in known:
            self._names.setdefault(match_key(name), name)
        self._names.pop("", None)
        self._asked: dict[str, tuple[str, ...]] = {}

    def like(self, name: str) -> tuple[str, ...]:
        """Return the names that are most like a name and not that name itself, the nearest first."""
        wanted = match_key(name)
        if len(wanted) > LONGEST_NAME:
            return ()
        if wanted not in self._asked:
            found = process.extract(
                wanted, list(self._names), scorer=fuzz.WRatio, limit=MOST_SUGGESTIONS + 1, score_cutoff=LEAST_LIKENESS
            )
            others = [self._names[key] for key, _, _ in found if key != wanted]
            self._asked[wanted] = tuple(others[:MOST_SUGGESTIONS])
        return self._asked[wanted]

    def perhaps(self, name: str) -> str:
        """Return the nearest names as the end of a clause, as in `; perhaps Ida Fernsby`; nothing if there are none."""
        return as_clause(self.like(name))

    def perhaps_part_of(self, name: str) -> str:
        """Return what `perhaps` does, and where that is nothing, the names that have all words of this one."""
        words = set(match_key(name).split())
        longer = [each for key, each in self._names.items() if words and words < set(key.split())]
        return self.perhaps(name) or as_clause(longer[:MOST_SUGGESTIONS])


def as_clause(names: Sequence[str]) -> str:
    """Return names as the end of a clause, as in `; perhaps Ida Fernsby`; nothing if there are none."""
    if not names:
        return ""
    return "; perhaps " + (names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}")
