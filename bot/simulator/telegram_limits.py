"""What the Bot API refuses about texts, keyboards, commands. Pure: takes JSON, raises `Refused` in its words."""

import re
from typing import Any
from urllib.parse import urlsplit

from bot.simulator.measure import units
from bot.simulator.telegram_html import CannotParseError, parse_html

TEXT = 4096
CAPTION = 1024
ENTITIES = 100
BUTTONS = 100
BUTTONS_IN_ROW = 8

_BUTTON_KINDS = {
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
}


class Refused(Exception):  # noqa: N818 - named after what happened, as the platform's answer is
    """A call that the Bot API refuses, with its error code and description."""

    def __init__(self, description: str, *, code: int = 400, parameters: dict[str, int] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(reason: str) -> Refused:
    """The commonest refusal."""
    return Refused(f"Bad Request: {reason}")


def read_text(text: Any, parse_mode: str | None, entities: Any = None) -> tuple[str, list[dict[str, Any]]]:
    """A message's text after parsing, with its entities. Raises Refused."""
    parsed, found = _parse(text, parse_mode, entities)
    if not parsed:
        raise bad_request("message text is empty")
    if units(parsed) > TEXT:
        raise bad_request("message is too long")
    return parsed, found


def read_caption(caption: Any, parse_mode: str | None, entities: Any = None) -> tuple[str, list[dict[str, Any]]]:
    """A caption after parsing; it may be empty. Raises Refused."""
    parsed, found = _parse(caption or "", parse_mode, entities)
    if units(parsed) > CAPTION:
        raise bad_request("message caption is too long")
    return parsed, found


def _parse(text: Any, parse_mode: str | None, entities: Any) -> tuple[str, list[dict[str, Any]]]:
    text = "" if text is None else str(text)
    if not parse_mode:
        return text.strip(), list(entities or [])[:ENTITIES]
    if parse_mode.upper() != "HTML":
        raise bad_request("unsupported parse_mode")  # the concierge writes HTML only
    try:
        parsed, found = parse_html(text)
    except CannotParseError as error:
        raise bad_request(f"can't parse entities: {error}") from error
    return parsed, found[:ENTITIES]  # further ones are ignored, as on the real server


def check_markup(markup: Any) -> None:
    """An inline or reply keyboard. Raises Refused."""
    if markup is None:
        return
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = markup["inline_keyboard"]
        check_button = _check_inline_button
    elif "keyboard" in markup:
        rows = markup["keyboard"]
        check_button = _check_reply_button
    else:
        return
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("field of type Array expected in the keyboard")
    if sum(map(len, rows)) > BUTTONS or any(len(row) > BUTTONS_IN_ROW for row in rows):
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            check_button(button)


def _check_reply_button(button: Any) -> None:
    text = button.get("text") if isinstance(button, dict) else button
    if not isinstance(text, str) or not text.strip():
        raise bad_request("keyboard button text must be non-empty")


def _check_inline_button(button: Any) -> None:
    if not isinstance(button, dict) or not str(button.get("text") or "").strip():
        raise bad_request("inline keyboard button text must be non-empty")
    kinds = _BUTTON_KINDS & button.keys()
    if len(kinds) != 1:
        raise bad_request("Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    if "copy_text" in button and not 1 <= units(str(button["copy_text"].get("text", ""))) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if "url" in button:
        _check_url(str(button["url"]), {"http", "https", "tg"})
    if "web_app" in button:
        _check_url(str(button["web_app"].get("url", "")), {"https"})


def _check_url(url: str, schemes: set[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme not in schemes:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: unsupported URL protocol")
    if parts.scheme != "tg" and "." not in (parts.hostname or ""):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def check_commands(commands: Any) -> list[dict[str, str]]:
    """The list of a setMyCommands call. Raises Refused."""
    if not isinstance(commands, list):
        raise bad_request("can't parse list of bot commands")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command", ""))):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= units(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return commands


def check_length(text: Any, most: int, name: str) -> str:
    """A plain text of at most `most` characters, possibly empty. Raises Refused."""
    words = "" if text is None else str(text)
    if units(words) > most:
        raise bad_request(f"{name} is too long")
    return words


def check_webhook(url: str, secret: str | None) -> None:
    """A webhook's address and secret. Plain HTTP is let pass on this machine only, for the demo. Raises Refused."""
    parts = urlsplit(url)
    local = parts.hostname in {"127.0.0.1", "localhost"}
    if url and parts.scheme != "https" and not local:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if url and not local and (parts.port or 443) not in {80, 88, 443, 8443}:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
