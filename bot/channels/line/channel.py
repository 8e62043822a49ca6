"""LINE as the edge sees it: replying for free while the token holds, pushing when the words are worth it."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.channels.line import parsing, rich_menu
from bot.channels.line.rendering import render
from bot.channels.line.transport import Answer, Transport, outcome
from bot.channels.port import RawEvent
from bot.channels.reading import find
from catalog.models.resident import Platform
from handlers.messages import Incoming
from scheduler.channel import Delivery, Envelope, Outcome
from scheduler.clock import Clock

RECIPIENTS = 500  # of one multicast
WORKING_SECONDS = 20  # the animation ends by itself with the answer


class LineChannel:
    """LINE's Messaging API. Implements `bot.channels.port.PlatformChannel`."""

    platform = Platform.LINE

    def __init__(
        self,
        *,
        channel_secret: str,
        access_token: str,
        clock: Clock,
        api_base: str = "https://api.line.me",
        data_base: str = "https://api-data.line.me",
    ) -> None:
        self._secret = channel_secret
        self._clock = clock
        self._transport = Transport(access_token=access_token, api_base=api_base, data_base=data_base)

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        return parsing.verify(self._secret, headers, body)

    def split(self, body: bytes) -> list[RawEvent]:
        return parsing.split(body)

    def parse(self, payload: str) -> Incoming:
        return parsing.parse(payload, self._clock.now())

    async def start(self) -> None:
        await self._transport.start()

    async def prepare(self, public_url: str) -> bool:
        """Puts the rich menu in place. LINE's webhook address is set by a person, in its console."""
        return await rich_menu.install(self._transport)

    async def acknowledge(self, incoming: Incoming) -> None:
        """LINE needs none."""

    async def show_working(self, incoming: Incoming) -> None:
        if incoming.private and incoming.address:
            body = {"chatId": incoming.address, "loadingSeconds": WORKING_SECONDS}
            await self._transport.call("POST", "/v2/bot/chat/loading/start", body)

    async def close(self) -> None:
        await self._transport.close()

    async def send(self, envelope: Envelope) -> Delivery:
        messages = render(envelope.reply)
        if not messages:
            return Delivery(outcome=Outcome.SENT, detail="nothing to say")
        if envelope.reply_token:
            answer = await self._reply(envelope.reply_token, messages)
            if not answer.token_spent:
                return outcome(answer, repeatable=False)
            if envelope.repeated:
                return Delivery(outcome=Outcome.SENT, detail="an earlier try has spent the token")
            if answer.doubtful:
                return Delivery(outcome=Outcome.UNKNOWN, detail="no answer in time, then the token was spent")
        if not envelope.paid:
            return Delivery(outcome=Outcome.REFUSED, detail="token spent, and not worth a push")
        body = {"to": envelope.address, "messages": messages}
        answer = await self._transport.call("POST", "/v2/bot/message/push", body, retry_key=envelope.retry_key)
        return outcome(answer, repeatable=True)

    async def _reply(self, token: str, messages: list[dict[str, Any]]) -> Answer:
        """The answer to a reply, tried twice where the first try fails.

        A reply has no retry key, but its token works once: a second try with it can never double the message.
        """
        body = {"replyToken": token, "messages": messages}
        first = await self._transport.call("POST", "/v2/bot/message/reply", body)
        if not first.failed:
            return first
        second = await self._transport.call("POST", "/v2/bot/message/reply", body)
        return second if second.ok else replace(second, doubtful=first.doubtful or second.doubtful)

    async def send_many(self, addresses: list[str], envelope: Envelope) -> dict[str, Delivery]:
        """Multicast in calls of 500. Trying again with the addresses that were not sent to cannot double anything."""
        messages = render(envelope.reply)
        if not messages:
            return dict.fromkeys(addresses, Delivery(outcome=Outcome.SENT, detail="nothing to say"))
        deliveries: dict[str, Delivery] = {}
        unique = list(dict.fromkeys(addresses))
        for start in range(0, len(unique), RECIPIENTS):
            deliveries |= await self._multicast(unique[start : start + RECIPIENTS], messages, envelope.retry_key)
        return deliveries

    async def _multicast(self, to: list[str], messages: list[dict[str, Any]], key: str) -> dict[str, Delivery]:
        # A key stands for one body, so that each call needs its own, and the same one when it is tried again.
        own_key = str(uuid.uuid5(uuid.UUID(key), ",".join(to)))
        body = {"to": to, "messages": messages}
        answer = await self._transport.call("POST", "/v2/bot/message/multicast", body, retry_key=own_key)
        delivery = outcome(answer, repeatable=True)
        if delivery.outcome is not Outcome.BLOCKED or len(to) == 1:
            return dict.fromkeys(to, delivery)
        # One address that is none refuses the whole call: halve until it stands alone.
        middle = len(to) // 2
        return await self._multicast(to[:middle], messages, key) | await self._multicast(to[middle:], messages, key)

    async def quota(self) -> int | None:
        """Messages of this month's plan; None for no limit, or where LINE does not say."""
        answer = await self._transport.call("GET", "/v2/bot/message/quota")
        return find(answer.body, int, "value") if answer.ok else None

    async def consumption(self) -> int | None:
        """About how many of them are used; None where LINE does not say."""
        answer = await self._transport.call("GET", "/v2/bot/message/quota/consumption")
        return find(answer.body, int, "totalUsage") if answer.ok else None
