"""The limits of messages, entities, keyboards and commands."""

import re
from typing import Any
from urllib.parse import urlsplit

from sandbox.telegram.errors import bad_request

TEXT = 4096
CAPTION = 1024
ENTITIES = 100
CALLBACK_DATA = 64
BUTTONS = 100
COMMAND = re.compile(r"^[a-z0-9_]{1,32}$")
COMMAND_IN_TEXT = re.compile(r"(?:^|(?<=\s))/[A-Za-z0-9_]{1,32}(?:@\w+)?")
ENTITY_TYPES = frozenset(
    "mention hashtag cashtag bot_command url email phone_number bold italic underline strikethrough spoiler "
    "blockquote expandable_blockquote code pre text_link text_mention custom_emoji date_time".split()
)


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def check_text(text: str, entities: list[dict[str, Any]], limit: int) -> tuple[str, list[dict[str, Any]]]:
    """The text as it will stand, and its entities; further ones than a hundred are dropped silently."""
    if not text.strip():
        raise bad_request("message text is empty" if limit == TEXT else "caption is empty")
    if len(text.rstrip()) > limit:
        raise bad_request("message is too long" if limit == TEXT else "message caption is too long")
    for entity in entities:
        if entity.get("type") not in ENTITY_TYPES:
            raise bad_request(f"can't parse entities: unsupported type {entity.get('type')}")
        offset, length = int(entity["offset"]), int(entity["length"])
        if offset < 0 or length <= 0 or offset + length > utf16(text):
            raise bad_request("can't parse entities: entity beyond the text")
    return text.rstrip(), entities[:ENTITIES]


def check_keyboard(markup: dict[str, Any] | None) -> list[list[dict[str, Any]]]:
    if not markup or "inline_keyboard" not in markup:
        return []
    rows: list[list[dict[str, Any]]] = markup["inline_keyboard"]
    buttons = [button for row in rows for button in row]
    if len(buttons) > BUTTONS:
        raise bad_request("reply markup is too long")
    for button in buttons:
        if not button.get("text"):
            raise bad_request("inline keyboard button text must be non-empty")
        if "callback_data" in button:
            size = len(button["callback_data"].encode())
            if not 1 <= size <= CALLBACK_DATA:
                raise bad_request("BUTTON_DATA_INVALID")
        elif "url" in button:
            _check_url(button["url"])
        elif "copy_text" not in button and "switch_inline_query" not in button:
            raise bad_request("Text buttons are unallowed in the inline keyboard")
    return rows


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "tg":
        return
    if parts.scheme not in ("http", "https") or "." not in (parts.hostname or ""):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def check_commands(commands: list[dict[str, Any]]) -> None:
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND.match(command.get("command", "")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")


def command_entities(text: str) -> list[dict[str, Any]]:
    """What a client marks in a typed text by itself."""
    return [
        {
            "type": "bot_command",
            "offset": utf16(text[: match.start()]),
            "length": utf16(match.group()),
        }
        for match in COMMAND_IN_TEXT.finditer(text)
    ]
