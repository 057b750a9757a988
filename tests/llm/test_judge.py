"""What is believed of an answer for a field: its value is held against its quote, and "no data" is no value."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.domain.call import Call, CallState, Direction, FoundCall, Reason, Segment
from services.domain.field import FieldType, Option, RemoteField
from services.domain.workspace import Language, Workspace
from services.llm.judge import Judged, judge
from services.pipeline.expect import expectation
from services.ports import AnswerRequest
from services.privacy.mask import Mask

CALLED_AT = datetime(2026, 3, 10, 15, 0, tzinfo=ZoneInfo("Europe/Moscow"))
SAID = [
    "Хочу застеклить балкон, это для меня дорого.",
    "В бюджет до ста десяти тысяч мы укладываемся.",
    "Нас двое, дом двухэтажный, пять окон.",
    "Ориентировочно выйдет от девяноста до ста двадцати тысяч рублей.",
    "Готов отдать пять штук, или сто долларов.",
    "После пятницы не приезжайте.",
    "Да, завтра в шесть жду вашего замерщика.",
    "Завтра не получится, давайте в четверг.",
    "Ну, вот. Да.",
    "Ни одного окна не меняли.",
    "Лучше не сто тысяч.",
]
SEGMENTS = tuple(Segment(n * 10.0, n * 10.0 + 10, "client", text) for n, text in enumerate(SAID))
MOODS = (Option("7", "Дорого"), Option("8", "Дёшево"))
PLACE = Workspace(1, "Компания", "Europe/Moscow", Language.RU)
CALL = Call(
    id=1,
    workspace_id=1,
    integration_id=1,
    found=FoundCall("1", CALLED_AT, 60, Direction.INCOMING, "", True),
    state=CallState.TRANSCRIBED,
    reason=None,
    binding=None,
    attempt=0,
    first_seen_at=CALLED_AT,
)


def judged(kind: FieldType, value: Any, quote: str, answer: str = "Ответ") -> Judged:
    field = RemoteField("f", "Поле", kind, options=MOODS if kind is FieldType.CHOICE else ())
    expects = expectation(field, CALL, PLACE, ())
    request = AnswerRequest("call-1", "", SEGMENTS, "?", Language.RU, expects)
    told = json.dumps({"found": True, "answer": answer, "quote": quote, "value": value})
    return judge(request, told, Mask(request.segments))


@pytest.mark.parametrize(
    ("kind", "value", "quote"),
    [
        (FieldType.MONEY, "110000 RUB", "в бюджет до ста десяти тысяч"),
        (FieldType.MONEY, "120000 RUB", "выйдет от девяноста до ста двадцати тысяч рублей"),
        (FieldType.MONEY, "5000 RUB", "готов отдать пять штук"),
        (FieldType.MONEY, "100 USD", "сто долларов"),
        (FieldType.INTEGER, "2", "нас двое"),
        (FieldType.INTEGER, "2", "дом двухэтажный"),
        (FieldType.INTEGER, "5", "дом двухэтажный, пять окон"),
        (FieldType.INTEGER, "0", "ни одного окна"),
        (FieldType.DATE, "2026-03-12", "завтра не получится, давайте в четверг"),
        (FieldType.DATE, "2026-03-11", "завтра в шесть жду вашего замерщика"),
        (FieldType.DATE, "2026-04-01", "хочу застеклить балкон"),
        (FieldType.DATETIME, "2026-03-11T18:00", "да, завтра в шесть жду"),
        (FieldType.CHOICE, ["Дорого"], "это для меня дорого"),
        (FieldType.CHOICE, ["Дёшево"], "в бюджет до ста десяти тысяч мы укладываемся"),
        (FieldType.TEXT, None, "хочу застеклить балкон"),
        (FieldType.TEXT, ["нет данных"], "хочу застеклить балкон"),
        (FieldType.BOOLEAN, "нет", "ни одного окна не меняли"),
    ],
)
def test_good_answers_are_believed(kind: FieldType, value: Any, quote: str) -> None:
    verdict = judged(kind, value, quote)
    assert (verdict.problem, verdict.complaint) == (None, None)
    assert verdict.value is not None


@pytest.mark.parametrize(
    ("kind", "value", "quote"),
    [
        (FieldType.MONEY, "5000000 RUB", "хочу застеклить балкон"),
        (FieldType.MONEY, "100000 RUB", "в бюджет до ста десяти тысяч"),
        (FieldType.MONEY, "100 RUB", "сто долларов"),
        (FieldType.MONEY, "100000 RUB", "лучше не сто тысяч"),
        (FieldType.NUMBER, "3", "пять окон"),
        (FieldType.INTEGER, "3", "нас двое"),
        (FieldType.DATE, "2026-03-13", "завтра в шесть жду вашего замерщика"),
        (FieldType.DATE, "2026-03-13", "после пятницы не приезжайте"),
        (FieldType.DATETIME, "2026-03-11T17:00", "завтра в шесть жду"),
        (FieldType.DATETIME, "2026-03-12T18:00", "завтра в шесть жду"),
    ],
)
def test_a_value_that_its_quote_does_not_carry_is_not_written(kind: FieldType, value: Any, quote: str) -> None:
    verdict = judged(kind, value, quote)
    assert (verdict.problem, verdict.value) == (Reason.VALUE_UNSUPPORTED, None)
    assert verdict.complaint is not None
    assert "другом значении" in verdict.complaint


def test_a_filler_proves_nothing() -> None:
    for quote in ("Ну, вот", "да", "ну"):
        verdict = judged(FieldType.CHOICE, ["Дорого"], quote)
        assert (verdict.problem, verdict.quote_at) == (Reason.QUOTE_NOT_FOUND, None)


@pytest.mark.parametrize(
    "value", ["нет данных", ["Нет данных."], ["не указано", "неизвестно"], "не сказано", "null"]
)
def test_no_data_for_a_value_is_no_answer(value: Any) -> None:
    for kind in (FieldType.BOOLEAN, FieldType.CHOICE, FieldType.MONEY):
        assert judged(kind, value, "это для меня дорого", answer="Дорого") == Judged()
