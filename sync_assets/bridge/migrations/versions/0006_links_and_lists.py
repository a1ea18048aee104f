"""What links and removals have to be remembered by: the keys of both sides, the row that a link was last set to.

Written out in SQL: a migration stands still while the tables in the code move on.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

LINKS = {
    "locations": "tutorial_location_id",
    "venues": "tutorial_venue_id",
    "instructors": "tutorial_instructor_id",
    "course_templates": "tutorial_course_template_id",
}


def upgrade() -> None:
    """Add the columns and tables. The link of a record that is gone is taken away, and comes back with the record."""
    for table, link in LINKS.items():
        op.execute(f"alter table adm.{table} add column match_key text, add column linked_row_id bigint")
        op.execute(f"update adm.{table} set linked_row_id = {link} where {link} is not null")  # noqa: S608
        op.execute(f"update adm.{table} set {link} = null where removed_at is not null")  # noqa: S608
    op.execute("""
        create table adm.tutorial_match_keys (
            table_name text not null, row_id bigint not null, match_key text not null,
            primary key (table_name, row_id))""")
    op.execute("""
        create table adm.removal_allowances (
            table_name text primary key, allowed_at timestamptz not null default now())""")
