"""The database: tables of `adm` and `acted`, migrations, matching, set-based writing. Knows no API and no Dagster."""
