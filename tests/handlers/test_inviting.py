"""An invitation is passed on by a button, whose address has a limit on LINE."""

from urllib.parse import unquote
from zoneinfo import ZoneInfo

from bot.channels.line.buttons import URI_LIMIT
from handlers import inviting
from handlers.context import City


def test_the_links_fit_into_a_button() -> None:
    city = City(
        zone=ZoneInfo("Asia/Tokyo"),
        public_url="https://example.jp",
        line_id="@manabi-nishitokyo",
        telegram_name="m" * 32,
    )
    for button in inviting.send_buttons(city, "あ" * 200, "ACDE-FGHJ"):
        assert len(button.url) <= URI_LIMIT
        said = unquote(button.url)
        assert f"https://t.me/{city.telegram_name}?start=with_ACDE-FGHJ" in said
        assert "https://line.me/R/oaMessage/" in said
