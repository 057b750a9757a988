"""Draws a chat's settings. Every button carries the state it wants: windows keep nothing and outlive restarts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.formatting import Text

from handlers.callbacks.chats import ChatAct, ChatPress
from handlers.chats import about_texts as about
from handlers.chats import button_texts as labels
from handlers.chats import choice_texts as asking
from handlers.chats import texts
from handlers.chats.about_texts import Names, Seen
from services.domain.listening import Form, Hush, Quiet
from services.domain.workspace import Chat, Language
from services.listening.settings import Choosing

Screen = tuple[Text | str, InlineKeyboardMarkup]

PAGE = 8
BEGINS = (18, 19, 20, 21, 22, 23)
ENDS = (6, 7, 8, 9, 10, 11)
DIGESTS = (9, 13, 17, 18, 19, 20, 21, 22)
USUAL = Quiet(time(21), time(9), Hush.SILENT)
WHAT = (Choosing.INTEGRATIONS, Choosing.FUNNELS, Choosing.PROMPTS)
SUPERGROUP = "-100"


def _button(text: str, act: ChatAct, number: int = 0, **more: int | bool) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=ChatPress(act=act, number=number, **more).pack())


def _markup(*rows: Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[list(row) for row in rows if row])


def group_link(chat: Chat) -> str | None:
    """Only supergroups have an address for their members."""
    number = str(chat.address.chat_id)
    if chat.kind == "private" or not number.startswith(SUPERGROUP):
        return None
    thread = f"/{chat.address.thread_id}" if chat.address.thread_id else "/1"
    return f"https://t.me/c/{number.removeprefix(SUPERGROUP)}{thread}"


@dataclass(frozen=True)
class ChatScreens:
    chat: Chat
    names: Names
    seen: Seen

    def _act(self, text: str, act: ChatAct, **more: int | bool) -> InlineKeyboardButton:
        return _button(text, act, self.chat.id, **more)

    @property
    def _back(self) -> list[InlineKeyboardButton]:
        return [self._act(labels.back_button(), ChatAct.SHOW)]

    def window(self, note: str = "") -> Screen:
        return texts.window(self.chat, self.names, self.seen, note), _markup(*self._rows())

    def _rows(self) -> list[list[InlineKeyboardButton]]:
        chat = self.chat
        forms = [
            self._act(labels.form_button(one, chosen=one is chat.form), ChatAct.FORM, one=number)
            for number, one in enumerate(Form)
        ]
        rows = [forms, [self._choose(0), self._choose(1)], [self._choose(2)]]
        if chat.form is Form.CARDS:
            to = not chat.wants.only_with_data
            rows[-1].append(self._act(labels.with_data_button(to=to), ChatAct.WITH_DATA, to=to))
        if chat.form is Form.DIGEST:
            rows[-1].append(self._act(labels.digest_button(), ChatAct.DIGEST))
        rows.append(
            [self._act(labels.quiet_button(), ChatAct.QUIET), self._act(labels.mute_button(), ChatAct.MUTE)]
        )
        to = not chat.subscribed
        rows.append([self._act(labels.listen_button(to=to), ChatAct.LISTEN, to=to)])
        if chat.kind != "private":
            rows[-1].insert(0, self._language())
            rows.append([self._act(labels.done_button(), ChatAct.DONE)])
        rows.append([_button(labels.list_button(), ChatAct.LIST)])
        return rows

    def _language(self) -> InlineKeyboardButton:
        every = list(Language)
        other = (every.index(self.chat.language) + 1) % len(every)
        return self._act(labels.language_button(every[other]), ChatAct.LANGUAGE, one=other)

    def _choose(self, what: int) -> InlineKeyboardButton:
        told = (labels.integrations_button, labels.funnels_button, labels.prompts_button)[what]
        return self._act(told(), ChatAct.CHOOSE, what=what)

    def choosing(self, what: int, page: int) -> Screen:
        kind = WHAT[what]
        names: Mapping[int, str] = getattr(self.names, kind)
        chosen: frozenset[int] | None = getattr(self.chat.wants, kind)
        rows = [[self._act(labels.all_button(chosen=chosen is None), ChatAct.ALL, what=what)]]
        shown, turning = self._page(list(names.items()), page, ChatAct.CHOOSE, what=what)
        for one, name in shown:
            inside = chosen is not None and one in chosen
            label = labels.taken(name, chosen=inside)
            rows.append([self._act(label, ChatAct.TAKE, what=what, one=one, to=not inside, page=page)])
        asked = (asking.choose_integrations, asking.choose_funnels, asking.choose_prompts)[what]
        return (asked() if names else asking.nothing_to_choose()), _markup(*rows, turning, self._back)

    def _page(
        self, every: Sequence[tuple[int, str]], page: int, act: ChatAct, **more: int
    ) -> tuple[Sequence[tuple[int, str]], list[InlineKeyboardButton]]:
        pages = max(1, -(-len(every) // PAGE))
        page = min(page, pages - 1)
        turning = []
        if page:
            turning.append(self._act("‹", act, page=page - 1, **more))
        if pages > 1:
            turning.append(self._act(f"{page + 1}/{pages}", act, page=page, **more))
        if page + 1 < pages:
            turning.append(self._act("›", act, page=page + 1, **more))
        return every[page * PAGE : (page + 1) * PAGE], turning

    def quiet(self) -> Screen:
        now = self.chat.quiet
        base = now or USUAL
        begins = [
            self._hours(labels.begin_label(time(one)), Quiet(time(one), base.end, base.hush)) for one in BEGINS
        ]
        ends = [self._hours(labels.end_label(time(one)), Quiet(base.begin, time(one), base.hush)) for one in ENDS]
        hushes = [self._hours(labels.hush_button(one), Quiet(base.begin, base.end, one)) for one in Hush]
        off = [self._act(labels.quiet_off_button(), ChatAct.QUIET_OFF)] if now else []
        rows = [begins[:3], begins[3:], ends[:3], ends[3:], *([one] for one in hushes), off, self._back]
        return asking.choose_quiet(now), _markup(*rows)

    def _hours(self, text: str, wanted: Quiet) -> InlineKeyboardButton:
        label = labels.taken(text, chosen=wanted == self.chat.quiet)
        one = wanted.begin.hour * 24 + wanted.end.hour
        return self._act(label, ChatAct.QUIET_SET, one=one, to=wanted.hush is Hush.HELD)

    def digest(self) -> Screen:
        chosen = self.chat.wants.digest_at
        buttons = [
            self._act(labels.taken(about.hour(time(one)), chosen=time(one) == chosen), ChatAct.DIGEST_AT, one=one)
            for one in DIGESTS
        ]
        return asking.choose_digest(), _markup(buttons[:4], buttons[4:], self._back)

    def mute(self) -> Screen:
        """What is silent now can be brought back here."""
        rows = [
            [self._act(told, ChatAct.MUTE_SET, one=number, to=True) for number, told in enumerate(labels.spans())]
        ]
        if self.names.prompts:
            rows.append([self._act(labels.mute_prompt_button(), ChatAct.MUTE_PROMPTS)])
        muted_until = self.chat.muted_until
        if muted_until is not None and muted_until > self.seen.now:
            rows.append([self._act(labels.unmute_button(), ChatAct.MUTE_SET)])
        for one, _mute in about.present_mutes(self.chat, self.names, self.seen.now)[:PAGE]:
            label = labels.unmute_prompt_button(self.names.prompts[one])
            rows.append([self._act(label, ChatAct.MUTE_PROMPT, one=one)])
        return asking.choose_mute(), _markup(*rows, self._back)

    def prompts_to_mute(self, page: int) -> Screen:
        shown, turning = self._page(list(self.names.prompts.items()), page, ChatAct.MUTE_PROMPTS)
        rows = [
            [self._act(about.short(name), ChatAct.MUTE_PROMPTS, one=one, to=True, page=page)]
            for one, name in shown
        ]
        back = [self._act(labels.back_button(), ChatAct.MUTE)]
        return asking.choose_muted_prompt(), _markup(*rows, turning, back)

    def prompt_to_mute(self, prompt_id: int, page: int) -> Screen:
        rows = [
            self._act(told, ChatAct.MUTE_PROMPT, one=prompt_id, what=number, to=True)
            for number, told in enumerate(labels.spans())
        ]
        back = [self._act(labels.back_button(), ChatAct.MUTE_PROMPTS, page=page)]
        return asking.choose_prompt_mute(self.names.prompts.get(prompt_id, "—")), _markup(rows, back)


def listing(chats: Sequence[Chat], page: int, seen: Seen) -> Screen:
    pages = max(1, -(-len(chats) // PAGE))
    page = min(page, pages - 1)
    rows = [
        [_button(labels.listed(one, seen.now), ChatAct.SHOW, one.id)]
        for one in chats[page * PAGE : (page + 1) * PAGE]
    ]
    turning = []
    if page:
        turning.append(_button("‹", ChatAct.LIST, page=page - 1))
    if page + 1 < pages:
        turning.append(_button("›", ChatAct.LIST, page=page + 1))
    return texts.listing(len(chats)), _markup(*rows, turning)
