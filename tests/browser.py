"""The installed Chromium, driven by playwright: for browser tests and for the screenshots of the README."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--headless",
    "--lang=ja",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable() -> str | None:
    """The path of an installed Chromium, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[BrowserContext]:
    """A Chromium with an empty profile, in Japanese and in Tokyo, gone at the end.

    Raises RuntimeError where none is installed. Its own download is never used.
    """
    path = executable()
    if path is None:
        raise RuntimeError("no Chromium is installed: install the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo")
        finally:
            browser.close()
