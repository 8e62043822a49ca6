"""Telegram's Bot API over HTTP: decoding of calls, updates, the bot's settings. Messages are in `telegram_messages`."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.simulator.calls import Calls, Fault, Faults, Trouble
from bot.simulator.gate import Answer, Gate
from bot.simulator.telegram_limits import Refused, bad_request, check_commands, check_length, check_webhook
from bot.simulator.telegram_messages import TelegramMessages, Upload
from bot.simulator.telegram_platform import TelegramPlatform, too_many_requests
from catalog.models.resident import Platform

Json = dict[str, Any]
Method = Callable[[Json], Awaitable[Any]]

# parameters that are objects, lists, numbers or booleans, serialised as JSON where the body is a form
_SERIALISED = {
    "allowed_updates",
    "caption_entities",
    "commands",
    "disable_notification",
    "drop_pending_updates",
    "entities",
    "latitude",
    "limit",
    "link_preview_options",
    "longitude",
    "max_connections",
    "menu_button",
    "message_id",
    "offset",
    "protect_content",
    "reply_markup",
    "reply_parameters",
    "scope",
    "show_alert",
    "timeout",
}


class TelegramApi:
    """All methods of one bot, by name in lower case: the Bot API does not care."""

    def __init__(self, platform: TelegramPlatform, calls: Calls, faults: Faults) -> None:
        self.platform = platform
        self._gate = Gate(Platform.TELEGRAM, calls, faults, _in_telegrams_words)
        messages = TelegramMessages(platform)
        self._methods: dict[str, Method] = {
            "getme": self.get_me,
            "getupdates": self.get_updates,
            "setwebhook": self.set_webhook,
            "deletewebhook": self.delete_webhook,
            "getwebhookinfo": self.webhook_info,
            "setmycommands": self.set_commands,
            "getmycommands": self.get_commands,
            "deletemycommands": self.delete_commands,
            "setmyname": self.set_name,
            "setmydescription": self.set_description,
            "setmyshortdescription": self.set_short_description,
            "setchatmenubutton": self.set_menu_button,
            "getchatmenubutton": self.get_menu_button,
            "sendmessage": messages.send_message,
            "sendphoto": messages.send_photo,
            "senddocument": messages.send_document,
            "sendlocation": messages.send_location,
            "sendvenue": messages.send_venue,
            "sendchataction": messages.send_chat_action,
            "editmessagetext": messages.edit_text,
            "editmessagecaption": messages.edit_caption,
            "editmessagereplymarkup": messages.edit_markup,
            "deletemessage": messages.delete,
            "answercallbackquery": messages.answer_callback,
        }
        platform.courier.on_answer = self._answered_by_webhook

    def routes(self) -> list[BaseRoute]:
        """One route: the token and the method are parts of the path."""
        return [Route("/bot{token}/{method}", self._endpoint, methods=["GET", "POST"])]

    async def _endpoint(self, request: Request) -> Response:
        method, token = request.path_params["method"], request.path_params["token"]
        params = await _read_params(request)

        async def carry_out() -> Answer:
            if token != self.platform.token:
                return _refusal(Refused("Not Found", code=404))
            return await self.call(method, params)

        return await self._gate.pass_through(request, method, _recordable(params), carry_out)

    async def call(self, method: str, params: Json) -> Answer:
        """Carries out one method."""
        known = self._methods.get(method.lower())
        try:
            if known is None:
                raise Refused("Not Found: method not found", code=404)
            return Answer(200, {"ok": True, "result": await known(params)})
        except Refused as refused:
            return _refusal(refused)

    async def _answered_by_webhook(self, call: Json) -> None:
        await self.call(str(call.pop("method")), call)

    async def get_me(self, params: Json) -> Json:
        abilities = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
        return self.platform.user | abilities

    async def get_updates(self, params: Json) -> list[Json]:
        courier = self.platform.courier
        if courier.url:
            reason = (
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
            raise Refused(f"Conflict: {reason}", code=409)
        if "allowed_updates" in params:
            self.platform.allowed_updates = list(params["allowed_updates"] or [])
        limit = min(100, max(1, int(params.get("limit") or 100)))
        return await courier.poll(int(params.get("offset") or 0), limit, float(params.get("timeout") or 0))

    async def set_webhook(self, params: Json) -> bool:
        url, secret = str(params.get("url") or ""), params.get("secret_token")
        check_webhook(url, secret)
        if not 1 <= int(params.get("max_connections") or 40) <= 100:
            raise bad_request("max_connections must be between 1 and 100")
        if "allowed_updates" in params:
            self.platform.allowed_updates = list(params["allowed_updates"] or [])
        if params.get("drop_pending_updates"):
            self.platform.courier.drop_pending()
        self.platform.courier.url, self.platform.courier.secret = url, secret
        return True

    async def delete_webhook(self, params: Json) -> bool:
        return await self.set_webhook({"drop_pending_updates": params.get("drop_pending_updates")})

    async def webhook_info(self, params: Json) -> Json:
        courier = self.platform.courier
        info: Json = {
            "url": courier.url,
            "has_custom_certificate": False,
            "pending_update_count": len(courier.pending),
        }
        if self.platform.allowed_updates:
            info["allowed_updates"] = self.platform.allowed_updates
        if courier.last_error:
            info |= {"last_error_date": self.platform.date(), "last_error_message": courier.last_error}
        return info

    async def set_commands(self, params: Json) -> bool:
        self.platform.commands[_scope(params), _language(params)] = check_commands(params.get("commands"))
        self.platform.refresh_all()
        return True

    async def get_commands(self, params: Json) -> list[Json]:
        return self.platform.commands.get((_scope(params), _language(params)), [])

    async def delete_commands(self, params: Json) -> bool:
        self.platform.commands.pop((_scope(params), _language(params)), None)
        self.platform.refresh_all()
        return True

    async def set_name(self, params: Json) -> bool:
        name = check_length(params.get("name"), 64, "bot name")
        return self._set(self.platform.names, params, name or self.platform.names[""])

    async def set_description(self, params: Json) -> bool:
        text = check_length(params.get("description"), 512, "bot description")
        return self._set(self.platform.descriptions, params, text)

    async def set_short_description(self, params: Json) -> bool:
        text = check_length(params.get("short_description"), 120, "bot short description")
        return self._set(self.platform.short_descriptions, params, text)

    def _set(self, texts: dict[str, str], params: Json, text: str) -> bool:
        texts[_language(params)] = text
        self.platform.refresh_all()
        return True

    async def set_menu_button(self, params: Json) -> bool:
        button = params.get("menu_button") or {"type": "default"}
        if button.get("type") not in {"default", "commands", "web_app"}:
            raise bad_request("unknown menu button type")
        if button["type"] == "web_app" and not str(button.get("web_app", {}).get("url")).startswith("https://"):
            raise bad_request("menu button Web App URL is invalid: Only HTTPS links are allowed")
        self.platform.menu_buttons[int(params.get("chat_id") or 0)] = button
        self.platform.refresh_all()
        return True

    async def get_menu_button(self, params: Json) -> Json:
        return self.platform.menu_button_for(int(params.get("chat_id") or 0))


async def _read_params(request: Request) -> Json:
    """The parameters of a query string, a JSON body or a form, with what is serialised in them decoded."""
    params: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            body = {}
        params |= body if isinstance(body, dict) else {}
    elif request.method == "POST":
        async with request.form() as form:
            params |= _with_attachments({name: await _read_part(part) for name, part in form.items()})
    return {name: _decoded(name, value) for name, value in params.items() if value is not None}


async def _read_part(part: str | UploadFile) -> str | Upload:
    if isinstance(part, str):
        return part
    kind = part.content_type or "application/octet-stream"
    return Upload(part.filename or "file", kind, await part.read())


def _with_attachments(form: Json) -> Json:
    """`attach://name` put in place of the part of that name."""
    names = {value.removeprefix("attach://") for value in form.values() if str(value).startswith("attach://")}
    return {
        name: form.get(value.removeprefix("attach://"), value) if str(value).startswith("attach://") else value
        for name, value in form.items()
        if name not in names
    }


def _decoded(name: str, value: Any) -> Any:
    if name not in _SERIALISED or not isinstance(value, str):
        return int(value) if name == "chat_id" and isinstance(value, str) and value.lstrip("-").isdigit() else value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _recordable(params: Json) -> Json:
    return {
        name: {"upload": value.name, "size": len(value.content)} if isinstance(value, Upload) else value
        for name, value in params.items()
    }


def _scope(params: Json) -> str:
    scope = params.get("scope") or {"type": "default"}
    return json.dumps(scope, sort_keys=True, separators=(",", ":"))


def _language(params: Json) -> str:
    language = str(params.get("language_code") or "")
    if language and (len(language) != 2 or not language.islower()):
        raise bad_request("language_code must be a two-letter ISO 639-1 code")
    return language


def _refusal(refused: Refused) -> Answer:
    body: Json = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return Answer(refused.code, body)


def _in_telegrams_words(fault: Fault) -> Answer:
    refusals = {
        Trouble.RATE_LIMITED: too_many_requests(fault.retry_after),
        Trouble.SERVER_ERROR: Refused("Internal Server Error", code=500),
        Trouble.CONFLICT: Refused("Conflict: terminated by other getUpdates request", code=409),
        Trouble.BLOCKED: Refused("Forbidden: bot was blocked by the user", code=403),
    }
    return _refusal(refusals[fault.trouble])
