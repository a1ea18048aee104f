"""The pages know no SQL: they hand a connection on, and the rooms below ask the database."""

from __future__ import annotations

import ast
from pathlib import Path

import sync_assets.pages

HANDED_ON = {"Connection", "Engine", "DBAPIError"}


def test_the_pages_write_no_statement() -> None:
    folder = Path(sync_assets.pages.__file__).parent
    imported = {
        (path.name, name.name)
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("sqlalchemy", "psycopg")
        for name in node.names
    }
    assert imported, "the test sees what the pages import"
    assert {name for _, name in imported} <= HANDED_ON
    executed = [path.name for path in folder.rglob("*.py") if ".execute(" in path.read_text("utf-8")]
    assert executed == []
