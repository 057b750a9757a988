"""What leaves for the model has marks in place of telephones and the like; what comes back has the words again."""

import json
from dataclasses import replace

import pytest

from sandbox.models import ModelServer
from services.domain.call import Reason, Segment
from services.domain.field import Value
from services.domain.workspace import Language
from services.llm.request import SYSTEM
from services.ports import AnswerRequest, Expectation, Unfit
from tests.llm.conftest import Start, request

SAID = (
    Segment(1.0, 9.0, "client", "Мой номер восемь девятьсот двадцать шесть, сто двадцать три,"),
    Segment(9.0, 10.0, "manager", "Ага."),
    Segment(10.0, 14.0, "client", "сорок пять шестьдесят семь, бюджет девять миллионов."),
    Segment(15.0, 19.0, "client", "Почта anna@mail.test, карта 4276 3801 2345 6787."),
)
NUMBER = "+7 926 123-45-67"
TELLING = ("девятьсот двадцать", "926", "anna@mail", "4276", "сорок пять")


def asking(question: str = "Какой телефон?", expects: Expectation | None = None) -> AnswerRequest:
    return AnswerRequest("call-1", "Входящий звонок", SAID, question, Language.RU, expects)


def sent(server: ModelServer) -> str:
    return json.dumps([asked.body for asked in server.asked("chat")], ensure_ascii=False)


def says(answer: str, quote: str | None, value: list[str] | None = None) -> dict[str, str]:
    told = {"found": True, "answer": answer, "quote": quote, "value": value}
    return {"content": json.dumps(told, ensure_ascii=True)}


async def test_an_answer_and_its_quote_come_back_as_people_know_them(start: Start) -> None:
    server, model = await start("openai")
    server.chat.odd.append(says("Телефон [ТЕЛ-1]", "Мой номер [ТЕЛ-1]"))
    answer = await model.answer(asking())
    assert (answer.text, answer.quote_at) == (f"Телефон {NUMBER}", 1.0)
    assert answer.quote == "Мой номер восемь девятьсот двадцать шесть, сто двадцать три"
    assert not [told for told in TELLING if told in sent(server)]
    assert "бюджет девять миллионов" in sent(server)


async def test_a_quote_over_several_remarks_is_found_again(start: Start) -> None:
    server, model = await start("openai")
    server.chat.odd.append(says("[ТЕЛ-1] [ТЕЛ-1.2]", "Мой номер [ТЕЛ-1] Ага. [ТЕЛ-1.2] бюджет"))
    answer = await model.answer(asking())
    assert answer.text == NUMBER
    assert answer.quote.endswith("Ага. сорок пять шестьдесят семь, бюджет")


async def test_a_value_is_read_and_held_against_what_was_really_said(start: Start) -> None:
    server, model = await start("openai")
    read: list[object] = []

    def keep(said: str | list[str]) -> Value:
        read.append(said)
        return "".join(said)

    def hold(value: Value, quote: str) -> None:
        read.append(quote)

    server.chat.odd.append(says("", "Почта [ПОЧТА-2]", ["[ПОЧТА-2]"]))
    answer = await model.answer(asking(expects=Expectation("почта", keep, hold)))
    assert (answer.value, answer.problem) == ("anna@mail.test", None)
    assert read == [["anna@mail.test"], "Почта anna@mail.test"]


async def test_a_complaint_names_no_number_either(start: Start) -> None:
    server, model = await start("openai")

    def refuse(said: str | list[str]) -> Value:
        raise Unfit(Reason.VALUE_UNREADABLE, f"«{said}» не подходит")

    server.chat.odd += [says("[ТЕЛ-1]", "Мой номер [ТЕЛ-1]")] * 2
    answer = await model.answer(asking(expects=Expectation("число", refuse)))
    assert (answer.text, answer.problem) == (NUMBER, Reason.VALUE_UNREADABLE)
    assert len(server.asked("chat")) == 2
    assert not [told for told in TELLING if told in sent(server)]


async def test_an_answer_out_of_form_is_restored_as_well(start: Start) -> None:
    server, model = await start("plain")
    server.chat.odd += [{"content": "просто [ТЕЛ-1]"}] * 2
    answer = await model.answer(asking())
    assert (answer.text, answer.free_form) == (f"просто {NUMBER}", True)


async def test_a_number_in_the_question_has_the_mark_of_the_call(start: Start) -> None:
    server, model = await start("openai")
    await model.answer(asking("Звонить ли на 8 999 765-43-21 или писать на anna@mail.test?"))
    assert "Звонить ли на [ТЕЛ-4] или писать на [ПОЧТА-2]?" in sent(server)


async def test_all_questions_of_a_call_begin_alike(start: Start) -> None:
    server, model = await start("openai")
    for question in ("Какой телефон?", "Какая почта?"):
        await model.answer(asking(question))
    first, second = (asked.body["messages"][1]["content"] for asked in server.asked("chat"))
    assert first.split("Вопрос:")[0] == second.split("Вопрос:")[0]


@pytest.mark.parametrize("masked", [True, False])
async def test_switched_off_or_with_nothing_to_hide_the_words_are_as_they_were(start: Start, masked: bool) -> None:
    server, model = await start("openai")
    await model.answer(replace(request(), masked=masked))
    await model.answer(replace(asking(), masked=False))
    plain, open_hearted = (asked.body["messages"] for asked in server.asked("chat"))
    assert plain[0]["content"] == open_hearted[0]["content"] == SYSTEM
    assert "anna@mail.test" in open_hearted[1]["content"]
