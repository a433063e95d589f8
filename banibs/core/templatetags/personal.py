"""Parts of a page that belong to the person who asks, in a page that is otherwise the same for many."""

from __future__ import annotations

import re

from django import template
from django.http import HttpRequest
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_END = "\x00"
PARTS = ("wallet_chip", "bell_count", "cart_count", "menu_bell", "toasts")
_HOLE = re.compile(rb"\x00part:(" + "|".join(PARTS).encode() + rb")\x00")


@register.simple_tag(takes_context=True)
def personal(context: Context, name: str) -> SafeString:
    """`{% personal "cart_count" %}`: an include, or a hole where a page is made to be kept."""
    if getattr(context.get("request"), "leaves_holes", False):
        return mark_safe(f"\x00part:{name}\x00")  # nosec: one of PARTS, written in a template
    part = context.template.engine.get_template(f"components/{name}.html")  # type: ignore[union-attr]
    return mark_safe(part.render(context))  # nosec: rendered, so escaped already


def filled(body: bytes, request: HttpRequest) -> bytes:
    """The page with this person's parts in its holes, all drawn with one context."""
    names = list(dict.fromkeys(_HOLE.findall(body)))
    if not names:
        return body
    drawn = render_to_string(
        "components/personal.html",
        {"parts": [f"components/{name.decode()}.html" for name in names], "end": _END},
        request=request,
    )
    parts = dict(zip(names, drawn.encode().split(_END.encode()), strict=False))
    return _HOLE.sub(lambda hole: parts[hole[1]], body)
