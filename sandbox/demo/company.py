"""A believable small company: windows and balconies. Every system of the demo tells of the same people."""

from dataclasses import dataclass

NAME = "Тёплый дом"
FUNNEL, SERVICE = "Продажи", "Сервис"
LINE = "74951234567"


@dataclass(frozen=True)
class Manager:
    name: str
    last_name: str
    extension: str

    @property
    def full_name(self) -> str:
        return f"{self.name} {self.last_name}"


IRINA, DMITRY = Manager("Ирина", "Соколова", "202"), Manager("Дмитрий", "Волков", "205")
MANAGERS = (IRINA, DMITRY)


@dataclass(frozen=True)
class Client:
    """Somebody who calls, with the deal and how far it has come: a step from 0 on, in either funnel."""

    name: str
    phone: str
    deal: str
    funnel: str
    step: int
    manager: Manager


CLIENTS = (
    Client("Сергей Петров", "+79000000011", "Балкон на Садовой", FUNNEL, 0, IRINA),
    Client("Марина Лебедева", "+79000000012", "Три окна, ЖК «Парк»", FUNNEL, 1, IRINA),
    Client("Виктор Королёв", "+79000000013", "Окна в коттедж", FUNNEL, 2, DMITRY),
    Client("Елена Громова", "+79000000014", "Остекление офиса", FUNNEL, 0, DMITRY),
    Client("Ольга Лебедева", "+79000000015", "Продувает окно, ул. Мира", SERVICE, 0, IRINA),
    Client("Наталья Орлова", "+79000000016", "Замена подоконников", SERVICE, 1, DMITRY),
)
