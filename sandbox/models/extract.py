"""Finds the sentence of a transcript that answers a question best, or says that none does.

No language model: word stems, how rare they are in the transcript, and a small lexicon of sales topics.
It quotes and never invents, so that the sandbox shows what was really said.
"""

import math
import re
from collections import Counter
from dataclasses import dataclass

FENCE = re.compile(r"<(transcript-[\w-]+)>\n(.*?)\n</\1>", re.DOTALL)
LINE = re.compile(r"^\[(?P<at>[\d:]+)\]\s*(?:(?P<who>[^:\]]{1,20}):)?\s*(?P<text>.+)$")
WORD = re.compile(r"[а-яa-z0-9]+")
STOP = frozenset(
    "и в во на с со а но не что как это то у к по за из от до ли бы же вы мы я он она они вас нас его её "
    "для при или так был была были есть будет если чтобы какой какая какие какое каком когда где кто чем "
    "клиент клиента клиенту клиентом менеджер менеджера звонок звонка звонке разговор разговора разговоре "
    "назовите укажите напишите выпишите перечислите определите скажите ответьте одним предложением "
    "is the a an of to in what which did does was were call client customer manager".split()
)
TOPICS: dict[str, str] = {
    "возраж сомне смуща": "дорог дороговат подума смуща сомнев конкурент дешевл устраив высок бюджет",
    "бюджет цен стоимост сумм денег price budget": "рубл тысяч миллион бюджет стоимост",
    "срок дат врем когда deadline": "недел дн числ понедельник вторник сред четверг пятниц март завтра мес",
    "следующ договор шаг итог next": "договор перезвон встреч замер пришл отправ запиш завтра созвон подъед",
    "конкурент competitor": "конкурент других дешевл",
    "потребн нужн интерес хоч запрос need": "нужн хот интерес балкон окн дач остекл замен",
    "лпр решен муж жен директор принима decision": "муж жен директор посовет решен согласов начальник",
    "скидк акци discount": "скидк акци процент дешевл",
    "жалоб негатив недовол претенз complaint": "недовол жалоб претенз сквозн возмущ плохо опозда брак",
    "адрес address": "улиц дом квартир адрес",
    "довол похвал благодар отзыв happy": "спасиб довол отлич понрав рекоменд супер",
    "телефон контакт": "телефон номер почт",
}
SUMMARY = ("кратк", "итог", "суть", "резюм", "содержан", "summar", "о чём", "о чем")
THRESHOLD = 0.75


@dataclass(frozen=True)
class Found:
    answer: str
    quote: str


def stem(word: str) -> str:
    word = word.replace("ё", "е")
    return word if word.isdigit() else word[:5] if len(word) > 6 else word[:4]


def stems(text: str) -> list[str]:
    words = WORD.findall(text.lower().replace("ё", "е"))
    return [stem(word) for word in words if word not in STOP]


def split_prompt(text: str) -> tuple[list[str], str]:
    """(sentences of the transcript, the question after it)."""
    fence = FENCE.search(text)
    if fence is None:
        return [], text
    said: list[str] = []
    for line in fence.group(2).splitlines():
        match = LINE.match(line.strip())
        if match:
            said.append(match["text"].strip())
    return said, text[fence.end() :].strip()


def find(text: str) -> Found | None:
    """The best supported answer to the question that ends the message."""
    said, question = split_prompt(text)
    if not said:
        return None
    asked = question.lower().replace("ё", "е")
    if any(sign in asked for sign in SUMMARY):
        return _summary(said)
    wanted = _wanted(question)
    rarity = _rarity(said)
    scored = [(_score(sentence, wanted, rarity), -number, sentence) for number, sentence in enumerate(said)]
    score, _, best = max(scored)
    if score < THRESHOLD:
        return None
    return Found(f"Из разговора: «{best}»", best)


def _wanted(question: str) -> dict[str, float]:
    """Stems to look for: the topic's words weigh more than the question's own."""
    wanted: dict[str, float] = dict.fromkeys(stems(question), 0.6)
    lowered = question.lower().replace("ё", "е")
    for signs, words in TOPICS.items():
        if any(sign in lowered for sign in signs.split()):
            wanted.update(dict.fromkeys((stem(word) for word in words.split()), 1.0))
    return wanted


def _rarity(said: list[str]) -> dict[str, float]:
    seen = Counter(one for sentence in said for one in set(stems(sentence)))
    return {one: math.log(1 + len(said) / count) for one, count in seen.items()}


def _score(sentence: str, wanted: dict[str, float], rarity: dict[str, float]) -> float:
    inside = set(stems(sentence))
    hits = 0.0
    for one, weight in wanted.items():
        match = next((word for word in inside if word == one or (len(one) > 3 and word.startswith(one))), None)
        if match is not None:
            hits += weight * rarity[match]
    return hits / math.sqrt(2 + len(inside)) if hits else 0.0


def _summary(said: list[str]) -> Found:
    longest = sorted(said, key=len, reverse=True)[:3]
    chosen = [sentence for sentence in said if sentence in longest]
    return Found("Главное из разговора: " + " ".join(f"«{sentence}»" for sentence in chosen), chosen[0])
