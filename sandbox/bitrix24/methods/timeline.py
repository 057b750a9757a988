"""Comments in the timeline of a deal or lead."""

from typing import Any

from sandbox.bitrix24.errors import PortalError, bad_argument, not_found
from sandbox.bitrix24.methods.context import Context
from sandbox.bitrix24.wire import moment, page_of, required, whole
from sandbox.bitrix24.world import Comment, Item

FILTER = {"ENTITY_TYPE", "ENTITY_ID"}


def _item(context: Context, fields: dict[str, Any]) -> Item:
    kind = str(required(fields, "ENTITY_TYPE"))
    item = context.world.items.get((kind, whole(required(fields, "ENTITY_ID"), "ENTITY_ID")))
    if item is None:
        raise PortalError("OWNER_NOT_FOUND", "Owner was not found.", 400)
    if not item.readable:
        raise PortalError("ACCESS_DENIED", "Access denied.", 400)
    return item


def comment_add(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """The key must be exactly `fields`, in lower case."""
    if "fields" not in params:
        raise bad_argument("fields")
    fields = params["fields"]
    item = _item(context, fields)
    if not str(fields.get("COMMENT", "")).strip():
        raise PortalError("INVALID_ARG_VALUE", "Comment message is empty", 400)
    comment = context.world.add_comment(
        item.kind, item.id, str(fields["COMMENT"]), context.settings.comment_author
    )
    return {"result": comment.id}


def _wire(context: Context, comment: Comment) -> dict[str, Any]:
    return {
        "ID": str(comment.id),
        "ENTITY_ID": str(comment.entity_id),
        "ENTITY_TYPE": comment.entity_type,
        "CREATED": moment(comment.created, context.settings.zone),
        "COMMENT": comment.text,
        "AUTHOR_ID": str(comment.author_id),
        "FILES": [],
    }


def comment_get(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    comment = context.world.comments_by_id.get(whole(params.get("id") or 0))
    if comment is None:
        raise not_found()
    return {"result": _wire(context, comment)}


def comment_list(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    wanted = params.get("filter") or {}
    if set(wanted) != FILTER:
        raise bad_argument("filter")
    kind, number = str(wanted["ENTITY_TYPE"]), whole(wanted["ENTITY_ID"])
    item = context.world.items.get((kind, number))
    if item is None or not item.readable:
        raise not_found("Access denied.")
    rows = sorted(context.world.comments(kind, number), key=lambda comment: comment.id)
    if str((params.get("order") or {}).get("ID", "ASC")).upper() == "DESC":
        rows.reverse()
    page = page_of(rows, int(params.get("start") or 0))
    select = params.get("select") or []
    page["result"] = [
        {name: value for name, value in _wire(context, row).items() if not select or name in select}
        for row in page["result"]
    ]
    return page


def comment_delete(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    comment = context.world.comments_by_id.pop(whole(params.get("id") or 0), None)
    if comment is None:
        raise not_found()
    context.world.timeline[comment.entity_type, comment.entity_id].remove(comment)
    return {"result": None}


def comment_update(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    comment = context.world.comments_by_id.get(whole(params.get("id") or 0))
    if comment is None:
        raise not_found()
    text = str((params.get("fields") or {}).get("COMMENT", "")).strip()
    if not text:
        raise PortalError("INVALID_ARG_VALUE", "Comment message is empty", 400)
    comment.text = text
    return {"result": comment.id}


METHODS = {
    "crm.timeline.comment.add": ("crm", comment_add),
    "crm.timeline.comment.get": ("crm", comment_get),
    "crm.timeline.comment.list": ("crm", comment_list),
    "crm.timeline.comment.delete": ("crm", comment_delete),
    "crm.timeline.comment.update": ("crm", comment_update),
}
