"""Languages: the words in the code are Russian, other languages are catalogues beside the handlers."""

from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from aiogram.utils.i18n import I18n
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parents[1] / "handlers" / "locales"
DOMAIN = "bot"


def read_catalogue(locale: str) -> Catalog:
    """All files of a language together: each part of the face may have one of its own."""
    whole = Catalog(locale=locale)
    for path in sorted((LOCALES / locale / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=locale):
                if message.id:
                    whole[message.id] = message
    return whole


def _compiled(locale: str) -> GNUTranslations:
    catalogue = read_catalogue(locale)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def load_languages() -> I18n:
    """Reads the catalogues as translators write them: nothing is compiled beforehand.

    The library insists on compiled files where it looks for them, so it is pointed at a folder without any.
    """
    i18n = I18n(path=LOCALES.parent, default_locale="ru", domain=DOMAIN)
    i18n.locales = {folder.name: _compiled(folder.name) for folder in sorted(LOCALES.iterdir()) if folder.is_dir()}
    return i18n
