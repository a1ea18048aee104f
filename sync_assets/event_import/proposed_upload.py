"""A stored upload with what it proposes: the file validated, and its events beside what both sides have.

Nothing is written, neither here nor in Administrate. An import begins with it, and a preview is nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.errors import AdministrateError
from sync_assets.bridge.migrate import require_current
from sync_assets.event_import.event_proposals import EventProposal, propose_events
from sync_assets.event_import.import_options import ImportOptions
from sync_assets.event_import.problems import Problem, ProblemKind
from sync_assets.event_import.reference.load import load_reference
from sync_assets.event_import.report import ImportReport
from sync_assets.event_import.report_of_import import report_of
from sync_assets.event_import.stored_uploads import Upload, load_upload
from sync_assets.event_import.validation.resolution import ValidationOptions
from sync_assets.event_import.validation.validate import Validation, validate_upload
from sync_assets.event_import.workbook import columns
from sync_assets.tutorial.layout import Layout, layout_of


@dataclass(frozen=True, slots=True)
class ProposedUpload:
    """An upload, its verdict, and its events in the order of the file.

    `unavailable` is the error of Administrate where it could not be asked about all of them.
    """

    upload: Upload
    layout: Layout
    validation: Validation
    proposals: Sequence[EventProposal]
    unavailable: AdministrateError | None

    @property
    def problems(self) -> list[Problem]:
        """The problems of the file, and one for each event that somebody has to decide about first."""
        refusals = [
            each.resolved.upload.row.problem(columns.EVENT_TITLE, each.refusal, ProblemKind.REFUSED)
            for each in self.proposals
            if each.refusal is not None
        ]
        return [*self.validation.problems, *refusals]

    def report(self, options: ImportOptions) -> ImportReport:
        """Return the report of a dry run with these options."""
        unavailable = str(self.unavailable) if self.unavailable else None
        return report_of(self.upload, self.validation, self.proposals, self.problems, options, unavailable)


def propose_upload(engine: Engine, client: AdministrateClient, key: str, options: ImportOptions) -> ProposedUpload:
    """Validate a stored upload and compare its events with both sides.

    Raises UnknownUpload, WorkbookRefused, TutorialTablesUnknown, and BridgeError: PrerequisiteMissing where reference
    data has not been synced.
    """
    with engine.connect() as connection:
        require_current(connection)
        upload = load_upload(connection, key)
        layout = layout_of(connection)
        checked = ValidationOptions(options.approve_instructors, options.tax_type, datetime.now(UTC).date())
        validation = validate_upload(upload.content, load_reference(connection), checked)
    proposals, unavailable = propose_events(engine, client, layout, validation, options.code_prefix)
    return ProposedUpload(upload, layout, validation, proposals, unavailable)
