"""Takes the pictures of the pages: light, dark and on a phone, of what the demo's made-up provider has.

    make pictures

It needs Chromium (Debian's package `chromium`). The moments that a page shows are those of a made-up day, so that a
picture changes only where its page does.
"""

from __future__ import annotations

import atexit
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import Connection, text

from sync_assets.cli.demo import made_up_systems
from sync_assets.cli.import_events import import_file
from sync_assets.cli.pages import serving_pages
from sync_assets.cli.sync import sync_tenant
from sync_assets.database import open_bridge, open_engine
from sync_assets.event_drift.compare_events import compare_events
from sync_assets.operations.imports.import_config import ImportConfig
from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.settings import Settings

FOLDER = Path(__file__).parent / "pictures"
PASSWORD, WHO = "password of the pictures", "Ada Fernsby"
TEMPLATES, MORE = 60, 52
COLOURS = 96
"""Colours of a picture: text and plain surfaces need no more."""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SAME_MOMENT = """
document.querySelectorAll("time").forEach((each) => { each.textContent = "12 Jan 2026, 09:30"; });
for (const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); walker.nextNode();) {
  const node = walker.currentNode;
  node.textContent = node.textContent
    .replace(/just now|\\d+ (second|minute|hour)s? ago/, "2 hours ago")
    .replace(/today, [\\d/]+/, "today, 12/01/2026");
  if (node.parentElement.closest("svg")) {
    node.textContent = node.textContent.replace(/^\\d+ \\w+ \\d{4}$/, "1 Dec 2025");
  }
}
"""


@dataclass(frozen=True)
class Look:
    """How a picture is taken: what its name ends with, the colours, and the size in pixels."""

    name: str
    scheme: str
    width: int
    height: int
    is_phone: bool = False


LOOKS = (
    Look("light", "light", 1200, 820),
    Look("dark", "dark", 1200, 820),
    Look("phone", "light", 390, 844, is_phone=True),
)


def main() -> None:
    """Take all pictures anew."""
    if CHROMIUM is None:
        sys.exit("There is no Chromium on this machine: install it (apt install chromium).")
    FOLDER.mkdir(exist_ok=True)
    folder = tempfile.mkdtemp()
    # Registered first, it comes last: the database's server ends before its folder does.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with made_up_systems(Path(folder), TEMPLATES) as (settings, workbook):
        live_through(settings, workbook)
        os.environ["SYNC_SCHEDULES_ON"] = "true"
        with serving_pages(Settings.read(), 0, PASSWORD) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            for look in LOOKS:
                with page_of(browser, address, look) as page:
                    take_all(page, look, workbook)
            browser.close()
    total = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
    print(f"{len(list(FOLDER.glob('*.png')))} pictures, {total / 1024:.0f} KB, in {FOLDER}")


def live_through(settings: Settings, workbook: Path) -> None:
    """Let something happen that pages can show: a sync, an import, edits of events, and a few weeks of decisions."""
    sync_tenant(None, stop_on_error=False, allow_removals=False)
    import_file(workbook, ImportConfig())
    sync_tenant(["events", "sessions"], stop_on_error=False, allow_removals=False)
    with open_bridge(settings) as connection:
        edit_here(connection)
    with open_engine(settings) as engine:
        compare_events(engine)
    # What is uploaded now has the same events, and some more.
    workbook.write_bytes(event_workbook(made_up_provider(TEMPLATES), events=MORE, sessions=MORE * 4, faulty=2))


def edit_here(connection: Connection) -> None:
    """Change some sessions in the tutorial application, and have discrepancies been decided about for some weeks."""
    connection.execute(
        text("""
            update acted.tutorial_sessions set start_date = start_date + interval '30 minutes'
            where sequence = 1 and tutorial_event_id % 7 = 0
        """)
    )
    history = text("""
        insert into adm.discrepancy_counts (entity, side, open_rows, counted_at)
        select entity, side, open_rows + ceil(open_rows * (0.9 * week / 6.0 + 0.25 * (week % 2))),
          date_trunc('minute', counted_at) - week * interval '7 days'
        from adm.discrepancy_counts, generate_series(1, 6) week
    """)
    connection.execute(history)


@contextmanager
def page_of(browser: Browser, address: str, look: Look) -> Iterator[Page]:
    """Yield a page of a browser of its own, in which nobody is signed in."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": look.width, "height": look.height},
        color_scheme="dark" if look.scheme == "dark" else "light",
        has_touch=look.is_phone,
        is_mobile=look.is_phone,
        reduced_motion="reduce",
    )
    try:
        yield context.new_page()
    finally:
        context.close()


def take_all(page: Page, look: Look, workbook: Path) -> None:
    """Take every page."""
    page.goto("/overview")
    take(page, look, "sign-in")
    page.fill("[name=name]", WHO)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.goto("/overview")
    page.wait_for_selector("#syncs")
    take(page, look, "overview")
    page.goto("/upload")
    take(page, look, "upload")
    page.set_input_files("input[name=workbook]", workbook)
    page.wait_for_selector("form[action$='/import'] button")
    take(page, look, "plan")
    page.goto("/uploads")
    page.get_by_role("link", name="events 2026A.xlsx").last.click()
    take(page, look, "imported")
    for name in ("uploads", "events", "discrepancies", "discrepancies/locations", "drift"):
        page.goto(f"/{name}")
        take(page, look, name.rpartition("/")[2])
    page.goto("/events")
    page.locator("input[name=event]").first.check()
    page.select_option("select[name=do]", "publish")
    page.click("form[action^='/events/plan'] button")
    page.wait_for_selector("form[action='/events/carry-out'] button")
    take(page, look, "action")


def take(page: Page, look: Look, name: str) -> None:
    """Take a picture of what is on the screen, and say so where a page is wider than it."""
    page.evaluate(SAME_MOMENT)
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > look.width:
        print(f"{name} is {wide} pixels wide on a screen of {look.width}.")
    with Image.open(io.BytesIO(page.screenshot())) as taken:
        small = taken.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        small.save(FOLDER / f"{name}-{look.name}.png", optimize=True)


if __name__ == "__main__":
    main()
