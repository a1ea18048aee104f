"""Why a discrepancy is ignored for one reason alone: what a person knew of when they linked two rows by hand.

Written out in SQL: a migration stands still while the tables in the code move on.
"""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the column. What is ignored so far stays ignored, whatever the reason of the discrepancy is."""
    op.execute("alter table adm.ignored add column why text")
