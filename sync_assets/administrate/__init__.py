"""Administrate's API as typed records and named errors. Nothing here knows a database or Dagster."""
