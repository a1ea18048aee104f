"""Who uploaded a workbook and asked for its import, which upload a corrected one comes from, and who started a run.

Written out in SQL: a migration stands still while the tables in the code move on.
"""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the columns. Who it was before is not known."""
    op.execute("""
        alter table adm.event_uploads add column uploaded_by text, add column requested_by text,
            add column corrects text references adm.event_uploads on delete set null deferrable initially deferred""")
    op.execute("alter table adm.event_imports add column started_by text")
    op.execute("create index event_uploads_uploaded_at on adm.event_uploads (uploaded_at)")
