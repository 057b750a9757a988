"""What a field expects of the model, and how what the model says becomes its value."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from services.domain.call import Call, Reason
from services.domain.field import FieldType, Option, RemoteField, Value
from services.domain.workspace import Workspace
from services.ports import Expectation, Unfit
from services.values import Unreadable
from services.values.describe import describe
from services.values.read import read_value
from services.values.support import supports

REASONS = {
    "not_an_option": Reason.NOT_AN_OPTION,
    "not_a_person": Reason.NOT_AN_OPTION,
    "not_a_number": Reason.NOT_A_NUMBER,
    "not_a_date": Reason.NOT_A_DATE,
}

UNSUPPORTED = (
    "Цитата говорит о другом значении: приведи реплику, где названо именно твоё value, исправь value или верни "
    "found=false."
)


def expectation(field: RemoteField, call: Call, place: Workspace, people: Sequence[Option]) -> Expectation:
    """`people` are the employees that a field of that type may name."""
    zone, called_at = ZoneInfo(place.zone), call.found.started_at
    if field.type is FieldType.TEXT:
        return Expectation("", _as_text)
    told = describe(
        field, called_at=called_at, zone=zone, language=place.language, people=people, currency=place.currency
    )

    def read(said: str | list[str]) -> Value:
        try:
            return read_value(field, said, called_at=called_at, zone=zone, currency=place.currency, people=people)
        except Unreadable as problem:
            shown = said if isinstance(said, str) else ", ".join(said)
            reason = REASONS.get(problem.code, Reason.VALUE_UNREADABLE)
            raise Unfit(reason, f"Значение «{shown[:100]}» не подходит.\n{told}") from None

    def hold(value: Value, quote: str) -> None:
        if not supports(field, value, quote, called_at=called_at, zone=zone):
            raise Unfit(Reason.VALUE_UNSUPPORTED, UNSUPPORTED)

    if field.type is FieldType.EMPLOYEE and not people:
        return Expectation(told, _nobody)
    return Expectation(told, read, hold)


def _as_text(said: str | list[str]) -> Value:
    return said if isinstance(said, str) else "\n".join(said)


def _nobody(said: str | list[str]) -> Value:
    raise Unfit(Reason.NOT_AN_OPTION, "Список сотрудников недоступен: верни found=false.")
