"""A believable small company: windows and balconies, two funnels, six deals, a list and fields of its own."""

from datetime import timedelta

from sandbox.bitrix24 import Column, Portal

FUNNEL = "Сервис"
SERVICE_STAGES: list[tuple[str, str, str | None]] = [
    ("NEW", "Заявка", None),
    ("VISIT", "Выезд мастера", None),
    ("WON", "Решено", "S"),
    ("LOSE", "Отказ", "F"),
]


MOODS = ["Тёплый", "Нейтральный", "Недовольный"]


def settle(portal: Portal) -> None:
    """Fills an empty portal."""
    portal.add_field("deal", "Бюджет клиента", "money")
    portal.add_field("deal", "Возражения", "string")
    portal.add_list(
        "Отзывы",
        [
            Column("", "Сделка", "S:ECrm"),
            Column("", "Менеджер", "S:employee"),
            Column("", "Дата звонка", "S:DateTime"),
            Column("", "Итог", "S"),
            Column("", "Следующий шаг", "S"),
            Column("", "Бюджет", "S:Money"),
            Column("", "Настроение", "L", options=portal.make_options(*MOODS)),
        ],
    )
    irina = portal.add_user("Ирина", "Соколова")
    dmitry = portal.add_user("Дмитрий", "Волков")
    service = portal.add_funnel(FUNNEL, SERVICE_STAGES)
    week_ago = portal.clock.datetime() - timedelta(days=7)
    deals = [
        ("Балкон на Садовой", "Сергей Петров", "+79000000011", 0, "NEW", irina),
        ("Три окна, ЖК «Парк»", "Марина Лебедева", "+79000000012", 0, "PREPARATION", irina),
        ("Окна в коттедж", "Виктор Королёв", "+79000000013", 0, "EXECUTING", dmitry),
        ("Остекление офиса", "Елена Громова", "+79000000014", 0, "NEW", dmitry),
        ("Продувает окно, ул. Мира", "Ольга Лебедева", "+79000000015", service, "NEW", irina),
        ("Замена подоконников", "Наталья Орлова", "+79000000016", service, "VISIT", dmitry),
    ]
    for title, client, phone, funnel, stage, manager in deals:
        contact = portal.add_contact(client, phone)
        portal.add_deal(title, funnel=funnel, stage=stage, contact=contact, manager=manager, created=week_ago)
