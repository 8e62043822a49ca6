"""Takes the pictures of the README from a running demo: `python -m tests.screenshots OUTDIR BASE_URL`.

The page is driven as a person would: by the labels on the screen. `BASE_URL` is the demo's address without a path.
"""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser import chromium

DESKTOP: ViewportSize = {"width": 1440, "height": 900}
MOBILE: ViewportSize = {"width": 390, "height": 844}
PATIENCE = 15_000  # milliseconds until the bot must have answered
QUIET = 700  # milliseconds without a change after which an answer is complete
EVENINGS = 30  # days at most until a reminder

# Counts what has been said, and what is still going on.
_STATE = """node => JSON.stringify([
  node.querySelectorAll("[data-entry]").length,
  node.textContent.length,
  node.querySelectorAll(".pressed, .waiting:not([hidden])").length,
  node.querySelector(".log").scrollTop,
])"""


class Phone:
    """One of the two phones on the page."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.name = name
        self.node = page.get_by_label(f"{name}のスマートフォン")

    def say(self, text: str) -> None:
        """Writes a message and waits for the answer."""
        with self._answered():
            field = self.node.get_by_label(f"{self.name}のメッセージ")
            field.fill(text)
            field.press("Enter")

    def tap(self, label: str) -> None:
        """Presses the newest visible button with this label, a folded menu's too, and waits for the answer."""
        with self._answered():
            self._button(label).click()

    def pick(self, label: str, day: str) -> None:
        """Presses a date picker and chooses `day` (2026-06-20)."""
        with self._answered():
            self._button(label).click()
            self.page.get_by_role("dialog").get_by_label("日付").fill(day)
            self.page.get_by_role("button", name="決定").click()

    def fold(self, *, opened: bool) -> None:
        """Opens or folds LINE's rich menu."""
        bar = self.node.locator(".chat-bar").filter(visible=True)
        if bar.count() and bar.get_attribute("aria-expanded") != str(opened).lower():
            bar.click()

    def show(self, text: str) -> None:
        """Brings the newest message with this text into view."""
        found = self.node.get_by_role("log").get_by_text(text).last
        found.scroll_into_view_if_needed()
        self.page.wait_for_timeout(QUIET)

    def offers(self, label: str) -> bool:
        """Whether the newest message has a button with this label."""
        return self.node.locator("[data-entry]:last-child").get_by_role("button", name=label, exact=True).count() > 0

    def tells(self, text: str) -> bool:
        """Whether the newest message says so."""
        return self.node.locator("[data-entry]:last-child").get_by_text(text).count() > 0

    def settle(self) -> None:
        """Waits until nothing has changed for a while."""
        waited, unchanged, last = 0, 0, ""
        while unchanged < QUIET and waited < PATIENCE:
            self.page.wait_for_timeout(100)
            now = self.node.evaluate(_STATE)
            unchanged = unchanged + 100 if now == last else 0
            waited, last = waited + 100, now

    def _button(self, label: str) -> Locator:
        """The button of the newest message, else of what surrounds the chat, else of an older message or the menu."""
        named = self.node.get_by_role("button", name=label, exact=True)  # only what is visible has a role
        newest = named.and_(self.page.locator("[data-entry]:last-child *"))
        around = named.and_(self.page.locator(":not([data-entry] *)"))
        for found in (newest.first, around.first, named.last):
            if found.count():
                return found
        self.fold(opened=True)
        expect(around.first, f"no button {label!r} on the {self.name} phone").to_be_visible()
        return around.first

    @contextmanager
    def _answered(self) -> Iterator[None]:
        log = self.node.get_by_role("log")
        before = log.text_content()
        yield
        for _tenth in range(PATIENCE // 100):
            newest = log.locator(".said").last
            if log.text_content() != before and "theirs" in (newest.get_attribute("class") or ""):
                break
            self.page.wait_for_timeout(100)
        self.settle()


class Desk:
    """The whole page: both phones, the residents, the clock."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.folder = folder
        self.line = Phone(page, "LINE")
        self.telegram = Phone(page, "Telegram")

    def open(self, address: str) -> None:
        self.page.set_viewport_size(DESKTOP)
        self.page.goto(address)
        expect(self.page.locator("body.ready")).to_be_attached(timeout=PATIENCE)

    def resident(self, name: str) -> None:
        """Takes up the phones of another resident."""
        self.page.get_by_role("radio", name=name).click()
        self.line.settle()

    def forward(self, label: str) -> None:
        """Moves the clock by one of its buttons and waits for whatever that brings."""
        with self.page.expect_response("**/sim/clock", timeout=4 * PATIENCE):
            self.page.get_by_role("button", name=label, exact=True).click()
        self.line.settle()
        self.telegram.settle()

    def shoot(self, name: str) -> None:
        """The whole page, without a cursor or a focused field."""
        self.page.mouse.move(0, 0)
        self.page.evaluate("document.activeElement.blur()")
        self.page.screenshot(path=self.folder / f"{name}.png")

    def shoot_phones(self, name: str) -> None:
        """Each phone alone, as on a phone's own screen."""
        self.page.set_viewport_size(MOBILE)
        for phone in (self.line, self.telegram):
            self.page.get_by_role("tab", name=phone.name).click()
            phone.settle()
            self.page.screenshot(path=self.folder / f"{name}-{phone.name.lower()}.png")
        self.page.set_viewport_size(DESKTOP)


def take(desk: Desk) -> None:
    """The story of the READMEs: first contact, recommendation, application, reminder; `demo` is all at a glance."""
    desk.resident("住民C")
    desk.line.tap("友だち追加")
    desk.telegram.tap("START")
    desk.line.fold(opened=False)
    desk.shoot("first-contact")
    for label in ("65〜74歳", "健康・医療・介護", "これでよい", "あとで"):
        desk.line.tap(label)
    desk.telegram.tap("65〜74歳")
    desk.telegram.say("いすに座ってできる体操")
    desk.line.fold(opened=False)
    desk.shoot("recommend")
    desk.line.tap("申し込む")
    desk.telegram.tap("2. 申し込む")
    for phone in (desk.line, desk.telegram):
        if phone.offers("市内に住んでいる"):  # asked once, by a course for those who live here
            phone.tap("市内に住んでいる")
    desk.line.fold(opened=False)
    desk.shoot("demo")
    for phone in (desk.line, desk.telegram):
        phone.tap("申し込む")
    desk.line.fold(opened=False)
    desk.shoot("apply")
    for _evening in range(EVENINGS):  # to the one before a course
        desk.forward("翌日 18:00")
        if desk.line.tells("あした"):
            break
    desk.line.fold(opened=False)
    desk.shoot("reminder")


def main() -> None:
    parser = argparse.ArgumentParser(description="Takes the pictures of the README from a running demo.")
    parser.add_argument("outdir", type=Path)
    parser.add_argument("base_url")
    arguments = parser.parse_args()
    arguments.outdir.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        desk = Desk(browser.new_page(), arguments.outdir)
        desk.open(f"{arguments.base_url.rstrip('/')}/sim/")
        take(desk)


if __name__ == "__main__":
    main()
