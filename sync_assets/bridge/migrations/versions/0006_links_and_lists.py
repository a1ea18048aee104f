"""What links and removals have to be remembered by.

Written out in SQL: a migration stands still while the tables in the code move on.
"""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the table."""
    op.execute("""
        create table adm.removal_allowances (
            table_name text primary key, allowed_at timestamptz not null default now())""")
