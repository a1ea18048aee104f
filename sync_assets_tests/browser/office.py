"""What somebody does with the pages, in the words that stand on them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from sync_assets_tests.pages.served_pages import PASSWORD
from sync_assets_tests.processes.both_systems import BothSystems

LONG = 90_000.0
"""Milliseconds for what runs take."""
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@dataclass(frozen=True)
class Office:
    """Somebody before a browser, and the two systems behind it."""

    page: Page
    systems: BothSystems
    folder: Path

    def sign_in(self, name: str = "Ada Fernsby", password: str = PASSWORD) -> None:
        self.page.goto("/upload")
        self.page.get_by_label("Your name").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def upload(self, content: bytes, name: str = "Spring events.xlsx") -> None:
        """Choose a file; it is sent at once."""
        path = self.folder / name
        path.write_bytes(content)
        self.page.goto("/upload")
        self.page.get_by_label("Drop a workbook here").set_input_files(path)
        self.page.wait_for_load_state("networkidle")

    def card(self, words: str) -> str:
        """The number on a card."""
        card = self.page.locator(".card", has_text=words).first
        return card.locator(".number").inner_text()

    def import_it(self, *options: str) -> None:
        """Import the upload of the page with these options, and wait for the end."""
        for option in options:
            self.page.get_by_label(option).check()
        self.page.get_by_role("button", name="Import", exact=True).click()
        self.wait_for_end()

    def wait_for_end(self) -> None:
        page = self.page
        expect(page.get_by_role("button", name="Carry on").or_(page.get_by_role("alert"))).to_be_visible(timeout=LONG)
        assert page.get_by_role("alert").all_inner_texts() == []

    def fault(self, *faults: dict[str, object]) -> None:
        """Let the tenant have these faults, or none."""
        httpx.put(f"{self.systems.tenant}/faults", json=list(faults)).raise_for_status()

    def tick(self, *names: str) -> None:
        """Tick rows of a list."""
        for name in names:
            self.page.get_by_role("checkbox", name=name, exact=True).check()

    def decide(self, words: str, reason: str = "") -> None:
        """Choose what is to be done with what is ticked, and look at what it would do."""
        page = self.page
        page.get_by_role("combobox", name="With the ticked").select_option(label=words)
        page.get_by_label("Why").fill(reason)
        page.get_by_role("button", name="Show what it would do").click()
        expect(page.get_by_text("Nothing is changed yet.")).to_be_visible(timeout=LONG)
        self.assert_accessible()

    def confirm(self, button: str = "Do it") -> None:
        """Confirm what was shown, and wait until it is done."""
        page = self.page
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("heading", name="What was done")).to_be_visible(timeout=LONG)
        self.wait_until_done()
        self.assert_accessible()

    def wait_until_done(self) -> None:
        """Wait for the end of the run that the page follows, which is a good one."""
        ended = self.page.locator("#decided .notice.good, #decided .notice.bad")
        expect(ended).to_be_visible(timeout=LONG)
        expect(ended).to_contain_text("It is done.")

    def assert_accessible(self) -> None:
        """axe-core finds nothing on the page, light or dark, with all that is folded unfolded."""
        page = self.page
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            results = Axe().run(page)
            found = [
                (violation["id"], [node["html"][:200] for node in violation["nodes"][:3]])
                for violation in results.response["violations"]
            ]
            assert not found, (page.url, scheme, found)
