"""The bot to compare with, written as the examples of LINE's SDK are: FastAPI, WebhookParser, Flex messages as models.

It understands and searches with our own code and shows the same ten cards, box by box, and the same steps under them.
It keeps nothing: no inbox, no residents, no record of what was sent; so whatever it costs more is the price of the way
it is written.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import uvicorn
import uvloop
from fastapi import FastAPI, HTTPException, Request
from linebot.v3 import WebhookParser
from linebot.v3.exceptions import InvalidSignatureError
from linebot.v3.messaging import (
    AsyncApiClient,
    AsyncMessagingApi,
    Configuration,
    FlexBox,
    FlexBubble,
    FlexButton,
    FlexCarousel,
    FlexMessage,
    FlexText,
    PostbackAction,
    QuickReply,
    QuickReplyItem,
    ReplyMessageRequest,
    TextMessage,
)
from linebot.v3.webhooks import MessageEvent, TextMessageContent

from catalog.database import Database
from catalog.search.catalogue import Catalogue
from handlers import cards
from handlers.messages import Button, Card, Tone
from handlers.understanding import understand, warm_up
from scheduler.clock import SystemClock
from tests.bench.fake_line import SECRET, TOKEN
from tests.conftest import TOKYO

PAGE = 10
# The steps that stand under our own answer, too.
STEPS = (
    ("次の10件", "1:find.more:1:1"),
    ("無料だけ", "1:find.refine:1:free"),
    ("土日だけ", "1:find.refine:1:weekend"),
    ("近くだけ", "1:find.refine:1:near"),
    ("子どもと", "1:find.refine:1:kids"),
    ("保育あり", "1:find.refine:1:childcare"),
    ("メニュー", "1:home"),
)


def create_app(database_url: str, api_base: str, clock: SystemClock) -> FastAPI:
    """The example bot over the courses of this database, which it reads once at start."""
    catalogue = Catalogue()
    parser = WebhookParser(SECRET)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database = Database(database_url)
        await catalogue.load(database)
        await database.close()
        warm_up()
        async with AsyncApiClient(Configuration(host=api_base, access_token=TOKEN)) as client:
            app.state.line = AsyncMessagingApi(client)
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/callback")
    async def callback(request: Request) -> str:
        body = (await request.body()).decode()
        try:
            events = parser.parse(body, request.headers["X-Line-Signature"])
        except InvalidSignatureError:
            raise HTTPException(status_code=400, detail="invalid signature") from None
        for event in events:
            if isinstance(event, MessageEvent) and isinstance(event.message, TextMessageContent):
                messages = answer(event.message.text)
                await app.state.line.reply_message(
                    ReplyMessageRequest(reply_token=event.reply_token, messages=messages)
                )
        return "OK"

    @app.get("/readyz")
    async def ready() -> str:
        return "OK"

    def answer(text: str) -> list[TextMessage | FlexMessage]:
        now = clock.now()
        understood = understand(text, now=now, zone=TOKYO, places=catalogue.index.places)
        result = catalogue.index.search(understood.criteria, now=now, zone=TOKYO)
        at = cards.At(now, TOKYO)
        shown = [
            cards.short_card(at, hit.course, None, cards.reason_words(hit.course, hit.reasons))
            for hit in result.hits[:PAGE]
        ]
        return [
            TextMessage(text=f"{len(result.hits)}件見つかりました。"),
            FlexMessage(
                alt_text=f"{len(result.hits)}件の講座",
                contents=FlexCarousel(contents=[bubble(card) for card in shown]),
                quick_reply=QuickReply(items=[QuickReplyItem(action=_tap(label, data)) for label, data in STEPS]),
            ),
        ]

    return app


def bubble(card: Card) -> FlexBubble:
    """One course, box by box as our own card."""
    parts: list[FlexBox | FlexText] = [
        FlexText(text=card.title, wrap=True, weight="bold", size="lg", color="#17211F", max_lines=3),
        FlexBox(layout="vertical", spacing="xs", contents=[_text(line, "#46534F") for line in card.lines]),
    ]
    if card.badge:
        parts.insert(0, FlexBox(layout="horizontal", contents=[_pill(card.badge)]))
    if card.reason:
        reason = [_text(card.reason, "#0B5A53")]
        parts.append(
            FlexBox(
                layout="vertical", background_color="#E6F4F1", corner_radius="8px", padding_all="10px", contents=reason
            )
        )
    return FlexBubble(
        size="mega",
        body=FlexBox(layout="vertical", spacing="md", padding_all="18px", contents=parts),
        footer=FlexBox(
            layout="vertical", spacing="sm", padding_all="12px", contents=[_button(one) for one in card.buttons]
        ),
    )


def _text(text: str, color: str) -> FlexText:
    return FlexText(text=text, wrap=True, size="sm", color=color)


def _pill(text: str) -> FlexBox:
    return FlexBox(
        layout="vertical",
        flex=0,
        background_color="#E6F4F1",
        corner_radius="20px",
        padding_start="12px",
        padding_end="12px",
        padding_top="4px",
        padding_bottom="4px",
        contents=[FlexText(text=text, size="sm", weight="bold", color="#0B5A53")],
    )


def _button(button: Button) -> FlexButton:
    return FlexButton(
        style="primary" if button.tone is Tone.PRIMARY else "link",
        color="#0F766E",
        height="sm",
        action=_tap(button.label, button.action),
    )


def _tap(label: str, data: str) -> PostbackAction:
    return PostbackAction(label=label, data=data, display_text=label)


def main(port: int) -> None:
    """Serves on the port with the same server as ours; the rest comes from the environment, as for ours."""
    clock = SystemClock(datetime.fromisoformat(os.environ["MANABI_CLOCK"]))
    app = create_app(os.environ["MANABI_DATABASE_URL"], os.environ["MANABI_LINE_API_BASE"], clock)
    config = uvicorn.Config(app, host="127.0.0.1", port=port, http="httptools", log_config=None, access_log=False)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main(int(sys.argv[1]))
