"""What alerts say, as plain text and as Markdown. Names come from people: they are written out, never interpreted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sync_assets.shown_text import as_markdown, as_message, one_line

MOST_ITEMS = 10
"""Rows, steps or events that one alert lists; the rest is counted."""
MOST_ALERTS = 10
"""Alerts of one message that are written out; of the rest only the title is said."""
LONGEST = 400
"""Characters of one sentence. What is longer is cut: the whole of it is in the run."""

_CREDENTIALS = re.compile(r"(?<=://)[^\s/@]+@")


class Tone(StrEnum):
    """How an alert is meant; the values are Apprise's names."""

    FAILURE = "failure"
    WARNING = "warning"
    SUCCESS = "success"
    INFO = "info"


class Markup(StrEnum):
    """What a channel makes of text; the values are Apprise's names."""

    TEXT = "text"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that somebody should know.

    The title holds words of this project alone; what other people have named stands in `sentences` and `items`. `more`
    counts the items that are not listed.
    """

    tone: Tone
    title: str
    sentences: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    more: int = 0
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """Alerts as a channel gets them."""

    tone: Tone
    title: str
    body: str


def first_items(items: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """Return the items that an alert lists, and how many are left."""
    return tuple(items[:MOST_ITEMS]), max(0, len(items) - MOST_ITEMS)


def message(alerts: Sequence[Alert], markup: Markup) -> Message:
    """Return several alerts as one message, the worst tone first."""
    ordered = sorted(alerts, key=lambda alert: list(Tone).index(alert.tone))
    if len(ordered) == 1:
        return Message(ordered[0].tone, ordered[0].title, _body(ordered[0], markup) or ordered[0].title)
    parts = [
        "\n\n".join(part for part in (_written(alert.title, markup), _body(alert, markup)) if part)
        for alert in ordered[:MOST_ALERTS]
    ]
    if rest := ordered[MOST_ALERTS:]:
        parts.append("\n".join(f"- {_written(alert.title, markup)}" for alert in rest[: 2 * MOST_ALERTS]))
        if unsaid := len(rest) - 2 * MOST_ALERTS:
            parts += [f"and {unsaid} more"] if unsaid > 0 else []
    return Message(ordered[0].tone, f"{len(ordered)} alerts of the sync", "\n\n".join(parts))


def cut(sentence: str) -> str:
    """Return a sentence on one line and of a length that can be read, without the credentials of URLs in it."""
    line = _CREDENTIALS.sub("…@", one_line(sentence))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _written(text: str, markup: Markup) -> str:
    line = cut(text)
    return as_markdown(line) if markup is Markup.MARKDOWN else as_message(line)


def _body(alert: Alert, markup: Markup) -> str:
    blocks = [_written(sentence, markup) for sentence in alert.sentences]
    items = [f"- {_written(item, markup)}" for item in alert.items]
    if alert.more:
        items.append(f"- and {alert.more} more")
    if items:
        blocks.append("\n".join(items))
    if alert.link:
        blocks.append(f"<{alert.link}>" if markup is Markup.MARKDOWN else alert.link)
    return "\n\n".join(blocks)
