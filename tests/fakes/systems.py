"""Two small systems of the tests' own: a telephony with choices and settings, a CRM with a page to log in on."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from aiogram.utils.formatting import Text

from services.domain.call import FoundCall, Transcript
from services.domain.integration import Ability, Kind
from services.errors import Refused, RemoteError
from services.integrations.base import CallPage, Check, CheckLine, Connector, Cursor
from services.integrations.doors import Doors, return_address
from services.integrations.entry import CatalogueEntry, Step
from services.integrations.knocking import Knock, Reply


@dataclass
class Cabinet:
    """The remote side. `failures` come first, one per request; None lets one through."""

    account: str = "cabinet.test"
    facts: dict[str, Any] = field(default_factory=dict)
    failures: list[RemoteError | None] = field(default_factory=list)
    exchanged: list[Mapping[str, str]] = field(default_factory=list)
    opened_with: list[Mapping[str, Any]] = field(default_factory=list)
    pulls: int = 0
    reply: Callable[[Knock], Reply] = lambda knock: Reply()
    heard: list[Knock] = field(default_factory=list)

    def asked(self) -> None:
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure


class Telephony:
    """A connector that remembers; it shows what a `pattern` would read before it is saved."""

    def __init__(self, cabinet: Cabinet, secrets: Mapping[str, str], settings: Mapping[str, Any]) -> None:
        self._cabinet = cabinet
        self.secrets = secrets
        cabinet.opened_with.append(dict(settings))

    async def check(self) -> Check:
        self._cabinet.asked()
        line = CheckLine("access", ok=self.secrets.get("key") != "weak")
        return Check((line,), self._cabinet.account, "Кабинет", self._cabinet.facts)

    async def pull(self, cursor: Cursor | None) -> CallPage:
        self._cabinet.asked()
        self._cabinet.pulls += 1
        return CallPage((), {"at": 1})

    async def refresh(self, calls: Sequence[FoundCall]) -> Sequence[FoundCall]:
        return calls

    async def transcript(self, call: FoundCall) -> Transcript | None:
        return None

    @asynccontextmanager
    async def recording(self, call: FoundCall) -> Any:
        nothing: Path | None = None
        yield nothing

    async def answer(self, knock: Knock) -> Reply:
        self._cabinet.heard.append(knock)
        return self._cabinet.reply(knock)


class Showing(Telephony):
    async def try_option(self, field: str, value: str) -> Sequence[CheckLine]:
        self._cabinet.asked()
        return [CheckLine("read", ok="{" in value)]


async def close(connector: Connector) -> None:
    """Nothing is open."""


def parse(field: str, text: str) -> str:
    if "!" in text:
        raise Refused("odd")
    return text.strip()


def telephony(cabinet: Cabinet, connector: type[Telephony] = Telephony) -> CatalogueEntry:
    def opened(secrets: Mapping[str, str], settings: Mapping[str, Any], doors: Doors) -> Telephony:
        return connector(cabinet, secrets, settings)

    return CatalogueEntry(
        kind=Kind.NOVOFON,
        title="Кабинет",
        abilities=frozenset({Ability.GIVES_CALLS, Ability.WAKES_UP}),
        steps=(
            Step("cabinet", choices=("new", "old"), secret=False),
            Step("key", only_if=("cabinet", "new")),
            Step("login", secret=False, only_if=("cabinet", "old")),
            Step("password", only_if=("cabinet", "old")),
            Step("extension", secret=False, optional=True),
        ),
        parse_secret=parse,
        open=opened,
        close=close,
        options=(
            Step("zone", choices=("Europe/Moscow", "Asia/Omsk")),
            Step("pattern", secret=False),
            Step("omsk_office", secret=False, only_if=("zone", "Asia/Omsk")),
        ),
        parse_option=parse,
    )


def authorize(values: Mapping[str, str], state: str, doors: Doors) -> str:
    query = urlencode({"client_id": values["client"], "state": state, "to": return_address(Kind.AMOCRM, doors)})
    return f"https://login.example.test/oauth?{query}"


def crm_with_login(cabinet: Cabinet) -> CatalogueEntry:
    async def complete(values: Mapping[str, str], doors: Doors) -> Mapping[str, str]:
        if not values.get("code"):
            return values
        cabinet.exchanged.append(dict(values))
        cabinet.asked()
        return {**values, "code": "", "token": f"made of {values['code'].partition(' ')[0]}"}

    def opened(secrets: Mapping[str, str], settings: Mapping[str, Any], doors: Doors) -> Telephony:
        assert "token" in secrets
        return Telephony(cabinet, secrets, settings)

    return CatalogueEntry(
        kind=Kind.AMOCRM,
        title="ЦРМ",
        abilities=frozenset({Ability.GIVES_CALLS, Ability.LISTS_FUNNELS}),
        steps=(
            Step("way", choices=("token", "login"), secret=False),
            Step("token", only_if=("way", "token")),
            Step("client", only_if=("way", "login")),
            Step("nickname", secret=False, optional=True),
            Step("code", link=True, only_if=("way", "login")),
        ),
        parse_secret=parse,
        open=opened,
        close=close,
        complete=complete,
        authorize=authorize,
    )


def state_of(url: str) -> str:
    """What goes along in a link."""
    (state,) = parse_qs(urlsplit(url).query)["state"]
    return state


class Words:
    """What both systems say, all in one: the fields by their names."""

    def __init__(self, name: str) -> None:
        self._name = name

    def title(self) -> str:
        return self._name

    def ask(self, field: str, values: Mapping[str, str]) -> Text:
        back = f", вернёмся на {values['return_address']}" if field == "client" else ""
        return Text(f"пришлите {field}{back}")

    def choice(self, field: str, value: str) -> str:
        return f"выбрать {value}"

    def line(self, line: CheckLine) -> str:
        return f"строка {line.code}"

    def refused(self, why: str, values: Mapping[str, object]) -> str | None:
        return "не подходит" if why == "odd" else None

    def failure(self, error: RemoteError) -> str | None:
        return None

    def renew_hint(self) -> str:
        return "пришлите новый ключ"


class FullWords(Words):
    def option_title(self, field: str) -> str:
        return f"Опция {field}"

    def ask_option(self, field: str, values: Mapping[str, str]) -> Text:
        return Text(f"что поставить в {field}")

    def option_value(self, field: str, value: str) -> str:
        return value or "как в кабинете"

    def where_to_paste(self) -> Text:
        return Text("вставьте в кабинете")

    def trouble(self, code: str, remote_code: str) -> tuple[str, str] | None:
        return ("кабинет не оплачен", "Оплатите его.") if remote_code == "unpaid" else None

    def remark(self) -> str:
        return "Поля не пишу: кабинет не умеет."
