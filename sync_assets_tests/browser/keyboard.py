"""Somebody who has no mouse: Tab, Enter, the space bar and the arrows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as NotInTime

MOST_STOPS = 250
"""Presses of Tab after which something counts as out of reach."""
IS_FOCUSED = "element => element === document.activeElement"
SHOWS_FOCUS = """() => {
  const stop = document.activeElement;
  const rings = [stop, stop.closest(".drop")].filter(Boolean).map((each) => getComputedStyle(each).outlineStyle);
  return stop.matches("body, main") || rings.some((style) => style !== "none");
}"""


@dataclass(frozen=True)
class Keyboard:
    """The keys of somebody before a page."""

    page: Page

    def reach(self, wanted: Locator) -> None:
        """Press Tab until something has the focus; each stop on the way shows that it has it."""
        wanted.wait_for()
        for _ in range(MOST_STOPS):
            if wanted.evaluate(IS_FOCUSED):
                return
            self.page.keyboard.press("Tab")
            assert self.page.evaluate(SHOWS_FOCUS), self.page.locator(":focus").first.evaluate("stop => stop.outerHTML")
        raise AssertionError(f"Tab does not reach {wanted}")

    def press(self, role: str, name: str, key: str = "Enter") -> None:
        """Reach a link or a button of the content by its name, and press a key on it."""
        self.reach(self.page.get_by_role(role, name=name).first)  # type: ignore[arg-type]
        self.page.keyboard.press(key)

    def open(self, name: str) -> None:
        """Follow a link of the navigation."""
        self.reach(self.page.get_by_role("navigation", name="Pages").get_by_role("link", name=name, exact=True))
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def choose_file(self, path: Path) -> None:
        """Choose a file in the field that has the focus; a busy browser may pass over the first press."""
        for timeout in (5_000, 10_000, 30_000):
            try:
                with self.page.expect_file_chooser(timeout=timeout) as chooser:
                    self.page.keyboard.press("Enter")
            except NotInTime:
                continue
            chooser.value.set_files(path)
            return
        raise AssertionError("the field of a file opens no dialog")

    def write(self, name: str, text: str) -> None:
        """Write into a field."""
        self.reach(self.page.get_by_label(name, exact=True))
        self.page.keyboard.type(text)

    def choose(self, name: str, words: str) -> None:
        """Choose from a list by the arrows."""
        field = self.page.get_by_role("combobox", name=name)
        self.reach(field)
        for _ in range(20):
            if field.locator("option:checked").inner_text() == words:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} does not offer {words}")
