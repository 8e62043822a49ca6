"""LINE's rich menu endpoints, those of the data API included."""

import re

from starlette.routing import BaseRoute

from bot.simulator.gate import Answer
from bot.simulator.line_api import Json, LineApi, LineCall, RefusedByLineError, invalid, refuse_flaws
from bot.simulator.line_limits import RECIPIENTS, check_menu_image, check_rich_menu
from bot.simulator.line_platform import LinePlatform, RichMenu

MENUS = 1000
_ALIAS = re.compile(r"[a-z0-9_-]{1,32}")


def not_found(what: str) -> RefusedByLineError:
    """LINE's 404 with its own words."""
    return RefusedByLineError(404, f"{what} not found")


class LineMenus:
    """The rich menu part of the API."""

    def __init__(self, api: LineApi) -> None:
        self._api = api
        self._platform: LinePlatform = api.platform

    def routes(self) -> list[BaseRoute]:
        """All routes of this part; fixed names before parameters."""
        route = self._api.route
        menu, alias, user = "/v2/bot/richmenu", "/v2/bot/richmenu/alias", "/v2/bot/user"
        return [
            route("POST", menu, self.create, "richmenu-create"),
            route("POST", f"{menu}/validate", self.validate),
            route("GET", f"{menu}/list", self.list_all),
            route("POST", alias, self.create_alias),
            route("GET", f"{alias}/list", self.list_aliases),
            route("GET", f"{alias}/{{alias_id}}", self.get_alias),
            route("POST", f"{alias}/{{alias_id}}", self.update_alias),
            route("DELETE", f"{alias}/{{alias_id}}", self.delete_alias, "alias-delete"),
            route("POST", f"{menu}/bulk/link", self.link_many),
            route("POST", f"{menu}/bulk/unlink", self.unlink_many),
            route("GET", f"{menu}/{{menu_id}}", self.get),
            route("DELETE", f"{menu}/{{menu_id}}", self.delete, "richmenu-delete"),
            route("POST", f"{menu}/{{menu_id}}/content", self.upload),
            route("GET", f"{menu}/{{menu_id}}/content", self.download),
            route("GET", f"{user}/all/richmenu", self.get_default),
            route("DELETE", f"{user}/all/richmenu", self.cancel_default),
            route("POST", f"{user}/all/richmenu/{{menu_id}}", self.set_default),
            route("GET", f"{user}/{{user_id}}/richmenu", self.get_of_user),
            route("DELETE", f"{user}/{{user_id}}/richmenu", self.unlink),
            route("POST", f"{user}/{{user_id}}/richmenu/{{menu_id}}", self.link),
        ]

    def _menu(self, menu_id: str) -> RichMenu:
        menu = self._platform.menus.get(menu_id)
        if menu is None:
            raise not_found("richmenu")
        return menu

    def _menu_with_image(self, menu_id: str) -> RichMenu:
        menu = self._menu(menu_id)
        if not menu.image:
            raise RefusedByLineError(400, "must upload richmenu image before applying it to user")
        return menu

    async def create(self, call: LineCall) -> Answer:
        refuse_flaws(check_rich_menu(call.body))
        if len(self._platform.menus) >= MENUS:
            raise RefusedByLineError(400, "The maximum number of rich menus has been reached")
        return Answer(200, {"richMenuId": self._platform.create_menu(call.body)})

    async def validate(self, call: LineCall) -> Answer:
        refuse_flaws(check_rich_menu(call.body))
        return Answer(200, {})

    async def list_all(self, call: LineCall) -> Answer:
        return Answer(200, {"richmenus": [menu.content for menu in self._platform.menus.values()]})

    async def get(self, call: LineCall) -> Answer:
        return Answer(200, self._menu(call.param("menu_id")).content)

    async def delete(self, call: LineCall) -> Answer:
        self._menu(call.param("menu_id"))
        self._platform.delete_menu(call.param("menu_id"))
        return Answer(200, {})

    async def upload(self, call: LineCall) -> Answer:
        menu = self._menu(call.param("menu_id"))
        if menu.image:
            raise RefusedByLineError(400, "An image has already been uploaded to the richmenu")
        kind = call.request.headers.get("content-type", "")
        fault = check_menu_image(call.raw, kind, menu.content["size"])
        if fault:
            raise RefusedByLineError(400, fault)
        menu.image, menu.image_type = call.raw, kind
        return Answer(200, {})

    async def download(self, call: LineCall) -> Answer:
        menu = self._menu(call.param("menu_id"))
        if not menu.image:
            raise not_found("image")
        return Answer(200, headers={"content-type": menu.image_type}, raw=menu.image)

    async def get_default(self, call: LineCall) -> Answer:
        if self._platform.default_menu is None:
            raise not_found("no default richmenu")
        return Answer(200, {"richMenuId": self._platform.default_menu})

    async def set_default(self, call: LineCall) -> Answer:
        self._menu_with_image(call.param("menu_id"))
        self._platform.set_default_menu(call.param("menu_id"))
        return Answer(200, {})

    async def cancel_default(self, call: LineCall) -> Answer:
        self._platform.set_default_menu(None)
        return Answer(200, {})

    async def get_of_user(self, call: LineCall) -> Answer:
        menu_id = self._platform.linked_menus.get(call.param("user_id"))
        if menu_id is None:
            raise not_found("the user has no richmenu")
        return Answer(200, {"richMenuId": menu_id})

    async def link(self, call: LineCall) -> Answer:
        self._menu_with_image(call.param("menu_id"))
        self._user(call.param("user_id"))
        self._platform.link_menu(call.param("user_id"), call.param("menu_id"))
        return Answer(200, {})

    async def unlink(self, call: LineCall) -> Answer:
        self._user(call.param("user_id"))
        self._platform.link_menu(call.param("user_id"), None)
        return Answer(200, {})

    def _user(self, user_id: str) -> None:
        if not re.fullmatch(r"U[0-9a-f]{32}", user_id):
            raise RefusedByLineError(400, "The value for the 'userId' parameter is invalid")

    async def link_many(self, call: LineCall) -> Answer:
        self._menu_with_image(str(call.body.get("richMenuId")))
        for user_id in self._users(call.body):
            self._platform.link_menu(user_id, call.body["richMenuId"])
        return Answer(202, {})

    async def unlink_many(self, call: LineCall) -> Answer:
        for user_id in self._users(call.body):
            self._platform.link_menu(user_id, None)
        return Answer(202, {})

    def _users(self, body: Json) -> list[str]:
        users = body.get("userIds")
        if not isinstance(users, list) or not 1 <= len(users) <= RECIPIENTS:
            raise invalid("userIds")
        for user_id in users:
            self._user(str(user_id))
        return users

    async def create_alias(self, call: LineCall) -> Answer:
        alias, menu_id = str(call.body.get("richMenuAliasId")), str(call.body.get("richMenuId"))
        if not _ALIAS.fullmatch(alias):
            raise invalid("richMenuAliasId")
        if menu_id not in self._platform.menus or not self._platform.menus[menu_id].image:
            raise RefusedByLineError(400, "richmenu not found")
        if alias in self._platform.aliases:
            raise RefusedByLineError(400, "conflict richmenu alias id")
        self._platform.aliases[alias] = menu_id
        return Answer(200, {})

    async def list_aliases(self, call: LineCall) -> Answer:
        return Answer(200, {"aliases": [self._shown_alias(alias) for alias in self._platform.aliases]})

    async def get_alias(self, call: LineCall) -> Answer:
        return Answer(200, self._shown_alias(call.param("alias_id")))

    async def update_alias(self, call: LineCall) -> Answer:
        self._shown_alias(call.param("alias_id"))
        menu_id = str(call.body.get("richMenuId"))
        if menu_id not in self._platform.menus:
            raise RefusedByLineError(400, "richmenu not found")
        self._platform.aliases[call.param("alias_id")] = menu_id
        self._platform.refresh_all()
        return Answer(200, {})

    async def delete_alias(self, call: LineCall) -> Answer:
        self._shown_alias(call.param("alias_id"))
        del self._platform.aliases[call.param("alias_id")]
        return Answer(200, {})

    def _shown_alias(self, alias: str) -> Json:
        if alias not in self._platform.aliases:
            raise not_found("richmenu alias")
        return {"richMenuAliasId": alias, "richMenuId": self._platform.aliases[alias]}
