"""From an event as written to the records of both systems that it means, or to what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sync_assets.course_codes import is_lms_code
from sync_assets.event_import.problems import Problem, ProblemKind, Severity
from sync_assets.event_import.reference.known_records import (
    LinkedCourseTemplate,
    LinkedInstructor,
    LinkedLocation,
    LinkedVenue,
    ReferenceData,
    TenantAdministrator,
    TenantTaxType,
)
from sync_assets.event_import.validation.custom_field_values import (
    CustomFieldText,
    event_custom_fields,
    session_custom_fields,
    unused_custom_fields,
)
from sync_assets.event_import.validation.find_record import (
    NotFound,
    find_linked,
    find_single,
    find_tax_type,
    is_of_use,
)
from sync_assets.event_import.validation.plausibility import implausible
from sync_assets.event_import.validation.products import (
    EventFacts,
    NotInCatalogue,
    exam_session_of,
    product_of,
    subject_of,
)
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.cells import shown
from sync_assets.event_import.workbook.events import LearningMode, WorkbookEvent, WorkbookSession
from sync_assets.event_import.workbook.sheet import SheetRow
from sync_assets.tutorial.catalogue import ExamSession, Product

PUBLISHED = "published"

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class ValidationOptions:
    """How an upload is validated.

    With `approve_instructors` an instructor who is not approved for a course template is listed for approval instead of
    being a problem. `tax_type` is the name or external id of the tax type for all events, None to find it out. Days
    before `today` are warned of, None for not at all.
    """

    approve_instructors: bool = False
    tax_type: str | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True)
class ResolvedSession:
    """A session and the records that it means; each record has its tutorial id and its external id."""

    upload: WorkbookSession
    location: LinkedLocation
    venue: LinkedVenue | None
    instructors: tuple[LinkedInstructor, ...]
    custom_fields: tuple[CustomFieldText, ...]


@dataclass(frozen=True, slots=True)
class ResolvedEvent:
    """An event that can be written, with the records that it means.

    `approvals` are the instructors to approve for the course template first, empty unless the option asks for it.
    """

    upload: WorkbookEvent
    course_template: LinkedCourseTemplate
    location: LinkedLocation
    venue: LinkedVenue | None
    instructors: tuple[LinkedInstructor, ...]
    administrators: tuple[TenantAdministrator, ...]
    exam_session: ExamSession
    product: Product
    tax_type: TenantTaxType
    custom_fields: tuple[CustomFieldText, ...]
    approvals: tuple[LinkedInstructor, ...]
    sessions: tuple[ResolvedSession, ...]


def look_up(
    event: WorkbookEvent, known: ReferenceData, options: ValidationOptions
) -> tuple[ResolvedEvent | None, list[Problem]]:
    """Look up everything that an event names; the event is None where a problem is an error."""
    resolution = _ReferenceLookup(event, known, options)
    resolved = resolution.look_up()
    problems = list(dict.fromkeys(resolution.problems))
    return (None if any(problem.is_error for problem in problems) else resolved), problems


class _ReferenceLookup:
    """One event's lookups, and the problems that they bring up."""

    def __init__(self, event: WorkbookEvent, known: ReferenceData, options: ValidationOptions) -> None:
        self._event = event
        self._known = known
        self._options = options
        self._approvals: dict[str, LinkedInstructor] = {}
        self.problems: list[Problem] = []

    def look_up(self) -> ResolvedEvent | None:
        event, known = self._event, self._known
        template = self._course_template()
        location = self._location(event.row, event.location)
        venue = self._venue(event.row, event.venue, location)
        instructors = self._instructors(event.row, columns.INSTRUCTOR, event.instructors, template)
        administrators = self._administrators()
        subject = self._subject()
        exam_session = self._exam_session(subject)
        end = None if exam_session is None else exam_session.end_date
        self.problems += implausible(event, exam_session_end=end, today=self._options.today)
        product = None
        if subject is not None and exam_session is not None:
            product = self._product(EventFacts(event.course_template_code, subject, template, location), exam_session)
        tax_type = None
        if location is not None:
            tax_type = self._found(
                event.row, columns.LOCATION, find_tax_type(known.tax_types, self._options.tax_type, location)
            )
        custom_fields, problems = event_custom_fields(event.row, known)
        self.problems += problems
        sessions = [self._session(session, template) for session in event.sessions]
        if template is None or location is None or exam_session is None or product is None or tax_type is None:
            return None
        return ResolvedEvent(
            upload=event,
            course_template=template,
            location=location,
            venue=venue,
            instructors=instructors,
            administrators=administrators,
            exam_session=exam_session,
            product=product,
            tax_type=tax_type,
            custom_fields=custom_fields,
            approvals=tuple(self._approvals.values()),
            sessions=tuple(session for session in sessions if session is not None),
        )

    def _session(self, session: WorkbookSession, template: LinkedCourseTemplate | None) -> ResolvedSession | None:
        location = self._location(session.row, session.location)
        venue = self._venue(session.row, session.venue, location)
        instructors = self._instructors(session.row, columns.SESSION_INSTRUCTOR, session.instructors, template)
        custom_fields, problems = session_custom_fields(session.row, self._known)
        self.problems += problems
        if session.row.number != self._event.row.number:
            self.problems += unused_custom_fields(session.row, self._event.row, self._known)
        return None if location is None else ResolvedSession(session, location, venue, instructors, custom_fields)

    def _course_template(self) -> LinkedCourseTemplate | None:
        event = self._event
        templates = self._known.course_templates_by_code
        what = f"course template {event.course_template_code}"
        near = templates.like(event.course_template_code, which=is_of_use)
        found = find_linked(templates.find(event.course_template_code), what, near)
        template = self._found(event.row, columns.CODE, found, event.course_template_code)
        if template is None:
            return None
        if template.lifecycle_state != PUBLISHED:
            sentence = (
                f"The {what} is {template.lifecycle_state or 'in no known state'} in Administrate, and events are made "
                "of published ones only; publish it there and sync."
            )
            self.problems.append(event.row.problem(columns.CODE, sentence, ProblemKind.REFERENCE))
        disagree = template.learning_mode not in {None, LearningMode.LMS}
        if event.is_lms_only and disagree and not is_lms_code(event.course_template_code):
            sentence = (
                f"The learning mode says LMS, and the {what} is {template.learning_mode} in Administrate; correct one."
            )
            self.problems.append(event.row.problem(columns.LEARNING_MODE, sentence, ProblemKind.CONSISTENCY))
        return template

    def _location(self, row: SheetRow, name: str) -> LinkedLocation | None:
        locations = self._known.locations_by_name
        near = locations.like(name, which=is_of_use)
        return self._found(row, columns.LOCATION, find_linked(locations.find(name), f"location {name}", near), name)

    def _venue(self, row: SheetRow, name: str | None, location: LinkedLocation | None) -> LinkedVenue | None:
        if name is None or location is None:
            return None
        venues = self._known.venues_by_name
        found = [venue for venue in venues.find(name) if _is_in(venue, location)]
        near = venues.like(name, location.tutorial_id, lambda venue: is_of_use(venue) and _is_in(venue, location))
        what = f"venue {name} in the location {location.name}"
        return self._found(row, columns.VENUE, find_linked(found, what, near), name)

    def _instructors(
        self, row: SheetRow, column: str, names: Sequence[str], template: LinkedCourseTemplate | None
    ) -> tuple[LinkedInstructor, ...]:
        instructors: list[LinkedInstructor] = []
        for name in names:
            known = self._known.instructors_by_name
            near = known.like(name, which=is_of_use)
            instructor = self._found(row, column, find_linked(known.find(name), f"instructor {name}", near), name)
            if instructor is None:
                continue
            instructors.append(instructor)
            if template is not None:
                self._approval(row, column, instructor, template)
        return tuple(instructors)

    def _approval(
        self, row: SheetRow, column: str, instructor: LinkedInstructor, template: LinkedCourseTemplate
    ) -> None:
        contact = instructor.external_id
        if contact is None or contact in template.approved_instructors:
            return
        if self._options.approve_instructors:
            self._approvals.setdefault(contact, instructor)
            return
        sentence = (
            f"{instructor.name} is not approved for the course template {template.code} in Administrate; "
            "approve there and sync, or import with the option to approve instructors."
        )
        self._report(row, column, sentence, ProblemKind.APPROVAL)

    def _administrators(self) -> tuple[TenantAdministrator, ...]:
        known = self._known.administrators_by_name
        found = (
            self._found(
                self._event.row,
                columns.ADMINISTRATOR,
                find_single(known.find(name), f"administrator {name}", "Administrate", known.like(name)),
                name,
            )
            for name in self._event.administrators
        )
        return tuple(administrator for administrator in found if administrator is not None)

    def _subject(self) -> str | None:
        event = self._event
        try:
            return subject_of(event.course_template_code, self._known)
        except NotInCatalogue as error:
            self.problems.append(event.row.problem(columns.CODE, str(error), ProblemKind.PRODUCT))
            return None

    def _exam_session(self, subject: str | None) -> ExamSession | None:
        event = self._event
        try:
            found = exam_session_of(event.sitting, event.exam_session_codes, subject, self._known)
        except NotInCatalogue as error:
            self.problems.append(event.row.problem(columns.SITTING, str(error), ProblemKind.REFERENCE))
            return None
        if found is not None and not found.is_active:
            sentence = (
                f"The exam session {found.session_code} is not active in the tutorial application, which shows nothing "
                "of it to customers; switch it on there in time."
            )
            self.problems.append(
                event.row.problem(columns.SITTING, sentence, ProblemKind.EXAM_SESSION, Severity.WARNING)
            )
        return found

    def _product(self, event: EventFacts, exam_session: ExamSession) -> Product | None:
        try:
            return product_of(event, exam_session, self._known)
        except NotInCatalogue as error:
            self.problems.append(self._event.row.problem(columns.CODE, str(error), ProblemKind.PRODUCT))
            return None

    def _found(self, row: SheetRow, column: str, answer: Found | NotFound, name: str = "") -> Found | None:
        if not isinstance(answer, NotFound):
            return answer
        written = shown(row.cell(column).as_written)
        # A cell may hold several names: what is offered is the whole cell.
        offered = (
            tuple(written.replace(name, near, 1) for near in answer.near) if name and name in written else answer.near
        )
        self._report(row, column, answer.sentence, answer.kind, offered)
        return None

    def _report(
        self, row: SheetRow, column: str, sentence: str, kind: ProblemKind, suggestions: tuple[str, ...] = ()
    ) -> None:
        # A blank cell of a session has its value from the event, where the problem is reported already.
        if row.number == self._event.row.number or not row.cell(column).is_blank:
            self.problems.append(row.problem(column, sentence, kind, suggestions=suggestions))


def _is_in(venue: LinkedVenue, location: LinkedLocation) -> bool:
    """Tell whether a venue is in a location, by the tutorial side if it is there, else by Administrate."""
    if venue.tutorial_id is not None:
        return venue.location_tutorial_id is not None and venue.location_tutorial_id == location.tutorial_id
    return venue.location_external_id is not None and venue.location_external_id == location.external_id
