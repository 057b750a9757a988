"""The bot's process loads its libraries without what it may never need."""

import subprocess
import sys

SCRIPT = """
import bot
from aiogram.types import Message, Update
from aiogram.methods import Response, SendMessage
assert not Update.__pydantic_complete__, "everything was made at once"
told = {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "слово"}
assert Update.model_validate({"update_id": 1, "message": told}).message.text == "слово"
assert Response[Message].model_validate({"ok": True, "result": told}).result.chat.id == 5
from bot.lean import complete_the_usual
complete_the_usual()
def kind():
    return weakref.ref(Response[list[Message]])
import gc, weakref
made = kind()
gc.collect()
assert made() is Response[list[Message]], "each answer would make its type anew"
assert SendMessage(chat_id=5, text="x").model_dump(exclude_none=True)["chat_id"] == 5
print("fine")
"""


def test_types_are_completed_when_they_are_needed() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout == "fine\n"


LOADED = """
import sys
import bot.app
some = "rich", "rapidfuzz", "prometheus_client", "openai", "alembic", "av", "sentry_sdk", "psycopg"
print(*(name for name in some if name in sys.modules))
import rich.console
import structlog
print(structlog.get_logger() is not None)
import psycopg
from dbos import _sys_db, _utils
print(_utils.psycopg.OperationalError is psycopg.OperationalError)
print(_sys_db.pg_errors.SerializationFailure is psycopg.errors.SerializationFailure)
"""


def test_what_only_some_need_is_not_loaded_by_all() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stdout == "\nTrue\nTrue\nTrue\n"
