"""What has to be done about an upload: problems that one correction settles are one thing. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sync_assets.event_import.problems import Problem, ProblemKind

HEADINGS: Final = {
    ProblemKind.STRUCTURE: "Rows that do not fit where they stand",
    ProblemKind.CELL: "Cells that cannot be read",
    ProblemKind.CONSISTENCY: "Cells that contradict each other",
    ProblemKind.PLAUSIBILITY: "Possible, and perhaps not meant",
    ProblemKind.DUPLICATE: "Events that are in the file twice",
    ProblemKind.REFERENCE: "Names and codes that nobody knows",
    ProblemKind.LINK: "Known on one side only",
    ProblemKind.PRODUCT: "Products of the catalogue",
    ProblemKind.EXAM_SESSION: "Exam sessions",
    ProblemKind.APPROVAL: "Instructors who are not approved for the course",
    ProblemKind.CUSTOM_FIELD: "Fields of Administrate",
    ProblemKind.REFUSED: "Somebody has to decide first",
    ProblemKind.TAX_TYPE: "Tax types",
}
_BY_PATTERN: Final = frozenset({ProblemKind.PLAUSIBILITY, ProblemKind.CONSISTENCY, ProblemKind.CELL})
"""Their sentences hold days and numbers of the single row; what has to be done is the same."""
_NUMBERS: Final = re.compile(r"\d[\d/:.,]*(?: (?:and|or) \d[\d/:.,]*)*")
_DAYS: Final = re.compile(r"\bDays?(?: #,?)+(?: and #)? (?:is|are)\b")


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """Problems with one thing to do about them.

    `cells` are the Excel rows and columns of all, `value` what stands in each of them, None where that differs.
    `suggestions` are values that the cells may have been meant to have. `sentence` is that of the first.
    """

    heading: str
    sentence: str
    is_error: bool
    cells: tuple[tuple[int, str], ...]
    value: str | None
    suggestions: tuple[str, ...]

    @property
    def rows(self) -> tuple[int, ...]:
        """The Excel rows, each once."""
        return tuple(dict.fromkeys(row for row, _ in self.cells))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns, each once."""
        return tuple(dict.fromkeys(column for _, column in self.cells))


def group_problems(problems: Iterable[Problem]) -> list[ProblemGroup]:
    """Return the problems in groups: errors first, and of these what holds up most."""
    found: dict[tuple[object, ...], list[Problem]] = {}
    for problem in problems:
        found.setdefault(_key(problem), []).append(problem)
    groups = [_group(own) for own in found.values()]
    return sorted(groups, key=lambda group: (not group.is_error, -len(group.cells)))


def _key(problem: Problem) -> tuple[object, ...]:
    if problem.kind in _BY_PATTERN:
        pattern = _DAYS.sub("Day", _NUMBERS.sub("#", problem.sentence))
        return problem.severity, problem.kind, problem.column, pattern
    return problem.severity, problem.kind, problem.sentence


def _group(problems: Sequence[Problem]) -> ProblemGroup:
    first = problems[0]
    values = {problem.value for problem in problems}
    offered = {problem.suggestions for problem in problems}
    return ProblemGroup(
        HEADINGS[first.kind],
        first.sentence,
        first.is_error,
        tuple((problem.row, problem.column) for problem in problems),
        first.value if len(values) == 1 else None,
        first.suggestions if len(offered) == 1 else (),
    )


def listed(rows: Sequence[int], most: int = 12) -> str:
    """Return numbers of rows as people write them: neighbours as a range, the first few of many."""
    ranges: list[list[int]] = []
    for row in sorted(rows):
        if ranges and row == ranges[-1][1] + 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    texts = [str(start) if start == end else f"{start} to {end}" for start, end in ranges]
    if len(texts) > most:
        left = sum(end - start + 1 for start, end in ranges[most:])
        return f"{', '.join(texts[:most])} and {left} more"
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
