"""A chat's row as the domain knows it."""

from services.db.models import ChatRow
from services.domain.listening import Form
from services.domain.workspace import Chat, ChatAddress, Language
from services.listening.stored import quiet_of, wants_of


def chat_of_row(row: ChatRow) -> Chat:
    return Chat(
        id=row.id,
        workspace_id=row.workspace_id,
        address=ChatAddress(row.chat_id, row.thread_id),
        kind=row.kind,
        title=row.title,
        language=Language(row.language),
        subscribed=row.subscribed and row.gone_at is None,
        form=Form(row.form or Form.CARDS),
        wants=wants_of(row.wants or {}),
        quiet=quiet_of(row.quiet or {}),
        muted_until=row.muted_until,
    )
