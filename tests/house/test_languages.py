"""Every word is there in every language, with the same places to fill."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir

from bot.i18n import read_catalogue

ROOT = Path(__file__).parents[2]
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "ngettext": (1, 2)}


def words_in_code() -> set[str | tuple[str, ...]]:
    found: set[str | tuple[str, ...]] = set()
    for folder in ("handlers", "bot"):
        for _, _, message, _, _ in extract_from_dir(
            str(ROOT / folder), method_map=[("**.py", "python")], keywords=KEYWORDS
        ):
            found.add(message)
    return found


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_english_is_complete_and_nothing_is_left_over() -> None:
    known = {message.id for message in read_catalogue("en") if message.id}
    assert known == words_in_code()


def test_russian_has_all_plural_forms() -> None:
    known = {message.id for message in read_catalogue("ru") if message.id}
    assert known == {message for message in words_in_code() if isinstance(message, tuple)}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_translations_are_filled_in_and_keep_their_places(language: str) -> None:
    for message in read_catalogue(language):
        if not message.id:
            continue
        assert not message.fuzzy
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        source = message.id if isinstance(message.id, str) else message.id[0]
        for form in forms:
            assert form, source
            assert places(form) == places(source), source


def test_no_words_hide_in_format_strings() -> None:
    """Extraction does not look into f-strings."""
    for path in [*(ROOT / "handlers").rglob("*.py"), *(ROOT / "bot").rglob("*.py")]:
        assert "{_(" not in path.read_text(encoding="utf-8"), path


AS_THEY_ARE = {
    "Русский",  # a language by its own name
    "все",  # typed by people
    "всё",
    "ё",  # letters that are compared
    "е",
}
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def constants(tree: ast.AST) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CYRILLIC.search(node.value):
            yield node


def untranslated(tree: ast.AST) -> set[str]:
    """Words that are neither told in passing (docstrings) nor given to gettext."""
    fine: set[int] = set()
    for node in ast.walk(tree):
        is_translated = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS
        if is_translated or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            fine |= {id(one) for one in constants(node)}
    return {str(one.value) for one in constants(tree) if id(one) not in fine}


def test_no_russian_word_is_shown_untranslated() -> None:
    for path in [*(ROOT / "handlers").rglob("*.py"), *(ROOT / "bot").rglob("*.py")]:
        left = untranslated(ast.parse(path.read_text(encoding="utf-8"))) - AS_THEY_ARE
        assert not left, path
