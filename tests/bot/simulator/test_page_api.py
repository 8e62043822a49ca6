"""The routes that the page uses, as CONTRACT.md has them."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.simulator.app import running
from bot.simulator.phones import Simulator
from tests.bot.simulator.conftest import Listener

Json = dict[str, Any]


@pytest.fixture
async def page(base_url: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(base_url) as session:
        yield session


async def post(page: aiohttp.ClientSession, path: str, body: Any) -> tuple[int, Json]:
    async with page.post(path, json=body) as response:
        return response.status, await response.json()


async def get(page: aiohttp.ClientSession, path: str) -> Json:
    async with page.get(path) as response:
        answer: Json = await response.json()
        return answer


async def test_the_state_holds_everyone(page: aiohttp.ClientSession) -> None:
    state = await get(page, "/sim/state")
    assert datetime.fromisoformat(state["clock"]).utcoffset() == timedelta(hours=9)
    assert [resident["key"] for resident in state["residents"]] == ["a", "b", "c", "d"]
    first = state["residents"][0]
    assert first["line"] == await get(page, "/sim/state/a/line")
    assert first["line"].keys() == {
        "user_id", "friend", "blocked", "version", "loading", "rich_menu", "quick_reply", "transcript"
    }  # fmt: skip
    assert first["telegram"].keys() == {
        "chat_id", "started", "blocked", "version", "typing", "commands", "menu_button", "reply_keyboard", "toast",
        "transcript",
    }  # fmt: skip
    async with page.get("/sim/state/z/line") as response:
        assert response.status == 404


async def test_acts(page: aiohttp.ClientSession, listener: Listener) -> None:
    line = {"resident": "a", "platform": "line"}
    assert await post(page, "/sim/act", {**line, "do": "follow"}) == (200, {"ok": True})
    assert await post(page, "/sim/act", {**line, "do": "say", "text": "習字"}) == (200, {"ok": True})
    transcript = (await get(page, "/sim/state/a/line"))["transcript"]
    assert [(entry["from"], entry.get("what"), entry.get("message")) for entry in transcript] == [
        ("system", "follow", None),
        ("me", None, {"type": "text", "text": "習字"}),
    ]
    assert len(listener.heard) == 2


@pytest.mark.parametrize(
    "body",
    [
        {"resident": "a", "platform": "line", "do": "say", "text": "まだ友だちではない"},
        {"resident": "a", "platform": "line", "do": "state"},
        {"resident": "z", "platform": "line", "do": "follow"},
        {"resident": "a", "platform": "fax", "do": "say"},
        {"resident": "a", "platform": "telegram", "do": "start", "surprise": 1},
        {"resident": "a", "platform": "telegram", "do": "tap"},
        [],
    ],
)
async def test_what_cannot_be_done_is_400(page: aiohttp.ClientSession, body: Any) -> None:
    status, answer = await post(page, "/sim/act", body)
    assert (status, answer["ok"]) == (400, False)


async def test_changes_are_streamed(simulator: Simulator, page: aiohttp.ClientSession) -> None:
    async with page.get("/sim/events") as stream, asyncio.timeout(5):
        assert stream.content_type == "text/event-stream"
        assert "clock" in await next_event(stream)
        await simulator.residents["b"].telegram.start()
        assert await next_event(stream) == {"resident": "b", "platform": "telegram", "version": 1}


async def next_event(stream: aiohttp.ClientResponse) -> Json:
    while True:
        line = await stream.content.readline()
        if line.startswith(b"data: "):
            event: Json = json.loads(line[6:])
            return event


async def test_the_clock_moves_by_the_callers_hand() -> None:
    moments = [datetime(2026, 6, 10, 1, 0, tzinfo=UTC)]

    async def move(minutes: float) -> None:
        moments.append(moments[-1] + timedelta(minutes=minutes))

    simulator = Simulator(now=lambda: moments[-1], on_clock=move)
    async with running(simulator) as base_url, aiohttp.ClientSession(base_url) as page:
        status, answer = await post(page, "/sim/clock", {"minutes": 60})
        assert (status, answer) == (200, {"ok": True, "clock": "2026-06-10T11:00:00+09:00"})
        assert (await post(page, "/sim/clock", {"minutes": "viel"}))[0] == 400


async def test_images_are_served(simulator: Simulator, page: aiohttp.ClientSession) -> None:
    menu_id = simulator.line.create_menu({"name": "見本"})
    simulator.line.menus[menu_id].image, simulator.line.menus[menu_id].image_type = b"png", "image/png"
    file_id = simulator.telegram.keep_file(b"jpeg", "photo", "image/jpeg")
    for path, kind, content in (("richmenu", "image/png", b"png"), ("file", "image/jpeg", b"jpeg")):
        async with page.get(f"/sim/media/{path}/{menu_id if path == 'richmenu' else file_id}") as response:
            assert (response.content_type, await response.read()) == (kind, content)
    async with page.get("/sim/media/richmenu/none") as response:
        assert response.status == 404
