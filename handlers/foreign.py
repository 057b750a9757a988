"""Text that is not ours, made fit to stand beside ours."""

UNSEEN = dict.fromkeys(
    [code for code in range(0x20) if chr(code) not in "\n\t"]
    + [0x7F, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
"""Characters that show nothing and can turn the text around them: foreign text may not rule over ours."""

LOOKED_AT = 20
"""So many times as much as is shown, for what of it shows nothing."""


def clean(value: str) -> str:
    return value.translate(UNSEEN).strip()


def short(value: str, size: int = 120) -> str:
    """In one line. Of an endless text only the beginning is looked at."""
    flat = " ".join(clean(value[: LOOKED_AT * size]).split())
    return flat if len(flat) <= size else flat[: size - 1] + "…"
