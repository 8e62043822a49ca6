"""LINE as the bots under measurement need it: an API that takes every message, and residents who write."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from time import perf_counter
from typing import Any

from aiohttp import ClientSession, TCPConnector, web

SECRET = "bench-secret"
TOKEN = "bench-token"
PATIENCE = 20.0  # seconds until an answer is taken for lost

# Each finds ten courses and more, and each has its own mixture of subject, age, day and fee.
QUERIES = (
    *("無料の体操", "料理を習いたい", "スマホの使い方", "英会話", "ヨガ", "パソコン教室", "健康づくり"),
    *(
        "絵本の読み聞かせ",
        "小学生の科学実験",
        "シニア向けの運動",
        "平日の午前に歴史の話",
        "防災の講座",
        "俳句を作りたい",
    ),
    *("ピアノやギターなど音楽", "赤ちゃんと体操", "園芸や花", "子育ての悩み"),
    *("親子で工作", "初心者の卓球", "写真を上手に撮りたい"),
)

# The same wishes in words that nobody has used before, a list for each round.
_ENDINGS = (
    *("を教えてください", "の講座はありますか", "に参加したいです", "を探しています"),
    *("について知りたい", "、なにかありますか", "の会、まだ入れますか", "をやってみたい"),
)
NEW_QUERIES = tuple(tuple(query + ending for query in QUERIES) for ending in _ENDINGS)


class FakeLine:
    """The API at `base`, which hands each reply to whoever waits for its token; and `ask`, a resident writing."""

    def __init__(self, base: str, session: ClientSession) -> None:
        self.base = base
        self._session = session
        self._numbers = count(1)
        self._waiting: dict[str, asyncio.Future[tuple[float, bytes]]] = {}

    async def ask(self, webhook: str, resident: str, text: str) -> tuple[float, bytes]:
        """Writes to the bot. Returns the seconds until its reply arrived, and the reply's body.

        Raises TimeoutError.
        """
        number = next(self._numbers)
        token = f"token-{number}"
        answered = self._waiting[token] = asyncio.get_running_loop().create_future()
        body = _webhook_body(number, resident, text, token)
        started = perf_counter()
        async with self._session.post(webhook, data=body, headers=_headers(body)) as response:
            response.raise_for_status()
            await response.read()
        async with asyncio.timeout(PATIENCE):
            arrived, reply = await answered
        return arrived - started, reply

    async def take(self, request: web.Request) -> web.Response:
        """Every call of the API: a reply is matched by its token, and anything else is just as welcome."""
        body = await request.read()
        if request.path.endswith("/message/reply"):
            waiting = self._waiting.pop(json.loads(body)["replyToken"], None)
            if waiting is not None and not waiting.done():
                waiting.set_result((perf_counter(), body))
        return web.json_response({"sentMessages": [{"id": "1", "quoteToken": "q"}]})


@asynccontextmanager
async def fake_line() -> AsyncIterator[FakeLine]:
    """Serves the API on a free port of this machine."""
    async with ClientSession(connector=TCPConnector(limit=64)) as session:
        line = FakeLine("", session)
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", line.take)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        line.base = "http://{}:{}".format(*runner.addresses[0])
        try:
            yield line
        finally:
            await runner.cleanup()


def _webhook_body(number: int, resident: str, text: str, token: str) -> bytes:
    event: dict[str, Any] = {
        "type": "message",
        "mode": "active",
        "timestamp": 1_780_000_000_000 + number,
        "source": {"type": "user", "userId": resident},
        "webhookEventId": f"01BENCH{number:019}",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": token,
        "message": {"id": str(number), "type": "text", "quoteToken": "q", "text": text},
    }
    return json.dumps({"destination": "U" + "0" * 32, "events": [event]}, ensure_ascii=False).encode()


def _headers(body: bytes) -> dict[str, str]:
    signature = base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()
    return {"x-line-signature": signature, "content-type": "application/json"}
