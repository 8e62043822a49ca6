"""Telegram as the edge sees it: one message a reply, edited in place when a list is paged."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog

from bot.channels.port import RawEvent
from bot.channels.telegram import parsing
from bot.channels.telegram.calls import BotApi, cannot_edit, outcome, telegram_error
from bot.channels.telegram.commands import DESCRIPTIONS, LANGUAGES, menu
from bot.channels.telegram.rendering import Call, render
from catalog.models.resident import Platform
from handlers.messages import Incoming
from scheduler.channel import Delivery, Envelope, Outcome
from scheduler.clock import Clock

log = structlog.get_logger()

UPDATES = ["message", "callback_query", "my_chat_member"]
WEBHOOK_PATH = "/webhooks/telegram"
SHORT_PAUSE = timedelta(seconds=5)  # waited out between the messages of one reply, which belong together
POLL_SECONDS = 25


class TelegramChannel:
    """Telegram's Bot API. Implements `bot.channels.port.PlatformChannel`."""

    platform = Platform.TELEGRAM

    def __init__(
        self,
        *,
        token: str,
        webhook_secret: str,
        clock: Clock,
        api_base: str = "https://api.telegram.org",
        polling: bool = False,
    ) -> None:
        self._polling = polling
        self._secret = webhook_secret
        self._clock = clock
        self._api = BotApi(token=token, api_base=api_base)

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the call carries our secret; Telegram does not sign the body."""
        return parsing.verify(self._secret, headers)

    def split(self, body: bytes) -> list[RawEvent]:
        return parsing.split(body)

    def parse(self, payload: str) -> Incoming:
        return parsing.parse(payload, self._clock.now())

    async def start(self) -> None:
        await self._api.start()

    async def prepare(self, public_url: str) -> bool:
        """Sets the webhook, or removes it when polling; sets the command menus and the profile's words."""
        results = [await self._set_webhook(public_url)]
        results += [
            await self._api.try_call("setMyCommands", commands=menu(language), **_in(language))
            for language in LANGUAGES
        ]
        for method, words in DESCRIPTIONS.items():
            for language in LANGUAGES:
                results += [await self._api.try_call(method, **words[language], **_in(language))]
        return all(results)

    async def _set_webhook(self, public_url: str) -> bool:
        if self._polling:
            return await self._api.try_call("deleteWebhook")
        return await self._api.try_call(
            "setWebhook", url=public_url + WEBHOOK_PATH, secret_token=self._secret, allowed_updates=UPDATES
        )

    async def poll(self, offset: int | None) -> tuple[list[RawEvent], int | None]:
        """Waits for updates when polling: the events, and the offset that confirms them next time.

        Ask with the new offset only after the events are stored. Raises telegram.error.TelegramError.
        """
        params = {"timeout": POLL_SECONDS, "allowed_updates": UPDATES} | ({} if offset is None else {"offset": offset})
        updates = await self._api.call("getUpdates", wait=POLL_SECONDS, **params)
        return [parsing.raw_event(update) for update in updates], updates[-1]["update_id"] + 1 if updates else offset

    async def acknowledge(self, incoming: Incoming) -> None:
        """Stops the spinner on a tapped button; Telegram forgets the question within seconds."""
        if incoming.callback_id:
            await self._api.try_call("answerCallbackQuery", callback_query_id=incoming.callback_id)

    async def show_working(self, incoming: Incoming) -> None:
        if incoming.address:
            await self._api.try_call("sendChatAction", chat_id=incoming.address, action="typing")

    async def close(self) -> None:
        await self._api.close()

    async def send(self, envelope: Envelope) -> Delivery:
        return await self._deliver(envelope, render(envelope.reply))

    async def send_many(self, addresses: list[str], envelope: Envelope) -> dict[str, Delivery]:
        """One after the other: Telegram has no call for many. After a flood warning the rest is left for later."""
        calls = render(envelope.reply)
        deliveries: dict[str, Delivery] = {}
        for position, address in enumerate(addresses):
            delivery = await self._send_all(address, calls)
            deliveries[address] = delivery
            if delivery.retry_after is not None:
                deliveries |= dict.fromkeys(addresses[position + 1 :], delivery)
                break
        return deliveries

    async def _deliver(self, envelope: Envelope, calls: list[Call]) -> Delivery:
        can_edit = envelope.reply.in_place and envelope.replaces and calls and calls[0].method == "sendMessage"
        if not can_edit:
            return await self._send_all(envelope.address, calls)
        edited = await self._edit(envelope, calls[0])
        if edited is None:
            return await self._send_all(envelope.address, calls)
        if edited.outcome is not Outcome.SENT or len(calls) == 1:
            return edited
        return await self._send_all(envelope.address, calls[1:], already_sent=1)

    async def _edit(self, envelope: Envelope, call: Call) -> Delivery | None:
        """What became of editing the tapped message; None where that cannot be done, so that a new one is needed."""
        try:
            await self._api.call(
                "editMessageText", chat_id=envelope.address, message_id=int(envelope.replaces or 0), **call.params
            )
        except telegram_error() as error:
            return None if cannot_edit(error) else _failed("editMessageText", error)
        return Delivery(outcome=Outcome.SENT)

    async def _send_all(self, address: str, calls: list[Call], *, already_sent: int = 0) -> Delivery:
        for sent, call in enumerate(calls, already_sent):
            delivery = await self._send_one(address, call)
            if delivery.outcome is Outcome.RETRY and sent:
                delivery = await self._once_more(address, call, delivery)
            if delivery.outcome is not Outcome.SENT:
                return delivery
        return Delivery(outcome=Outcome.SENT)

    async def _once_more(self, address: str, call: Call, delivery: Delivery) -> Delivery:
        """The second half of a reply cannot be left for later: trying all of it again would double the first half."""
        pause = delivery.retry_after or timedelta(seconds=1)
        if pause <= SHORT_PAUSE:
            await asyncio.sleep(pause.total_seconds())
            delivery = await self._send_one(address, call)
        if delivery.outcome is Outcome.RETRY:
            return Delivery(outcome=Outcome.UNKNOWN, detail=f"only its beginning was sent; {delivery.detail}")
        return delivery

    async def _send_one(self, address: str, call: Call) -> Delivery:
        try:
            await self._api.call(call.method, chat_id=address, **call.params)
        except telegram_error() as error:
            return _failed(call.method, error)
        return Delivery(outcome=Outcome.SENT)


def _failed(method: str, error: Exception) -> Delivery:
    delivery = outcome(error)
    if delivery.outcome is not Outcome.SENT:
        log.warning("telegram_call", method=method, outcome=delivery.outcome, detail=delivery.detail)
    return delivery


def _in(language: str) -> dict[str, Any]:
    return {"language_code": language} if language else {}
