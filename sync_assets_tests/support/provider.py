"""A made-up provider on its tutorial side, as templates that a test's database is copied from."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Engine

from sync_assets.sandbox.provider.provider import Provider
from sync_assets.sandbox.provider.tutorial_tables import fill_tutorial_tables
from sync_assets.tutorial.tables import LayoutName
from sync_assets_tests.support.database_server import DatabaseServer, migrate_here


def tutorial_template(server: DatabaseServer, provider: Provider, layout: LayoutName = LayoutName.MAY) -> str:
    """Return the template whose tutorial tables hold the provider, before any migration of ours."""
    name = f"tutorial_{size_of(provider)}_{layout}"
    return server.template(name, partial(_fill, provider), base=server.tutorial(layout))


def filled_template(server: DatabaseServer, provider: Provider, layout: LayoutName = LayoutName.MAY) -> str:
    """Return the template whose tutorial tables hold the provider; the tables of the schema adm are empty."""
    base = tutorial_template(server, provider, layout)
    return server.template(f"filled_{size_of(provider)}_{layout}", migrate_here, base=base)


def size_of(provider: Provider) -> int:
    """Return how many course templates a provider has: made-up providers of the same size are equal."""
    return len(provider.course_templates)


def _fill(provider: Provider, engine: Engine) -> None:
    with engine.begin() as connection:
        fill_tutorial_tables(connection, provider)
