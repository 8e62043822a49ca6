"""The simulator's page in a real browser: what it draws from a state, what it sends, whom it leaves out (nobody)."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import ConsoleMessage, Error, Locator, Page, ViewportSize, expect

from tests import browser
from tests.bot.simulator import page_state
from tests.bot.simulator.page_checks import CONTRAST, NAMELESS
from tests.bot.simulator.page_server import PageServer, page_server
from tests.conftest import missing_or_skip

pytestmark = [pytest.mark.browser, pytest.mark.long]

DESKTOP: ViewportSize = {"width": 1440, "height": 900}
MOBILE: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    """One tab of the browser for all tests: opening another for each takes longer than the test."""
    missing_or_skip("browser", browser.executable() is not None, "no Chromium is installed")
    with browser.chromium() as context:
        yield context.new_page()


@pytest.fixture
def server() -> Iterator[PageServer]:
    with page_server(page_state.full()) as server:
        yield server


@pytest.fixture
def page(tab: Page, server: PageServer) -> Iterator[Page]:
    """The page on a desktop, ready; the browser's console must stay silent to the end of the test."""
    said: list[str] = []

    def hear(message: ConsoleMessage | Error) -> None:
        said.append(str(message))

    tab.on("console", hear)
    tab.on("pageerror", hear)
    tab.set_viewport_size(DESKTOP)
    tab.emulate_media(reduced_motion="no-preference")
    tab.goto(server.address)
    expect(tab.locator("body.ready")).to_be_attached()
    while not server.listeners:  # what is told before the page listens is lost
        tab.wait_for_timeout(20)
    yield tab
    tab.goto("about:blank")
    tab.remove_listener("console", hear)
    tab.remove_listener("pageerror", hear)
    assert said == []


@pytest.fixture
def line(page: Page) -> Locator:
    return page.get_by_label("LINEのスマートフォン")


@pytest.fixture
def telegram(page: Page) -> Locator:
    return page.get_by_label("Telegramのスマートフォン")


def css(node: Locator, name: str) -> str:
    value: str = node.evaluate("(node, name) => getComputedStyle(node).getPropertyValue(name)", name)
    return value


def width(node: Locator) -> float:
    box = node.bounding_box()
    assert box is not None
    return box["width"]


def line_says(server: PageServer, message: page_state.Json, *, resident: str = "a", **changes: object) -> None:
    """The bot says something more on LINE."""
    transcript = server.phone(resident, "line")["transcript"]
    said = {"id": "90", "from": "bot", "at": page_state.at("10:00"), "via": "push", "message": message}
    server.change(resident, "line", transcript=[*transcript, said], **changes)


def telegram_says(server: PageServer, text: str, **more: object) -> None:
    """The bot says something more on Telegram."""
    transcript = server.phone("a", "telegram")["transcript"]
    message = {"message_id": 90, "date": 1, "text": text, **more}
    entry = {"id": "90", "from": "bot", "at": page_state.at("10:00"), "message": message}
    server.change("a", "telegram", transcript=[*transcript, entry])


def deed(server: PageServer, page: Page) -> page_state.Json:
    """The one thing that the page has sent."""
    (only,) = deeds(server, page, 1)
    return only


def deeds(server: PageServer, page: Page, count: int) -> list[page_state.Json]:
    """What the page has sent, waited for until there are `count`."""
    for _attempt in range(200):
        if len(server.deeds) >= count:
            break
        page.wait_for_timeout(20)
    return server.deeds


class TestLineDraws:
    def test_texts_read_marks_and_times(self, line: Locator) -> None:
        expect(line.get_by_text("講座さがしから申込まで、ここでお手伝いします。")).to_be_attached()
        expect(line.locator(".said.mine", has_text="健康の講座をさがしています").locator(".meta")).to_have_text(
            "既読09:58"
        )
        expect(line.locator(".notice").first).to_have_text("6月10日(水)")
        expect(line.get_by_text("メッセージの送信を取り消しました")).to_be_attached()

    def test_an_address_in_a_text_opens_a_new_tab(self, line: Locator) -> None:
        link = line.get_by_role("link", name="https://example.jp/c/11")
        assert (link.get_attribute("href"), link.get_attribute("target")) == ("https://example.jp/c/11", "_blank")

    def test_a_carousel_of_cards_of_the_size_they_ask_for(self, line: Locator) -> None:
        carousel = line.get_by_role("group", name="おすすめの講座 2件")
        carousel.scroll_into_view_if_needed()
        bubbles = carousel.locator(".flex-bubble")
        assert [round(width(bubble)) for bubble in bubbles.all()] == [260, 260]
        assert css(carousel, "overflow-x") == "auto"
        assert css(carousel, "scroll-snap-type") == "x mandatory"
        apply = carousel.get_by_role("button", name="申し込む").first
        assert css(apply, "background-color") == "rgb(31, 107, 79)"
        assert css(apply, "min-height") == "40px"

    def test_a_mouse_steps_through_a_carousel(self, line: Locator) -> None:
        second = line.get_by_text("スマホでつなぐ家族の写真").first
        expect(second).not_to_be_in_viewport(ratio=0.9)
        line.get_by_role("button", name="次のカード").click()
        expect(second).to_be_in_viewport(ratio=0.9)
        expect(line.get_by_role("button", name="前のカード")).to_be_visible()
        expect(line.get_by_role("button", name="次のカード")).to_be_hidden()

    def test_the_parts_of_a_bubble(self, line: Locator) -> None:
        bubble = line.get_by_role("group", name="Flexの部品").locator(".flex-bubble")
        assert css(bubble.locator(".flex-header"), "background-color") == "rgb(31, 107, 79)"
        assert css(bubble.get_by_text("500円"), "font-size") == "22px"
        assert "line-through" in css(bubble.get_by_text("1,000円"), "text-decoration")
        assert css(bubble.get_by_text("折り返さない"), "text-overflow") == "ellipsis"
        assert css(bubble.locator(".flex-separator"), "width") == "1px"
        assert css(bubble.locator(".flex-footer"), "border-top-color") == "rgb(223, 216, 200)"
        assert "linear-gradient(90deg" in css(bubble.locator(".flex-box .flex-box").last, "background-image")
        assert css(bubble.locator(".flex-icon"), "font-size") == "16px"

    def test_the_shares_of_a_box(self, line: Locator) -> None:
        left, right = line.get_by_text("ひだり"), line.get_by_text("みぎ(2倍)")
        assert width(right) == pytest.approx(2 * width(left), rel=0.02)
        assert css(left.locator(".."), "border-radius") == "12px"
        assert css(left.locator(".."), "border-top-width") == "1px"
        assert (css(left, "align-self"), css(right, "text-align")) == ("center", "center")

    def test_a_picture_in_its_ratio(self, line: Locator) -> None:
        box = line.locator(".flex-hero .flex-picture").bounding_box()
        assert box is not None
        assert box["width"] / box["height"] == pytest.approx(20 / 9, rel=0.01)

    def test_what_flex_does_not_allow_reaches_no_style(self, server: PageServer, line: Locator) -> None:
        text = {"type": "text", "text": "へんな色", "color": "url(https://example.jp/x)", "size": "9999em"}
        body = {"type": "box", "layout": "vertical", "contents": [text, {"type": "hologram"}]}
        contents = {"type": "bubble", "size": "gigantic", "body": body}
        line_says(server, {"type": "flex", "altText": "へん", "contents": contents})
        assert css(line.get_by_text("へんな色"), "color") == "rgb(17, 17, 17)"
        assert css(line.get_by_text("へんな色"), "font-size") == "16px"
        assert width(line.get_by_role("group", name="へん", exact=True).locator(".flex-bubble")) == 300

    @pytest.mark.parametrize(
        ("size", "pixels"), [("nano", 120), ("micro", 160), ("deca", 220), ("hecto", 241), ("kilo", 260), ("mega", 300)]
    )
    def test_bubble_sizes(self, server: PageServer, line: Locator, size: str, pixels: int) -> None:
        body = {"type": "box", "layout": "vertical", "contents": [{"type": "text", "text": "短い"}]}
        line_says(server, {"type": "flex", "altText": size, "contents": {"type": "bubble", "size": size, "body": body}})
        assert width(line.get_by_role("group", name=size, exact=True).locator(".flex-bubble")) == pixels

    def test_stickers_places_and_photos(self, line: Locator) -> None:
        expect(line.get_by_role("img", name="スタンプ: こんにちは")).to_be_attached()
        expect(line.get_by_text("西東京市田無町4丁目")).to_be_attached()
        expect(line.get_by_role("img", name="写真")).to_be_attached()

    def test_the_loading_dots_come_and_go(self, server: PageServer, line: Locator) -> None:
        expect(line.get_by_label("入力中")).to_be_hidden()
        server.change("a", "line", loading=True)
        expect(line.get_by_label("入力中")).to_be_visible()
        server.change("a", "line", loading=False)
        expect(line.get_by_label("入力中")).to_be_hidden()

    def test_the_logs_stay_at_the_newest_message(self, server: PageServer, line: Locator, telegram: Locator) -> None:
        line_says(server, page_state.text("いちばん新しい"))
        expect(line.get_by_text("いちばん新しい")).to_be_in_viewport()
        expect(telegram.get_by_text("太極拳.ics")).to_be_in_viewport()

    def test_a_reader_of_old_messages_is_left_there(self, server: PageServer, page: Page, line: Locator) -> None:
        line.get_by_role("log").hover()
        page.mouse.wheel(0, -2000)
        expect(line.locator(".day").first).to_be_in_viewport()
        line_says(server, page_state.text("いちばん新しい"))
        expect(line.get_by_text("いちばん新しい")).to_be_attached()
        expect(line.get_by_text("いちばん新しい")).not_to_be_in_viewport()

    def test_the_picture_of_the_rich_menu(self, server: PageServer, line: Locator) -> None:
        server.change("a", "line", rich_menu=page_state.MENU | {"image": "/sim/static/photo.svg", "selected": True})
        expect(line.locator(".rich-picture > img")).to_be_visible()
        areas = line.locator(".rich-picture").get_by_role("button")
        assert [area.get_attribute("aria-label") for area in areas.all()] == [
            "さがす",
            "おすすめ",
            "申込の確認",
            "まなび手帳",
        ]
        assert width(areas.first) == pytest.approx(width(line.locator(".rich-picture")) / 2, abs=1)


class TestLineSends:
    def test_words(self, server: PageServer, page: Page, line: Locator) -> None:
        field = line.get_by_label("LINEのメッセージ")
        field.fill("こんにちは")
        field.press("Enter")
        assert deed(server, page) == {"resident": "a", "platform": "line", "do": "say", "text": "こんにちは"}
        expect(field).to_have_value("")

    def test_shift_enter_breaks_the_line_instead(self, server: PageServer, line: Locator) -> None:
        field = line.get_by_label("LINEのメッセージ")
        field.fill("一行目")
        field.press("Shift+Enter")
        expect(field).to_have_value("一行目\n")
        assert server.deeds == []

    def test_a_quick_reply_which_is_gone_afterwards(self, server: PageServer, page: Page, line: Locator) -> None:
        line.get_by_role("button", name="ほかの講座").click()
        action = page_state.QUICK[0]["action"]
        assert deed(server, page) == {
            "resident": "a",
            "platform": "line",
            "do": "tap",
            "quick_reply": True,
            "action": action,
        }
        server.change("a", "line", quick_reply=None)
        expect(line.get_by_role("button", name="ほかの講座")).to_be_hidden()

    def test_a_button_of_a_card_by_keyboard(self, server: PageServer, page: Page, line: Locator) -> None:
        button = line.get_by_role("group", name="おすすめの講座 2件").get_by_role("button", name="申し込む").last
        button.focus()
        button.press("Enter")
        action = page_state.postback("申し込む", "1:apply:12", displayText="「スマホでつなぐ家族の写真」に申し込む")
        assert deed(server, page) == {"resident": "a", "platform": "line", "do": "tap", "entry": "11", "action": action}

    @pytest.mark.parametrize(("label", "entry", "data"), [("60代", "2", "1:age:60"), ("取り消す", "8", "1:cancel:1")])
    def test_a_button_of_a_template(self, server: PageServer, page: Page, label: str, entry: str, data: str) -> None:
        page.get_by_role("button", name=label, exact=True).click()
        sent = deed(server, page)
        assert (sent["entry"], sent["action"]["data"]) == (entry, data)

    def test_a_picked_day(self, server: PageServer, page: Page, line: Locator) -> None:
        line.get_by_role("button", name="日をえらぶ").click()
        day = page.get_by_role("dialog", name="日をえらぶ").get_by_label("日付")
        assert [day.get_attribute(name) for name in ("type", "min", "max")] == ["date", "2026-06-10", "2026-07-31"]
        expect(day).to_have_value("2026-06-12")
        day.fill("2026-06-20")
        page.get_by_role("button", name="決定").click()
        assert deed(server, page)["picked"] == "2026-06-20"

    def test_a_day_not_picked_sends_nothing(self, server: PageServer, page: Page, line: Locator) -> None:
        line.get_by_role("button", name="日をえらぶ").click()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert server.deeds == []

    def test_an_area_of_the_rich_menu_which_folds_to_make_room(
        self, server: PageServer, page: Page, line: Locator
    ) -> None:
        bar = line.get_by_role("button", name="メニュー", exact=True)
        expect(bar).to_have_attribute("aria-expanded", "false")
        bar.click()
        line.get_by_role("button", name="おすすめ", exact=True).click()
        sent = deed(server, page)
        assert (sent["rich_menu"], sent["action"]["data"]) == (True, "1:recommend")
        expect(bar).to_have_attribute("aria-expanded", "false")

    def test_a_link_is_a_link(self, server: PageServer, line: Locator) -> None:
        link = line.get_by_role("link", name="地図")
        assert (link.get_attribute("href"), link.get_attribute("target")) == ("https://example.jp/map", "_blank")
        assert link.get_attribute("rel") == "noopener noreferrer"

    def test_a_place_where_the_action_asks_for_one(self, server: PageServer, page: Page, line: Locator) -> None:
        server.answers.append({"ok": True, "ask": "location"})
        line.get_by_role("button", name="近くでさがす").click()
        page.get_by_role("button", name="田無駅").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        sent = deeds(server, page, 2)[1]
        assert (sent["do"], sent["title"], sent["latitude"]) == ("location", "田無駅", 35.7273)

    def test_a_message_taken_back(self, server: PageServer, page: Page, line: Locator) -> None:
        said = line.locator(".said.mine", has_text="健康の講座をさがしています")
        said.get_by_role("button", name="送信を取り消す").focus()
        page.keyboard.press("Enter")
        assert deed(server, page) == {"resident": "a", "platform": "line", "do": "unsend", "entry": "9"}

    def test_a_sticker_from_the_phone(self, server: PageServer, page: Page, line: Locator) -> None:
        line.get_by_role("button", name="スタンプなどを送る").click()
        line.get_by_role("button", name="スタンプ", exact=True).click()
        assert deed(server, page) == {"resident": "a", "platform": "line", "do": "sticker"}

    def test_a_refusal_is_said(self, server: PageServer, page: Page, line: Locator) -> None:
        server.answers.append({"ok": False, "error": "もうありません"})
        line.get_by_role("button", name="土日だけ").click()
        expect(line.get_by_role("status").filter(has_text="もうありません")).to_be_visible()


class TestTelegramDraws:
    def test_formatted_text(self, telegram: Locator) -> None:
        words = telegram.locator("[data-entry='2'] .words")
        assert words.locator("b").inner_text() == "はじめての太極拳"
        assert words.locator("b u").inner_text() == "太極拳"
        assert words.locator("i").inner_text() == "6月16日(火)"
        assert words.locator("s").inner_text() == "無料"
        assert words.locator("code").inner_text() == "1:apply"
        assert words.locator("blockquote.expandable").count() == 1
        assert words.get_by_role("link", name="くわしく").get_attribute("href") == "https://example.jp/c/11"
        expect(words).to_contain_text("x < y &")

    def test_photos_files_and_places(self, telegram: Locator) -> None:
        expect(telegram.get_by_text("会場のようす")).to_be_attached()
        expect(telegram.get_by_text("太極拳.ics")).to_contain_text("812 B")
        expect(telegram.get_by_role("img", name="地図")).to_be_attached()

    def test_an_edit_changes_the_message_where_it_stands(self, server: PageServer, telegram: Locator) -> None:
        transcript = server.phone("a", "telegram")["transcript"]
        before = telegram.locator(".entries > *").count()
        edited = {"message_id": 2, "date": 1, "edit_date": 3, "text": "申込を受けつけました"}
        server.change(
            "a",
            "telegram",
            transcript=[each | {"message": edited} if each["id"] == "2" else each for each in transcript],
        )
        expect(telegram.locator("[data-entry='2']")).to_contain_text("申込を受けつけました編集済み")
        assert telegram.locator(".entries > *").count() == before
        expect(telegram.get_by_role("button", name="興味なし")).to_have_count(0)

    def test_a_toast_passes_by(self, server: PageServer, telegram: Locator) -> None:
        server.change(
            "a", "telegram", toast={"text": "のこしました", "show_alert": False, "at": page_state.at("10:01")}
        )
        expect(telegram.get_by_role("status").filter(has_text="のこしました")).to_be_visible()

    def test_an_alert_waits(self, server: PageServer, page: Page) -> None:
        server.change("a", "telegram", toast={"text": "定員です", "show_alert": True, "at": page_state.at("10:02")})
        page.get_by_role("dialog", name="定員です").get_by_role("button", name="OK").click()
        expect(page.get_by_role("dialog")).to_have_count(0)

    def test_typing(self, server: PageServer, telegram: Locator) -> None:
        server.change("a", "telegram", typing=True)
        expect(telegram.get_by_text("入力中…")).to_be_visible()


class TestTelegramSends:
    def test_an_inline_button(self, server: PageServer, page: Page, telegram: Locator) -> None:
        telegram.get_by_role("button", name="申し込む").click()
        assert deed(server, page) == {
            "resident": "a", "platform": "telegram", "do": "tap", "entry": "2", "action": page_state.INLINE[0][0],
        }  # fmt: skip

    def test_a_link_is_a_link_and_a_deep_link_starts(self, server: PageServer, page: Page, telegram: Locator) -> None:
        assert telegram.get_by_role("link", name="ホームページ").get_attribute("href") == "https://example.jp/"
        telegram.get_by_role("button", name="この講座").click()
        assert deed(server, page) == {"resident": "a", "platform": "telegram", "do": "start", "payload": "c_11"}

    def test_a_command_from_the_menu(self, server: PageServer, page: Page, telegram: Locator) -> None:
        telegram.get_by_role("button", name="メニュー").click()
        telegram.get_by_role("button", name="/find 講座をさがす").click()
        assert deed(server, page) == {"resident": "a", "platform": "telegram", "do": "say", "text": "/find"}
        expect(telegram.get_by_label("コマンド")).to_be_hidden()

    def test_a_slash_unfolds_the_menu(self, telegram: Locator) -> None:
        telegram.get_by_label("Telegramのメッセージ").fill("/")
        expect(telegram.get_by_label("コマンド")).to_be_visible()

    def test_a_key_says_its_text(self, server: PageServer, page: Page, telegram: Locator) -> None:
        telegram.get_by_role("button", name="あとで").click()
        assert deed(server, page) == {"resident": "a", "platform": "telegram", "do": "say", "text": "あとで"}

    def test_a_key_that_asks_for_the_place(self, server: PageServer, page: Page, telegram: Locator) -> None:
        telegram.get_by_role("button", name="近くの講座").click()
        page.get_by_role("button", name="保谷駅").click()
        sent = deed(server, page)
        assert (sent["do"], sent["title"]) == ("location", "保谷駅")


class TestControls:
    def test_the_first_contact(self, server: PageServer, page: Page, line: Locator, telegram: Locator) -> None:
        page.get_by_role("radio", name=re.compile("住民B")).click()
        expect(telegram.get_by_text("西東京市の講座をさがし")).to_be_visible()
        line.get_by_role("button", name="友だち追加").click()
        telegram.get_by_role("button", name="START").click()
        expect(line.get_by_text("健康の講座をさがしています")).to_have_count(0)
        sent = [(each["resident"], each["platform"], each["do"]) for each in deeds(server, page, 2)]
        assert sent == [("b", "line", "follow"), ("b", "telegram", "start")]

    def test_blocking_and_coming_back(self, server: PageServer, page: Page, line: Locator) -> None:
        page.get_by_role("button", name="LINE: ブロック", exact=True).click()
        assert deed(server, page)["do"] == "block"
        server.change("a", "line", friend=False, blocked=True)
        line.get_by_role("button", name="ブロック解除").click()
        expect(page.get_by_role("button", name="LINE: スタンプ")).to_be_disabled()
        assert deeds(server, page, 2)[1]["do"] == "unblock"

    @pytest.mark.parametrize(
        ("label", "minutes"),
        [("+1時間", 60), ("+6時間", 360), ("翌日 8:00", 22 * 60), ("翌日 18:00", 32 * 60), ("+1週間", 7 * 24 * 60)],
    )
    def test_the_clock(self, server: PageServer, page: Page, label: str, minutes: int) -> None:
        with page.expect_response("**/sim/clock"):
            page.get_by_role("button", name=label, exact=True).click()
        assert server.moved == [minutes]

    def test_the_clock_shows_the_city_s_time(self, server: PageServer, page: Page) -> None:
        server.tell({"clock": "2026-06-11T08:05:00+09:00"})
        expect(page.get_by_role("timer")).to_have_text("6月11日(木)08:05")

    def test_a_start_link(self, server: PageServer, page: Page) -> None:
        page.get_by_label("startリンクの中身").fill("c_12")
        page.get_by_role("button", name="startリンクを開く").click()
        assert deed(server, page) == {"resident": "a", "platform": "telegram", "do": "start", "payload": "c_12"}

    def test_news_for_somebody_else_is_counted(self, server: PageServer, page: Page) -> None:
        line_says(server, page_state.text("あした 6月11日(木) 10:00〜"), resident="b", friend=True)
        other = page.get_by_role("radio", name=re.compile("住民B"))
        expect(other.locator(".unread")).to_have_text(re.compile("^1"))
        other.click()
        expect(other.locator(".unread")).to_have_count(0)

    def test_residents_by_arrow_keys(self, page: Page) -> None:
        page.get_by_role("radio", name=re.compile("住民A")).focus()
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("radio", name=re.compile("住民B"))).to_be_checked()
        expect(page.get_by_role("radio", name=re.compile("住民B"))).to_be_focused()


class TestNobodyIsHarmed:
    HOSTILE = "<img src=x onerror=\"console.log('harm')\"><script>console.log('harm')</script>"

    def test_text_stays_text(self, server: PageServer, line: Locator, telegram: Locator) -> None:
        line_says(server, page_state.text(self.HOSTILE))
        telegram_says(server, self.HOSTILE, entities=[{"type": "bold", "offset": 0, "length": 5}])
        expect(line.locator(".bubble").last).to_have_text(self.HOSTILE)
        expect(telegram.locator(".words").last).to_have_text(self.HOSTILE)

    def test_addresses_of_other_schemes_lead_nowhere(
        self, server: PageServer, line: Locator, telegram: Locator
    ) -> None:
        bad = "javascript:console.log('harm')"
        action = {"type": "uri", "label": "わるいリンク", "uri": bad}
        buttons = {
            "type": "buttons",
            "text": "わるい",
            "actions": [action],
            "thumbnailImageUrl": "data:image/png;base64,AA",
        }
        line_says(server, {"type": "template", "altText": "わるい", "template": buttons})
        telegram_says(
            server, "ここ", entities=[{"type": "text_link", "offset": 0, "length": 2, "url": bad}],
            reply_markup={"inline_keyboard": [[{"text": "わるいボタン", "url": bad}]]},
        )  # fmt: skip
        line.get_by_text("わるいリンク").click()
        telegram.get_by_text("わるいボタン").click()
        assert line.locator("[href^=javascript], img[src^=data]").count() == 0
        assert telegram.locator("[href^=javascript]").count() == 0


class TestEverybodyIsServed:
    def test_everything_pressed_has_a_name(self, page: Page) -> None:
        assert page.evaluate(NAMELESS) == []

    def test_text_stands_out_from_its_ground(self, page: Page) -> None:
        assert page.evaluate(CONTRAST) == []

    def test_the_first_contact_stands_out_too(self, page: Page) -> None:
        page.get_by_role("radio", name=re.compile("住民B")).click()
        assert page.evaluate(CONTRAST) == []

    def test_the_logs_speak_up(self, page: Page) -> None:
        logs = page.get_by_role("log")
        assert [log.get_attribute("aria-live") for log in logs.all()] == ["polite", "polite"]
        assert [log.get_attribute("aria-label") for log in logs.all()] == ["LINEのトーク", "Telegramのチャット"]

    def test_everything_is_reached_by_tab(self, page: Page) -> None:
        reached = set()
        for _press in range(90):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("() => document.activeElement.textContent || document.activeElement.ariaLabel"))
        assert {"+1時間", "ほかの講座", "申し込む", "興味なし", "メニュー", "近くの講座", "取り消す"} <= reached

    def test_nothing_moves_for_those_who_ask(self, page: Page, server: PageServer, line: Locator) -> None:
        page.emulate_media(reduced_motion="reduce")
        line_says(server, page_state.text("しずかに"))
        assert css(line.locator(".arriving").last, "animation-duration") in {"1e-05s", "0.00001s"}

    def test_a_narrow_screen_shows_one_thing_at_a_time(self, page: Page, line: Locator, telegram: Locator) -> None:
        page.set_viewport_size(MOBILE)
        for tab, shown in (("LINE", line), ("Telegram", telegram), ("操作・時計", page.get_by_role("timer"))):
            page.get_by_role("tab", name=tab).click()
            expect(shown).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth") == MOBILE["width"]
            assert page.evaluate(CONTRAST) == []
        expect(line).to_be_hidden()

    def test_news_on_the_hidden_phone_is_counted(self, page: Page, server: PageServer) -> None:
        page.set_viewport_size(MOBILE)
        telegram_says(server, "あした 10:00〜")
        expect(page.get_by_role("tab", name="Telegram").locator(".unread")).to_have_text("1")
