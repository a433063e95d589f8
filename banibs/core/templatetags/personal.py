"""Parts of a page that belong to its visitor, around what is the same for many (`banibs.core.placeholders`)."""

from __future__ import annotations

import time

from django import template
from django.conf import settings
from django.template import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from banibs.core import placeholders

register = template.Library()

KEEP_SECONDS = 60
MOST = 400
# All that a part of the frame may speak of beside its holes. What changes it is part of its key.
SPEAKS_OF = ("request", "user", "region", "regions", "nav_categories", "theme", "languages", "csrf_token")
_kept: dict[tuple[object, ...], tuple[float, str]] = {}


@register.simple_tag(takes_context=True)
def personal(context: Context, name: str) -> SafeString:
    """`{% personal "cart_count" %}`: a component that shows the visitor's own."""
    return placeholders.put("part", name, context)


@register.simple_tag(takes_context=True)
def department_mark(context: Context, href: str, slug: str) -> SafeString:
    """The mark of a department's link, when it or something sold in it is open."""
    return placeholders.put("department", f"{href}|{slug}", context)


@register.simple_tag(takes_context=True)
def asked(context: Context, what: str) -> SafeString:
    """`{% asked "path" %}`: the address that was asked for; `{% asked "q" %}`: what was searched for. Escaped."""
    return placeholders.put("asked", what, context)


@register.simple_tag(takes_context=True)
def frame(context: Context, name: str) -> SafeString:
    """`{% frame "header" %}`: a component around every page, drawn once a minute for all to whom it looks the same.

    Drawing header and footer is a third of a page's work; each process keeps them by language, region, theme and
    whether somebody is signed in. The component sees SPEAKS_OF alone; the rest it leaves as holes.
    """
    engine = context.template.engine  # type: ignore[union-attr]
    part = engine.get_template(f"components/{name}.html")
    request = context.get("request")
    if request is None or "region" not in context:
        return mark_safe(part.render(context))  # nosec: rendered, so escaped already
    user = context.get("user")
    key = (
        name,
        get_language(),
        context["region"].code,
        context.get("theme"),
        bool(user and user.is_authenticated),
        *((each.url, each.name) for each in context.get("nav_categories") or ()),
    )
    drawn_at, html = _kept.get(key, (0.0, ""))
    if settings.RELOAD or not html or time.monotonic() - drawn_at > KEEP_SECONDS:
        alone = context.new({each: context.get(each) for each in SPEAKS_OF})
        with placeholders.leaving(request, placeholders.Left.ALL):
            html = placeholders.close_tokens(part.render(alone))
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = (time.monotonic(), html)
    html = placeholders.fill_page(html, context)
    if placeholders.left(request) is placeholders.Left.NONE:
        html = placeholders.fill_visitor(html, request, lambda: context)
    return mark_safe(html)  # nosec: as above
