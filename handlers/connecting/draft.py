"""What the connect dialogue knows so far. It waits in the conversation's state, the values encrypted."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from aiogram.fsm.context import FSMContext

from handlers.states import Dialogue, leave
from services.connecting.connections import IntegrationService
from services.connecting.permits import Permits
from services.domain.integration import Kind
from services.domain.workspace import Member
from services.errors import Refused
from services.integrations.entry import CatalogueEntry, Step
from services.integrations.steps import linked, next_step, step_before, still_asked
from services.secrets import SecretsUnreadable


@dataclass
class Draft:
    """`values` are as asked; `stored` is what becomes of them, once a code has been turned into tokens."""

    entry: CatalogueEntry
    renew: int = 0
    values: dict[str, str] = field(default_factory=dict, repr=False)
    skipped: list[str] = field(default_factory=list)
    stored: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def kind(self) -> Kind:
        return self.entry.kind

    @property
    def step(self) -> Step | None:
        """What to ask next; None: the account can be tried."""
        return None if self.stored else next_step(self.entry, self.values, self.skipped)

    def number(self, step: Step) -> int:
        """The step's place in the catalogue: what buttons carry."""
        return self.entry.steps.index(step)

    def answer(self, step: Step, value: str) -> None:
        """What comes after an exchanged code leaves its tokens alone: it could not be exchanged once more."""
        kept = {**self.stored, step.field: value} if self._comes_after_exchange(step) else {}
        self.values = still_asked(self.entry, {**self.values, step.field: value})
        self.stored = kept

    def _comes_after_exchange(self, step: Step) -> bool:
        exchanged = [
            number
            for number, one in enumerate(self.entry.steps)
            if self.stored and one.field in self.values and self.stored.get(one.field) != self.values[one.field]
        ]
        return bool(exchanged) and self.number(step) > max(exchanged)

    def go_back(self, step: Step) -> Step | None:
        """Forgets the answer before this step; None: there is none."""
        before = step_before(self.entry, self.values, step)
        if before is not None:
            self.values = still_asked(self.entry, {k: v for k, v in self.values.items() if k != before.field})
            self.skipped = [one for one in self.skipped if one != before.field]
        return before

    def forget_link(self) -> bool:
        """A code from the system's page works once: it is asked for anew. False: there was none."""
        step = linked(self.entry, self.values)
        if step is None:
            return False
        del self.values[step.field]
        return True

    def forget(self, fields: Collection[str]) -> bool:
        """Wrong answers are asked for anew, the others stay. False: none of them is there."""
        left = {field: value for field, value in self.values.items() if field not in fields}
        forgotten = len(left) < len(self.values)
        self.values = still_asked(self.entry, left)
        return forgotten

    def pass_over(self, step: Step) -> None:
        """Optional steps before this one were skipped, as it is asked after them."""
        earlier = self.entry.steps[: self.number(step)]
        self.skipped = [one.field for one in earlier if one.optional and one.field not in self.values]


@dataclass(frozen=True)
class Desk:
    """What each step of the dialogue works with: who speaks, their conversation, and the services."""

    member: Member
    state: FSMContext
    integrations: IntegrationService
    permits: Permits

    @property
    def chat_id(self) -> int:
        """The dialogue is held in the private chat, whose number is the person's."""
        return self.member.user_id

    async def load(self) -> Draft:
        """Raises Refused: `keys_exchanged` when nobody can read it any more; the dialogue is over then."""
        data: dict[str, Any] = await self.state.get_data()
        try:
            values, stored = (self.integrations.unseal(data.get(name, "")) for name in ("sealed", "stored"))
        except SecretsUnreadable:
            await leave(self.state)
            raise Refused("keys_exchanged") from None
        return Draft(
            entry=self.integrations.catalogue[Kind(data["kind"])],
            renew=int(data.get("renew", 0)),
            values=values,
            skipped=list(data.get("skipped", [])),
            stored=stored,
        )

    async def keep(self, draft: Draft) -> None:
        sealed = self.integrations.seal(draft.values)
        stored = self.integrations.seal(draft.stored) if draft.stored else ""
        await self.state.update_data(sealed=sealed, stored=stored, skipped=draft.skipped)

    async def begin(self, kind: Kind, renew: int = 0) -> Draft:
        """A new dialogue; whatever waited for words before is left. A renewal asks for what is secret alone."""
        known = await self.integrations.known_values(self.member, kind, renew) if renew else {}
        draft = Draft(self.integrations.catalogue[kind], renew, known)
        await leave(self.state)
        await self.state.set_state(Dialogue.connecting)
        await self.state.update_data(kind=kind, renew=renew)
        await self.keep(draft)
        return draft
