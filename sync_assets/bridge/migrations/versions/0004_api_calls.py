"""The audit of the mutations that are sent to the tenant.

Written out in SQL: a migration stands still while the tables in the code move on.
"""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table."""
    op.execute("""
        create table adm.api_calls (
            id uuid primary key, sent_at timestamptz not null, run_id text, document text not null,
            mutations jsonb not null, variables jsonb not null, result text not null,
            answer jsonb, said text, seconds double precision)""")
    op.execute("create index api_calls_sent_at on adm.api_calls (sent_at)")
    op.execute("create index api_calls_run_id on adm.api_calls (run_id)")
