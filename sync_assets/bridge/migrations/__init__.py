"""Alembic environment of the schema `adm`."""
