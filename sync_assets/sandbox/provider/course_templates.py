"""The course templates of the made-up provider: codes, titles, planned days, prices and approved instructors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, count, islice
from random import Random

from sync_assets.sandbox.provider.facts import CourseTemplateFacts, PriceFacts, TutorialCourseTemplate
from sync_assets.sandbox.provider.names import PRICE_LEVELS, REGIONS, SUBJECTS
from sync_assets.sandbox.provider.two_sides import TwoSides


def course_templates(
    templates: int, teachers: Sequence[int], others: Sequence[int]
) -> TwoSides[TutorialCourseTemplate, CourseTemplateFacts]:
    """Return both sides of that many records.

    One is approved for all teachers and others, and one has a price for every case.

    `teachers` and `others` are numbers of contacts.
    """
    sides = TwoSides("CourseTemplate", TutorialCourseTemplate, CourseTemplateFacts)
    random = Random(templates)  # noqa: S311 - the same provider each time
    spellings = {4: str.lower, 9: _between_spaces, 14: _in_wide_letters}

    def record(code: str, state: str = "published") -> dict[str, object]:
        subject, learning_mode, days = _format_of(code)
        return {
            "code": code,
            "title": _title(code),
            "subject": subject,
            "lifecycle_state": state,
            "learning_mode": learning_mode,
            "days": days,
            "approved_instructors": tuple(sorted(random.sample(list(teachers), 5))),
            "prices": () if "WAITLIST" in code else _prices(days, REGIONS[:2]),
        }

    def row(code: str) -> dict[str, object]:
        return {"code": code, "title": _title(code)}

    special = ["CB1_LO_9", "TRIAL_LO_1", "CB2_WE_2", "SP7_WE_2", "SP8_WE_2", "SP8_we_2", "SA3_WE_2", "Sa3_We_2"]
    codes = list(islice(_codes(), templates - len(special)))
    for index, code in enumerate(codes):
        state = {len(codes) - 1: "draft", len(codes) - 2: "archived"}.get(index, "published")
        facts = record(code, state)
        if index == 0:
            facts["approved_instructors"] = (*teachers, *others)
        if index == 1:
            facts["prices"] = tuple(
                chain.from_iterable(_prices(3, (region,), all_currencies=True) for region in REGIONS)
            )
        facts["code"] = spellings.get(index, str)(code)
        sides.pair(row(code), facts)
    sides.only_tutorial(row("CS2_WE_1"))
    sides.only_tutorial(row("CM1_WE_3"))
    sides.only_administrate(record("CB1_LO_9", "archived"))
    sides.only_administrate(record("TRIAL_LO_1"))
    sides.inactive({**row("CB3_WE_2"), "is_active": False})
    sides.inactive({**row("CB2_WE_2"), "is_active": False})
    sides.only_administrate(record("CB2_WE_2"))
    sides.ambiguous([row("SP7_WE_2"), row("sp7_we_2")], [record("SP7_WE_2")])
    sides.ambiguous([row("SP8_WE_2")], [record("SP8_WE_2"), record("SP8_we_2")])
    sides.ambiguous([row("SA3_WE_2"), row("sa3_WE_2")], [record("SA3_WE_2"), record("Sa3_We_2")])
    return sides


def _between_spaces(code: str) -> str:
    return f" {code} "


def _in_wide_letters(code: str) -> str:
    return code.replace("SP", "\uff33\uff30")


def _codes() -> Iterator[str]:
    """Yield codes without end, each once: three formats of every subject first, then more of them."""
    for subject, online, _ in SUBJECTS:
        yield f"{subject}_LO_{online}"
    for subject, _, in_person in SUBJECTS:
        yield f"{subject}_f2f_{in_person}"
    for subject, *_ in SUBJECTS:
        yield f"OC_{subject}"
    yield "WAITLIST_CB1"
    yield "WAITLIST_CM1"
    for subject, _, in_person in SUBJECTS:
        yield f"{subject}_f2f_{in_person + 1}"
    for series in count(2):
        for style in ("LO", "f2f", "EVE"):
            for subject, online, in_person in SUBJECTS:
                yield f"{subject}_{style}_{in_person if style == 'f2f' else online}_R{series}"


def _format_of(code: str) -> tuple[str, str, int]:
    """Return subject, learning mode and planned days, read from the code."""
    parts = code.upper().split("_")
    if parts[0] in ("OC", "WAITLIST"):
        return parts[1], "lms", 0
    return parts[0], "blended", int(parts[2])


def _title(code: str) -> str:
    subject, learning_mode, days = _format_of(code)
    if learning_mode == "lms":
        return f"{subject} {'online classroom' if code.startswith('OC') else 'waiting list'}"
    style = {"LO": "live online", "F2F": "face-to-face", "EVE": "evening", "WE": "weekend"}[code.upper().split("_")[1]]
    series = code.partition("_R")[2]
    return f"{subject} {style} tutorial, {days} day{'s' if days > 1 else ''}{f', series {series}' if series else ''}"


def _prices(days: int, regions: tuple[tuple[str, str], ...], *, all_currencies: bool = False) -> tuple[PriceFacts, ...]:
    """Return one price per level, in the region's own currency or in all."""
    prices = []
    for region, _ in regions:
        own = ("EUR",) if region == "IE" else ("GBP",)
        for currency in ("GBP", "EUR") if all_currencies else own:
            for step, (level, _) in enumerate(PRICE_LEVELS):
                amount = (200 + 120 * days) * (100 - 10 * step) // 100 * (117 if currency == "EUR" else 100)
                prices.append(PriceFacts(region, level, currency, f"{amount / 100:.2f}"))
    return tuple(prices)
