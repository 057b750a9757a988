"""What the bot can do: the methods of the Bot API that the stand-in carries out."""

import time
from collections.abc import Callable
from typing import Any

from sandbox.telegram.checks import CAPTION, TEXT, check_commands, check_keyboard, check_text
from sandbox.telegram.errors import bad_request, forbidden
from sandbox.telegram.people import People
from sandbox.telegram.rates import Rates
from sandbox.telegram.world import Chat, ShownMessage

TOO_OLD = 15.0
DELETABLE = 48 * 3600
DOWNLOAD_LIMIT = 20 * 1024 * 1024


class Methods:
    def __init__(self, people: People, rates: Rates) -> None:
        self._people = people
        self._rates = rates
        self.commands: dict[tuple[str, str], list[dict[str, Any]]] = {}
        """(scope as text, language) -> commands."""
        self.actions: list[tuple[int, str]] = []

    def find(self, name: str) -> Callable[[dict[str, Any]], Any]:
        found: Callable[[dict[str, Any]], Any] = getattr(self, f"do_{name}", self._accept)
        return found

    def _accept(self, _params: dict[str, Any]) -> bool:
        """Methods without an effect that anybody could see here."""
        return True

    # --- whom it concerns ---------------------------------------------------------------------

    def _chat(self, params: dict[str, Any]) -> Chat:
        try:
            chat = self._people.chats[int(params["chat_id"])]
        except (KeyError, ValueError):
            raise bad_request("chat not found") from None
        if chat.deleted:
            raise bad_request("chat not found")
        if chat.moved_to is not None:
            raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.moved_to)
        if chat.kind == "private" and not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if chat.bot_status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        if chat.bot_status == "left":
            raise forbidden(f"bot is not a member of the {chat.kind} chat")
        return chat

    def _thread(self, chat: Chat, params: dict[str, Any]) -> int:
        thread_id = int(params.get("message_thread_id") or 0)
        if thread_id and thread_id not in chat.topics:
            raise bad_request("message thread not found")
        if chat.bot_status == "restricted" or (chat.kind == "channel" and chat.bot_status != "administrator"):
            raise bad_request("not enough rights to send text messages to the chat")
        if thread_id in chat.closed_topics:
            raise bad_request("TOPIC_CLOSED")
        return thread_id

    def _message(self, chat: Chat, params: dict[str, Any], missing: str) -> ShownMessage:
        message = self._people.shown[chat.id].get(int(params["message_id"]))
        if message is None:
            raise bad_request(missing)
        return message

    # --- messages -----------------------------------------------------------------------------

    def do_sendMessage(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        chat = self._chat(params)
        thread_id = self._thread(chat, params)
        text, entities = self._formatted(params, "text", "entities", TEXT)
        keyboard = check_keyboard(params.get("reply_markup"))
        reply_to = self._reply(chat, params)
        self._rates.count(chat.id, group=chat.kind != "private")
        message = self._people.new_message(chat, self._people.bot, thread_id)
        message.text, message.entities, message.keyboard = text, entities, keyboard
        message.reply_to = reply_to
        return message.wire()

    def _formatted(
        self, params: dict[str, Any], text: str, entities: str, limit: int
    ) -> tuple[str, list[dict[str, Any]]]:
        if params.get("parse_mode"):
            raise bad_request("can't parse entities: this server takes entities only")
        return check_text(params.get(text, ""), params.get(entities) or [], limit)

    def _reply(self, chat: Chat, params: dict[str, Any]) -> int | None:
        wanted = params.get("reply_parameters")
        if not wanted:
            return None
        number = int(wanted["message_id"])
        if number in self._people.shown[chat.id]:
            return number
        if wanted.get("allow_sending_without_reply"):
            return None
        raise bad_request("message to be replied not found")

    def do_sendDocument(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        chat = self._chat(params)
        thread_id = self._thread(chat, params)
        caption = ""
        entities: list[dict[str, Any]] = []
        if params.get("caption"):
            caption, entities = self._formatted(params, "caption", "caption_entities", CAPTION)
        document = params["document"]
        if isinstance(document, str):
            document = self._people.files.get(document)
        if document is None:
            raise bad_request("wrong file identifier specified")
        keyboard = check_keyboard(params.get("reply_markup"))
        reply_to = self._reply(chat, params)
        self._rates.count(chat.id, group=chat.kind != "private")
        message = self._people.new_message(chat, self._people.bot, thread_id)
        message.text, message.entities, message.keyboard = caption, entities, keyboard
        message.reply_to = reply_to
        self._people.attach(message, document)
        return message.wire()

    def do_editMessageText(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        chat = self._chat(params)
        message = self._message(chat, params, "message to edit not found")
        self._editable(message)
        if message.document is not None:
            raise bad_request("there is no text in the message to edit")
        text, entities = self._formatted(params, "text", "entities", TEXT)
        keyboard = check_keyboard(params.get("reply_markup"))
        if (text, entities, keyboard) == (message.text, message.entities, message.keyboard):
            raise bad_request(
                "message is not modified: specified new message content and reply markup are exactly the same"
            )
        self._rates.count(chat.id, group=chat.kind != "private")
        message.text, message.entities, message.keyboard = text, entities, keyboard
        message.edited += 1
        return message.wire()

    def do_editMessageMedia(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        chat = self._chat(params)
        message = self._message(chat, params, "message to edit not found")
        self._editable(message)
        document = params["media"].get("media")
        if params["media"].get("type") != "document" or not isinstance(document, tuple):
            raise bad_request("wrong file identifier specified")
        self._rates.count(chat.id, group=chat.kind != "private")
        message.text = params["media"].get("caption", "")
        self._people.attach(message, document)
        message.edited += 1
        return message.wire()

    def do_editMessageReplyMarkup(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        chat = self._chat(params)
        message = self._message(chat, params, "message to edit not found")
        self._editable(message)
        keyboard = check_keyboard(params.get("reply_markup"))
        if keyboard == message.keyboard:
            raise bad_request("message is not modified")
        self._rates.count(chat.id, group=chat.kind != "private")
        message.keyboard = keyboard
        message.edited += 1
        return message.wire()

    def _editable(self, message: ShownMessage) -> None:
        if not message.from_bot:
            raise bad_request("message can't be edited")

    def do_deleteMessage(self, params: dict[str, Any]) -> bool:  # noqa: N802
        chat = self._chat(params)
        message = self._message(chat, params, "message to delete not found")
        old = self._people.clock.now() - message.date > DELETABLE
        foreign = not message.from_bot and chat.kind != "private" and chat.bot_status != "administrator"
        if old or foreign:
            raise bad_request("message can't be deleted for everyone")
        del self._people.shown[chat.id][message.message_id]
        return True

    # --- presses ------------------------------------------------------------------------------

    def do_answerCallbackQuery(self, params: dict[str, Any]) -> bool:  # noqa: N802
        press = self._people.callbacks.get(params["callback_query_id"])
        gone = press is None or press["answer"] is not None
        if press is None or gone or self._people.clock.now() - press["at"] > TOO_OLD:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        if len(params.get("text", "")) > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        press["answered_at"] = time.perf_counter()
        press["answer"] = {"text": params.get("text", ""), "alert": params.get("show_alert", False)}
        return True

    # --- the rest -----------------------------------------------------------------------------

    def do_sendChatAction(self, params: dict[str, Any]) -> bool:  # noqa: N802
        self.actions.append((self._chat(params).id, params["action"]))
        return True

    def do_getMe(self, _params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {
            **self._people.bot,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def do_getFile(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        file = self._people.files.get(params["file_id"])
        if file is None:
            raise bad_request("invalid file_id")
        if len(file[1]) > DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        return {
            "file_id": params["file_id"],
            "file_unique_id": f"u{params['file_id']}",
            "file_size": len(file[1]),
            "file_path": f"documents/{params['file_id']}",
        }

    def do_getChat(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {**self._chat(params).wire(), "accent_color_id": 0, "max_reaction_count": 11}

    def do_getChatMember(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        chat = self._chat(params)
        person = self._people.persons.get(params["user_id"])
        if person is None:
            raise bad_request("PARTICIPANT_ID_INVALID")
        status = "member" if person.id in chat.member_ids else "left"
        return {"status": status, "user": person.wire()}

    def do_setMyCommands(self, params: dict[str, Any]) -> bool:  # noqa: N802
        check_commands(params["commands"])
        self.commands[self._scope(params)] = params["commands"]
        return True

    def do_getMyCommands(self, params: dict[str, Any]) -> list[dict[str, Any]]:  # noqa: N802
        return self.commands.get(self._scope(params), [])

    def do_deleteMyCommands(self, params: dict[str, Any]) -> bool:  # noqa: N802
        self.commands.pop(self._scope(params), None)
        return True

    def _scope(self, params: dict[str, Any]) -> tuple[str, str]:
        scope = params.get("scope") or {"type": "default"}
        chat = f":{scope['chat_id']}" if "chat_id" in scope else ""
        return f"{scope['type']}{chat}", params.get("language_code", "")
