"""Runs the migrations on the connection that `sync_assets.bridge.migrate` hands over, in its transaction."""

from alembic import context

from sync_assets.bridge.bridge_table import METADATA, SCHEMA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    version_table="alembic_version",
    version_table_schema=SCHEMA,
    include_schemas=True,
)
context.run_migrations()
