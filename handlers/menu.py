"""The door through which handlers have a member's command menu drawn."""

from typing import Protocol

from services.domain.workspace import Language, Member


class MemberMenu(Protocol):
    async def show(self, member: Member, language: Language) -> None:
        """Sets the commands this member may use, in this language."""
        ...

    async def forget(self, member: Member) -> None:
        """The person is a stranger again."""
        ...
