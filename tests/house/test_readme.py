"""The readmes tell every setting and every command."""

from pathlib import Path

from bot.i18n import load_languages
from bot.settings import Settings
from handlers.workspace import texts

ROOT = Path(__file__).parents[2]


def test_every_setting_is_in_the_table_and_in_the_example() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8")
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    names = [name.upper() for name in Settings.model_fields]
    assert [name for name in names if f"`{name}`" not in table] == []
    assert [name for name in names if f"{name}=" not in example] == []


def test_every_command_is_in_the_table() -> None:
    table = (ROOT / "README.ru.md").read_text(encoding="utf-8")
    i18n = load_languages()
    with i18n.context(), i18n.use_locale("ru"):
        commands = set(texts.menu()) - {"start"}
    assert sorted(name for name in commands if f"`/{name}" not in table) == []
