"""The Bot API's methods that send, edit and delete messages, and answer taps."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError

from bot.simulator.telegram_limits import bad_request, check_length, check_markup, read_caption, read_text
from bot.simulator.telegram_platform import Chat, TelegramPlatform
from bot.simulator.transcript import Entry

Json = dict[str, Any]
UPLOAD_BYTES = 50 * 1024 * 1024
PHOTO_BYTES = 10 * 1024 * 1024
DELETABLE_SECONDS = 48 * 3600
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came with a call."""

    name: str
    mime_type: str
    content: bytes


class TelegramMessages:
    """The methods, each from decoded parameters to the `result`. All raise Refused."""

    def __init__(self, platform: TelegramPlatform) -> None:
        self._platform = platform

    async def send_message(self, params: Json) -> Json:
        chat = self._open_chat(params)
        text, entities = read_text(params.get("text"), params.get("parse_mode"), params.get("entities"))
        content: Json = {"text": text} | ({"entities": entities} if entities else {})
        return self._send(chat, params, content)

    async def send_photo(self, params: Json) -> Json:
        chat = self._open_chat(params)
        size = self._photo(params.get("photo"))
        return self._send(chat, params, {"photo": [size], **self._caption(params)})

    async def send_document(self, params: Json) -> Json:
        chat = self._open_chat(params)
        document = self._document(params.get("document"))
        return self._send(chat, params, {"document": document, **self._caption(params)})

    async def send_location(self, params: Json) -> Json:
        chat = self._open_chat(params)
        return self._send(chat, params, {"location": _place(params)})

    async def send_venue(self, params: Json) -> Json:
        chat = self._open_chat(params)
        if not params.get("title") or not params.get("address"):
            raise bad_request("title and address must be non-empty")
        place = _place(params)
        venue = {"location": place, "title": str(params["title"]), "address": str(params["address"])}
        return self._send(chat, params, {"venue": venue, "location": place})

    async def send_chat_action(self, params: Json) -> bool:
        chat = self._platform.find_chat(params.get("chat_id"))
        chat.check_reachable()
        if not params.get("action"):
            raise bad_request("wrong parameter action in request")
        chat.show_typing()
        return True

    async def edit_text(self, params: Json) -> Json:
        chat, entry, message = self._own_message(params)
        if "text" not in message:
            raise bad_request("there is no text in the message to edit")
        text, entities = read_text(params.get("text"), params.get("parse_mode"), params.get("entities"))
        content: Json = {"text": text} | ({"entities": entities} if entities else {})
        return self._edit(chat, entry, params, content, replaced={"text", "entities", "reply_markup"})

    async def edit_caption(self, params: Json) -> Json:
        chat, entry, _ = self._own_message(params)
        replaced = {"caption", "caption_entities", "reply_markup"}
        return self._edit(chat, entry, params, self._caption(params), replaced=replaced)

    async def edit_markup(self, params: Json) -> Json:
        chat, entry, _ = self._own_message(params)
        return self._edit(chat, entry, params, {}, replaced={"reply_markup"})

    async def delete(self, params: Json) -> bool:
        chat = self._platform.find_chat(params.get("chat_id"))
        entry = chat.entry(_number(params.get("message_id")))
        if entry is None or entry.message is None:
            raise bad_request("message to delete not found")
        if self._platform.date() - int(entry.message["date"]) > DELETABLE_SECONDS:
            raise bad_request("message can't be deleted for everyone")
        chat.changed(entry, deleted=True)
        return True

    async def answer_callback(self, params: Json) -> bool:
        chat = self._platform.close_callback(str(params.get("callback_query_id")))
        text = check_length(params.get("text"), 200, "MESSAGE")
        if text:
            chat.show_toast(text, alert=bool(params.get("show_alert")))
        return True

    def _open_chat(self, params: Json) -> Chat:
        """The chat, if the bot may write there now and the keyboard is sound."""
        chat = self._platform.find_chat(params.get("chat_id"))
        chat.check_reachable()
        check_markup(params.get("reply_markup"))
        return chat

    def _send(self, chat: Chat, params: Json, content: Json) -> Json:
        self._platform.check_flood(chat.chat["id"])
        markup = params.get("reply_markup") or {}
        if "inline_keyboard" in markup and any(markup["inline_keyboard"]):
            content = content | {"reply_markup": markup}
        message = self._platform.new_message(chat, content)
        keyboard = markup if markup.keys() & {"keyboard", "remove_keyboard"} else None
        chat.hear(message, keyboard)
        return message

    def _own_message(self, params: Json) -> tuple[Chat, Entry, Json]:
        chat = self._platform.find_chat(params.get("chat_id"))
        chat.check_reachable()
        check_markup(params.get("reply_markup"))
        entry = chat.entry(_number(params.get("message_id")))
        if entry is None or entry.message is None:
            raise bad_request("message to edit not found")
        if entry.sender != "bot":
            raise bad_request("message can't be edited")
        return chat, entry, entry.message

    def _edit(self, chat: Chat, entry: Entry, params: Json, content: Json, *, replaced: set[str]) -> Json:
        old = entry.message or {}
        markup = params.get("reply_markup") or {}
        if any(markup.get("inline_keyboard", ())):
            content = content | {"reply_markup": markup}
        if {name: old[name] for name in replaced if name in old} == content:
            raise bad_request(_NOT_MODIFIED)
        self._platform.check_flood(chat.chat["id"])
        kept = {name: value for name, value in old.items() if name not in replaced}
        entry.message = kept | content | {"edit_date": self._platform.date()}
        chat.changed(entry)
        return entry.message

    def _caption(self, params: Json) -> Json:
        text, entities = read_caption(params.get("caption"), params.get("parse_mode"), params.get("caption_entities"))
        caption: Json = {"caption": text} if text else {}
        return caption | ({"caption_entities": entities} if entities else {})

    def _photo(self, photo: Any) -> Json:
        """A PhotoSize, out of an upload, an address or a known file id."""
        if isinstance(photo, Upload):
            if len(photo.content) > PHOTO_BYTES:
                raise bad_request("file is too big")
            try:
                with Image.open(BytesIO(photo.content)) as picture:
                    width, height = picture.size
            except UnidentifiedImageError:
                raise bad_request("IMAGE_PROCESS_FAILED") from None
            file_id = self._platform.keep_file(photo.content, photo.name, photo.mime_type)
            return _size(file_id, width, height)
        if isinstance(photo, str) and photo.startswith(("http://", "https://")):
            return _size(self._platform.keep_file(b"", photo, "", photo), 800, 600)
        if isinstance(photo, str) and photo in self._platform.files:
            return _size(photo, 800, 600)
        raise bad_request("there is no photo in the request" if not photo else "wrong remote file identifier specified")

    def _document(self, document: Any) -> Json:
        if isinstance(document, Upload):
            if len(document.content) > UPLOAD_BYTES:
                raise bad_request("file is too big")
            file_id = self._platform.keep_file(document.content, document.name, document.mime_type)
        elif isinstance(document, str) and document in self._platform.files:
            file_id = document
        else:
            raise bad_request("there is no document in the request")
        file = self._platform.files[file_id]
        unique = {"file_id": file_id, "file_unique_id": file_id[-8:]}
        return {**unique, "file_name": file.name, "mime_type": file.mime_type, "file_size": len(file.content)}


def _size(file_id: str, width: int, height: int) -> Json:
    return {"file_id": file_id, "file_unique_id": file_id[-8:], "width": width, "height": height}


def _place(params: Json) -> Json:
    try:
        latitude, longitude = float(params["latitude"]), float(params["longitude"])
    except (KeyError, TypeError, ValueError):
        raise bad_request("latitude and longitude must be numbers") from None
    if not -90 <= latitude <= 90 or not -180 <= longitude <= 180:
        raise bad_request("wrong latitude or longitude specified")
    return {"latitude": latitude, "longitude": longitude}


def _number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise bad_request("message identifier is not specified") from None
