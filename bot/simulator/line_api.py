"""LINE's Messaging API over HTTP: sending, quota, profiles, webhook settings. Rich menus are in `line_menus`."""

import json
import re
import uuid
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.simulator.calls import Calls, Fault, Faults, Trouble
from bot.simulator.gate import Answer, Gate
from bot.simulator.line_limits import RECIPIENTS, check_messages, check_units
from bot.simulator.line_platform import LinePlatform
from bot.simulator.line_values import Flaw
from catalog.models.resident import Platform

Json = dict[str, Any]
BODY_BYTES = 2 * 1024 * 1024
MONTHLY_LIMIT = "You have reached your monthly limit."
RATE_LIMIT = "The API rate limit has been exceeded. Try again later."
RETRY_KEY_USED = "The retry key is already accepted"


class RefusedByLineError(Exception):
    """A call that LINE refuses, with the error answer."""

    def __init__(self, status: int, message: str, flaws: list[Flaw] | None = None, **more: Any) -> None:
        super().__init__(message)
        body: Json = {"message": message, **more}
        if flaws:
            body["details"] = [flaw.detail() for flaw in flaws]
        self.answer = Answer(status, body)


def refuse_flaws(flaws: list[Flaw]) -> None:
    """Raises the 400 that lists the flaws, where there are any."""
    if flaws:
        raise RefusedByLineError(400, f"The request body has {len(flaws)} error(s)", flaws)


def invalid(name: str) -> RefusedByLineError:
    """The 400 for one property that cannot be."""
    return RefusedByLineError(400, f"The property, '{name}', in the request body is invalid (line: -, column: -)")


class LineCall:
    """One call being answered: its path parameters, raw and decoded body, and request id."""

    def __init__(self, request: Request, raw: bytes) -> None:
        self.request = request
        self.raw = raw
        self.id = str(uuid.uuid4())

    @property
    def body(self) -> Json:
        """The decoded JSON object. Raises RefusedByLineError for anything else."""
        try:
            body = json.loads(self.raw)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise RefusedByLineError(400, "The request body could not be parsed as JSON")
        return body

    def param(self, name: str) -> str:
        """A parameter of the path."""
        return str(self.request.path_params[name])

    @property
    def retry_key(self) -> str | None:
        return self.request.headers.get("x-line-retry-key")


Handler = Callable[[LineCall], Awaitable[Answer]]


class LineApi:
    """The endpoints of one channel. `Api` parts share its way of answering through `route`."""

    def __init__(self, platform: LinePlatform, calls: Calls, faults: Faults) -> None:
        self.platform = platform
        self._gate = Gate(Platform.LINE, calls, faults, _in_lines_words)

    def routes(self) -> list[BaseRoute]:
        """All routes of this part."""
        return [
            self.route("POST", "/v2/bot/message/reply", self.reply, "reply"),
            self.route("POST", "/v2/bot/message/push", self.push, "push"),
            self.route("POST", "/v2/bot/message/multicast", self.multicast, "multicast"),
            self.route("POST", "/v2/bot/message/broadcast", self.broadcast, "broadcast"),
            self.route("POST", "/v2/bot/message/validate/{kind}", self.validate),
            self.route("GET", "/v2/bot/message/quota", self.quota),
            self.route("GET", "/v2/bot/message/quota/consumption", self.consumption),
            self.route("POST", "/v2/bot/chat/loading/start", self.start_loading, "loading"),
            self.route("POST", "/v2/bot/chat/markAsRead", self.mark_as_read),
            self.route("GET", "/v2/bot/profile/{user_id}", self.profile),
            self.route("GET", "/v2/bot/info", self.info),
            self.route("GET", "/v2/bot/channel/webhook/endpoint", self.get_endpoint, "webhook-endpoint"),
            self.route("PUT", "/v2/bot/channel/webhook/endpoint", self.set_endpoint, "webhook-endpoint"),
            self.route("POST", "/v2/bot/channel/webhook/test", self.test_endpoint, "webhook-test"),
        ]

    def fallback(self) -> BaseRoute:
        """What is no endpoint, or none that the simulator knows: 404, and on record."""
        known = self.route("GET", "/{rest:path}", self.unknown)
        return Route("/{rest:path}", known.endpoint, methods=["GET", "POST", "PUT", "DELETE", "PATCH"])

    async def unknown(self, call: LineCall) -> Answer:
        raise RefusedByLineError(404, "Not found")

    def route(self, method: str, path: str, handler: Handler, rate: str = "default") -> Route:
        """A route behind token, size and rate limit."""

        async def endpoint(request: Request) -> Response:
            call = LineCall(request, await request.body())

            async def carry_out() -> Answer:
                try:
                    self._admit(call, rate)
                    answer = await handler(call)
                except RefusedByLineError as refusal:
                    answer = refusal.answer
                return Answer(answer.status, answer.body, {"x-line-request-id": call.id, **answer.headers}, answer.raw)

            inner = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
            return await self._gate.pass_through(request, inner, _decoded(call.raw), carry_out)

        return Route(path, endpoint, methods=[method])

    def _admit(self, call: LineCall, rate: str) -> None:
        if call.request.headers.get("authorization") != f"Bearer {self.platform.access_token}":
            text = "Authentication failed. Confirm that the access token in the authorization header is valid."
            raise RefusedByLineError(401, text)
        if self.platform.rates[rate].take():
            raise RefusedByLineError(429, RATE_LIMIT)
        if len(call.raw) > BODY_BYTES:
            raise RefusedByLineError(413, "Request Entity Too Large")

    async def reply(self, call: LineCall) -> Answer:
        body = call.body
        if call.retry_key is not None:
            raise RefusedByLineError(400, "The retry key cannot be used with this endpoint")
        refuse_flaws(check_messages(body.get("messages")))
        to = self.platform.use_reply_token(body.get("replyToken"))
        if to is None:
            raise RefusedByLineError(400, "Invalid reply token")
        return Answer(200, {"sentMessages": self.platform.send([to], body["messages"], "reply")})

    async def push(self, call: LineCall) -> Answer:
        body = call.body
        to = body.get("to")
        if not isinstance(to, str) or not re.fullmatch(r"[UCR][0-9a-f]{32}", to):
            raise invalid("to")
        if to not in self.platform.recipients:
            raise RefusedByLineError(400, "Failed to send messages")
        sent = self._send_counted(call, body, [to], "push")
        return Answer(200, {"sentMessages": sent})

    async def multicast(self, call: LineCall) -> Answer:
        body = call.body
        to = body.get("to")
        if not isinstance(to, list) or not 1 <= len(to) <= RECIPIENTS:
            refuse_flaws([Flaw("to", f"Size must be between 1 and {RECIPIENTS}")])
        if not all(isinstance(user_id, str) and re.fullmatch(r"U[0-9a-f]{32}", user_id) for user_id in to or ()):
            raise invalid("to")
        self._send_counted(call, body, list(dict.fromkeys(to or ())), "multicast")
        return Answer(200, {})

    async def broadcast(self, call: LineCall) -> Answer:
        users = [user_id for user_id in self.platform.recipients if user_id.startswith("U")]
        self._send_counted(call, call.body, users, "broadcast")
        return Answer(200, {})

    def _send_counted(self, call: LineCall, body: Json, to: list[str], via: str) -> list[Json]:
        """A send with retry key and quota, the key first: a repeated request is neither refused nor counted."""
        key = call.retry_key
        if key is not None:
            self._check_retry_key(key, via)
        refuse_flaws(check_messages(body.get("messages")) + check_units(body.get("customAggregationUnits", [])))
        known = self.platform.recipients
        if self.platform.over_limit(sum(known[user_id].reachable for user_id in to if user_id in known)):
            raise RefusedByLineError(429, MONTHLY_LIMIT)
        sent = self.platform.send(to, body["messages"], via)
        if key is not None:
            self.platform.accept(key, call.id, sent)
        return sent

    def _check_retry_key(self, key: str, via: str) -> None:
        try:
            uuid.UUID(key)
        except ValueError:
            raise RefusedByLineError(400, "The retry key is invalid") from None
        earlier = self.platform.accepted(key)
        if earlier is not None:
            body: Json = {"message": RETRY_KEY_USED}
            if via == "push":
                body["sentMessages"] = earlier.sent
            refusal = RefusedByLineError(409, RETRY_KEY_USED)
            refusal.answer = Answer(409, body, {"x-line-accepted-request-id": earlier.request_id})
            raise refusal

    async def validate(self, call: LineCall) -> Answer:
        if call.param("kind") not in {"reply", "push", "multicast", "narrowcast", "broadcast"}:
            raise RefusedByLineError(404, "Not found")
        refuse_flaws(check_messages(call.body.get("messages")))
        return Answer(200, {})

    async def quota(self, call: LineCall) -> Answer:
        limit = self.platform.monthly_limit
        return Answer(200, {"type": "none"} if limit is None else {"type": "limited", "value": limit})

    async def consumption(self, call: LineCall) -> Answer:
        return Answer(200, {"totalUsage": self.platform.used})

    async def start_loading(self, call: LineCall) -> Answer:
        body = call.body
        chat = self.platform.recipients.get(str(body.get("chatId")))
        seconds = body.get("loadingSeconds", 20)
        if chat is None or not str(body["chatId"]).startswith("U"):
            raise invalid("chatId")
        if not isinstance(seconds, int) or not 5 <= seconds <= 60 or seconds % 5:
            raise invalid("loadingSeconds")
        chat.show_loading(seconds)
        return Answer(202, {})

    async def mark_as_read(self, call: LineCall) -> Answer:
        token = str(call.body.get("markAsReadToken"))
        if not any(chat.mark_read(token) for chat in self.platform.recipients.values()):
            raise invalid("markAsReadToken")
        return Answer(200, {})

    async def profile(self, call: LineCall) -> Answer:
        user_id = call.param("user_id")
        if not re.fullmatch(r"U[0-9a-f]{32}", user_id):
            raise RefusedByLineError(400, "The value for the 'userId' parameter is invalid")
        chat = self.platform.recipients.get(user_id)
        if chat is None or not chat.reachable:
            raise RefusedByLineError(404, "Not found")
        return Answer(200, chat.profile)

    async def info(self, call: LineCall) -> Answer:
        platform = self.platform
        return Answer(
            200,
            {
                "userId": platform.bot_user_id,
                "basicId": platform.basic_id,
                "displayName": platform.name,
                "chatMode": "bot",
                "markAsReadMode": "manual",
            },
        )

    async def get_endpoint(self, call: LineCall) -> Answer:
        if not self.platform.courier.url:
            raise RefusedByLineError(404, "Webhook endpoint not found")
        return Answer(200, {"endpoint": self.platform.courier.url, "active": self.platform.courier.active})

    async def set_endpoint(self, call: LineCall) -> Answer:
        endpoint = call.body.get("endpoint")
        parts = urlsplit(endpoint) if isinstance(endpoint, str) and len(endpoint) <= 500 else None
        local = parts is not None and parts.hostname in {"127.0.0.1", "localhost"}  # for the demo only
        if parts is None or not (parts.scheme == "https" or local):
            refuse_flaws([Flaw("endpoint", "Must be a valid HTTPS URL")])
        self.platform.courier.url = str(endpoint)
        return Answer(200, {})

    async def test_endpoint(self, call: LineCall) -> Answer:
        """Posts a body without events, LINE's connection check."""
        posted = await self.platform.courier.deliver()
        taken = posted is not None and posted.taken
        return Answer(
            200,
            {
                "success": taken,
                "timestamp": self.platform.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
                "statusCode": (posted.status if posted else None) or 0,
                "reason": "OK" if taken else "Error",
                "detail": str((posted.status if posted else None) or ""),
            },
        )


def _decoded(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:  # also what is not UTF-8: an image
        return None


def _in_lines_words(fault: Fault) -> Answer:
    refusals = {
        Trouble.RATE_LIMITED: (429, RATE_LIMIT),
        Trouble.MONTHLY_LIMIT: (429, MONTHLY_LIMIT),
        Trouble.SERVER_ERROR: (500, "Internal Server Error"),
        Trouble.CONFLICT: (409, RETRY_KEY_USED),
        Trouble.BLOCKED: (403, "Access to this API is not available for your account"),
    }
    status, message = refusals[fault.trouble]
    headers = {"x-line-request-id": str(uuid.uuid4())}
    if fault.trouble is Trouble.CONFLICT:
        headers["x-line-accepted-request-id"] = str(uuid.uuid4())
    return Answer(status, {"message": message}, headers)
