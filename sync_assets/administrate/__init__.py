"""The other end of the wire: Administrate's API as typed records and named errors. Knows no database and no Dagster."""
