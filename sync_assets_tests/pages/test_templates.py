"""What templates make of values: as people write them."""

from __future__ import annotations

import pytest

from sync_assets.pages.templates import open_templates
from sync_assets.settings import Settings


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-07-28T08:30:00+00:00", "28 Jul 2026, 09:30"),
        ("2026-01-28T08:30:00+00:00", "28 Jan 2026, 08:30"),
        ("2026-01-28T08:30:00", "28 Jan 2026, 08:30"),
        ("2026-01-28", "28 Jan 2026"),
        ("2026-13-28", "2026-13-28"),
        ("2026-01-28 and later", "2026-01-28 and later"),
        ("London", "London"),
        ("<b>2026-01-28</b>", "&lt;b&gt;2026-01-28&lt;/b&gt;"),
        ("", ""),
        (None, ""),
    ],
)
def test_days_and_moments_are_written_as_people_do(text: str | None, said: str) -> None:
    templates = open_templates(Settings(sync_time_zone="Europe/London"))
    assert templates.from_string("{{ text | readable }}").render(text=text) == said
