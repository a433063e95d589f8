"""Template tags for the parts of a page that differ by visitor or by address, and for those that are cached."""

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
# The context that a cached fragment sees beside its placeholders. What changes it is part of its key.
SPEAKS_OF = ("request", "user", "region", "regions", "nav_categories", "theme", "languages", "csrf_token")
_kept: dict[tuple[object, ...], tuple[float, str]] = {}


@register.simple_tag(takes_context=True)
def visitor_fragment(context: Context, name: str) -> SafeString:
    """`{% visitor_fragment "cart_count" %}`: a component with the visitor's own data, never cached."""
    return placeholders.put("part", name, context)


@register.simple_tag(takes_context=True)
def department_mark(context: Context, href: str, slug: str) -> SafeString:
    """The mark of a department's link, when it or something sold in it is open."""
    return placeholders.put("department", f"{href}|{slug}", context)


@register.simple_tag(takes_context=True)
def current_query(context: Context, what: str) -> SafeString:
    """`{% current_query "path" %}`: the request's address; `{% current_query "q" %}`: its search words. Escaped."""
    return placeholders.put("asked", what, context)


@register.simple_tag(takes_context=True)
def cached_fragment(context: Context, name: str) -> SafeString:
    """`{% cached_fragment "header" %}`: a component around every page, rendered once a minute for all who see the same.

    Drawing header and footer is a third of a page's work; each process keeps them by language, region, theme and
    whether somebody is signed in. The component sees SPEAKS_OF alone; the rest it leaves as placeholders.
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
