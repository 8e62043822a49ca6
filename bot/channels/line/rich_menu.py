"""The menu below the chat: six areas under one picture, put in place once and replaced when it changes."""

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

import orjson
import structlog

from bot.channels.line.transport import Transport
from bot.channels.reading import text
from handlers.actions import encode

log = structlog.get_logger()

WIDTH, HEIGHT = 2500, 1686
COLUMNS, ROWS = 3, 2

# Label and button code, row by row: as they stand in the picture (see `rich_menu_image`).
AREAS = (
    ("さがす", encode("find")),
    ("おすすめ", encode("recommend")),
    ("申込を見る", encode("mine")),
    ("カレンダー", encode("mine.calendar")),
    ("家族・設定", encode("settings")),
    ("ヘルプ", encode("help")),
)

_PREFIX = "manabi-"


def cell(position: int) -> tuple[int, int, int, int]:
    """Left, top, width and height of an area, in the picture's pixels; the areas cover it without gaps."""
    row, column = divmod(position, COLUMNS)
    left, right = WIDTH * column // COLUMNS, WIDTH * (column + 1) // COLUMNS
    top, bottom = HEIGHT * row // ROWS, HEIGHT * (row + 1) // ROWS
    return left, top, right - left, bottom - top


@cache
def picture() -> bytes:
    """The picture as shipped: a PNG below LINE's 1 MB, drawn ahead so that no font is needed where the bot runs."""
    return files(__package__).joinpath("rich_menu.png").read_bytes()


def definition() -> dict[str, Any]:
    """The menu as LINE takes it. Its name tells its content, so that a change is seen."""
    menu: dict[str, Any] = {
        "size": {"width": WIDTH, "height": HEIGHT},
        "selected": True,
        "chatBarText": "メニュー",
        "areas": [_area(position, *area) for position, area in enumerate(AREAS)],
    }
    digest = hashlib.sha256(orjson.dumps(menu) + picture()).hexdigest()[:16]
    return menu | {"name": _PREFIX + digest}


def _area(position: int, label: str, code: str) -> dict[str, Any]:
    left, top, width, height = cell(position)
    return {
        "bounds": {"x": left, "y": top, "width": width, "height": height},
        "action": {"type": "postback", "label": label, "data": code, "displayText": label},
    }


async def install(transport: Transport) -> bool:
    """Makes today's menu everybody's. Costs one or two calls where nothing changed. False where LINE refused."""
    menu = definition()
    listed = await transport.call("GET", "/v2/bot/richmenu/list")
    if not listed.ok:
        return False
    menus = listed.body.get("richmenus")
    ours = {text(one, "name"): text(one, "richMenuId") for one in menus} if isinstance(menus, list) else {}
    menu_id = ours.get(menu["name"]) or await _create(transport, menu)
    if not menu_id or not await _make_default(transport, menu_id):
        return False
    for name, old_id in ours.items():
        if name.startswith(_PREFIX) and old_id != menu_id:
            await transport.call("DELETE", f"/v2/bot/richmenu/{old_id}")
    return True


async def _create(transport: Transport, menu: dict[str, Any]) -> str:
    """The id of a new menu with its picture; an empty text where LINE refused, with nothing left behind."""
    created = await transport.call("POST", "/v2/bot/richmenu", menu)
    menu_id = text(created.body, "richMenuId")
    if not created.ok or not menu_id:
        return ""
    uploaded = await transport.upload(f"/v2/bot/richmenu/{menu_id}/content", picture(), "image/png")
    if uploaded.ok:
        log.info("rich_menu_created", rich_menu=menu_id)
        return menu_id
    await transport.call("DELETE", f"/v2/bot/richmenu/{menu_id}")
    return ""


async def _make_default(transport: Transport, menu_id: str) -> bool:
    current = await transport.call("GET", "/v2/bot/user/all/richmenu")
    if current.ok and text(current.body, "richMenuId") == menu_id:
        return True
    return (await transport.call("POST", f"/v2/bot/user/all/richmenu/{menu_id}")).ok
