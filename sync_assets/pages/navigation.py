"""The pages that every page links to, in the order in which they stand there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Link:
    """A page by its name and its path."""

    name: str
    path: str

    def is_open_at(self, path: str) -> bool:
        """Tell whether a path is this page or below it."""
        return path == self.path or (self.path != "/" and path.startswith(f"{self.path}/"))


NAVIGATION: Final = (
    Link("Overview", "/overview"),
    Link("Upload", "/upload"),
    Link("Uploads", "/uploads"),
    Link("Events", "/events"),
    Link("Discrepancies", "/discrepancies"),
)
