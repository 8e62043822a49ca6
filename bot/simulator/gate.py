"""The way through which every API call goes: ordered trouble first, then the call, and a record of both."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.simulator.calls import Call, Calls, Fault, Faults, Trouble
from catalog.models.resident import Platform


@dataclass(frozen=True, slots=True)
class Answer:
    """What an API answers, before it becomes a response."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None  # instead of a JSON body: an image


class BrokenOff(Response):
    """Promises a body and ends without it, so that the server breaks the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-length", b"1000"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


@dataclass(frozen=True, slots=True)
class Gate:
    """One platform's entrance. `refusal` puts a trouble into that platform's words."""

    platform: Platform
    calls: Calls
    faults: Faults
    refusal: Callable[[Fault], Answer]

    async def pass_through(
        self, request: Request, path: str, body: Any, carry_out: Callable[[], Awaitable[Answer]]
    ) -> Response:
        """Carries a call out, or not, and records it with what was answered."""
        fault = self.faults.take(self.platform, path)
        answer: Answer | None = None
        if fault is None or fault.carried_out:
            answer = await carry_out()
        if fault is not None:
            lost = fault.trouble in {Trouble.TIMEOUT, Trouble.CLOSED}
            answer = None if lost else self.refusal(fault)
        self.calls.append(
            Call(
                platform=self.platform,
                method=request.method,
                path=path,
                body=body,
                status=answer.status if answer else None,
                headers=dict(request.headers),
                answer=answer.body if answer else None,
            )
        )
        if answer is not None:
            return _response(answer)
        if fault is not None and fault.trouble is Trouble.TIMEOUT:
            await _keep_waiting(request, fault.seconds)
        return BrokenOff()


def _response(answer: Answer) -> Response:
    if answer.raw is not None:
        return Response(answer.raw, answer.status, headers=answer.headers)
    raw = json.dumps(answer.body, ensure_ascii=False).encode()
    return Response(raw, answer.status, headers=answer.headers, media_type="application/json")


async def _keep_waiting(request: Request, seconds: float) -> None:
    """Until the caller hangs up, at most so long."""
    try:
        async with asyncio.timeout(seconds):
            while (await request.receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return
