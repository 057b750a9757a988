"""An alert is raised by a yes with a quote that was really said, and by nothing else."""

import json
from typing import Any

import pytest

from services.domain.alert import AlertState
from services.domain.call import Segment
from services.domain.workspace import Language
from services.llm.judge import judge
from services.llm.request import SCHEMA, SYSTEM, messages
from services.ports import AnswerRequest
from services.privacy.mask import Mask

SEGMENTS = (
    Segment(0.0, 5.0, "client", "Для меня это дорого."),
    Segment(5.0, 10.0, "client", "У конкурентов дешевле, наберите на восемь девятьсот один двести тридцать."),
)


def request(condition: str = "клиент уходит к конкуренту") -> AnswerRequest:
    return AnswerRequest("call-1", "Звонок", SEGMENTS, "Что?", Language.RU, condition=condition)


def state(told: dict[str, Any], asked: AnswerRequest) -> AlertState | None:
    answer = {"found": False, "answer": "", "quote": None, "value": None} | told
    alert = judge(asked, json.dumps(answer), Mask(asked.segments)).alert
    return alert.state if alert is not None else None


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, AlertState.NO_DATA),
        ({"alert": None, "alert_quote": "у конкурентов дешевле"}, AlertState.NO_DATA),
        ({"alert": "нет данных"}, AlertState.NO_DATA),
        ({"alert": 1, "alert_quote": "у конкурентов дешевле"}, AlertState.NO_DATA),
        ({"alert": False, "alert_quote": "у конкурентов дешевле"}, AlertState.NO),
        ({"alert": "нет"}, AlertState.NO),
        ({"alert": True}, AlertState.UNPROVEN),
        ({"alert": True, "alert_quote": ["у конкурентов дешевле"]}, AlertState.UNPROVEN),
        ({"alert": True, "alert_quote": "мы уходим от вас"}, AlertState.UNPROVEN),
        ({"alert": True, "alert_quote": "это"}, AlertState.UNPROVEN),
        ({"alert": True, "alert_quote": "у конкурентов не дешевле"}, AlertState.UNPROVEN),
        ({"alert": True, "alert_quote": "у конкурентов дешевле"}, AlertState.RAISED),
        ({"alert": "да", "alert_quote": "У КОНКУРЕНТОВ, дешевле!"}, AlertState.RAISED),
    ],
)
def test_what_is_believed(told: dict[str, Any], expected: AlertState) -> None:
    assert state(told, request()) is expected
    assert state(told, request(condition="")) is None


def test_it_is_judged_whether_or_not_the_question_is_answered() -> None:
    alert = {"alert": True, "alert_quote": "у конкурентов дешевле"}
    for found in (True, False):
        told = {"found": found, "answer": "Дорого" if found else "", "quote": "для меня это дорого", **alert}
        judged = judge(request(), json.dumps(told), Mask(SEGMENTS))
        assert judged.found is found
        assert judged.alert is not None
        assert (judged.alert.quote, judged.alert.quote_at) == ("У конкурентов дешевле", 5.0)


def test_the_condition_stands_last_and_the_schema_is_one_for_all() -> None:
    plain, asked = (messages(one, Mask(SEGMENTS)) for one in (request(""), request()))
    assert plain[0] == asked[0]
    assert asked[1]["content"] == f"{plain[1]['content']}\n\nУсловие тревоги: клиент уходит к конкуренту"
    assert SCHEMA["required"] == list(SCHEMA["properties"])
    assert "alert_quote" in SYSTEM
