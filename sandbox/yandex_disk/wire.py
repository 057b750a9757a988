"""Resources as Disk writes them, whole or only the fields that were asked for."""

from datetime import UTC, datetime
from typing import Any

from sandbox.yandex_disk.errors import invalid
from sandbox.yandex_disk.tree import Node


def moment(epoch: float) -> str:
    """Whole seconds, with an offset of digits."""
    return datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def resource(node: Node, link: str = "") -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": "dir" if node.is_folder else "file",
        "name": node.name,
        "path": node.path,
        "created": moment(node.created),
        "modified": moment(node.modified),
        "resource_id": node.resource_id,
        "revision": node.revision,
        "exif": {},
        "comment_ids": {"private_resource": node.resource_id, "public_resource": node.resource_id},
    }
    if node.content is not None:
        told |= {
            "size": len(node.content),
            "md5": node.md5,
            "sha256": node.sha256,
            "mime_type": node.mime_type,
            "media_type": node.media_type,
            "antivirus_status": node.antivirus,
            "file": link,
        }
    return told


def as_shared(body: dict[str, Any], root: str, link: str) -> dict[str, Any]:
    """The same, as those see it who were given a link: paths begin at what was shared."""
    told = body | {"public_key": link, "public_url": link}
    told["path"] = "/" + body["path"].removeprefix(root).lstrip("/")
    if "_embedded" in body:
        items = [as_shared(one, root, link) for one in body["_embedded"]["items"]]
        told["_embedded"] = body["_embedded"] | {"path": told["path"], "public_key": link, "items": items}
    return told


def only(body: dict[str, Any], fields: str | None) -> dict[str, Any]:
    """`_embedded.items.name,_embedded.total`: keys that are not asked for are left out."""
    if not fields:
        return body
    wanted: dict[str, Any] = {}
    for field in fields.split(","):
        here = wanted
        for part in field.split("."):
            here = here.setdefault(part, {})
    return dict(_kept(body, wanted))


def _kept(value: Any, wanted: dict[str, Any]) -> Any:
    if not wanted:
        return value
    if isinstance(value, list):
        return [_kept(one, wanted) for one in value]
    if not isinstance(value, dict):
        return value
    return {key: _kept(value[key], inner) for key, inner in wanted.items() if key in value}


def whole(text: str | None, default: int, field: str, most: int = 10_000) -> int:
    if text is None:
        return default
    if not text.isdigit() or int(text) > most:
        raise invalid(field)
    return int(text)
