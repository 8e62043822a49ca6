"""A resident's LINE phone in its owner's hand. Every act is a faithful webhook event."""

import asyncio
import secrets
from typing import Any

from bot.simulator.line_actions import read_picked
from bot.simulator.line_screen import LineGroup, LineScreen
from bot.simulator.taps import CannotDoError, check_one, line_actions, pick
from bot.simulator.transcript import Entry, Json
from bot.simulator.webhooks import Posted

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ulid(milliseconds: int) -> str:
    """A webhook event id in LINE's format: 48 bits of time, 80 random bits, in Crockford's base 32."""
    value = (milliseconds << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[(value >> shift) & 31] for shift in range(125, -1, -5))


class LinePhone(LineScreen):
    """The phone. Acts come back with `{}`, or with what the phone itself does: `open`, `copy`, `ask`.

    `posted` is how the newest act's webhook went.
    """

    group: LineGroup | None = None
    posted: Posted | None = None
    _was_friend = False

    async def follow(self) -> Json:
        """Adds the bot as a friend."""
        if self.reachable:
            raise CannotDoError("already a friend")
        known, self._was_friend = self._was_friend, True
        self.friend, self.blocked = True, False
        self._note("unblock" if known else "follow")
        return await self._tell("follow", follow={"isUnblocked": known})

    async def unblock(self) -> Json:
        """Takes the block back; LINE tells it as a follow."""
        if not self.blocked:
            raise CannotDoError("not blocked")
        return await self.follow()

    async def block(self) -> Json:
        """Blocks the bot; LINE calls it unfollow."""
        if not self.reachable:
            raise CannotDoError("not a friend")
        self.blocked = True
        self._note("block")
        return await self._tell("unfollow", repliable=False)

    async def say(self, text: str, *, group: bool = False) -> Json:
        """Sends a text, privately or in the group."""
        return await self._send({"type": "text", "text": text}, {"type": "text", "text": text}, group=group)

    async def sticker(self, keywords: list[str] | None = None) -> Json:
        """Sends a sticker."""
        shown = {"type": "sticker", "packageId": "446", "stickerId": "1988", "keywords": keywords or ["hello"]}
        return await self._send(shown | {"stickerResourceType": "STATIC"}, shown)

    async def location(self, latitude: float, longitude: float, title: str = "", address: str = "") -> Json:
        """Shares a place."""
        place: Json = {"type": "location", "latitude": latitude, "longitude": longitude}
        place |= {name: text for name, text in (("title", title), ("address", address)) if text}
        return await self._send(place, place, quotable=False)

    async def image(self) -> Json:
        """Sends a picture."""
        return await self._send({"type": "image", "contentProvider": {"type": "line"}}, {"type": "image"})

    async def unsend(self, entry_id: str | None = None) -> Json:
        """Takes a message back, the newest unless told otherwise."""
        own = [e for e in self.transcript.entries if e.sender == "me" and not e.unsent and entry_id in {None, e.id}]
        if not own:
            raise CannotDoError("no such message of mine")
        own[-1].unsent = True
        self.transcript.touch()
        return await self._tell("unsend", repliable=False, unsend={"messageId": own[-1].id})

    async def join(self) -> Json:
        """Invites the bot into a group."""
        if self.group is not None:
            raise CannotDoError("already in a group")
        self.group = LineGroup(self, f"C{secrets.token_hex(16)}")
        self._platform.recipients[self.group.id] = self.group
        self._note("join")
        return await self._tell("join", group=True, personal=False)

    async def leave(self) -> Json:
        """Removes the bot from the group."""
        if self.group is None:
            raise CannotDoError("not in a group")
        self._note("leave")
        told = self._event("leave", group=True, personal=False, repliable=False)
        self._platform.recipients.pop(self.group.id)
        self.group = None
        return await self._post(told)

    async def tap(
        self,
        label: str | None = None,
        *,
        index: int | None = None,
        action: Json | None = None,
        entry: str | None = None,
        quick_reply: bool = False,
        rich_menu: bool = False,
        picked: str | None = None,
    ) -> Json:
        """Taps a button, by default wherever it is: quick replies, newest messages first, then the rich menu."""
        check_one(label, index, action)
        for buttons in self._places(entry, quick_reply, rich_menu):
            found = pick(buttons, label=label, index=index, action=action)
            if found is None:
                continue
            newest, quick = self.transcript.entries[-1:], [item["action"] for item in self.quick_replies]
            outcome = await self._do(found, picked)
            if found in quick and "ask" not in outcome:  # what LINE asks further for leaves them until then
                self._quick_reply_used = newest[0].id
                self.transcript.touch()
            return outcome
        raise CannotDoError(f"no such button: {label or action or index}")

    def _places(self, entry: str | None, quick_reply: bool, rich_menu: bool) -> list[list[Json]]:
        quick = [item["action"] for item in self.quick_replies]
        menu = [area["action"] for area in (self.rich_menu or {}).get("areas", [])]
        shown = [e for e in reversed(self.transcript.entries) if e.sender == "bot" and entry in {None, e.id}]
        messages = [list(line_actions(e.message)) for e in shown]
        if quick_reply or rich_menu:
            return [quick] if quick_reply else [menu]
        if entry is not None:
            return messages
        return [quick, *messages, menu]

    async def _do(self, action: Json, picked: str | None) -> Json:
        kind = action["type"]
        if kind == "uri":
            return {"open": action["uri"]}
        if kind == "clipboard":
            return {"copy": action["clipboardText"]}
        if kind in {"location", "camera", "cameraRoll"}:
            return {"ask": kind}
        if kind == "message":
            return await self.say(action["text"])
        if kind == "richmenuswitch":
            return await self._switch_menu(action)
        postback: Json = {"data": action["data"]}
        if kind == "datetimepicker":
            postback["params"] = {action["mode"]: _picked_within(action, picked)}
        return await self._postback(postback, action.get("displayText"), action.get("text"))

    async def _switch_menu(self, action: Json) -> Json:
        menu_id = self._platform.aliases.get(action["richMenuAliasId"])
        status = "SUCCESS" if menu_id in self._platform.menus else "RICHMENU_ALIAS_ID_NOTFOUND"
        if status == "SUCCESS":
            self._platform.link_menu(self.user_id, menu_id)
        params = {"newRichMenuAliasId": action["richMenuAliasId"], "status": status}
        return await self._postback({"data": action["data"], "params": params})

    async def _postback(self, postback: Json, display_text: str | None = None, text: str | None = None) -> Json:
        if text is not None:  # a postback with `text` also sends it as a message
            await self.say(text)
        self._check_friend()
        if display_text is not None:
            self._show({"type": "text", "text": display_text}, self._platform.next_id())
        self._mark_answered()
        return await self._tell("postback", postback=postback)

    async def _send(self, message: Json, shown: Json, *, group: bool = False, quotable: bool = True) -> Json:
        self._check_friend()
        message_id, read_token = self._platform.next_id(), secrets.token_urlsafe(32)
        entry = self._show(shown, message_id)
        self._read_tokens[read_token] = entry
        self._mark_answered()
        told = {"id": message_id, **message, "markAsReadToken": read_token}
        if quotable:
            told["quoteToken"] = secrets.token_urlsafe(24)
        return await self._tell("message", group=group, message=told)

    def _check_friend(self) -> None:
        if not self.reachable and self.group is None:
            raise CannotDoError("add the bot as a friend first")

    def _show(self, message: Json, message_id: str) -> Entry:
        return self.transcript.add(Entry(id=message_id, sender="me", at=self._platform.now(), message=message))

    def _note(self, what: str) -> None:
        self.transcript.add(Entry(id=self._platform.next_id(), sender="system", at=self._platform.now(), what=what))
        self._mark_answered()

    def _mark_answered(self) -> None:
        self._answered_at = len(self.transcript.entries)

    async def _tell(self, kind: str, **facts: Any) -> Json:
        return await self._post(self._event(kind, **facts))

    async def _post(self, event: Json) -> Json:
        # shielded: a page that goes away must not cut a webhook in half
        self.posted = await asyncio.shield(asyncio.ensure_future(self._platform.courier.deliver(event)))
        return {}

    def _event(
        self, kind: str, *, group: bool = False, personal: bool = True, repliable: bool = True, **content: Json
    ) -> Json:
        """A webhook event with all that a real one carries."""
        now = int(self._platform.now().timestamp() * 1000)
        source: Json = {"type": "user", "userId": self.user_id}
        if group:
            if self.group is None:
                raise CannotDoError("not in a group")
            source = {"type": "group", "groupId": self.group.id}
            source |= {"userId": self.user_id} if personal else {}
        event: Json = {
            "type": kind,
            **content,
            "webhookEventId": ulid(now),
            "deliveryContext": {"isRedelivery": False},
            "timestamp": now,
            "source": source,
            "mode": "active",
        }
        if repliable:
            event["replyToken"] = self._platform.issue_reply_token(source.get("groupId", self.user_id))
        return event


def _picked_within(action: Json, picked: str | None) -> str:
    """The picked value, checked as the phone's picker would not let anything else be picked."""
    if picked is None:
        raise CannotDoError("pick a date or time")
    try:
        value: Any = read_picked(action["mode"], picked)
        low, high = (read_picked(action["mode"], action[end]) if end in action else value for end in ("min", "max"))
    except ValueError as error:
        raise CannotDoError(f"not a {action['mode']}: {picked}") from error
    if not low <= value <= high:
        raise CannotDoError(f"not within what can be picked: {picked}")
    return picked
