"""A made-up training provider of full size, described on both sides: the tutorial tables and Administrate.

Nothing here is served or stored: `tenant_of` and `fill_tutorial_tables` do that. The same call always makes the same
provider. Each way in which two sides can disagree occurs in it, and `expected` says what a sync must make of that.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, cycle, islice

from sync_assets.sandbox.provider.course_templates import course_templates
from sync_assets.sandbox.provider.facts import (
    ContactFacts,
    CourseTemplateFacts,
    LocationFacts,
    TutorialCourseTemplate,
    TutorialInstructor,
    TutorialLocation,
    TutorialVenue,
    VenueFacts,
)
from sync_assets.sandbox.provider.names import (
    ADMINISTRATORS,
    FIRST_NAMES,
    HOUSES,
    LAST_NAMES,
    LIVE_ONLINE,
    LOCATIONS,
    ONLINE,
    SUBJECTS,
    WRITTEN_DIFFERENTLY,
)
from sync_assets.sandbox.provider.two_sides import ExpectedMatches, TwoSides

SMALLEST = 24
INSTRUCTORS = 35
APPROVED_FOR_ONE_TEMPLATE = 130


@dataclass(frozen=True)
class Expected:
    """What a sync must make of each linked entity."""

    locations: ExpectedMatches
    venues: ExpectedMatches
    instructors: ExpectedMatches
    course_templates: ExpectedMatches


@dataclass(frozen=True)
class Provider:
    """Both sides of the provider, and what a sync must make of them."""

    tutorial_locations: tuple[TutorialLocation, ...]
    tutorial_venues: tuple[TutorialVenue, ...]
    tutorial_instructors: tuple[TutorialInstructor, ...]
    tutorial_course_templates: tuple[TutorialCourseTemplate, ...]
    locations: tuple[LocationFacts, ...]
    venues: tuple[VenueFacts, ...]
    contacts: tuple[ContactFacts, ...]
    course_templates: tuple[CourseTemplateFacts, ...]
    expected: Expected

    @property
    def subjects(self) -> tuple[str, ...]:
        """Return the codes of the subjects."""
        return tuple(code for code, *_ in SUBJECTS)


def made_up_provider(templates: int = 80) -> Provider:
    """Return the provider with that many course templates in Administrate. Raises ValueError below 24."""
    if templates < SMALLEST:
        raise ValueError(f"The made-up provider has at least {SMALLEST} course templates, not {templates}.")
    locations = _locations()
    venues = _venues(locations)
    instructors = _instructors()
    plain_contacts = _plain_contacts(instructors)
    templates_on_both_sides = course_templates(
        templates,
        teachers=[contact.number for contact in instructors.administrate[:INSTRUCTORS]],
        others=[contact.number for contact in plain_contacts if not contact.is_admin],
    )
    return Provider(
        tutorial_locations=tuple(locations.tutorial),
        tutorial_venues=tuple(venues.tutorial),
        tutorial_instructors=tuple(instructors.tutorial),
        tutorial_course_templates=tuple(templates_on_both_sides.tutorial),
        locations=tuple(locations.administrate),
        venues=tuple(venues.administrate),
        contacts=(*instructors.administrate, *plain_contacts),
        course_templates=tuple(templates_on_both_sides.administrate),
        expected=Expected(
            locations=locations.expected(),
            venues=venues.expected(),
            instructors=instructors.expected(),
            course_templates=templates_on_both_sides.expected(),
        ),
    )


def _locations() -> TwoSides[TutorialLocation, LocationFacts]:
    sides = TwoSides("Location", TutorialLocation, LocationFacts)
    for name, code, there, region, zone in LOCATIONS:
        sides.pair({"name": name, "code": code}, {"name": there, "code": code, "region": region, "time_zone": zone})

    def named(name: str) -> dict[str, str]:
        return {"name": name, "code": name.strip()[:3].upper()}

    sides.only_tutorial(named("Penmarrow"))
    sides.only_administrate(named("Saltmarsh"))
    sides.inactive({**named("Oldbridge"), "is_active": False})
    sides.inactive({**named("Fernhollow"), "is_active": False})
    sides.only_administrate(named("Fernhollow"))
    sides.ambiguous([named("Yewbury"), named("YEWBURY")], [named("Yewbury")])
    sides.ambiguous([named("Cherrywell")], [named("Cherrywell"), named("Cherrywell ")])
    sides.ambiguous([named("Dovecote"), named("dovecote")], [named("Dovecote"), named(" Dovecote")])
    return sides


def _venues(locations: TwoSides[TutorialLocation, LocationFacts]) -> TwoSides[TutorialVenue, VenueFacts]:
    sides = TwoSides("Venue", TutorialVenue, VenueFacts)
    here = {row.name: row.id for row in locations.tutorial}
    there = {record.name: record.number for record in locations.administrate}
    houses = cycle(HOUSES)
    for index, (name, _, name_there, *_) in enumerate(LOCATIONS):
        if name in (LIVE_ONLINE, ONLINE):
            continue
        for house in islice(houses, 2 + index % 3):
            written = (house, house.upper(), f" {house}", house.replace(" ", "\u00a0"))[index % 4]
            sides.pair({"name": house, "location_id": here[name]}, {"name": written, "location": there[name_there]})
    live, live_there = here[LIVE_ONLINE], there["Live  Online"]
    sides.pair({"name": LIVE_ONLINE, "location_id": live}, {"name": "live online", "location": live_there})

    def row(name: str, location: str | None = "London") -> dict[str, object]:
        return {"name": name, "location_id": here[location] if location else None}

    def record(name: str, location: str = "London") -> dict[str, object]:
        return {"name": name, "location": there[location]}

    sides.only_tutorial(row("Gatehouse Hall"))
    sides.only_administrate(record("Tidewater Suite"))
    sides.only_tutorial(row("Travelling Room", None))
    sides.only_tutorial(row("Harbour Loft", "Penmarrow"))
    sides.only_administrate(record("Samphire Room", "Saltmarsh"))
    # The same house in the same town, but the town itself is ambiguous, so that nothing can be said of its houses.
    sides.only_tutorial(row("Topiary Room", "Yewbury"))
    sides.only_administrate(record("Topiary Room", "Yewbury"))
    sides.ambiguous([row("Signal Box"), row("signal box")], [record("Signal Box")])
    sides.ambiguous([row("Orchard Rooms")], [record("Orchard Rooms"), record("ORCHARD ROOMS")])
    sides.ambiguous([row("Bell Tower"), row("Bell  Tower")], [record("Bell Tower"), record("bell tower")])
    return sides


def _instructors() -> TwoSides[TutorialInstructor, ContactFacts]:
    sides = TwoSides("Person", TutorialInstructor, ContactFacts)

    def named(first: str, last: str) -> dict[str, str]:
        return {"first_name": first, "last_name": last}

    for there, here in WRITTEN_DIFFERENTLY:
        sides.pair(named(*here), named(*there))
    for index in range(INSTRUCTORS - len(WRITTEN_DIFFERENTLY)):
        name = named(FIRST_NAMES[index % len(FIRST_NAMES)], LAST_NAMES[index % len(LAST_NAMES)])
        sides.pair(name, {**name, "is_admin": index == 0})
    sides.only_tutorial(named("Ottoline", "Featherbow"))
    sides.only_tutorial(named("Piers", "Gatherwood"))
    sides.only_administrate(named("Quentina", "Hazelrigby"))
    sides.only_administrate(named("Roderic", "Inglemoor"))
    sides.inactive({**named("Sibella", "Juniperley"), "is_active": False})
    sides.inactive({**named("Tancred", "Kittiwick"), "is_active": False})
    sides.only_administrate(named("Tancred", "Kittiwick"))
    sides.ambiguous(
        [named("Ursula May", "Longacre"), named("Ursula", "May Longacre")], [named("Ursula May", "Longacre")]
    )
    sides.ambiguous([named("Vivian", "Mistlebrook")], [named("Vivian", "Mistlebrook"), named("VIVIAN", "Mistlebrook")])
    sides.ambiguous(
        [named("Winifred", "Nettlefold"), named("Winifred", "NETTLEFOLD")],
        [named("Winifred", "Nettlefold"), named("Winifred ", "Nettlefold")],
    )
    return sides


def _plain_contacts(instructors: TwoSides[TutorialInstructor, ContactFacts]) -> list[ContactFacts]:
    """Return administrators who teach nothing, then enough others to approve more people than a page holds."""
    numbers = count(len(instructors.administrate) + 1)
    contacts = [
        ContactFacts(next(numbers), first, last, is_instructor=False, is_admin=True) for first, last in ADMINISTRATORS
    ]
    for index in range(APPROVED_FOR_ONE_TEMPLATE - INSTRUCTORS):
        first = FIRST_NAMES[index % len(FIRST_NAMES)]
        contacts.append(ContactFacts(next(numbers), first, f"Assistant-{index + 1:03}", is_instructor=False))
    return contacts
